#include "apps/sig/program.hpp"

#include <exception>
#include <string_view>
#include <utility>
#include <variant>

#include "apps/sig/descriptor.hpp"
#include "apps/sig/options.hpp"
#include "apps/sig/outcome.hpp"
#include "apps/sig/output.hpp"
#include "apps/sig/review_command.hpp"
#include "apps/sig/surroundings.hpp"
#include "apps/sig/terminal.hpp"

namespace libsig::sig {

namespace {

exit_status print(const print_command& what) {
  const auto written = write_standard_output(what.text);
  if (written) {
    return exit_status::clean;
  }
  if (written.error().code() != errc::stopped) {
    talk(written.error().message());
  }
  return exit_status::infrastructure;
}

exit_status run(const std::vector<std::string>& arguments,
                const std::vector<std::string>& environment) {
  auto parsed = parse_command_line(arguments);
  if (!parsed) {
    talk(parsed.error().message());
    return exit_status::usage;
  }
  if (const auto* const text = std::get_if<print_command>(&*parsed)) {
    return print(*text);
  }
  const auto term = value_of(environment, "TERM");
  const auto screen =
    look_at_terminal({.no_color = value_of(environment, "NO_COLOR"),
                      .term = term,
                      .columns = value_of(environment, "COLUMNS")});
  const surroundings around{screen, std::string{term}, environment};
  if (const auto* const what = std::get_if<node_command>(&*parsed)) {
    const auto done = what->form->run(what->given, around);
    return done ? *done : complain(done.error());
  }
  return run_review(std::get<review_command>(std::move(*parsed)), around);
}

} // namespace

exit_status run_program(const std::vector<std::string>& arguments,
                        const std::vector<std::string>& environment) noexcept {
  try {
    prepare_standard_descriptors();
    return run(arguments, environment);
  } catch (const std::bad_alloc&) {
    talk("out of memory");
  } catch (const std::exception& problem) {
    talk(std::string_view{problem.what()});
  } catch (...) {
    talk("a fault without a name");
  }
  return exit_status::infrastructure;
}

} // namespace libsig::sig
