#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libsig/core/signal.hpp"
#include "libsig/schema/registry.hpp"
#include "libsig/topic/log_view.hpp"

namespace libsig::test {

/// A log in memory whose bodies are retired by hand.
class topic_log final : public topic::log_view {
public:
  explicit topic_log(std::uint64_t epoch = 0x1234) : epoch_{epoch} {}

  // -- mutators ---------------------------------------------------------------

  /// Appends a signal; one with a receiver is in no topic.
  signal_ptr append(std::string type, std::string id, std::string json = "{}",
                    const std::string& receiver = {},
                    const std::string& tenant = "default") {
    draft made;
    made.id = std::move(id);
    made.source = "/system";
    made.type = std::move(type);
    made.data = event_data::json(std::move(json));
    if (!receiver.empty()) {
      made.extensions.push_back({"toidentity", receiver});
    }
    schema::registry contracts;
    stamp marks;
    marks.sequence = ++end_;
    marks.recorded_time = now_;
    marks.tenant = tenant;
    auto what = std::make_shared<const signal>(
      contracts.validate(std::move(made)).value(), std::move(marks));
    kept_.emplace(end_, what);
    return what;
  }

  /// Signals of other types, of which nothing is kept here.
  void skip(std::uint64_t signals) { end_ += signals; }

  /// Retires the bodies before a sequence, but those that are pinned.
  void retire_before(std::uint64_t sequence,
                     const std::vector<std::uint64_t>& pinned = {}) {
    complete_from_ = sequence;
    std::erase_if(kept_, [&](const auto& each) {
      return each.first < sequence
             && std::ranges::find(pinned, each.first) == pinned.end();
    });
  }

  /// The log loses what it had behind a sequence, as after a crash.
  void cut(std::uint64_t end) {
    end_ = end;
    kept_.erase(kept_.upper_bound(end), kept_.end());
  }

  void set_time(wall_time now) { now_ = now; }

  void fail_reading() { broken_ = true; }

  // -- log_view ---------------------------------------------------------------

  [[nodiscard]] result<signal_ptr> next(std::string_view tenant,
                                        std::string_view topic,
                                        std::uint64_t after) const override {
    if (broken_) {
      return fail(errc::io, "the disk is gone");
    }
    for (auto at = kept_.upper_bound(after); at != kept_.end(); ++at) {
      if (is_in(*at->second, tenant, topic)) {
        return at->second;
      }
    }
    return signal_ptr{};
  }

  [[nodiscard]] result<signal_ptr> last(std::string_view tenant,
                                        std::string_view topic) const override {
    for (auto at = kept_.rbegin(); at != kept_.rend(); ++at) {
      if (is_in(*at->second, tenant, topic)) {
        return at->second;
      }
    }
    return signal_ptr{};
  }

  [[nodiscard]] result<std::optional<std::uint64_t>>
  find(std::string_view tenant, std::string_view topic,
       std::string_view id) const override {
    for (const auto& [sequence, what] : kept_) {
      if (what->id() == id && is_in(*what, tenant, topic)) {
        return std::optional{sequence};
      }
    }
    return std::optional<std::uint64_t>{};
  }

  [[nodiscard]] std::uint64_t end() const override { return end_; }

  [[nodiscard]] std::uint64_t complete_from() const override {
    return complete_from_;
  }

  [[nodiscard]] result<std::uint64_t> at(wall_time time) const override {
    for (const auto& [sequence, what] : kept_) {
      if (what->recorded_time() >= time) {
        return sequence;
      }
    }
    return end_ + 1;
  }

  [[nodiscard]] std::uint64_t epoch() const noexcept override { return epoch_; }

private:
  [[nodiscard]] static bool is_in(const signal& what, std::string_view tenant,
                                  std::string_view topic) {
    return what.tenant() == tenant && what.type() == topic
           && what.attributes().find_extension("toidentity") == nullptr;
  }

  std::uint64_t epoch_;
  std::map<std::uint64_t, signal_ptr> kept_;
  std::uint64_t end_ = 0;
  std::uint64_t complete_from_ = 1;
  wall_time now_{};
  bool broken_ = false;
};

} // namespace libsig::test
