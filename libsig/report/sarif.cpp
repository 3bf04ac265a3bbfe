#include "libsig/report/internal/formats.hpp"
namespace libsig::report {
std::string make_sarif(const subject&, const options&) { return {}; }
} // namespace libsig::report
