#pragma once

#include <utility>

#include "libsig/actor/step.hpp"
#include "libsig/core/error.hpp"

namespace libsig::topic {

/// Adds an answer to a step.
inline void tell(actor::request_id who, actor::reply_ptr what,
                 actor::step& out) {
  auto& made = out.answers.emplace_back();
  made.to = who;
  made.what = std::move(what);
}

/// Adds a refusal to a step.
inline void refuse(actor::request_id who, error why, actor::step& out) {
  auto& made = out.answers.emplace_back();
  made.to = who;
  made.what = fail(std::move(why));
}

} // namespace libsig::topic
