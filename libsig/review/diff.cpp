#include "libsig/review/diff.hpp"

#include <string>
#include <utility>

#include "libsig/core/limits.hpp"
#include "libsig/review/internal/diff_parser.hpp"

namespace libsig::review {

result<change_set> change_set::parse(std::shared_ptr<const std::string> text) {
  if (text == nullptr)
    return fail(errc::invalid_argument, "there is no text to parse");
  if (text->size() > limits::diff_bytes_max)
    return fail(error(errc::too_large, "the diff has too many bytes")
                  .mend("split it; the limit is "
                        + std::to_string(limits::diff_bytes_max) + " bytes"));
  auto files = internal::diff_parser(*text).parse();
  if (!files)
    return tl::unexpected(std::move(files).error());
  change_set result;
  result.text_ = std::move(text);
  result.files_ = std::move(*files);
  return result;
}

} // namespace libsig::review
