#include "apps/sig/client/transport.hpp"

#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include <curl/curl.h>

namespace libsig::sig::client {

namespace {

/// How often `keep_going` is asked when nothing happens.
constexpr int look_around_ms = 1'000;

struct handle_end {
  void operator()(CURL* of) const noexcept { ::curl_easy_cleanup(of); }
};

struct multi_end {
  void operator()(CURLM* of) const noexcept { ::curl_multi_cleanup(of); }
};

struct list_end {
  void operator()(curl_slist* of) const noexcept { ::curl_slist_free_all(of); }
};

using field_list = std::unique_ptr<curl_slist, list_end>;

/// What the callbacks of one request need.
struct exchange {
  CURL* handle = nullptr;
  const transport::receiver* receiver = nullptr;
  std::size_t bytes_max = 0;
  std::string body;
  bool too_large = false;
  bool interrupted = false;
  bool out_of_memory = false;
  /// Set with the first byte of the body.
  std::optional<bool> streams;
};

bool is_event_stream(CURL* handle) {
  long status = 0;
  char* type = nullptr;
  ::curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  ::curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type);
  constexpr std::string_view wanted = "text/event-stream";
  return status == 200 && type != nullptr
         && std::string_view{type}.starts_with(wanted);
}

bool take(exchange& with, std::string_view piece) {
  if (with.receiver != nullptr && !with.streams) {
    with.streams = is_event_stream(with.handle);
  }
  if (with.streams.value_or(false)) {
    with.interrupted = !(*with.receiver)(piece);
    return !with.interrupted;
  }
  if (piece.size() > with.bytes_max - with.body.size()) {
    with.too_large = true;
    return false;
  }
  with.body.append(piece);
  return true;
}

extern "C" std::size_t libsig_take_body(char* bytes, std::size_t size,
                                        std::size_t count, void* with) {
  auto& of = *static_cast<exchange*>(with);
  try {
    return take(of, {bytes, size * count}) ? size * count : 0;
  } catch (const std::exception&) {
    of.out_of_memory = true;
    return 0;
  }
}

std::string field_of(CURL* handle, const char* name) {
  curl_header* found = nullptr;
  if (::curl_easy_header(handle, name, 0, CURLH_HEADER, -1, &found)
      != CURLHE_OK) {
    return {};
  }
  return found->value;
}

std::optional<std::chrono::seconds> seconds_of(const std::string& text) {
  std::uint32_t count = 0;
  const auto* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, count);
  if (text.empty() || problem != std::errc{} || rest != end) {
    return std::nullopt;
  }
  return std::chrono::seconds{count};
}

fault fault_of(CURLcode code) noexcept {
  switch (static_cast<int>(code)) {
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_CONNECT:
    return fault::unreachable;
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_CERTPROBLEM:
    return fault::untrusted;
  case CURLE_OPERATION_TIMEDOUT:
    return fault::timed_out;
  case CURLE_SEND_ERROR:
  case CURLE_RECV_ERROR:
  case CURLE_GOT_NOTHING:
  case CURLE_PARTIAL_FILE:
  case CURLE_WEIRD_SERVER_REPLY:
    return fault::lost;
  default:
    return fault::internal;
  }
}

errc code_of(fault which) noexcept {
  switch (which) {
  case fault::timed_out:
    return errc::deadline_exceeded;
  case fault::too_large:
    return errc::too_large;
  case fault::interrupted:
    return errc::stopped;
  case fault::internal:
    return errc::internal;
  case fault::unreachable:
  case fault::untrusted:
  case fault::lost:
    return errc::io;
  }
  return errc::internal;
}

failure fail_with(fault which, std::string detail) {
  return {which, error{code_of(which), std::move(detail)}};
}

} // namespace

struct transport::state {
  interruptions interrupted_by;
  std::unique_ptr<CURL, handle_end> handle;
  // Keeps the connections, and waits for other descriptors, too.
  std::unique_ptr<CURLM, multi_end> transfers;
  std::array<char, CURL_ERROR_SIZE> complaint{};

  explicit state(interruptions by) : interrupted_by{std::move(by)} {}
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  ~state() {
    handle.reset();
    transfers.reset();
    ::curl_global_cleanup();
  }

  void prepare(const request& what, const curl_slist* fields,
               exchange& with) noexcept;
  [[nodiscard]] CURLcode transfer(exchange& with);
  [[nodiscard]] failure explain(CURLcode code, const exchange& with);
  [[nodiscard]] tl::expected<answer, failure> run(const request& what,
                                                  const receiver* to);
};

void transport::state::prepare(const request& what, const curl_slist* fields,
                               exchange& with) noexcept {
  CURL* const of = handle.get();
  ::curl_easy_reset(of);
  const auto set = [of](CURLoption option, auto value) {
    ::curl_easy_setopt(of, option, value);
  };
  set(CURLOPT_URL, what.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_HTTPHEADER, fields);
  set(CURLOPT_ERRORBUFFER, complaint.data());
  set(CURLOPT_WRITEFUNCTION, libsig_take_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&with));
  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(what.connect_within.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(what.answer_within.count()));
  if (!what.authorities.empty()) {
    // The library only reads it.
    curl_blob pem{const_cast<char*>(what.authorities.data()),
                  what.authorities.size(), CURL_BLOB_COPY};
    set(CURLOPT_CAINFO_BLOB, &pem);
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
  if (what.silence_max.count() > 0) {
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(what.silence_max.count()));
  }
  if (what.method == "POST" || !what.body.empty()) {
    set(CURLOPT_POST, 1L);
    // Null would ask for bytes elsewhere.
    set(CURLOPT_POSTFIELDS, what.body.empty() ? "" : what.body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(what.body.size()));
  }
  if (what.method != "POST" && what.method != "GET") {
    set(CURLOPT_CUSTOMREQUEST, what.method.c_str());
  }
}

CURLcode transport::state::transfer(exchange& with) {
  ::curl_multi_add_handle(transfers.get(), handle.get());
  auto code = CURLE_OK;
  int running = 1;
  while (running > 0 && !with.interrupted) {
    if (::curl_multi_perform(transfers.get(), &running) != CURLM_OK) {
      code = CURLE_FAILED_INIT;
      break;
    }
    if (running > 0) {
      curl_waitfd waker{};
      waker.fd = interrupted_by.descriptor;
      waker.events = CURL_WAIT_POLLIN;
      ::curl_multi_poll(transfers.get(), waker.fd < 0 ? nullptr : &waker,
                        waker.fd < 0 ? 0 : 1, look_around_ms, nullptr);
      with.interrupted =
        interrupted_by.keep_going && !interrupted_by.keep_going();
    }
  }
  int left = 0;
  while (const auto* const message =
           ::curl_multi_info_read(transfers.get(), &left)) {
    if (message->msg == CURLMSG_DONE) {
      code = message->data.result;
    }
  }
  ::curl_multi_remove_handle(transfers.get(), handle.get());
  return with.interrupted ? CURLE_ABORTED_BY_CALLBACK : code;
}

failure transport::state::explain(CURLcode code, const exchange& with) {
  if (with.out_of_memory || code == CURLE_OUT_OF_MEMORY) {
    return fail_with(fault::internal, "out of memory");
  }
  if (with.too_large) {
    return fail_with(fault::too_large, "the answer is longer than "
                                         + std::to_string(with.bytes_max)
                                         + " bytes, the most that is taken");
  }
  if (with.interrupted) {
    return fail_with(fault::interrupted, "interrupted");
  }
  auto which = fault_of(code);
  // Without a connection the time ran out before anything was asked.
  double connected = 0.0;
  ::curl_easy_getinfo(handle.get(), CURLINFO_PRETRANSFER_TIME, &connected);
  if (which == fault::timed_out && connected == 0.0) {
    which = fault::unreachable;
  }
  std::string detail{complaint.data()};
  return fail_with(which, detail.empty() ? ::curl_easy_strerror(code)
                                         : std::move(detail));
}

tl::expected<answer, failure> transport::state::run(const request& what,
                                                    const receiver* to) {
  field_list fields;
  const auto add = [&fields](const std::string& line) {
    auto* const longer = ::curl_slist_append(fields.get(), line.c_str());
    if (longer != nullptr) {
      static_cast<void>(fields.release());
      fields.reset(longer);
    }
    return longer != nullptr;
  };
  // Otherwise large bodies would wait for a word that need not come.
  bool whole = add("Expect:");
  for (const auto& line : what.fields) {
    whole = whole && add(line);
  }
  if (!whole) {
    return tl::unexpected<failure>(fail_with(fault::internal, "out of memory"));
  }
  exchange with;
  with.handle = handle.get();
  with.receiver = to;
  with.bytes_max = what.answer_bytes_max;
  complaint.front() = '\0';
  prepare(what, fields.get(), with);
  const auto code = transfer(with);
  if (code != CURLE_OK) {
    return tl::unexpected<failure>(explain(code, with));
  }
  answer got;
  long status = 0;
  ::curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  got.status = static_cast<unsigned>(status);
  got.media_type = field_of(handle.get(), "Content-Type");
  got.retry_after = seconds_of(field_of(handle.get(), "Retry-After"));
  got.date = field_of(handle.get(), "Date");
  got.server = field_of(handle.get(), "Server");
  got.body = std::move(with.body);
  return got;
}

transport::transport(std::unique_ptr<state> made) noexcept
  : state_{std::move(made)} {}

transport::transport(transport&&) noexcept = default;

transport& transport::operator=(transport&&) noexcept = default;

transport::~transport() = default;

result<transport> transport::make(interruptions by) {
  if (::curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return fail(errc::internal, "libcurl cannot be used");
  }
  auto made = std::make_unique<state>(std::move(by));
  made->handle.reset(::curl_easy_init());
  made->transfers.reset(::curl_multi_init());
  if (!made->handle || !made->transfers) {
    return fail(errc::internal, "libcurl gives no handle");
  }
  return transport{std::move(made)};
}

tl::expected<answer, failure> transport::perform(const request& what) {
  return state_->run(what, nullptr);
}

tl::expected<answer, failure> transport::stream(const request& what,
                                                const receiver& to) {
  return state_->run(what, &to);
}

std::optional<wall_time> parse_http_date(const std::string& text) {
  const auto seconds = ::curl_getdate(text.c_str(), nullptr);
  if (text.empty() || seconds < 0) {
    return std::nullopt;
  }
  return wall_time{std::chrono::seconds{seconds}};
}

} // namespace libsig::sig::client
