#include "apps/sig/arguments.hpp"

#include <algorithm>
#include <utility>

#include "libsig/core/in_quotes.hpp"
#include "libsig/core/suggest.hpp"

namespace libsig::sig {

namespace {

error wrong(std::string place, std::string detail, std::string remedy) {
  return error{errc::invalid_argument, std::move(detail)}
    .at(std::move(place))
    .mend(std::move(remedy));
}

const option_form* find(std::span<const option_form> forms,
                        std::string_view name) {
  const auto found =
    std::find_if(forms.begin(), forms.end(),
                 [name](const auto& form) { return form.name == name; });
  return found == forms.end() ? nullptr : &*found;
}

std::string look_at_help(const command_syntax& syntax) {
  return "sig " + std::string{syntax.name} + " --help shows the options";
}

error unknown(const command_syntax& syntax, const std::string& argument) {
  if (!argument.starts_with('-') || argument == "-" || argument == "--") {
    return wrong(in_quotes(argument), "an argument that no option takes",
                 look_at_help(syntax));
  }
  const auto name = argument.substr(0, argument.find('='));
  std::vector<std::string> names;
  for (const auto& form : syntax.options) {
    names.emplace_back(form.name);
  }
  const auto meant = closest(name, names);
  return wrong(in_quotes(name), "no such option",
               meant.empty() ? look_at_help(syntax)
                             : "did you mean " + meant + "?");
}

result<void> check_words(const command_syntax& syntax,
                         const given_options& given) {
  const auto words = given.words();
  // Help is given whatever else is there or missing.
  if (given.has("--help") || given.has("-h")) {
    return {};
  }
  if (words.size() > syntax.words_max) {
    return fail(unknown(syntax, words[syntax.words_max]));
  }
  if (words.size() < syntax.words_min) {
    return fail(wrong("sig " + std::string{syntax.name},
                      "an argument is missing", look_at_help(syntax)));
  }
  return {};
}

} // namespace

result<given_options>
given_options::parse(const command_syntax& syntax,
                     std::span<const std::string> arguments) {
  given_options given;
  while (!arguments.empty()) {
    const auto& argument = arguments.front();
    const auto* const form = find(
      syntax.options, std::string_view{argument}.substr(0, argument.find('=')));
    if (form != nullptr) {
      const auto taken = given.take(syntax, *form, arguments);
      if (!taken) {
        return fail(taken.error());
      }
      arguments = arguments.subspan(*taken);
    } else if (argument == "--" && syntax.words_max > 0) {
      given.words_.insert(given.words_.end(), arguments.begin() + 1,
                          arguments.end());
      break;
    } else if (argument.size() > 1 && argument.front() == '-') {
      return fail(unknown(syntax, argument));
    } else {
      given.words_.push_back(argument);
      arguments = arguments.subspan(1);
    }
  }
  if (auto fit = check_words(syntax, given); !fit) {
    return fail(std::move(fit).error());
  }
  return given;
}

/// Takes the option that stands first, with its value; how many arguments it
/// has. A value may look like anything but an option of the command.
result<std::size_t> given_options::take(const command_syntax& syntax,
                                        const option_form& form,
                                        std::span<const std::string> from) {
  const std::string name{form.name};
  const auto& argument = from.front();
  const bool joined = argument.size() > name.size();
  if (joined && !form.valued) {
    return fail(wrong(name, "takes no value", {}));
  }
  if (has(name) && !form.repeatable) {
    return fail(wrong(name, "given more than once", "give it once"));
  }
  std::string value;
  if (joined) {
    value = argument.substr(name.size() + 1);
  } else if (form.valued) {
    if (from.size() < 2 || find(syntax.options, from[1]) != nullptr) {
      return fail(wrong(name, "needs a value", "write " + name + "=VALUE"));
    }
    value = from[1];
  }
  const auto known = std::ranges::find(options_, name, &given_option::name);
  if (known != options_.end()) {
    known->values.push_back(std::move(value));
  } else {
    options_.push_back({name, {std::move(value)}});
  }
  return form.valued && !joined ? 2u : 1u;
}

bool given_options::has(std::string_view name) const {
  return !all(name).empty();
}

std::span<const std::string> given_options::all(std::string_view name) const {
  const auto found =
    std::find_if(options_.begin(), options_.end(),
                 [name](const auto& one) { return one.name == name; });
  if (found == options_.end()) {
    return {};
  }
  return found->values;
}

} // namespace libsig::sig
