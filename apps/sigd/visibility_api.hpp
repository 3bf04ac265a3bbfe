#pragma once

#include <functional>
#include <memory>

#include "apps/sigd/conversation_feed.hpp"
#include "apps/sigd/operation.hpp"
#include "libsig/topic/policy.hpp"

namespace libsig::sigd {

/// `/stream/{conversation_id}`: what is seen of a conversation (M31, M32). Any
/// thread.
class visibility_api {
public:
  /// The rules that hold just now.
  using rules_source = std::function<std::shared_ptr<const topic::policy>()>;

  // -- constructors -----------------------------------------------------------

  /// `feed` must outlive it.
  visibility_api(conversation_feed& feed, rules_source rules)
    : feed_{feed}, rules_{std::move(rules)} {}

  // -- mutators ---------------------------------------------------------------

  [[nodiscard]] sigd::operations operations();

  /// `GET /stream/{conversation_id}`.
  void follow(const http::request& received, const access::caller& by,
              http::responder answer);

private:
  conversation_feed& feed_;
  rules_source rules_;
};

} // namespace libsig::sigd
