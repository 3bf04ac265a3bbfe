#include "libsig/core/id.hpp"

#include <array>
#include <cstdlib>
#include <mutex>
#include <utility>

#include <sodium.h>

namespace libsig {

namespace {

// The counter spans rand_a (12 bits) and the 14 highest bits of rand_b; the
// other 48 bits are random in every id.
constexpr std::uint64_t counter_bits = 26;
constexpr std::uint64_t counter_max = (std::uint64_t{1} << counter_bits) - 1;
// A fresh millisecond starts the counter in its lower half, so that it cannot
// overflow before 2^25 ids.
constexpr std::uint64_t counter_start_mask = counter_max >> 1;

constexpr std::string_view digits = "0123456789abcdef";

/// The two digits of every byte: an id is made for every signal.
constexpr auto digit_pairs = [] {
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t byte = 0; byte < pairs.size(); ++byte) {
    pairs[byte] = {digits[byte >> 4], digits[byte & 0xf]};
  }
  return pairs;
}();

[[nodiscard]] std::string format(std::uint64_t high, std::uint64_t low) {
  std::string text(36, '-');
  char* at = text.data();
  const auto put = [&at](std::uint64_t word, int first_byte, int last_byte) {
    for (int byte = first_byte; byte >= last_byte; --byte) {
      const auto& pair = digit_pairs[(word >> (byte * 8)) & 0xff];
      *at++ = pair[0];
      *at++ = pair[1];
    }
    ++at;
  };
  put(high, 7, 4);
  put(high, 3, 2);
  put(high, 1, 0);
  put(low, 7, 6);
  put(low, 5, 0);
  return text;
}

/// Random words of the operating system, drawn a block at a time.
class system_entropy {
public:
  system_entropy() {
    // Answers 1 when it was initialised before and -1 when the system has no
    // source of randomness, where no id may be given out.
    if (sodium_init() < 0) {
      std::abort();
    }
  }

  std::uint64_t operator()() {
    if (next_ == words_.size()) {
      randombytes_buf(words_.data(), sizeof(words_));
      next_ = 0;
    }
    return words_[next_++];
  }

private:
  std::array<std::uint64_t, 64> words_{};
  std::size_t next_ = 64;
};

[[nodiscard]] std::optional<std::uint64_t> parse_hex(std::string_view text) {
  std::uint64_t value = 0;
  for (const char digit : text) {
    const auto nibble = digits.find(digit);
    if (nibble == std::string_view::npos) {
      return std::nullopt;
    }
    value = value << 4 | nibble;
  }
  return value;
}

} // namespace

struct uuid7_source::state {
  // Ids are made by whichever thread publishes; no actor stands between.
  std::mutex mutex;
  entropy random;
  std::uint64_t milliseconds = 0;
  std::uint64_t counter = 0;
};

uuid7_source::uuid7_source() : uuid7_source{system_entropy{}} {}

uuid7_source::uuid7_source(entropy random) : state_{std::make_unique<state>()} {
  state_->random = std::move(random);
}

uuid7_source::~uuid7_source() = default;

std::string uuid7_source::next(wall_time now) {
  const auto count = now.time_since_epoch().count();
  const auto milliseconds = count > 0 ? static_cast<std::uint64_t>(count) : 0;
  std::uint64_t stamp = 0;
  std::uint64_t counter = 0;
  std::uint64_t random = 0;
  {
    const std::lock_guard lock{state_->mutex};
    random = state_->random();
    if (milliseconds > state_->milliseconds) {
      state_->milliseconds = milliseconds;
      state_->counter = state_->random() & counter_start_mask;
    } else if (state_->counter == counter_max) {
      ++state_->milliseconds;
      state_->counter = 0;
    } else {
      ++state_->counter;
    }
    stamp = state_->milliseconds;
    counter = state_->counter;
  }
  const std::uint64_t high =
    stamp << 16 | std::uint64_t{7} << 12 | (counter >> 14 & 0xfff);
  const std::uint64_t low = std::uint64_t{2} << 62 | (counter & 0x3fff) << 48
                            | (random & 0xffff'ffff'ffff);
  return format(high, low);
}

std::optional<wall_time> time_of_uuid7(std::string_view id) {
  if (id.size() != 36 || id[8] != '-' || id[13] != '-' || id[14] != '7'
      || id[18] != '-' || id[23] != '-') {
    return std::nullopt;
  }
  const auto high = parse_hex(id.substr(0, 8));
  const auto low = parse_hex(id.substr(9, 4));
  constexpr std::string_view variants = "89ab";
  if (!high || !low || !parse_hex(id.substr(15, 3))
      || variants.find(id[19]) == std::string_view::npos
      || !parse_hex(id.substr(20, 3)) || !parse_hex(id.substr(24))) {
    return std::nullopt;
  }
  return wall_time{
    std::chrono::milliseconds{static_cast<std::int64_t>(*high << 16 | *low)}};
}

} // namespace libsig
