#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <unistd.h>

#include "apps/sig/program.hpp"
#include "apps/sig/terminal.hpp"

int main(int argc, char* argv[]) {
  try {
    const std::vector<std::string> arguments{argv + (argc > 0 ? 1 : 0),
                                             argv + argc};
    std::vector<std::string> variables;
    for (char** one = environ; *one != nullptr; ++one) {
      variables.emplace_back(*one);
    }
    return static_cast<int>(libsig::sig::run_program(arguments, variables));
  } catch (const std::exception&) {
    libsig::sig::talk("out of memory");
    return static_cast<int>(libsig::sig::exit_status::infrastructure);
  }
}
