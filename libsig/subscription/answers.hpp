#pragma once

#include <memory>
#include <utility>

#include "libsig/actor/request.hpp"
#include "libsig/actor/step.hpp"
#include "libsig/core/error.hpp"

namespace libsig::subscription {

/// Answers a request.
template <class Reply>
void answer(actor::request_id which, Reply what, actor::step& out) {
  auto& made = out.answers.emplace_back();
  made.to = which;
  made.what = std::make_shared<const Reply>(std::move(what));
}

/// Refuses a request.
inline void refuse(actor::request_id which, error why, actor::step& out) {
  auto& made = out.answers.emplace_back();
  made.to = which;
  made.what = fail(std::move(why));
}

} // namespace libsig::subscription
