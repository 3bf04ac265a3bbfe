#include "libsig/access/authenticator.hpp"

#include <algorithm>
#include <utility>

#include <sodium.h>

#include "libsig/core/limits.hpp"
#include "libsig/core/names.hpp"
#include "libsig/core/percent.hpp"

namespace libsig::access {

namespace {

using stated_name = std::optional<std::string>;

// A token is 47 bytes long; what is much longer is not even hashed.
constexpr std::size_t token_bytes_max = 256;

[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The token of `Bearer <token>`, whose scheme is written in any case; empty
/// when there is none.
[[nodiscard]] std::string_view bearer(std::string_view value) noexcept {
  constexpr std::string_view scheme = "bearer";
  value = trimmed(value);
  const auto end = value.find_first_of(" \t");
  const auto same = [](char left, char right) {
    return left == right || (left >= 'A' && left <= 'Z' && left + 32 == right);
  };
  if (end == std::string_view::npos
      || !std::ranges::equal(value.substr(0, end), scheme, same)) {
    return {};
  }
  return trimmed(value.substr(end));
}

[[nodiscard]] result<stated_name>
read_name(std::optional<std::string_view> field) {
  if (!field) {
    return stated_name{};
  }
  auto name = decode_field_value(*field);
  if (name) {
    if (auto checked = check_name(*name); !checked) {
      name = fail(std::move(checked).error());
    }
  }
  if (!name) {
    return fail(error(name.error()).at("Sig-Identity"));
  }
  return stated_name{*std::move(name)};
}

[[nodiscard]] error refused_name(std::string detail, std::string remedy) {
  return error(errc::forbidden, std::move(detail))
    .at("Sig-Identity")
    .mend(std::move(remedy));
}

[[nodiscard]] result<void> check_named(const rights& of,
                                       const stated_name& name) {
  if (of.names.empty() && name) {
    return fail(refused_name("the token may use no name",
                             "leave the name out, or use a token with it"));
  }
  if (!of.names.empty() && !name) {
    return fail(
      refused_name("the token needs one of its names", "state a name"));
  }
  if (name && std::ranges::find(of.names, *name) == of.names.end()) {
    return fail(refused_name("the token may not use this name",
                             "state one of the token's names"));
  }
  return {};
}

} // namespace

bool authenticator::equal_hashes::operator()(
  std::string_view left, std::string_view right) const noexcept {
  return left.size() == right.size()
         && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

result<authenticator> authenticator::make(std::vector<token_entry> tokens,
                                          grant_set on_loopback) {
  if (tokens.size() > limits::tokens_max) {
    return fail(
      error(errc::invalid_argument,
            "more than " + std::to_string(limits::tokens_max) + " tokens")
        .at("tokens"));
  }
  authenticator out;
  out.on_loopback_ = on_loopback;
  for (std::size_t index = 0; index < tokens.size(); ++index) {
    if (const auto added = out.add(std::move(tokens[index])); !added) {
      return fail(error(added.error())
                    .at("tokens[" + std::to_string(index) + "]."
                        + added.error().place()));
    }
  }
  return out;
}

result<void> authenticator::add(token_entry&& one) {
  if (auto checked = check_token_entry(one); !checked) {
    return checked;
  }
  auto hash = one.hash;
  if (!tokens_
         .emplace(std::move(hash),
                  std::make_shared<const token_entry>(std::move(one)))
         .second) {
    return fail(error(errc::invalid_argument, "stands there twice").at("hash"));
  }
  return {};
}

result<void> authenticator::check_listener(bool loopback) const {
  if (loopback || !tokenless()) {
    return {};
  }
  return fail(
    error(errc::invalid_argument, "without tokens only loopback is served")
      .at("listen")
      .mend("configure a token (sigd token new) or listen on 127.0.0.1"));
}

result<caller> authenticator::authenticate(const request_facts& request) const {
  if (tokenless()) {
    return over_loopback(request);
  }
  auto found = find(request.authorization.value_or(std::string_view{}));
  if (!found) {
    return fail(error(errc::unauthorized, "a valid token is needed")
                  .at("Authorization")
                  .mend("send Authorization: Bearer <token>"));
  }
  auto name = read_name(request.identity);
  if (!name) {
    return fail(std::move(name).error());
  }
  if (const auto checked = check_named(found->rights, *name); !checked) {
    return fail(checked.error());
  }
  // Both share the entry.
  return caller::with_token({found, &found->rights}, *std::move(name),
                            {found, &found->hash});
}

bool authenticator::knows(const caller& by) const {
  if (tokenless() || by.tokenless()) {
    return tokenless() && by.tokenless() && by.rights().grants == on_loopback_;
  }
  const auto* const hash = by.token_hash();
  const auto found = hash == nullptr ? tokens_.end() : tokens_.find(*hash);
  return found != tokens_.end() && found->second->rights == by.rights();
}

authenticator::entry authenticator::find(std::string_view authorization) const {
  const auto token = bearer(authorization);
  if (token.empty() || token.size() > token_bytes_max) {
    return nullptr;
  }
  const auto found = tokens_.find(hash_token(token));
  return found == tokens_.end() ? nullptr : found->second;
}

result<caller>
authenticator::over_loopback(const request_facts& request) const {
  if (!request.loopback) {
    return fail(error(errc::forbidden, "without tokens only loopback is served")
                  .mend("configure a token on the node"));
  }
  if (request.forwarded) {
    return fail(
      error(errc::forbidden, "without tokens no forwarded request is served")
        .at("Forwarded")
        .mend("configure a token on the node behind a proxy"));
  }
  auto name = read_name(request.identity);
  if (!name) {
    return fail(std::move(name).error());
  }
  return caller::on_loopback(on_loopback_, *std::move(name));
}

} // namespace libsig::access
