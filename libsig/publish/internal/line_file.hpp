#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "libsig/core/descriptor.hpp"
#include "libsig/core/error.hpp"

namespace libsig::publish::internal {

/// A file that whole lines are appended to, mode 0600. No symlink is followed
/// to it, and nothing but a regular file of this user with one name is taken.
class line_file {
public:
  /// `make_folder`: the folder that the file stands in is ours as well; it is
  /// made with mode 0700 when it is missing, and may be no symlink either.
  /// Those above are made as well.
  line_file(std::string path, bool make_folder);

  // -- mutators ---------------------------------------------------------------

  /// Opens the file, or makes it. Size and descriptor are new.
  [[nodiscard]] result<void> open();

  /// Appends all of the text or, as far as the disk allows, nothing.
  [[nodiscard]] result<void> append(std::string_view lines);

  /// Cuts the file down.
  [[nodiscard]] result<void> truncate(std::uint64_t size);

  /// Cuts off what stands behind the last end of a line, if it is how a line of
  /// ours may be torn: it begins as `begin` does and is of `most` bytes or
  /// less. `io` for anything else, which stays.
  [[nodiscard]] result<void> cut_torn_line(std::string_view begin,
                                           std::size_t most);

  /// Gives the file another name in its folder, in place of what has it, and
  /// closes it.
  [[nodiscard]] result<void> rename_to(const std::string& name);

  /// Makes what was appended, and the file's name, outlive the machine's end.
  [[nodiscard]] result<void> sync();

  /// It is not intact then, and can be opened again.
  void close() noexcept { file_ = descriptor{}; }

  // -- observers --------------------------------------------------------------

  /// It is open, and the path still leads to it, with the size that we know.
  [[nodiscard]] bool intact() const noexcept;

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  /// The folder that it stands in, and its name there.
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// A folder's descriptor for calls of the `*at` kind; valid while open.
  [[nodiscard]] int folder_descriptor() const noexcept {
    return directory_.get();
  }

  /// Reads bytes at a place; fewer at the end.
  [[nodiscard]] result<std::string> read(std::uint64_t from,
                                         std::size_t bytes) const;

private:
  [[nodiscard]] error failure(std::string_view what, int number) const;
  [[nodiscard]] result<void> open_folder();
  [[nodiscard]] result<void> check() const;

  std::string folder_;
  std::string name_;
  bool make_folder_;
  descriptor directory_;
  descriptor file_;
  std::uint64_t size_ = 0;
  /// Something was appended, or the file opened, since it was synced.
  bool unsynced_ = false;
};

} // namespace libsig::publish::internal
