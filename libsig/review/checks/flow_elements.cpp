#include <algorithm>
#include <charconv>

#include "libsig/review/checks/flow.hpp"
#include "libsig/review/checks/flow_words.hpp"
#include "libsig/review/checks/value_words.hpp"

namespace libsig::review::checks {

namespace {

constexpr auto collections = make_words({"hashmap",
                                         "linkedhashmap",
                                         "treemap",
                                         "hashtable",
                                         "concurrenthashmap",
                                         "map",
                                         "arraylist",
                                         "linkedlist",
                                         "list",
                                         "vector",
                                         "dict",
                                         "dictionary",
                                         "array",
                                         "object",
                                         "queue",
                                         "stack",
                                         "arraydeque",
                                         "deque",
                                         "ordereddict",
                                         "stringdictionary",
                                         "namevaluecollection",
                                         "properties",
                                         "sorteddictionary",
                                         "mutablelistof",
                                         "mutablemapof",
                                         "string"});

constexpr auto adding =
  make_words({"add", "append", "push", "addlast", "push_back", "offer"});

constexpr auto putting =
  make_words({"put", "set", "setitem", "setproperty", "__setitem__", "store"});

constexpr auto removing =
  make_words({"remove", "pop", "removeat", "removelast", "pop_back"});

constexpr auto removing_first =
  make_words({"shift", "removefirst", "poll", "popleft", "dequeue"});

/// What changes a list in ways that are not followed.
constexpr auto mixing = make_words(
  {"addall", "clear", "sort", "reverse", "insert", "unshift", "splice",
   "extend", "putall", "update", "addfirst", "shuffle", "retainall",
   "removeall", "removeif", "replaceall", "merge", "compute"});

/// All of these.
constexpr auto changing = make_words(
  {"add",         "append",   "push",       "addlast",     "push_back",
   "offer",       "put",      "set",        "setitem",     "setproperty",
   "__setitem__", "store",    "remove",     "pop",         "removeat",
   "removelast",  "pop_back", "shift",      "removefirst", "poll",
   "popleft",     "dequeue",  "addall",     "clear",       "sort",
   "reverse",     "insert",   "unshift",    "splice",      "extend",
   "putall",      "update",   "addfirst",   "shuffle",     "retainall",
   "removeall",   "removeif", "replaceall", "merge",       "compute"});

constexpr auto reading =
  make_words({"get", "at", "getordefault", "getitem", "fetch", "elementat",
              "getorelse", "getproperty", "getvalue"});

} // namespace

// -- which elements there are

std::string_view flow::constant_key(token_range what) const noexcept {
  if (what.last - what.first == 1
      && tokens_[what.first].kind == token_kind::number)
    return tokens_[what.first].text;
  if (what.last - what.first == 2 && is_operator(what.first, ":"))
    return tokens_[what.first + 1].text; // `:name` of Ruby.
  if (what.last - what.first != 3 || match_[what.first] != what.first + 2)
    return {};
  return literal_text(what);
}

const element* flow::find_element(std::string_view owner,
                                  std::string_view key) const noexcept {
  std::size_t place = 0;
  const auto end = key.data() + key.size();
  const auto read = std::from_chars(key.data(), end, place);
  const bool counts = read.ec == std::errc{} && read.ptr == end;
  for (const auto& each : elements_) {
    if (each.owner != owner)
      continue;
    if (!each.key.empty() ? each.key == key : counts && place-- == 0)
      return &each;
  }
  return nullptr;
}

element* flow::find_element(std::string_view owner,
                            std::string_view key) noexcept {
  return const_cast<element*>(
    static_cast<const flow&>(*this).find_element(owner, key));
}

void flow::drop_elements(std::string_view owner) {
  std::erase_if(elements_,
                [owner](const element& each) { return each.owner == owner; });
}

void flow::keep_element(variable& owner, std::string_view key, value given) {
  const auto first =
    scopes_.empty() ? std::size_t{0} : scopes_.back().variables;
  if (is_conditional(owner, {at_, at_ + 1}, first)
      || elements_.size() == elements_max) {
    owner.listed = false;
    return;
  }
  if (!key.empty())
    if (auto* known = find_element(owner.name, key)) {
      known->held = given;
      return;
    }
  elements_.push_back({owner.name, key, given});
}

/// One entry of a list or a map that is written out.
void flow::list_entry(std::string_view owner, token_range what) {
  for (auto at = what.first; at < what.last; at = behind(at))
    if (is_operator(at, ":") || is_operator(at, "=>")) {
      auto key = constant_key({what.first, at});
      if (key.empty() && at - what.first == 1
          && tokens_[what.first].kind == token_kind::identifier)
        key = tokens_[what.first].text;
      elements_.push_back(
        {owner, key, evaluate(token_range{at + 1, what.last})});
      return;
    }
  elements_.push_back({owner, {}, evaluate(what)});
}

void flow::list_elements(std::string_view name, token_range right) {
  auto at = right.first;
  if (at < right.last && is_word(at, "new"))
    ++at;
  if (at >= right.last)
    return;
  bool made = false;
  if (tokens_[at].kind == token_kind::identifier) {
    made = collections.has(lowered(tokens_[at].text))
           || (at + 2 < right.last && is_operator(at + 1, "."));
    if (!made)
      return;
    // `java.util.ArrayList<String>(…)`, `new String[] {…}`.
    while (at < right.last && !is_operator(at, "(") && !is_operator(at, "{"))
      at = is_operator(at, "[") ? behind(at) : at + 1;
    if (at >= right.last || at < right.first + 1
        || (is_operator(at, "(")
            && !(is_operator(at - 1, ">") || is_operator(at - 1, "<>")
                 || collections.has(lowered(tokens_[at - 1].text)))))
      return;
  }
  if (!is_open(at) || tokens_[at].kind != token_kind::punctuation
      || match_[at] + 1 != right.last || (!made && is_operator(at, "(")))
    return;
  constexpr std::uint32_t tokens_max = 64;
  if (right.last - right.first > tokens_max)
    return;
  auto* owner = find(name);
  if (owner == nullptr)
    return;
  owner->listed = true;
  auto from = at + 1;
  const auto close = match_[at];
  for (at = from; at <= close && elements_.size() < elements_max;) {
    if (at == close || is_operator(at, ",")) {
      if (from < at)
        list_entry(name, {from, at});
      from = at + 1;
    }
    if (at == close)
      return;
    at = std::min(behind(at), close);
  }
  owner = find(name);
  if (owner != nullptr)
    owner->listed = false; // Not all of them are known.
}

// -- calls that change and read them

void flow::remove_element(std::string_view owner, token_range which,
                          bool front) {
  const auto key = which.empty() ? std::string_view{} : constant_key(which);
  if (!which.empty() && key.empty()) {
    drop_elements(owner);
    return;
  }
  const auto* chosen = key.empty() ? nullptr : find_element(owner, key);
  if (key.empty())
    for (const auto& each : elements_)
      if (each.owner == owner && (!front || chosen == nullptr))
        chosen = &each;
  if (chosen != nullptr)
    elements_.erase(elements_.begin() + (chosen - elements_.data()));
}

void flow::element_call(const seen_call& call) {
  if (!changing.has(call.word))
    return;
  auto* found = find(chain_text({call.start, call.at - 1}));
  if (found == nullptr)
    return;
  auto& owner = *found;
  const auto& word = call.word;
  const bool adds = adding.has(word) && call.count == 1;
  const bool puts = putting.has(word) && call.count == 2;
  const bool front = removing_first.has(word);
  const bool removes = removing.has(word) || front;
  if (puts)
    owner.held = joined(owner.held, call.arguments[1], tokens_[call.at].line);
  if (!owner.listed)
    return;
  if (adds) {
    keep_element(owner, {}, call.arguments[0]);
  } else if (puts) {
    const auto key = constant_key(call.ranges[0]);
    if (key.empty())
      owner.listed = false;
    else
      keep_element(owner, key, call.arguments[1]);
  } else if (removes) {
    const auto first =
      scopes_.empty() ? std::size_t{0} : scopes_.back().variables;
    if (is_conditional(owner, {at_, at_ + 1}, first))
      owner.listed = false;
    else
      remove_element(owner.name,
                     call.count > 0 ? call.ranges[0] : token_range{}, front);
  } else if (mixing.has(word) || (adding.has(word) && call.count > 1)) {
    owner.listed = false;
  }
}

bool flow::element_at(const variable& owner, std::uint32_t& at,
                      std::uint32_t last, value& to) const {
  if (!owner.listed || at + 1 >= last)
    return false;
  token_range key;
  auto end = at;
  std::string_view named;
  if (is_operator(at, "[")) {
    key = {at + 1, match_[at]};
    end = behind(at);
  } else if (is_member_mark(tokens_[at], spoken_)) {
    if (at + 2 < last && is_operator(at + 2, "(")) {
      if (!reading.has(lowered(tokens_[at + 1].text)))
        return false;
      key = {at + 3, match_[at + 2]};
      for (auto comma = key.first; comma < key.last && comma < last;
           comma = behind(comma))
        if (is_operator(comma, ","))
          key.last = comma;
      end = behind(at + 2);
    } else {
      named = tokens_[at + 1].text;
      end = at + 2;
    }
  } else {
    return false;
  }
  if (end > last || key.last > last)
    return false;
  if (named.empty())
    named = constant_key(key);
  const auto* found = named.empty() ? nullptr : find_element(owner.name, named);
  if (found == nullptr)
    return false;
  to = found->held;
  at = end;
  return true;
}

} // namespace libsig::review::checks
