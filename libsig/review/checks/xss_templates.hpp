#pragma once

#include "libsig/review/checks/findings.hpp"
#include "libsig/review/checks/flow.hpp"

namespace libsig::review::checks {

/// Reports the hole of a template that a flow came by, if its value gets into
/// the page unescaped, or escaped in vain. `escapes` is whether the template
/// escapes there, which tags between the holes change.
void report_hole(flow& in, const seen_call& hole, language spoken,
                 bool& escapes, line_reports& to);

/// Reports what single tokens tell: switches that turn escaping off, and
/// attributes that make a value markup.
void report_switches(const flow& in, language spoken, line_reports& to);

} // namespace libsig::review::checks
