#pragma once

#include <memory>

#include "apps/node_settings/node_settings.hpp"
#include "apps/sigd/actor_calls.hpp"
#include "apps/sigd/log.hpp"
#include "apps/sigd/operation.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/time.hpp"
#include "libsig/journal/dead_letters.hpp"
#include "libsig/metrics/text_writer.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/schema/registry.hpp"

namespace libsig::sigd {

/// What agents ask of a node: the actors of the hub, and the paths that lead to
/// them. One thread starts and ends it; its paths may be asked by any. To go
/// after the runtime, which still tells it how its last work ended, and to be
/// closed before that goes.
class hub_paths {
  struct parts;

public:
  /// What it works with; all of it must outlive `close`, and what the runtime's
  /// actors use (`log`, `time`, `letters`) the runtime.
  struct surroundings {
    runtime& node;
    journal::dead_letter_book& letters;
    const clock& time;
    std::shared_ptr<const schema::registry> contracts;
    /// May be null.
    logger* log = nullptr;
    /// Whether a caller still has its rights.
    actor_calls::caller_check still = {};
  };

  // -- constructors -----------------------------------------------------------

  /// Spawns the actors, the last of all: what is due goes out at once.
  [[nodiscard]] static result<std::unique_ptr<hub_paths>>
  start(const node_settings& how, const surroundings& in);

  /// For `start` alone, since nobody else can name `parts`.
  explicit hub_paths(std::unique_ptr<parts> made) noexcept;

  hub_paths(const hub_paths&) = delete;
  hub_paths& operator=(const hub_paths&) = delete;

  /// Closes.
  ~hub_paths();

  // -- mutators ---------------------------------------------------------------

  [[nodiscard]] sigd::operations operations();

  /// Takes over what a reload changes.
  void change(const node_settings& how);

  /// Ends what callers wait for whose rights changed.
  void recheck();

  /// Ends all that waits and takes no more. What was answered before is still
  /// noted as it is written.
  void end_calls();

  /// The same, and leaves the runtime alone.
  void close();

  // -- observers --------------------------------------------------------------

  void append_metrics(metrics::text_writer& to) const;

private:
  std::unique_ptr<parts> parts_;
};

} // namespace libsig::sigd
