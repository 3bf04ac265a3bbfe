#pragma once

#include <functional>
#include <string>
#include <utility>

#include "apps/sigd/operation.hpp"
#include "libsig/access/caller.hpp"
#include "libsig/http/request.hpp"
#include "libsig/http/responder.hpp"
#include "libsig/journal/dead_letters.hpp"

namespace libsig::sigd {

/// The paths below `/v1/dead-letters`: what could not be delivered, and why. A
/// caller sees those of its tenant whose types its token lets through. Any
/// thread.
class dead_letters_api {
public:
  /// The letters must outlive it. `writable` says whether rows are written
  /// at once: while the disk is full they wait for space, and who asks for a
  /// change is not to wait with them.
  dead_letters_api(journal::dead_letter_book& letters,
                   std::function<bool()> writable)
    : letters_{letters}, writable_{std::move(writable)} {}

  [[nodiscard]] sigd::operations operations();

  /// `GET /v1/dead-letters`: a page, the oldest first.
  void list(const http::request& received, const access::caller& by,
            http::responder answer) const;

  /// `POST /v1/dead-letters/{id}/redrive`: one more try now; answers how it
  /// went, or `errc::storage_full` (507) while nothing is written.
  void redrive(const http::request& received, const access::caller& by,
               http::responder answer);

  /// `DELETE /v1/dead-letters/{id}`; 507 while nothing is written.
  void remove(const http::request& received, const access::caller& by,
              http::responder answer);

private:
  [[nodiscard]] result<std::string> id_for(const http::request& received,
                                           const access::caller& by) const;
  [[nodiscard]] result<std::string>
  id_to_change(const http::request& received, const access::caller& by) const;

  journal::dead_letter_book& letters_;
  std::function<bool()> writable_;
};

} // namespace libsig::sigd
