#include "harness.hpp"

#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <memory>
#include <string>

#include <boost/test/unit_test.hpp>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

using namespace test;

namespace {

using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using certificate_ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using file_ptr = std::unique_ptr<FILE, decltype(&std::fclose)>;

/// Writes a certificate that signs itself, and its key.
void write_certificate(const http::tls_files& files, const char* name) {
  const key_ptr key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
  const certificate_ptr made{X509_new(), &X509_free};
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3'600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3'600);
  X509_set_pubkey(made.get(), key.get());
  auto* const subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1,
                             -1, 0);
  X509_set_issuer_name(made.get(), subject);
  X509_sign(made.get(), key.get(), EVP_sha256());
  const file_ptr certificate_out{std::fopen(files.certificate.c_str(), "w"),
                                 &std::fclose};
  PEM_write_X509(certificate_out.get(), made.get());
  const file_ptr key_out{std::fopen(files.key.c_str(), "w"), &std::fclose};
  PEM_write_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr,
                       nullptr);
}

/// A client of TLS over a raw one.
class tls_client {
public:
  explicit tls_client(std::uint16_t port, int version = TLS1_3_VERSION)
    : raw_{port}, context_{SSL_CTX_new(TLS_client_method()), &SSL_CTX_free},
      ssl_{nullptr, &SSL_free} {
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), raw_.descriptor());
    connected_ = SSL_connect(ssl_.get()) == 1;
  }

  [[nodiscard]] bool connected() const { return connected_; }

  [[nodiscard]] std::string name() const {
    const certificate_ptr got{SSL_get1_peer_certificate(ssl_.get()),
                              &X509_free};
    std::string text(64, '\0');
    const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(got.get()),
                                               NID_commonName, text.data(), 64);
    text.resize(static_cast<std::size_t>(std::max(size, 0)));
    return text;
  }

  void send(std::string_view bytes) {
    SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  }

  std::string read_exactly(std::size_t bytes) {
    std::string all;
    std::string room(16'384, '\0');
    while (all.size() < bytes) {
      const auto wanted = std::min(room.size(), bytes - all.size());
      const int got =
        SSL_read(ssl_.get(), room.data(), static_cast<int>(wanted));
      if (got <= 0) {
        break;
      }
      all.append(room, 0, static_cast<std::size_t>(got));
    }
    return all;
  }

  std::string read_until(std::string_view text) {
    std::string all;
    while (!all.ends_with(text)) {
      const auto more = read_exactly(1);
      if (more.empty()) {
        break;
      }
      all += more;
    }
    return all;
  }

private:
  client raw_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  bool connected_ = false;
};

struct tls_harness : harness {
  libsig::testing::temporary_folder folder;

  tls_harness() {
    options.tls = {folder.path() / "cert.pem", folder.path() / "key.pem"};
    options.listen.front().tls = true;
    write_certificate(options.tls, "first");
    what.handling = echo;
  }

  ~tls_harness() { server.reset(); }

  /// Why the server does not start.
  [[nodiscard]] std::string refusal() {
    const auto made =
      http::server::start(options, *http::route_table::make({}), what, nullptr);
    return made ? "it starts" : made.error().message();
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(http_tls)

BOOST_AUTO_TEST_CASE(requests_and_large_answers_go_over_tls) {
  tls_harness node;
  node.what.handling = [](http::request received, http::responder answer) {
    answer.answer(text((received.tls ? "t" : "p") + std::string(3'000'000, 'x')
                       + received.body));
  };
  node.start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_client client{node.port(), version};
    BOOST_REQUIRE(client.connected());
    for (int turn = 0; turn < 2; ++turn) {
      client.send(post("/big", std::string(100'000, 'y')));
      BOOST_TEST(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 "));
      const auto body = client.read_exactly(3'100'001);
      BOOST_TEST(body.size() == 3'100'001u);
      BOOST_TEST(body.starts_with("tx"));
      BOOST_TEST(body.ends_with("xy" + std::string(99'999, 'y')));
    }
  }
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_over_tls) {
  tls_harness node;
  node.options.limits.pipeline = 2;
  node.start();
  tls_client client{node.port()};
  std::string all;
  for (int at = 0; at < 200; ++at) {
    all += post("/echo", std::to_string(at));
  }
  client.send(all);
  for (int at = 0; at < 200; ++at) {
    client.read_until("\r\n\r\n");
    const auto body = std::to_string(at);
    BOOST_REQUIRE(client.read_exactly(body.size()) == body);
  }
}

BOOST_AUTO_TEST_CASE(versions_before_1_2_are_refused) {
  tls_harness node;
  node.start();
  tls_client old{node.port(), TLS1_1_VERSION};
  BOOST_TEST(!old.connected());
  BOOST_TEST(node.eventually(
    [](const auto& numbers) { return numbers.handshakes_failed == 1; }));
}

BOOST_AUTO_TEST_CASE(plain_text_on_a_port_of_tls_is_closed) {
  tls_harness node;
  node.start();
  auto client = node.connect();
  client.send(get_root);
  BOOST_TEST(client.read_all().find("HTTP/1.1") == std::string::npos);
  auto silent = node.connect();
  BOOST_TEST(node.eventually(
    [](const auto& numbers) { return numbers.connections_accepted == 2; }));
  BOOST_TEST(!silent.readable(30));
  node.clock->advance(10s);
  BOOST_TEST(silent.ended());
}

BOOST_AUTO_TEST_CASE(a_certificate_is_reloaded_without_dropping_connections) {
  tls_harness node;
  node.start();
  tls_client before{node.port()};
  BOOST_TEST(before.name() == "first");
  write_certificate(node.options.tls, "second");
  BOOST_REQUIRE(node.server->reload_tls());
  tls_client after{node.port()};
  BOOST_TEST(after.name() == "second");
  before.send(post("/echo", "kept"));
  before.read_until("\r\n\r\n");
  BOOST_TEST(before.read_exactly(4) == "kept");
  std::ofstream{node.options.tls.key} << "broken";
  BOOST_TEST(!node.server->reload_tls());
  BOOST_TEST(tls_client{node.port()}.name() == "second");
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_used_are_named_in_one_line) {
  tls_harness node;
  const auto good = node.options.tls;
  const auto expect = [&](const std::string& place, const std::string& what) {
    const auto said = node.refusal();
    BOOST_TEST_CONTEXT(said) {
      BOOST_TEST(said.starts_with(place));
      BOOST_TEST(said.find(what) != std::string::npos);
      BOOST_TEST(said.find('\n') == std::string::npos);
    }
  };
  node.options.tls.certificate += ".gone";
  expect(node.options.tls.certificate, "cannot be read");
  node.options.tls = good;
  node.options.tls.key.clear();
  expect("tls", "no file of the key");
  const http::tls_files other{node.folder.path() / "other.pem",
                              node.folder.path() / "other_key.pem"};
  write_certificate(other, "other");
  node.options.tls = {good.certificate, other.key};
  expect(other.key, "not the key of the certificate");
  node.options.tls = {good.key, good.key};
  expect(good.key, "holds no certificate");
  node.options.tls = {good.certificate, good.certificate};
  expect(good.certificate, "holds no usable key");
}

BOOST_AUTO_TEST_SUITE_END()
