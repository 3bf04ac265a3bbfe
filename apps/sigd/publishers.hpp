#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "apps/node_settings/node_settings.hpp"
#include "apps/sigd/log.hpp"
#include "apps/sigd/rate_bound.hpp"
#include "libsig/core/error.hpp"
#include "libsig/journal/dead_letters.hpp"
#include "libsig/publish/pump.hpp"
#include "libsig/publish/runner.hpp"
#include "libsig/publish/tail.hpp"
#include "libsig/runtime/runtime.hpp"

namespace libsig::sigd {

/// What leaves the node by itself: the publishers of the configuration, each
/// with a thread, and `signals/events.jsonl`, one file for each tenant with a
/// thread for all of them.
///
/// One actor hears every signal and hands it to them; it never waits for them.
class publishers {
public:
  // -- constructors -----------------------------------------------------------

  /// What `start` would refuse of the settings themselves. Makes no connection
  /// and writes nothing.
  [[nodiscard]] static result<void> check(const node_settings& how);

  /// Makes them, saves where each begins, and lets them go. Where the log takes
  /// nothing for want of space, what is to be saved is owed and goes first as
  /// soon as there is some, so that they begin all the same and miss nothing.
  /// The runtime and the book must outlive them, and the logger, which may be
  /// null.
  [[nodiscard]] static result<std::unique_ptr<publishers>>
  start(const node_settings& how, runtime& node,
        journal::dead_letter_book& letters, logger* to);

  publishers(runtime& node, journal::dead_letter_book& letters, logger* to);

  publishers(const publishers&) = delete;
  publishers& operator=(const publishers&) = delete;

  ~publishers();

  // -- mutators ---------------------------------------------------------------

  /// Lets what is under way end, at most so long, and saves the positions;
  /// before the runtime stops.
  void stop(std::chrono::milliseconds at_most);

  /// Begins the files of tenants that the settings name now, with the oldest
  /// signal that is kept or where they were once, and ends those of tenants
  /// that they name no more; these files stay. Nothing else is taken over.
  /// After an error all is as it was. Not at the same time as `stop`.
  [[nodiscard]] result<void> reload(const node_settings& how);

  // -- observers --------------------------------------------------------------

  /// Each of them, the files behind the publishers.
  [[nodiscard]] std::vector<publish::pump_status> status() const;

private:
  /// A thread to be and what it is to run.
  struct crew {
    std::shared_ptr<publish::doorbell> bell;
    std::vector<std::unique_ptr<publish::pump>> pumps;
  };

  [[nodiscard]] result<void> recruit(crew& into, publish::pump_options how,
                                     std::unique_ptr<publish::sink> to);
  [[nodiscard]] result<std::unique_ptr<publish::pump>>
  make_pump(publish::pump_options how, std::unique_ptr<publish::sink> to,
            std::shared_ptr<publish::doorbell> bell);
  [[nodiscard]] result<std::unique_ptr<publish::pump>>
  make_file(const std::string& tenant);
  [[nodiscard]] result<void> recruit_publishers(const node_settings& how);
  [[nodiscard]] result<void> recruit_files(const node_settings& how);
  [[nodiscard]] result<void> save_positions();
  void tell_left_out(std::size_t tenants);

  void tell_unsaved(const publish::pump& which);
  [[nodiscard]] result<void> let_go();
  void tell(publish::pump_news what, const std::string& publisher,
            const std::string& why);
  void redrive(const journal::dead_letter& of, const signal_ptr& what,
               journal::done_handler done) const;

  runtime& node_;
  journal::dead_letter_book& letters_;
  logger* const log_;
  rate_bound lines_;
  const std::shared_ptr<const clock> time_;
  // The actor that hears outlives this by a moment when the node stops.
  const std::shared_ptr<publish::tail> recent_;
  /// Where the files are.
  std::string data_;
  const std::shared_ptr<publish::doorbell> files_bell_;
  std::vector<crew> waiting_;
  std::vector<std::unique_ptr<publish::runner>> running_;
  /// The one of them that keeps the tenants' files.
  publish::runner* files_ = nullptr;
};

} // namespace libsig::sigd
