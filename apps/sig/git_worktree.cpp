#include "apps/sig/git_source.hpp"

#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "apps/sig/git_repository.hpp"

namespace libsig::sig {

namespace {

/// What the user told git not to look at, although it is there.
struct hidden_files {
  std::vector<std::string> assumed; ///< assumed to be unchanged
  std::vector<std::string> skipped; ///< left out of the checkout
};

result<hidden_files> find_hidden(const git_command& git,
                                 const std::filesystem::path& top) {
  const auto listing = git.run({.arguments = {"ls-files", "-v", "-z"},
                                .output_bytes_max = listing_bytes_max});
  if (!listing) {
    return fail(listing.error());
  }
  hidden_files hidden;
  for (const auto& entry : parts_of(*listing, '\0')) {
    if (entry.size() < 3) {
      continue;
    }
    const char tag = entry.front();
    const auto name = entry.substr(2);
    std::error_code problem;
    const bool left_out = tag == 'S' || tag == 's';
    if (left_out
        && std::filesystem::exists(
          std::filesystem::symlink_status(top / name, problem))) {
      hidden.skipped.push_back(name);
    }
    if (tag >= 'a' && tag <= 'z') {
      hidden.assumed.push_back(name);
    }
  }
  return hidden;
}

result<void> mark(const git_command& git, const git_shadow& shadow,
                  const char* option, const std::vector<std::string>& names) {
  if (names.empty()) {
    return {};
  }
  auto list = shadow.write_list(names);
  if (!list) {
    return fail(list.error());
  }
  const auto done =
    git.run({.arguments = {"update-index", option, "-z", "--stdin"},
             .input_file = std::move(*list)});
  return done ? result<void>{} : fail(done.error());
}

/// Takes back, in the shadow's index, the marks that hide files from git.
result<void> unhide(const git_command& git, const git_shadow& shadow,
                    const std::filesystem::path& top) {
  const auto hidden = find_hidden(git, top);
  if (!hidden) {
    return fail(hidden.error());
  }
  auto done = mark(git, shadow, "--no-assume-unchanged", hidden->assumed);
  return done ? mark(git, shadow, "--no-skip-worktree", hidden->skipped) : done;
}

/// The untracked files; other repositories inside of this one are theirs.
result<std::vector<std::string>> untracked_files(const git_command& git) {
  auto listing =
    git.run({.arguments = {"ls-files", "--others", "--exclude-standard", "-z"},
             .output_bytes_max = listing_bytes_max});
  if (!listing) {
    return fail(listing.error());
  }
  auto names = parts_of(*listing, '\0');
  std::erase_if(names,
                [](const std::string& name) { return name.ends_with('/'); });
  return names;
}

result<void> add_untracked(const git_command& git, const git_shadow& shadow,
                           const std::vector<std::string>& names) {
  auto list = shadow.write_list(names);
  if (!list) {
    return fail(list.error());
  }
  auto added =
    git.run({.arguments = {
               "-c", "core.safecrlf=false", "add", "--intent-to-add", "--force",
               "--pathspec-from-file=" + *list, "--pathspec-file-nul"}});
  if (!added) {
    return fail(added.error());
  }
  return {};
}

std::string left_out(std::size_t count) {
  return std::to_string(count)
         + (count == 1 ? " untracked file is" : " untracked files are")
         + " not reviewed; --untracked includes "
         + (count == 1 ? "it" : "them");
}

result<git_diff> compare(const git_command& git, const git_shadow& shadow,
                         const std::string& top, const std::string& tree,
                         bool with_untracked) {
  if (auto seen = unhide(git, shadow, top); !seen) {
    return fail(seen.error());
  }
  const auto untracked = untracked_files(git);
  if (!untracked) {
    return fail(untracked.error());
  }
  git_diff made;
  if (!untracked->empty() && with_untracked) {
    if (auto added = add_untracked(git, shadow, *untracked); !added) {
      return fail(added.error());
    }
  } else if (!untracked->empty()) {
    made.notes.push_back(left_out(untracked->size()));
  }
  // An unresolved merge shows as the change that its files make.
  auto text = run_diff(git, {"--diff-filter=u", tree});
  if (!text) {
    return fail(text.error());
  }
  made.text = std::move(*text);
  return made;
}

} // namespace

result<git_diff> diff_of_worktree(bool with_untracked,
                                  const std::vector<std::string>& environment) {
  const auto in = find_repository(environment);
  if (!in) {
    return fail(in.error());
  }
  const auto top =
    in->git.line({"rev-parse", "--path-format=absolute", "--show-toplevel"});
  if (!top) {
    return fail(error{errc::not_found, "this repository has no work tree here"}
                  .at("--worktree")
                  .mend("run this in its work tree, or use --range"));
  }
  const auto against = find_head(*in);
  if (!against) {
    return fail(against.error());
  }
  const auto shadow = git_shadow::make({.objects = in->objects,
                                        .object_format = in->object_format,
                                        .index = in->index,
                                        .has_work_tree = true});
  if (!shadow) {
    return fail(shadow.error());
  }
  const auto git = shadowed(in->git, *shadow, *top);
  auto text = compare(git, *shadow, *top, against->id, with_untracked);
  if (text && !against->exists) {
    text->notes.emplace_back(no_commit_note);
  }
  return text;
}

} // namespace libsig::sig
