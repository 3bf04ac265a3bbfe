#pragma once

#include <memory>

#include "libsig/actor/spec.hpp"

namespace bench {

/// Answers each request at once.
class echo final : public libsig::actor::reactor {
public:
  [[nodiscard]] libsig::actor::step
  on_signal(const libsig::signal_ptr&, const libsig::actor::context&) override {
    return {};
  }

  [[nodiscard]] libsig::actor::step
  on_request(libsig::actor::request_id which, const libsig::actor::request_ptr&,
             const libsig::actor::context&) override {
    libsig::actor::step out;
    out.answers.push_back({which, std::make_shared<libsig::actor::reply>()});
    return out;
  }
};

} // namespace bench
