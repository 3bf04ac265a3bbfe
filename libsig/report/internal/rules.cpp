#include "libsig/report/internal/rules.hpp"

#include <algorithm>
#include <array>

namespace libsig::report {

namespace {

using review::severity;

constexpr std::array rules{
  rule_facts{"sql_injection", "SqlInjection",
             "SQL text is put together with values.",
             "A value that becomes a part of the SQL text can change what the "
             "statement does. Pass values as parameters, or use the query "
             "builder of the library, which does.",
             severity::high, "8.8", "external/cwe/cwe-089"},
  rule_facts{"xss", "CrossSiteScripting",
             "A value becomes markup without being escaped.",
             "Markup that comes from outside runs with the rights of the "
             "reader. Use what escapes (text content, template output), or "
             "clean the markup with a library made for that.",
             severity::medium, "6.1", "external/cwe/cwe-079"},
  rule_facts{"auth_bypass", "AuthorizationRemoved",
             "A check of who may do this is gone.",
             "A guard was removed and nothing in the change takes its place. "
             "Keep it, or say where the caller is checked now.",
             severity::high, "8.1", "external/cwe/cwe-862"},
  rule_facts{"high_complexity", "HighComplexity",
             "The change adds many decisions to one place.",
             "Code with many branches is hard to read and to test. Split it "
             "into functions that have names.",
             severity::low, "", ""},
  rule_facts{"memory_hotspot", "MemoryHotspot",
             "A whole collection is loaded into memory.",
             "The amount of memory grows with the data. Filter, aggregate or "
             "page where the data is, or read it as a stream.",
             severity::medium, "", "external/cwe/cwe-770"},
  rule_facts{"hot_path_modified", "HotPathModified",
             "A function on the hot path changes.",
             "The function was named as one that decides how fast the program "
             "is. Measure before and after the change.",
             severity::medium, "", ""},
};

} // namespace

const rule_facts* find_rule(std::string_view type) noexcept {
  const auto found = std::ranges::find(rules, type, &rule_facts::type);
  return found == rules.end() ? nullptr : &*found;
}

} // namespace libsig::report
