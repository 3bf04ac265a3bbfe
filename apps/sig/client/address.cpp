#include "apps/sig/client/address.hpp"

#include <memory>
#include <optional>
#include <utility>

#include <curl/curl.h>

#include "libsig/core/in_quotes.hpp"
#include "libsig/core/utf8.hpp"

namespace libsig::sig::client {

namespace {

constexpr std::size_t url_bytes_max = 2'000;

struct url_end {
  void operator()(CURLU* of) const noexcept { ::curl_url_cleanup(of); }
};

using url_handle = std::unique_ptr<CURLU, url_end>;

std::optional<std::string> part(const url_handle& of, CURLUPart which) {
  char* text = nullptr;
  if (::curl_url_get(of.get(), which, &text, 0) != CURLUE_OK) {
    return std::nullopt;
  }
  std::string copied{text};
  ::curl_free(text);
  return copied;
}

tl::unexpected<error> refuse(std::string_view url, std::string why) {
  return fail(error{errc::invalid_argument, in_quotes(url) + " " + why}.mend(
    "write it as http://HOST:PORT or https://HOST:PORT"));
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

} // namespace

result<address> parse_address(std::string_view url) {
  if (url.empty() || url.size() > url_bytes_max || !is_printable_ascii(url)) {
    return refuse(url.substr(0, url_bytes_max), "is no URL");
  }
  const url_handle parsed{::curl_url()};
  const std::string text{url};
  if (!parsed
      || ::curl_url_set(parsed.get(), CURLUPART_URL, text.c_str(), 0)
           != CURLUE_OK) {
    return refuse(url, "is no URL");
  }
  const auto scheme = part(parsed, CURLUPART_SCHEME).value_or("");
  if (scheme != "http" && scheme != "https") {
    return refuse(url, "is neither http nor https");
  }
  if (part(parsed, CURLUPART_USER) || part(parsed, CURLUPART_PASSWORD)) {
    // The text is not shown: it holds a secret.
    return fail(
      error{errc::invalid_argument, "a URL holds no user or password"}.mend(
        "state a token with SIGD_TOKEN or --token-file"));
  }
  if (part(parsed, CURLUPART_QUERY) || part(parsed, CURLUPART_FRAGMENT)) {
    return refuse(url, "has a query or a fragment");
  }
  address made;
  made.base = part(parsed, CURLUPART_URL).value_or("");
  while (made.base.ends_with('/')) {
    made.base.pop_back();
  }
  made.loopback = is_loopback(part(parsed, CURLUPART_HOST).value_or(""));
  made.secure = scheme == "https";
  return made;
}

} // namespace libsig::sig::client
