#include "libsig/publish/webhook.hpp"

#include "libsig/core/limits.hpp"
#include "libsig/core/percent.hpp"
#include "libsig/publish/internal/url.hpp"
#include "libsig/redact/redact.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <utility>

#include <curl/curl.h>
#include <netinet/in.h>
#include <sodium.h>
#include <sys/socket.h>

namespace libsig::publish {

namespace {

struct free_easy {
  void operator()(CURL* what) const noexcept { curl_easy_cleanup(what); }
};

struct free_multi {
  void operator()(CURLM* what) const noexcept { curl_multi_cleanup(what); }
};

struct free_list {
  void operator()(curl_slist* what) const noexcept {
    curl_slist_free_all(what);
  }
};

using list_ptr = std::unique_ptr<curl_slist, free_list>;

void append(list_ptr& to, const std::string& line) {
  // The list stays as it is when memory runs out.
  if (auto* const longer = curl_slist_append(to.get(), line.c_str())) {
    static_cast<void>(to.release());
    to.reset(longer);
  }
}

/// The address that curl is about to connect to.
[[nodiscard]] std::optional<std::pair<address, std::uint16_t>>
address_of(const curl_sockaddr& from) {
  address made;
  if (from.family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &from.addr, sizeof four);
    made.size = 4;
    std::memcpy(made.bytes.data(), &four.sin_addr, 4);
    return std::pair{made, ntohs(four.sin_port)};
  }
  if (from.family == AF_INET6 && from.addrlen >= sizeof(sockaddr_in6)) {
    sockaddr_in6 six{};
    // The structure's last member is declared too short for it.
    std::memcpy(&six, static_cast<const void*>(&from.addr), sizeof six);
    std::memcpy(made.bytes.data(), &six.sin6_addr, 16);
    return std::pair{made, ntohs(six.sin6_port)};
  }
  return std::nullopt;
}

void initialise_once() {
  static std::once_flag done;
  std::call_once(done, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

} // namespace

outcome outcome_of(long status) noexcept {
  if (status >= 200 && status < 300) {
    return outcome::done;
  }
  if (status == 410) {
    return outcome::gone;
  }
  const bool passing =
    status == 408 || status == 429 || (status >= 500 && status < 600);
  return passing ? outcome::again : outcome::refused;
}

std::string webhook_signature(std::string_view secret,
                              std::string_view timestamp,
                              std::string_view body) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
  for (const auto piece : {timestamp, std::string_view{"."}, body}) {
    crypto_auth_hmacsha256_update(&state, bytes(piece), piece.size());
  }
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> sum{};
  crypto_auth_hmacsha256_final(&state, sum.data());
  std::string digits(2 * sum.size() + 1, '\0');
  sodium_bin2hex(digits.data(), digits.size(), sum.data(), sum.size());
  digits.pop_back();
  return digits;
}

class webhook::impl {
public:
  impl(webhook_options how, internal::checked_url to)
    : how_{std::move(how)}, to_{std::move(to)} {}

  [[nodiscard]] result<void> prepare();

  [[nodiscard]] delivery post(const signal& what);

  void cancel() noexcept {
    cancelled_.store(true);
    if (many_) {
      curl_multi_wakeup(many_.get());
    }
  }

private:
  static curl_socket_t open_socket(void* self, curlsocktype purpose,
                                   curl_sockaddr* to);
  static std::size_t take_answer(char* bytes, std::size_t size,
                                 std::size_t count, void* self);

  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(one_.get(), option, value);
  }

  [[nodiscard]] list_ptr fields(const signal& what,
                                std::string_view body) const;
  [[nodiscard]] list_ptr resolved() const;
  [[nodiscard]] std::optional<CURLcode> perform();
  [[nodiscard]] delivery judge(CURLcode ended);

  const webhook_options how_;
  const internal::checked_url to_;
  // The handle goes before those that it is part of.
  std::unique_ptr<CURLM, free_multi> many_;
  std::unique_ptr<CURL, free_easy> one_;
  std::atomic<bool> cancelled_{false};
  /// Why no socket was made in this try.
  std::string refused_;
  std::size_t answer_bytes_ = 0;
  std::array<char, CURL_ERROR_SIZE> complaint_{};
};

result<void> webhook::impl::prepare() {
  many_.reset(curl_multi_init());
  one_.reset(curl_easy_init());
  if (!many_ || !one_) {
    return fail(errc::internal, "libcurl cannot be used");
  }
  curl_multi_setopt(many_.get(), CURLMOPT_MAXCONNECTS, 1L);
  set(CURLOPT_URL, to_.text.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_POST, 1L);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  // Empty, and not unset: that would be the environment's.
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOPROXY, "*");
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!how_.authorities.empty()) {
    set(CURLOPT_CAINFO, how_.authorities.c_str());
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(how_.timeout.count()));
  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(how_.connect_timeout.count()));
  // Each connection asks for its addresses anew.
  set(CURLOPT_DNS_CACHE_TIMEOUT, 0L);
  set(CURLOPT_QUICK_EXIT, 1L);
  set(CURLOPT_USERAGENT, "libsig");
  set(CURLOPT_ERRORBUFFER, complaint_.data());
  set(CURLOPT_OPENSOCKETFUNCTION, &impl::open_socket);
  set(CURLOPT_OPENSOCKETDATA, this);
  set(CURLOPT_WRITEFUNCTION, &impl::take_answer);
  set(CURLOPT_WRITEDATA, this);
  return {};
}

/// Where every connection passes, with the address that it really goes to.
curl_socket_t webhook::impl::open_socket(void* self, curlsocktype,
                                         curl_sockaddr* to) {
  auto& own = *static_cast<impl*>(self);
  const auto found = address_of(*to);
  if (!found) {
    own.refused_ = "an address that is neither of IPv4 nor of IPv6";
    return CURL_SOCKET_BAD;
  }
  const auto& [where, port] = *found;
  const auto why = own.how_.addresses.refusal(where);
  if (!why.empty()) {
    own.refused_ = to_string(where) + " (" + std::string{why} + ")";
    return CURL_SOCKET_BAD;
  }
  const bool own_port =
    std::ranges::find(own.how_.own_ports, port) != own.how_.own_ports.end();
  if (own_port && reserved_for(where) == "loopback") {
    own.refused_ = "this node itself";
    return CURL_SOCKET_BAD;
  }
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/// Nobody reads what a receiver says; too much of it ends the try.
std::size_t webhook::impl::take_answer(char*, std::size_t size,
                                       std::size_t count, void* self) {
  auto& own = *static_cast<impl*>(self);
  own.answer_bytes_ += size * count;
  return own.answer_bytes_ > limits::webhook_answer_bytes_max ? 0
                                                              : size * count;
}

list_ptr webhook::impl::fields(const signal& what,
                               std::string_view body) const {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
    how_.time->wall_now().time_since_epoch());
  const auto timestamp = std::to_string(now.count());
  std::string event{"x-webhook-event: "};
  append_field_value(event, what.type());
  list_ptr made;
  append(made, "Content-Type: application/cloudevents+json; charset=utf-8");
  // Nothing is gained by asking first.
  append(made, "Expect:");
  append(made, event);
  append(made, "x-webhook-timestamp: " + timestamp);
  if (!how_.secret.empty()) {
    append(made, "x-webhook-signature: "
                   + webhook_signature(how_.secret, timestamp, body));
  }
  return made;
}

/// The injected resolver's answer, in curl's words.
list_ptr webhook::impl::resolved() const {
  list_ptr made;
  if (!how_.resolve) {
    return made;
  }
  std::string line = to_.host + ":" + std::to_string(to_.port);
  char before = ':';
  // An entry that was put there for the try before goes first.
  append(made, "-" + line);
  for (const auto& one : how_.resolve(to_.host)) {
    line +=
      before + (one.find(':') == std::string::npos ? one : "[" + one + "]");
    before = ',';
  }
  append(made, line);
  return made;
}

/// Runs the request to its end; nothing when it was cancelled.
std::optional<CURLcode> webhook::impl::perform() {
  curl_multi_add_handle(many_.get(), one_.get());
  int running = 1;
  while (running > 0 && !cancelled_.load()) {
    if (curl_multi_perform(many_.get(), &running) != CURLM_OK) {
      break;
    }
    if (running > 0) {
      curl_multi_poll(many_.get(), nullptr, 0, 1'000, nullptr);
    }
  }
  std::optional<CURLcode> ended;
  int left = 0;
  while (const auto* const told = curl_multi_info_read(many_.get(), &left)) {
    if (told->msg == CURLMSG_DONE) {
      ended = told->data.result;
    }
  }
  curl_multi_remove_handle(many_.get(), one_.get());
  if (!ended && !cancelled_.load()) {
    ended = CURLE_FAILED_INIT;
  }
  return ended;
}

delivery webhook::impl::judge(CURLcode ended) {
  long status = 0;
  curl_easy_getinfo(one_.get(), CURLINFO_RESPONSE_CODE, &status);
  // An answer that was too long is one nevertheless.
  const bool answered =
    status >= 200 && (ended == CURLE_OK || ended == CURLE_WRITE_ERROR);
  delivery made;
  if (!answered) {
    made.outcome = outcome::again;
    const std::string_view said{complaint_.data()};
    made.reason = to_.origin + ": "
                  + (!refused_.empty() ? "refused to connect to " + refused_
                     : said.empty()    ? std::string{curl_easy_strerror(ended)}
                                       : std::string{said});
    return made;
  }
  made.outcome = outcome_of(status);
  if (made.outcome == outcome::done) {
    made.done = 1;
    return made;
  }
  made.reason = to_.origin + " answered " + std::to_string(status);
  curl_off_t seconds = 0;
  if (curl_easy_getinfo(one_.get(), CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK
      && seconds > 0) {
    constexpr curl_off_t day = 86'400;
    made.retry_after = std::chrono::seconds{std::min(seconds, day)};
  }
  return made;
}

delivery webhook::impl::post(const signal& what) {
  std::string body;
  redact::append_redacted_event(what, body);
  const auto headers = fields(what, body);
  const auto names = resolved();
  refused_.clear();
  complaint_.front() = '\0';
  answer_bytes_ = 0;
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_RESOLVE, names.get());
  set(CURLOPT_POSTFIELDS, body.data());
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  const auto ended = perform();
  // Nothing of this try is left in the handle.
  set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  set(CURLOPT_RESOLVE, static_cast<curl_slist*>(nullptr));
  set(CURLOPT_POSTFIELDS, static_cast<char*>(nullptr));
  return ended ? judge(*ended) : delivery{0, outcome::cancelled, {}, {}, 0};
}

// -- webhook
// -------------------------------------------------------------------

webhook::webhook(std::unique_ptr<impl> made) noexcept
  : impl_{std::move(made)} {}

webhook::~webhook() = default;

result<std::unique_ptr<webhook>> webhook::make(webhook_options how) {
  initialise_once();
  auto to = internal::check_url(how.url);
  if (!to) {
    return fail(std::move(to).error());
  }
  if (const auto literal = parse_address(to->host)) {
    const auto why = how.addresses.refusal(*literal);
    if (!why.empty()) {
      return fail(
        error(errc::invalid_argument, to->host + " is not to be connected to ("
                                        + std::string{why} + ")")
          .at("url")
          .mend("allow its network for this publisher"));
    }
  }
  auto made = std::make_unique<impl>(std::move(how), std::move(*to));
  if (auto done = made->prepare(); !done) {
    return fail(std::move(done).error());
  }
  return std::make_unique<webhook>(std::move(made));
}

delivery webhook::deliver(std::span<const signal_ptr> signals) {
  return signals.empty() ? delivery{} : impl_->post(*signals.front());
}

void webhook::cancel() noexcept { impl_->cancel(); }

} // namespace libsig::publish
