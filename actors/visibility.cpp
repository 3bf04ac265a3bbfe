#include "actors/visibility.hpp"

#include <memory>

#include "libsig/topic/tell.hpp"

namespace libsig::actors {

namespace {

class visibility final : public actor::reactor {
public:
  explicit visibility(const visibility_options& how) : kept_{how.bounds} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr&,
                                      const actor::context&) override {
    return {};
  }

  [[nodiscard]] actor::step on_request(actor::request_id which,
                                       const actor::request_ptr& what,
                                       const actor::context& now) override {
    actor::step out;
    if (const auto* const note =
          dynamic_cast<const topic::note_request*>(what.get())) {
      kept_.note(*note, out);
      topic::tell(which, std::make_shared<topic::noted_reply>(), out);
    } else if (const auto* const follow =
                 dynamic_cast<const topic::follow_request*>(what.get())) {
      kept_.follow(which, *follow, out);
    } else {
      return reactor::on_request(which, what, now);
    }
    return out;
  }

  [[nodiscard]] actor::step on_gone(actor::request_id which,
                                    const actor::context&) override {
    kept_.forget(which);
    return {};
  }

  [[nodiscard]] actor::step recover(const actor::kept& what,
                                    const actor::context&) override {
    kept_.recall(what.rows);
    return {};
  }

private:
  topic::conversations kept_;
};

} // namespace

actor::spec visibility_spec(visibility_options how) {
  actor::spec of;
  of.name = topic::visibility_actor_name;
  of.source = "/system";
  of.tables = {std::string{topic::visibility_table}};
  // Its failures must not end what it tells of.
  of.restart.always = true;
  of.make = [how](std::size_t) { return std::make_unique<visibility>(how); };
  return of;
}

} // namespace libsig::actors
