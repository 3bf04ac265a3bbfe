#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsig/actor/spec.hpp"
#include "libsig/review/pipeline.hpp"
#include "libsig/review/signals.hpp"

namespace libsig::test {

/// A reactor whose behaviour is a function.
class scripted final : public actor::reactor {
public:
  using script =
    std::function<actor::step(const signal_ptr&, const actor::context&)>;

  explicit scripted(script of) : script_{std::move(of)} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context& now) override {
    return script_(what, now);
  }

private:
  script script_;
};

[[nodiscard]] inline actor::spec scripted_spec(std::string name,
                                               std::string pattern,
                                               std::vector<std::string> emits,
                                               scripted::script of) {
  actor::spec made;
  made.source = "/agents/" + name;
  made.name = std::move(name);
  made.routes = {{std::move(pattern)}};
  made.emits = std::move(emits);
  made.make = [of = std::move(of)](std::size_t) {
    return std::make_unique<scripted>(of);
  };
  return made;
}

/// A review request whose diff adds a line to each of some files.
[[nodiscard]] inline std::shared_ptr<review::request>
make_request(std::string review_id, std::size_t files = 1) {
  std::string diff;
  for (std::size_t file = 0; file < files; ++file) {
    const auto name = "file" + std::to_string(file) + ".py";
    diff += "--- a/" + name + "\n+++ b/" + name + "\n@@ -0,0 +1 @@\n+x = 1\n";
  }
  auto asked = std::make_shared<review::request>();
  asked->review_id = std::move(review_id);
  asked->diff = std::make_shared<const std::string>(std::move(diff));
  auto scope = review::make_scope(*asked);
  if (!scope) {
    throw std::logic_error{scope.error().message()};
  }
  asked->scope = std::move(*scope);
  return asked;
}

[[nodiscard]] inline draft
request_draft(std::shared_ptr<const review::request> asked) {
  draft made;
  made.type = review::request_type;
  made.source = "/synapse/reviews";
  made.data = event_data::decoded(std::move(asked));
  return made;
}

/// The result that a specialist gives to an assignment, with no findings.
[[nodiscard]] inline draft answer_to(const review::assignment& work,
                                     const signal& assignment) {
  auto answer = std::make_shared<review::review_result>();
  answer->review_id = work.review_id;
  answer->agent = work.agent;
  answer->confidence = 1.0;
  draft made;
  made.type = review::result_type;
  made.subject = assignment.subject();
  made.data = event_data::decoded(std::move(answer));
  return made;
}

} // namespace libsig::test
