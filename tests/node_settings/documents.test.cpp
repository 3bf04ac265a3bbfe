// The documents name every key with the default that it has.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>

#include "apps/node_settings/keys.hpp"
#include "apps/node_settings/load.hpp"
#include "libsig/config/show.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using namespace libsig::sigd;

namespace {

const config::environment home{{{"HOME", "/home/me"}}};

[[nodiscard]] std::string read(const std::string& name) {
  std::ifstream in{LIBSIG_SOURCE_DIR "/" + name, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// The text without the escapes of a man page.
[[nodiscard]] std::string unescaped(std::string text) {
  for (auto at = text.find("\\-"); at != text.npos; at = text.find("\\-")) {
    text.erase(at, 1);
  }
  // Lines are filled, so that an end of line is a blank.
  std::ranges::replace(text, '\n', ' ');
  return text;
}

/// The sections of an example with what is commented out in them.
[[nodiscard]] std::string sections_of(const std::string& example) {
  std::string out;
  for (std::size_t at = 0; at < example.size();) {
    const auto end = example.find('\n', at);
    std::string line = example.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("#[[")) {
      break;
    }
    const bool key = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    out += (key ? line.substr(1) : line) + '\n';
  }
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(documents)

BOOST_AUTO_TEST_CASE(the_example_has_every_key_with_its_default) {
  const testing::temporary_folder folder;
  const auto example = read("packaging/sigd.toml");
  settings_sources from;
  from.environment = home;
  from.file = folder.write("whole.toml", sections_of(example));
  const auto made = load_settings(from);
  BOOST_TEST_REQUIRE(made.has_value(),
                     (made ? std::string{} : made.error().message()));
  for (const auto& one : made->configuration.settings()) {
    BOOST_TEST((one.from.from == config::layer::file), one.of->full_name());
    if (one.of->full_name() != "node.data") {
      BOOST_TEST((one.now == one.of->standard), one.of->full_name());
    }
  }
}

BOOST_AUTO_TEST_CASE(the_example_as_it_is_changes_nothing) {
  settings_sources from;
  from.environment = home;
  from.file = LIBSIG_SOURCE_DIR "/packaging/sigd.toml";
  const auto made = load_settings(from);
  BOOST_TEST_REQUIRE(made.has_value(),
                     (made ? std::string{} : made.error().message()));
  for (const auto& one : made->configuration.settings()) {
    BOOST_TEST((one.from.from == config::layer::standard));
  }
}

BOOST_AUTO_TEST_CASE(the_manual_names_every_key_with_its_default) {
  const auto manual = unescaped(read("docs/man/sigd.toml.5"));
  const auto declared = declare_node(home);
  for (const auto& one : declared->keys) {
    BOOST_TEST(manual.find(".B " + one.name + " ") != std::string::npos,
               one.full_name());
    BOOST_TEST(manual.find(declared->environment_name(one))
                 != std::string::npos,
               one.full_name());
    const auto value = config::show_value({&one, one.standard, {}});
    if (one.full_name() != "node.data") {
      const auto at = manual.find(".B " + one.name + " ");
      BOOST_TEST(manual.find("default " + value, at) != std::string::npos,
                 one.full_name());
    }
  }
  for (const auto& list : declared->lists) {
    BOOST_TEST(manual.find("[[" + list.name + "]]") != std::string::npos);
    for (const auto& one : list.keys) {
      BOOST_TEST(manual.find(".B " + one.name + " ") != std::string::npos,
                 one.name);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
