#include "apps/sigd/publishers.hpp"

#include <algorithm>
#include <future>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <unistd.h>

#include "apps/sigd/listening.hpp"
#include "libsig/access/token.hpp"
#include "libsig/publish/event_file.hpp"
#include "libsig/publish/file_claims.hpp"
#include "libsig/publish/file_sink.hpp"
#include "libsig/publish/webhook.hpp"

namespace libsig::sigd {

namespace {

using namespace std::chrono_literals;

/// What a start waits for the positions of publishers, and how often it asks
/// whether the log has space at all.
constexpr std::chrono::seconds save_max{5};
constexpr std::chrono::milliseconds save_look{20};
/// Lines of the log about publishers in a window of time.
constexpr std::uint32_t lines_max = 10;
constexpr std::chrono::seconds lines_window{10};
/// Tenants that have a file of their own.
constexpr std::size_t tenant_files_max = 64;

[[nodiscard]] actor::spec hearer(std::shared_ptr<publish::tail> to) {
  actor::spec of;
  of.name = "publishers";
  of.source = "/processes/publishers";
  of.routes = {{"**"}, {"internal.**"}};
  of.reads_log = true;
  of.make = [to = std::move(to)](std::size_t) {
    return std::make_unique<listening>(
      [to](const signal_ptr& what) { to->hear(what); }, [to] { to->miss(); });
  };
  return of;
}

[[nodiscard]] result<std::unique_ptr<publish::sink>>
make_webhook(const publisher_settings& from, const node_settings& node,
             std::shared_ptr<const clock> time) {
  std::vector<publish::network> allowed;
  for (const auto& text : from.allow_private) {
    auto read = publish::parse_network(text);
    if (!read) {
      return fail(std::move(read).error());
    }
    allowed.push_back(*read);
  }
  publish::webhook_options how;
  how.url = from.url;
  how.secret = from.secret;
  how.timeout = from.timeout;
  how.connect_timeout = std::min(how.connect_timeout, from.timeout);
  how.addresses = publish::address_policy{std::move(allowed)};
  for (const auto& one : node.listen) {
    if (one.port != 0) {
      how.own_ports.push_back(one.port);
    }
  }
  how.time = std::move(time);
  auto made = publish::webhook::make(std::move(how));
  if (!made) {
    return fail(std::move(made).error());
  }
  return std::move(*made);
}

/// Whether no publisher's file is one that somebody else keeps.
[[nodiscard]] result<void> check_files(const node_settings& how) {
  std::vector<publish::file_claim> files;
  for (const auto& one : how.publishers) {
    if (one.kind == publisher_kind::file) {
      files.push_back({one.name, one.path});
    }
  }
  return publish::check_file_claims(how.data, files);
}

[[nodiscard]] result<std::unique_ptr<publish::sink>>
make_sink(const publisher_settings& from, const node_settings& node,
          std::shared_ptr<const clock> time) {
  switch (from.kind) {
  case publisher_kind::webhook:
    return make_webhook(from, node, std::move(time));
  case publisher_kind::file:
    return publish::make_file_sink({.path = from.path});
  case publisher_kind::standard_output:
    return publish::make_descriptor_sink(STDOUT_FILENO);
  }
  return fail(errc::internal, "a publisher of no kind");
}

/// What is written here and not over a network is tried until it is possible.
void never_give_up(publish::pump_options& how) {
  how.retry.attempts_max = 0;
  how.retry.wait = 200ms;
  how.retry.wait_max = 5s;
  how.breaking.failures_max = 0;
  how.gather = 100ms;
  how.save_after = 1s;
}

[[nodiscard]] publish::pump_options options_of(const publisher_settings& from) {
  publish::pump_options how;
  how.name = from.name;
  how.types = from.types;
  if (from.kind == publisher_kind::webhook) {
    how.endpoint = from.url;
    how.retry.attempts_max = from.max_attempts;
  } else {
    how.endpoint = from.path;
    never_give_up(how);
  }
  return how;
}

/// The tenants that have a file, the default one first.
struct tenant_files {
  std::vector<std::string> names;
  /// Tenants of the configuration beyond them.
  std::size_t left_out = 0;
};

[[nodiscard]] tenant_files tenants_of(const node_settings& how) {
  std::vector<std::string> all{std::string{access::tenant_default}};
  std::unordered_set<std::string_view> known{access::tenant_default};
  tenant_files made;
  for (const auto& one : how.tokens) {
    if (!known.insert(one.rights.tenant).second) {
      continue;
    }
    if (all.size() < tenant_files_max) {
      all.push_back(one.rights.tenant);
    } else {
      ++made.left_out;
    }
  }
  made.names = std::move(all);
  return made;
}

/// No publisher of the configuration can have a name with a slash.
constexpr std::string_view file_prefix = "/events.jsonl/";

/// Where a tenant's file is.
[[nodiscard]] std::string event_path(const std::string& data,
                                     const std::string& tenant) {
  const auto folder =
    tenant == access::tenant_default ? data : data + "/tenants/" + tenant;
  return folder + "/signals/events.jsonl";
}

[[nodiscard]] std::string_view event_of(publish::pump_news what) {
  switch (what) {
  case publish::pump_news::failing:
    return "publisher_failing";
  case publish::pump_news::recovered:
    return "publisher_recovered";
  case publish::pump_news::dead_letter:
    return "publisher_dead_letter";
  case publish::pump_news::stopped:
    return "publisher_stopped";
  case publish::pump_news::lost:
    return "publisher_lost";
  }
  return "publisher";
}

} // namespace

publishers::publishers(runtime& node, journal::dead_letter_book& letters,
                       logger* to)
  : node_{node}, letters_{letters}, log_{to}, lines_{lines_max, lines_window},
    time_{std::make_shared<system_clock>()},
    recent_{std::make_shared<publish::tail>()},
    files_bell_{std::make_shared<publish::doorbell>()} {}

publishers::~publishers() {
  letters_.set_redriver(std::string{publish::pump::target_kind}, {});
  stop(0ms);
}

result<void> publishers::check(const node_settings& how) {
  const auto time = std::make_shared<system_clock>();
  for (const auto& one : how.publishers) {
    if (one.kind != publisher_kind::webhook) {
      continue;
    }
    if (auto made = make_webhook(one, how, time); !made) {
      return fail(std::move(made).error().at(one.place));
    }
  }
  return check_files(how);
}

result<std::unique_ptr<publishers>>
publishers::start(const node_settings& how, runtime& node,
                  journal::dead_letter_book& letters, logger* to) {
  auto made = std::make_unique<publishers>(node, letters, to);
  for (const auto step :
       {&publishers::recruit_publishers, &publishers::recruit_files}) {
    if (auto done = (*made.*step)(how); !done) {
      return fail(std::move(done).error());
    }
  }
  if (auto done = made->save_positions(); !done) {
    return fail(std::move(done).error());
  }
  if (auto done = made->let_go(); !done) {
    return fail(std::move(done).error());
  }
  return made;
}

result<void> publishers::recruit(crew& into, publish::pump_options how,
                                 std::unique_ptr<publish::sink> to) {
  auto made = make_pump(std::move(how), std::move(to), into.bell);
  if (!made) {
    return fail(std::move(made).error());
  }
  into.pumps.push_back(std::move(*made));
  return {};
}

result<std::unique_ptr<publish::pump>>
publishers::make_pump(publish::pump_options how,
                      std::unique_ptr<publish::sink> to,
                      std::shared_ptr<publish::doorbell> bell) {
  return publish::pump::make(
    std::move(how), std::move(to),
    {node_.log(), *recent_,
     [this](std::vector<journal::keyed_write> rows,
            journal::done_handler done) {
       node_.write(std::move(rows), std::move(done));
     },
     letters_, time_, publish::system_randomness(), std::move(bell),
     [this](publish::pump_news what, const std::string& publisher,
            const std::string& why) { tell(what, publisher, why); }});
}

result<std::unique_ptr<publish::pump>>
publishers::make_file(const std::string& tenant) {
  publish::pump_options how;
  how.name = std::string{file_prefix} + tenant;
  how.tenant = tenant;
  how.from_beginning = true;
  never_give_up(how);
  // What the file has beyond is compared and not written again.
  how.save_after = 5s;
  return make_pump(
    std::move(how),
    publish::make_event_file({.path = event_path(data_, tenant)}, node_.log()),
    files_bell_);
}

result<void> publishers::recruit_publishers(const node_settings& how) {
  if (auto done = check_files(how); !done) {
    return done;
  }
  for (const auto& one : how.publishers) {
    auto to = make_sink(one, how, time_);
    if (!to) {
      return fail(std::move(to).error().at(one.place));
    }
    auto& alone = waiting_.emplace_back();
    alone.bell = std::make_shared<publish::doorbell>();
    if (auto done = recruit(alone, options_of(one), std::move(*to)); !done) {
      return done;
    }
  }
  return {};
}

result<void> publishers::recruit_files(const node_settings& how) {
  data_ = how.data;
  auto& together = waiting_.emplace_back();
  together.bell = files_bell_;
  const auto tenants = tenants_of(how);
  tell_left_out(tenants.left_out);
  for (const auto& tenant : tenants.names) {
    auto made = make_file(tenant);
    if (!made) {
      return fail(std::move(made).error());
    }
    together.pumps.push_back(std::move(*made));
  }
  return {};
}

result<void> publishers::reload(const node_settings& how) {
  std::vector<std::string> wanted;
  std::vector<std::unique_ptr<publish::pump>> fresh;
  const auto running = files_->pumps();
  const auto tenants = tenants_of(how);
  tell_left_out(tenants.left_out);
  for (const auto& tenant : tenants.names) {
    const auto& name = wanted.emplace_back(std::string{file_prefix} + tenant);
    if (std::ranges::any_of(
          running, [&](const auto& one) { return one->name() == name; })) {
      continue;
    }
    auto made = make_file(tenant);
    if (!made) {
      return fail(std::move(made).error());
    }
    fresh.push_back(std::move(*made));
  }
  for (const auto& one : running) {
    if (std::ranges::find(wanted, one->name()) == wanted.end()) {
      files_->remove(one->name());
    }
  }
  for (auto& one : fresh) {
    // It begins with the oldest signal, with a row and without.
    one->save({});
    files_->add(std::move(one));
  }
  return {};
}

/// Before anybody can publish, so that a new publisher misses nothing, however
/// soon the process ends. A row that has to wait for space stands before all
/// that is published after it.
result<void> publishers::save_positions() {
  std::vector<std::pair<const publish::pump*, std::future<result<void>>>> all;
  for (const auto& one : waiting_) {
    for (const auto& each : one.pumps) {
      if (!each->owes_row()) {
        continue;
      }
      const auto promise = std::make_shared<std::promise<result<void>>>();
      all.emplace_back(each.get(), promise->get_future());
      each->save(
        [promise](result<void> done) { promise->set_value(std::move(done)); });
    }
  }
  const auto until = time_->steady_now() + save_max;
  for (auto& [which, written] : all) {
    while (written.wait_for(save_look) != std::future_status::ready
           && node_.writable() && time_->steady_now() < until) {
    }
    if (written.wait_for(0ms) != std::future_status::ready) {
      tell_unsaved(*which);
    } else if (auto done = written.get(); !done) {
      return done;
    }
  }
  return {};
}

void publishers::tell_left_out(std::size_t tenants) {
  if (tenants == 0 || log_ == nullptr || !log_->takes(log_level::warning)) {
    return;
  }
  log_->write(log_level::warning, "tenants_without_file",
              {{"tenants", tenants},
               {"why", "at most " + std::to_string(tenant_files_max)
                         + " tenants have a signals/events.jsonl, those whose "
                           "tokens come first in the configuration; the log "
                           "has the signals of all: sig export"}});
}

void publishers::tell_unsaved(const publish::pump& which) {
  if (log_ == nullptr || !log_->takes(log_level::warning)) {
    return;
  }
  if (const auto held_back = lines_.pass(time_->steady_now())) {
    log_->write(log_level::warning, "publisher_not_saved",
                {{"publisher", which.name()},
                 {"position", which.status().position},
                 {"why", "the log takes nothing now; it is saved as soon as "
                         "that is possible"},
                 {"not_logged", *held_back}});
  }
}

result<void> publishers::let_go() {
  if (auto done = node_.spawn(hearer(recent_)); !done) {
    return done;
  }
  for (auto& one : waiting_) {
    running_.push_back(
      std::make_unique<publish::runner>(std::move(one.pumps), one.bell, time_));
  }
  files_ = running_.back().get();
  waiting_.clear();
  letters_.set_redriver(
    std::string{publish::pump::target_kind},
    [this](const journal::dead_letter& of, const signal_ptr& what,
           journal::done_handler done) { redrive(of, what, std::move(done)); });
  return {};
}

void publishers::tell(publish::pump_news what, const std::string& publisher,
                      const std::string& why) {
  const auto level = what == publish::pump_news::recovered ? log_level::info
                                                           : log_level::warning;
  if (log_ == nullptr || !log_->takes(level)) {
    return;
  }
  if (const auto held_back = lines_.pass(time_->steady_now())) {
    log_->write(
      level, event_of(what),
      {{"publisher", publisher}, {"why", why}, {"not_logged", *held_back}});
  }
}

void publishers::redrive(const journal::dead_letter& of, const signal_ptr& what,
                         journal::done_handler done) const {
  const auto name = of.target.substr(of.target.find(':') + 1);
  for (const auto& one : running_) {
    for (const auto& each : one->pumps()) {
      if (each->name() == name) {
        each->redrive(what, std::move(done));
        return;
      }
    }
  }
  done(fail(errc::io, "the configuration has no publisher '" + name + "'"));
}

void publishers::stop(std::chrono::milliseconds at_most) {
  const auto until = time_->steady_now() + at_most;
  for (const auto& one : running_) {
    one->request_stop();
  }
  for (const auto& one : running_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      until - time_->steady_now());
    one->stop(std::max(left, 0ms));
  }
}

std::vector<publish::pump_status> publishers::status() const {
  std::vector<publish::pump_status> all;
  for (const auto& one : running_) {
    for (const auto& each : one->pumps()) {
      all.push_back(each->status());
    }
  }
  return all;
}

} // namespace libsig::sigd
