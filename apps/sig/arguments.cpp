#include "apps/sig/arguments.hpp"

#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>

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

error unknown(std::span<const option_form> forms, const std::string& argument) {
  if (!argument.starts_with('-') || argument == "-" || argument == "--") {
    return wrong(in_quotes(argument), "an argument that no option takes",
                 "sig review --help shows the options");
  }
  const auto name = argument.substr(0, argument.find('='));
  std::vector<std::string> names;
  for (const auto& form : forms) {
    names.emplace_back(form.name);
  }
  const auto meant = closest(name, names);
  return wrong(in_quotes(name), "no such option",
               meant.empty() ? "sig review --help shows the options"
                             : "did you mean " + meant + "?");
}

/// The library reads `--name=` as an option whose value comes next, and takes
/// an option's name for a value. Here the first is made an empty value, and the
/// second is refused.
result<std::vector<std::string>>
prepare(std::span<const option_form> forms,
        std::span<const std::string> arguments) {
  std::vector<std::string> prepared;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    const auto equals = argument.find('=');
    const auto* const form = find(forms, argument.substr(0, equals));
    if (form == nullptr) {
      prepared.push_back(argument);
    } else if (equals != argument.npos && !form->valued) {
      return fail(wrong(std::string{form->name}, "takes no value", {}));
    } else if (equals != argument.npos) {
      prepared.emplace_back(form->name);
      prepared.push_back(argument.substr(equals + 1));
    } else {
      prepared.push_back(argument);
      if (!form->valued) {
        continue;
      }
      const bool last = i + 1 == arguments.size();
      if (last || find(forms, arguments[i + 1]) != nullptr) {
        return fail(
          wrong(argument, "needs a value", "write " + argument + "=VALUE"));
      }
      prepared.push_back(arguments[++i]);
    }
  }
  return prepared;
}

void declare(CLI::App& app, const option_form& form) {
  const std::string name{form.name};
  if (form.valued) {
    app.add_option(name)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  } else {
    app.add_flag(name);
  }
}

} // namespace

result<given_options>
given_options::parse(std::span<const option_form> forms,
                     std::span<const std::string> arguments) {
  auto prepared = prepare(forms, arguments);
  if (!prepared) {
    return fail(prepared.error());
  }
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  given_options given;
  try {
    for (const auto& form : forms) {
      declare(app, form);
    }
    std::reverse(prepared->begin(), prepared->end());
    app.parse(std::move(*prepared));
    if (const auto rest = app.remaining(); !rest.empty()) {
      return fail(unknown(forms, rest.front()));
    }
    for (const auto& form : forms) {
      std::string name{form.name};
      const auto* const option = app.get_option(name);
      if (option->count() > 1 && !form.repeatable) {
        return fail(wrong(name, "given more than once", "give it once"));
      }
      if (option->count() > 0) {
        given.options_.push_back({std::move(name), option->results()});
      }
    }
  } catch (const CLI::Error& problem) {
    return fail(
      wrong({}, problem.what(), "sig review --help shows the options"));
  }
  return given;
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
