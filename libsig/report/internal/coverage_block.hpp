#pragma once

#include "libsig/report/internal/canvas.hpp"
#include "libsig/report/internal/facts.hpp"

/// The end of a `pretty` report.
namespace libsig::report {

/// What was looked at and what was not, one labelled row per subject: files,
/// specialists, failed checks, what was held back, escalations.
void put_coverage(canvas& page, const review::summary& summary);

/// `2 high, 1 medium, 0 low in 12 files (+120 −30) · 42 ms · deep_review`
void put_totals(canvas& page, const review::summary& summary,
                const verdict& verdict);

} // namespace libsig::report
