#include "libsig/journal/store_check.hpp"

#include "libsig/journal/internal/log_reader.hpp"
#include "libsig/journal/internal/retention.hpp"
#include "libsig/journal/internal/store_file.hpp"
#include "libsig/journal/internal/store_writer.hpp"
#include "libsig/journal/internal/topic_index.hpp"
#include "libsig/journal/sqlite_journal.hpp"

#include <algorithm>
#include <utility>

namespace libsig::journal {

namespace {

using namespace internal;

constexpr std::size_t chunk = 256;

class verifier {
public:
  explicit verifier(store_file& of) : data_{*of.data}, keys_{of.secret} {}

  [[nodiscard]] result<verification> run();

private:
  void problem(std::string what) {
    if (found_.problems.size() < verification::lines_max) {
      found_.problems.push_back(std::move(what));
    } else {
      ++found_.problems_beyond;
    }
  }

  /// Says what stands in the way of one part and goes on with the next.
  void note(const result<void>& part, std::string_view name) {
    if (!part) {
      problem(std::string{name} + ": " + part.error().message());
    }
  }

  [[nodiscard]] result<void> check_file();
  [[nodiscard]] result<void> load_state();
  [[nodiscard]] result<void> check_signals();
  [[nodiscard]] result<void> check_key(const record& what, const signal& is);
  [[nodiscard]] result<void> load_index();
  [[nodiscard]] result<void> check_place(std::uint64_t sequence,
                                         const signal& is);
  [[nodiscard]] result<void> check_gap(std::uint64_t from, std::uint64_t to);
  [[nodiscard]] result<void> check_rows();
  [[nodiscard]] result<std::uint64_t> count(const std::string& table);

  database& data_;
  stable_keys keys_;
  verification found_;
  const store_options no_bounds_;
  log_state state_;
  statement find_key_;
  /// Null when it cannot be read.
  std::unique_ptr<topic_index> index_;
};

result<std::uint64_t> verifier::count(const std::string& table) {
  auto made = data_.prepare("SELECT count(*) FROM " + table);
  if (!made) {
    return fail(made.error());
  }
  const auto row = made->step();
  if (!row) {
    return fail(row.error());
  }
  return made->number(0);
}

result<void> verifier::check_file() {
  auto made = data_.prepare("PRAGMA integrity_check(100)");
  if (!made) {
    return fail(made.error());
  }
  for (;;) {
    const auto row = made->step();
    if (!row) {
      return fail(row.error());
    }
    if (!*row) {
      return {};
    }
    if (made->bytes(0) != "ok") {
      problem("the file: " + std::string{made->bytes(0)});
    }
  }
}

result<void> verifier::load_state() {
  auto keep = retention::make(data_, no_bounds_);
  if (!keep) {
    return fail(keep.error());
  }
  std::vector<damage> damages;
  const auto state = keep->load(damages);
  if (!state) {
    return fail(state.error());
  }
  for (const auto& one : damages) {
    // Records come again with the others.
    if (one.sequence == 0) {
      problem(one.what);
    }
  }
  state_ = *state;
  found_.last_sequence = state_.last;
  return {};
}

/// Sequences that are not there must be known as damaged.
result<void> verifier::check_gap(std::uint64_t from, std::uint64_t to) {
  from = std::max(from, state_.tail);
  if (from >= to) {
    return {};
  }
  auto known = data_.prepare(
    "SELECT count(*) FROM quarantine WHERE sequence >= ?1 AND sequence < ?2");
  if (!known) {
    return fail(known.error());
  }
  known->bind(1, from).bind(2, to);
  const auto row = known->step();
  if (!row) {
    return fail(row.error());
  }
  if (known->number(0) < to - from) {
    problem("sequences from " + std::to_string(from) + " to "
            + std::to_string(to - 1) + " are missing");
  }
  return {};
}

result<void> verifier::check_key(const record& what, const signal& is) {
  const auto digest = keys_.identity(is);
  const reset_after end{find_key_};
  const auto row = find_key_.bind(1, view_of(digest)).step();
  if (!row) {
    return fail(row.error());
  }
  // A later one may have taken the place of a key that was forgotten.
  const bool good = *row ? find_key_.number(0) >= what.sequence
                             && find_key_.number(0) <= state_.last
                         : what.sequence <= state_.keys_floor;
  if (!good) {
    problem("signal " + std::to_string(what.sequence)
            + ": its key is missing or wrong");
  }
  return {};
}

/// Reads the index by topic as opening does, and looks at all of its rows.
result<void> verifier::load_index() {
  auto made = topic_index::make(data_, keys_, no_bounds_);
  if (!made) {
    return fail(made.error());
  }
  if (auto loaded = (*made)->load(state_); !loaded) {
    return loaded;
  }
  const auto topics = (*made)->tables().check();
  if (!topics) {
    return fail(topics.error());
  }
  found_.topics = *topics;
  index_ = std::move(*made);
  return {};
}

/// A signal must be found under its topic and under its id.
result<void> verifier::check_place(std::uint64_t sequence, const signal& is) {
  const auto mark = mark_of(is, keys_);
  if (!index_ || mark.topic == 0) {
    return {};
  }
  const auto next = index_->next(mark.topic, sequence - 1, state_.tail);
  const auto named = index_->next_named(mark.name, sequence - 1, state_.tail);
  if (!next || !named) {
    return fail(!next ? next.error() : named.error());
  }
  if (*next != sequence || *named != sequence) {
    problem("signal " + std::to_string(sequence)
            + ": the index by topic does not lead to it");
  }
  return {};
}

result<void> verifier::check_signals() {
  auto reader = log_reader::make(data_);
  auto find = data_.prepare("SELECT sequence FROM keys WHERE digest = ?1");
  if (!reader || !find) {
    return fail(!reader ? reader.error() : find.error());
  }
  find_key_ = std::move(*find);
  log_walk walk;
  std::uint64_t next = 1;
  while (!walk.at_end) {
    const auto some = reader->next(walk, chunk);
    if (!some) {
      return fail(some.error());
    }
    for (const auto& one : *some) {
      if (auto gap = check_gap(next, one.sequence); !gap) {
        return gap;
      }
      next = one.sequence + 1;
      found_.first_sequence =
        found_.signals++ == 0 ? one.sequence : found_.first_sequence;
      const auto read = decode(one, {});
      if (!read) {
        problem("signal " + std::to_string(one.sequence) + ": "
                + read.error().message());
      } else if (auto key = check_key(one, **read); !key) {
        return key;
      } else if (auto place = check_place(one.sequence, **read); !place) {
        return place;
      }
    }
  }
  return check_gap(next, state_.last + 1);
}

result<void> verifier::check_rows() {
  auto all = data_.prepare(
    "SELECT name, key, keeps, sum, value, keeps <> 0 AND NOT EXISTS("
    "SELECT 1 FROM signals WHERE sequence = keeps) FROM rows");
  if (!all) {
    return fail(all.error());
  }
  for (;;) {
    const auto row = all->step();
    if (!row) {
      return fail(row.error());
    }
    if (!*row) {
      return {};
    }
    ++found_.rows;
    const auto name = [&] {
      return "row " + std::string{all->bytes(0)} + '/'
             + std::string{all->bytes(1)} + ": ";
    };
    if (sum_of_row(all->bytes(0), all->bytes(1), all->bytes(4), all->number(2))
        != all->number(3)) {
      problem(name() + "its checksum does not fit");
    } else if (all->number(5) != 0) {
      problem(name() + "it keeps signal " + std::to_string(all->number(2))
              + ", which is not there");
    }
  }
}

result<verification> verifier::run() {
  note(check_file(), "the file");
  note(load_state(), "retention");
  note(load_index(), "the index by topic");
  note(check_signals(), "signals");
  note(check_rows(), "rows");
  const std::pair<const char*, std::uint64_t*> tables[] = {
    {"keys", &found_.keys},
    {"claims", &found_.claims},
    {"quarantine", &found_.quarantined}};
  for (const auto& [table, into] : tables) {
    const auto counted = count(table);
    if (counted) {
      *into = *counted;
    } else {
      problem(std::string{table} + ": " + counted.error().message());
    }
  }
  return std::move(found_);
}

} // namespace

result<verification> verify_store(const std::string& path) {
  file_options how;
  how.path = path;
  how.as_it_is = true;
  auto opened = open_store(how);
  if (!opened) {
    return fail(opened.error());
  }
  return verifier{*opened}.run();
}

} // namespace libsig::journal
