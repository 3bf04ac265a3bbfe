#pragma once

#include <memory>
#include <mutex>

#include "libsig/access/authenticator.hpp"
#include "libsig/access/failure_delay.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/time.hpp"
#include "libsig/http/access.hpp"
#include "libsig/http/request.hpp"
#include "libsig/http/response.hpp"

namespace libsig::sigd {

/// Who may come in: tells callers by their tokens, and slows down who guesses
/// one. Any thread.
class door {
public:
  // -- constructors -----------------------------------------------------------

  /// `time` must outlive it.
  door(access::authenticator who, http::access_rules rules, const clock& time);

  // -- mutators ---------------------------------------------------------------

  /// Takes other tokens and rules. Requests that came in keep their rights;
  /// what lasts longer asks `knows`.
  void change(access::authenticator who, http::access_rules rules);

  /// The answer to a request that `caller_of` refuses. That of a wrong token is
  /// held back, or 429 when too many of its address wait already; a right token
  /// never waits, whatever else came from its address.
  [[nodiscard]] http::response refuse(const http::request& head,
                                      const error& why);

  // -- observers --------------------------------------------------------------

  /// Who asks; errors are those of `access::authenticator` and of
  /// `http::check_origin`.
  [[nodiscard]] result<access::caller>
  caller_of(const http::request& head) const;

  /// Whether the caller of an earlier request would come in with the same
  /// rights now.
  [[nodiscard]] bool knows(const access::caller& by) const;

private:
  struct keeper {
    access::authenticator who;
    http::access_rules rules;
  };

  [[nodiscard]] std::shared_ptr<const keeper> now() const;

  const clock& time_;
  // Requests come on the threads of the server and changes on that of the
  // program; no actor owns who stands at the door. Held for a pointer.
  mutable std::mutex keeper_mutex_;
  std::shared_ptr<const keeper> keeper_;
  // The threads of the server share the failures of an address. Held for a
  // look-up, for failures alone.
  std::mutex delay_mutex_;
  access::failure_delay delay_;
};

} // namespace libsig::sigd
