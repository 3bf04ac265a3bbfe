#include "libsig/report/internal/formats.hpp"
namespace libsig::report {
std::string make_rdjson(const subject&) { return {}; }
} // namespace libsig::report
