#include "libsig/access/caller.hpp"

#include <algorithm>
#include <utility>

#include "libsig/core/percent.hpp"
#include "libsig/core/reserved.hpp"

namespace libsig::access {

namespace {

constexpr std::string_view request_type = "review.request";

[[nodiscard]] tl::unexpected<error>
refusal(std::string detail, std::string place, std::string remedy) {
  return fail(error(errc::forbidden, std::move(detail))
                .at(std::move(place))
                .mend(std::move(remedy)));
}

/// Only a literal first segment names what is internal.
[[nodiscard]] bool names_internal(const pattern& asked) {
  const auto segments = asked.segments();
  return !segments.empty() && segments.front().kind == pattern::kind::literal
         && segments.front().text == "internal";
}

[[nodiscard]] std::string source_of(std::string_view folder,
                                    const std::optional<std::string>& name) {
  if (!name) {
    return "/system";
  }
  std::string out{folder};
  append_percent_encoded(out, *name);
  return out;
}

} // namespace

caller::caller(std::shared_ptr<const access::rights> of,
               std::optional<std::string> name,
               std::shared_ptr<const std::string> token_hash, bool tokenless)
  : rights_{std::move(of)}, name_{std::move(name)},
    token_hash_{std::move(token_hash)}, tokenless_{tokenless} {}

caller caller::with_token(std::shared_ptr<const access::rights> of,
                          std::optional<std::string> name,
                          std::shared_ptr<const std::string> hash) {
  return {std::move(of), std::move(name), std::move(hash), false};
}

caller caller::on_loopback(grant_set grants, std::optional<std::string> name) {
  access::rights all;
  all.scopes = scope_set{all_scopes};
  all.grants = grants;
  return {std::make_shared<const access::rights>(std::move(all)),
          std::move(name), nullptr, true};
}

std::string caller::own_source() const { return source_of("/agents/", name_); }

std::string caller::mail_source() const {
  return source_of("/identities/", name_);
}

result<void> caller::check_self(std::string_view stated) const {
  if (is_admin() || (name_ && *name_ == stated)) {
    return {};
  }
  return refusal("only the caller of this name or an admin may do this",
                 "Sig-Identity", "use the caller's own name");
}

result<void> caller::check_scope(scope what) const {
  if (may(what)) {
    return {};
  }
  const std::string name{to_string(what)};
  return refusal("the token lacks the scope " + name, "Authorization",
                 "use a token with the scope " + name);
}

bool caller::lets_through(std::string_view type) const {
  return rights_->types.empty()
         || std::ranges::any_of(rights_->types, [type](const pattern& one) {
              return one.matches(type);
            });
}

bool caller::may_type(scope what, std::string_view type) const {
  return may(what) && lets_through(type);
}

result<void> caller::check_type(scope what, std::string_view type) const {
  if (const auto checked = check_scope(what); !checked) {
    return checked;
  }
  if (lets_through(type)) {
    return {};
  }
  return refusal("the token's patterns do not match the type", "/type",
                 "use a token for this type");
}

result<void> caller::check_publish(std::string_view type) const {
  const auto needed = type == request_type ? scope::review : scope::publish;
  if (const auto checked = check_type(needed, type); !checked) {
    return checked;
  }
  if (!is_reserved_type(type) || has(grant::emit_reserved)) {
    return {};
  }
  return fail(error(errc::reserved_type)
                .at("/type")
                .mend("only the grant emit_reserved opens it to callers"));
}

bool caller::may_read(std::string_view type) const {
  return !is_internal_type(type) && lets_through(type);
}

bool caller::takes_part_in(const signal& what) const {
  if (!what.has_receiver() || is_admin()) {
    return true;
  }
  const auto* const name = what.receiver();
  // All who have no name share one source, which says nothing of who sent it.
  return name_
         && ((name != nullptr && *name == *name_)
             || what.source() == own_source()
             || what.source() == mail_source());
}

bool caller::may_see(const signal& what, const pattern* asked) const {
  const auto& type = what.type();
  if (what.tenant() != tenant()
      || (asked != nullptr && !asked->matches(type))) {
    return false;
  }
  const bool readable = is_internal_type(type)
                          ? is_admin() && asked != nullptr
                              && names_internal(*asked) && lets_through(type)
                          : may_read(type);
  return readable && takes_part_in(what);
}

} // namespace libsig::access
