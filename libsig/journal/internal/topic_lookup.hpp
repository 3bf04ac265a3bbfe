#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/journal/internal/log_reader.hpp"
#include "libsig/journal/internal/sqlite.hpp"
#include "libsig/journal/internal/stable_key.hpp"
#include "libsig/journal/internal/store_writer.hpp"
#include "libsig/journal/internal/turns.hpp"
#include "libsig/journal/journal.hpp"

namespace libsig::journal::internal {

/// Asks the index by topic, and looks at the records that it names: each
/// question is one or two turns of a reader. From any thread.
class topic_lookup {
public:
  using answer = result<std::optional<std::uint64_t>>;

  topic_lookup(turns& in, database& of, const stable_keys& keys,
               store_writer& writer, log_reader& reader) noexcept
    : turns_{in}, data_{of}, keys_{keys}, writer_{writer}, reader_{reader} {}

  // All fail when the index is lost; `lost` is true then.

  [[nodiscard]] answer next(const topic_name& topic, std::uint64_t after,
                            bool& lost);
  [[nodiscard]] answer last(const topic_name& topic, bool& lost);
  [[nodiscard]] answer find(const topic_name& topic, std::string_view id,
                            bool& lost);

private:
  /// What the index says, and whether the record has the type.
  struct candidate {
    std::optional<std::uint64_t> sequence = {};
    bool fits = true;
  };

  template <class Ask>
  [[nodiscard]] result<candidate> ask(std::string_view type, bool& lost,
                                      Ask question);
  [[nodiscard]] result<bool> is_named(std::uint64_t sequence,
                                      const topic_name& topic,
                                      std::string_view id);

  turns& turns_;
  database& data_;
  const stable_keys& keys_;
  store_writer& writer_;
  log_reader& reader_;
};

} // namespace libsig::journal::internal
