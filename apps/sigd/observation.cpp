#include "apps/sigd/observation.hpp"

#include <utility>

#include "apps/sigd/metrics_page.hpp"
#include "apps/sigd/process_numbers.hpp"

namespace libsig::sigd {

observation::observation(logger* to, const clock& time)
  : log_{to}, time_{time}, started_{time.wall_now()},
    timings_{std::make_shared<engine::timings>()},
    reviews_{std::make_shared<review_watch>()} {}

std::shared_ptr<engine_watch>
observation::engine(engine_watch::failure_handler failed) const {
  return std::make_shared<engine_watch>(log_, time_, std::move(failed));
}

operations_api& observation::show(const runtime& node, std::string path) {
  auto& api = api_.emplace(node);
  api.add_metrics([&node, path = std::move(path)](auto& page) {
    append_signal_metrics(node, page);
    append_log_metrics(node, path, page);
  });
  api.add_metrics([this](auto& page) {
    append_timings(*timings_, page);
    reviews_->append_metrics(page);
    if (const auto* const server = server_.load()) {
      append_http_metrics(server->numbers(), page);
    }
    if (http_) {
      http_->append_metrics(page);
    }
    if (log_ != nullptr) {
      append_logger_metrics(*log_, page);
    }
    append_process_metrics(read_process_numbers(), started_, page);
    append_build_metrics(LIBSIG_VERSION, page);
  });
  return api;
}

http_watch& observation::watch(const operations& all) {
  api_->describe(all);
  return http_.emplace(all, log_, time_);
}

void check_log(health_api& health, const runtime& node) {
  health.add_check([&node]() -> std::optional<std::string> {
    return node.writable() ? std::nullopt : std::optional{"log_not_writable"};
  });
}

} // namespace libsig::sigd
