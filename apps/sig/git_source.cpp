#include "apps/sig/git_source.hpp"

#include <utility>

#include "apps/sig/git_repository.hpp"
#include "libsig/core/in_quotes.hpp"

namespace libsig::sig {

namespace {

struct range_ends {
  std::string from;
  std::string to;
  bool from_merge_base = false;
};

result<range_ends> split_range(const std::string& range) {
  const auto dots = range.find("..");
  if (dots == std::string::npos || range.find_first_not_of('.') == range.npos) {
    return fail(error{errc::invalid_argument, in_quotes(range) + " is no range"}
                  .at("--range")
                  .mend("write A..B to compare two trees, or A...B to compare "
                        "the merge base with B"));
  }
  const bool three = range.compare(dots, 3, "...") == 0;
  const auto or_head = [](std::string text) {
    return text.empty() ? std::string{"HEAD"} : text;
  };
  return range_ends{or_head(range.substr(0, dots)),
                    or_head(range.substr(dots + (three ? 3 : 2))), three};
}

/// The tree that a range starts from.
result<std::string> base_tree(const repository& in, const range_ends& ends) {
  if (!ends.from_merge_base) {
    return resolve(in, ends.from, "tree");
  }
  const auto from = resolve(in, ends.from, "commit");
  const auto to = resolve(in, ends.to, "commit");
  if (!from || !to) {
    return from ? to : from;
  }
  const auto base = in.git.line({"merge-base", *from, *to});
  if (!base) {
    return fail(error{errc::not_found, in_quotes(ends.from) + " and "
                                         + in_quotes(ends.to)
                                         + " have no common ancestor here"}
                  .at("--range")
                  .mend("fetch more history if the clone is shallow, or "
                        "compare the trees with A..B"));
  }
  return resolve(in, *base, "tree");
}

} // namespace

result<git_diff> diff_of_range(const std::string& range,
                               const std::vector<std::string>& environment) {
  const auto ends = split_range(range);
  if (!ends) {
    return fail(ends.error());
  }
  const auto in = find_repository(environment);
  if (!in) {
    return fail(in.error());
  }
  const auto from = base_tree(*in, *ends);
  const auto to = from ? resolve(*in, ends->to, "tree") : from;
  if (!to) {
    return fail(to.error());
  }
  const auto shadow = git_shadow::make(
    {.objects = in->objects, .object_format = in->object_format, .index = {}});
  if (!shadow) {
    return fail(shadow.error());
  }
  auto text = run_diff(shadowed(in->git, *shadow, {}), {*from, *to});
  if (!text) {
    return fail(text.error());
  }
  return git_diff{std::move(*text), {}};
}

result<git_diff> diff_of_index(const std::vector<std::string>& environment) {
  const auto in = find_repository(environment);
  if (!in) {
    return fail(in.error());
  }
  const auto against = find_head(*in);
  if (!against) {
    return fail(against.error());
  }
  const auto shadow = git_shadow::make({.objects = in->objects,
                                        .object_format = in->object_format,
                                        .index = in->index});
  if (!shadow) {
    return fail(shadow.error());
  }
  const auto git = shadowed(in->git, *shadow, {});
  const auto unmerged = git.run({.arguments = {"ls-files", "--unmerged", "-z"},
                                 .output_bytes_max = listing_bytes_max});
  if (unmerged && !unmerged->empty()) {
    return fail(error{errc::invalid_argument,
                      "the index holds a merge with unresolved conflicts"}
                  .at("--staged")
                  .mend("resolve and add the files first"));
  }
  auto text = run_diff(git, {"--cached", against->id});
  if (!text) {
    return fail(text.error());
  }
  git_diff made{std::move(*text), {}};
  if (!against->exists) {
    made.notes.emplace_back(no_commit_note);
  }
  return made;
}

} // namespace libsig::sig
