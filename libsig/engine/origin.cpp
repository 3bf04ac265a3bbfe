#include "libsig/engine/origin.hpp"

#include <algorithm>
#include <utility>

#include "libsig/core/limits.hpp"
#include "libsig/core/reserved.hpp"
#include "libsig/core/utf8.hpp"

namespace libsig::engine {

namespace {

[[nodiscard]] bool is_literal(const pattern& of) {
  return std::ranges::all_of(of.segments(), [](const auto& segment) {
    return segment.kind == pattern::kind::literal;
  });
}

/// Whether a text is fit for every attribute.
[[nodiscard]] bool is_plain(std::string_view text) {
  return !text.empty() && text.size() <= limits::attribute_bytes_max
         && is_printable_ascii(text);
}

} // namespace

origin::origin(const actor::spec& of, std::size_t first_cell)
  : name_{of.name}, source_{of.source}, plain_source_{is_plain(of.source)},
    first_cell_{first_cell}, shards_{of.shards}, key_of_{of.key_of},
    reads_log_{of.reads_log} {
  for (std::size_t shard = 0; shard < shards_; ++shard) {
    notices_.push_back(std::make_shared<engine::notices>());
  }
  for (const auto& text : of.emits) {
    auto one = pattern::parse(text);
    if (is_literal(*one) && is_plain(one->text())) {
      emits_exact_.push_back(one->text());
    } else if (one->segments().front().kind != pattern::kind::literal) {
      emits_any_.push_back(std::move(*one));
    } else {
      emits_wild_.push_back(std::move(*one));
    }
  }
}

bool origin::names(std::string_view type) const {
  return std::ranges::find(emits_exact_, type) != emits_exact_.end();
}

bool origin::matches(std::string_view type, bool also_reserved) const {
  const auto fits = [&](const pattern& one) { return one.matches(type); };
  return std::ranges::any_of(emits_wild_, fits)
         || ((also_reserved || !is_reserved_type(type))
             && std::ranges::any_of(emits_any_, fits));
}

} // namespace libsig::engine
