#pragma once

#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>

#include "tests/report/samples.hpp"

/// Compares what a program wrote with what it is known to write
/// (tests/golden/README.md).
namespace libsig::report::golden {

/// Fails the test with a readable difference unless the text is that of
/// tests/golden/report/<name>. With LIBSIG_UPDATE_GOLDEN=1 in the environment
/// it writes the file instead.
void check(std::string_view name, std::string_view text);

/// Checks one report of every sample as `<sample><variant>.<format>`.
void check_samples(format which, const options& how, std::string_view variant);

} // namespace libsig::report::golden
