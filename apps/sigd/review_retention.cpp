#include "apps/sigd/review_retention.hpp"

#include <utility>

#include "apps/sigd/review_store.hpp"

namespace libsig::sigd {

void review_retention::start() {
  if (how_.keep) {
    look_after(how_.breath);
  }
}

void review_retention::look_after(std::chrono::milliseconds delay) {
  alarm_.after(delay, [this] { look(); });
}

void review_retention::look() {
  auto rows = expired_reviews(node_.log(), node_.time().wall_now() - *how_.keep,
                              how_.piece);
  if (!rows || rows->empty()) {
    look_after(how_.pause);
    return;
  }
  node_.write(std::move(*rows), [this](const result<void>& written) {
    look_after(written ? how_.breath : how_.pause);
  });
}

} // namespace libsig::sigd
