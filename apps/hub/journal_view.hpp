#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/topic/log_view.hpp"

namespace libsig::hub {

/// The journal as topics see it. Any thread; the journal must outlive it.
class journal_view final : public topic::log_view {
public:
  explicit journal_view(const journal::journal& log) noexcept : log_{log} {}

  [[nodiscard]] result<signal_ptr> next(std::string_view tenant,
                                        std::string_view topic,
                                        std::uint64_t after) const override;

  [[nodiscard]] result<signal_ptr> last(std::string_view tenant,
                                        std::string_view topic) const override;

  [[nodiscard]] result<std::optional<std::uint64_t>>
  find(std::string_view tenant, std::string_view topic,
       std::string_view id) const override;

  [[nodiscard]] std::uint64_t end() const override;

  [[nodiscard]] std::uint64_t complete_from() const override;

  [[nodiscard]] result<std::uint64_t> at(wall_time time) const override;

  [[nodiscard]] std::uint64_t epoch() const noexcept override;

private:
  const journal::journal& log_;
};

} // namespace libsig::hub
