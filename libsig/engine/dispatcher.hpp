#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "libsig/actor/spec.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/engine/executor.hpp"
#include "libsig/engine/ledger.hpp"
#include "libsig/engine/origin.hpp"
#include "libsig/route/table.hpp"

namespace libsig::engine {

/// Where signals go: the routes of all actors, and the cells behind them. One
/// thread at a time uses it, the one that carries out the gate's work.
class dispatcher {
public:
  // -- types ------------------------------------------------------------------

  /// What a signal led to.
  struct reached {
    /// Cells that got it.
    std::size_t delivered = 0;
    /// Cells that got a null signal, since they missed it.
    std::size_t told = 0;
  };

  // -- constructors -----------------------------------------------------------

  dispatcher(executor& out, ledger& book) noexcept : out_{out}, book_{book} {}

  // -- mutators ---------------------------------------------------------------

  /// Adds an actor's routes and numbers its cells. Nothing changes when it
  /// fails: `errc::already_exists` when an actor of the name is there, or what
  /// the table says of a pattern.
  [[nodiscard]] result<std::shared_ptr<const origin>>
  add(const actor::spec& of);

  /// Whether the actor had routes.
  bool remove(const origin* who);

  /// Hands a signal to whoever's routes match, each actor once, in the order of
  /// the routes. Beyond `room` cells it becomes a dead letter, or, of an actor
  /// that reads the log, is noted as missed.
  [[nodiscard]] reached dispatch(const signal_ptr& what, std::size_t room);

  /// Hands a signal once more to the actor of a name, whatever its routes are;
  /// whether there is one.
  [[nodiscard]] bool redeliver(std::string_view name, const signal_ptr& what);

private:
  /// Where one route leads.
  struct destination {
    std::shared_ptr<const origin> who;
    route::route_id id{};
    bool names_internal = false;
  };

  [[nodiscard]] result<void> add_route(const actor::route& one,
                                       const std::shared_ptr<origin>& who);
  [[nodiscard]] bool pass_by(const origin& who, std::size_t shard,
                             const signal_ptr& what);
  [[nodiscard]] const std::vector<const origin*>&
  receivers_of(const std::string& type);

  executor& out_;
  ledger& book_;
  route::table routes_;
  std::vector<destination> destinations_;
  std::vector<std::size_t> free_destinations_;
  std::vector<route::match> matches_;
  /// The receivers of the types that came last, forgotten when routes change
  /// and when there are too many; strangers choose the types.
  std::unordered_map<std::string, std::vector<const origin*>, keyed_hash>
    receivers_;
  std::size_t cells_ = 0;
};

} // namespace libsig::engine
