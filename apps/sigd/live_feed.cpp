#include "apps/sigd/live_feed.hpp"

#include <algorithm>
#include <mutex>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "apps/sigd/event_text.hpp"
#include "apps/sigd/listening.hpp"
#include "apps/sigd/live_index.hpp"
#include "apps/sigd/problem.hpp"

namespace libsig::sigd {

namespace {

/// Signals that a client which lags behind is handed at once, and their bytes;
/// both are far below what a stream holds.
constexpr std::size_t page_signals = 128;
/// Records that are looked at in one go, on a thread of the server.
constexpr std::size_t page_scanned = 512;
constexpr std::size_t page_bytes = 256u << 10;

[[nodiscard]] http::chunk make_chunk(const signal& what, bool clear) {
  auto text = std::make_shared<std::string>("id: ");
  *text += std::to_string(what.sequence());
  *text += "\ndata: ";
  append_listed_event(what, clear, *text);
  *text += "\n\n";
  return text;
}

[[nodiscard]] http::chunk make_chunk(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// It would be silent until the log comes that far, and then leave out what
/// others have instead of what the client saw.
[[nodiscard]] error ahead_of_the_log(std::uint64_t position,
                                     std::uint64_t last) {
  return error(errc::invalid_argument,
               "the position " + std::to_string(position)
                 + " is ahead of the log, which ends at "
                 + std::to_string(last))
    .mend("a log that was put back or made anew has other signals there; "
          "begin with after=0 for the oldest, or without a position for what "
          "comes");
}

[[nodiscard]] std::string cut_words(std::uint64_t position) {
  return "event: cut\ndata: {\"resume\":\"" + std::to_string(position)
         + "\"}\n\n";
}

} // namespace

struct live_feed::state : std::enable_shared_from_this<live_feed::state> {
  /// One stream. Its members are guarded by `mutex`, but for the stream, which
  /// is safe by itself.
  struct client {
    explicit client(feed_request of) : wants{std::move(of)} {}

    feed_request wants;
    http::event_stream stream;
    /// `stream` is there.
    bool streaming = false;
    /// Everything up to here was handed to the stream or is not for it; of one
    /// that is live, what the actor has heard as well. A page of the log may
    /// reach further than the actor has heard.
    std::uint64_t position = 0;
    /// It was told that what lay before this is not kept.
    std::uint64_t gap_told = 0;
    /// It has met the actor, and is in `audience`.
    bool live = false;
    index_place place_in_index = {};
    /// A page is being read for it.
    bool reading = false;
  };

  using client_ptr = std::shared_ptr<client>;

  state(const journal::journal& of, caller_check check)
    : log{of}, still{std::move(check)}, heard{of.last_sequence()} {}

  // -- the actor's side -------------------------------------------------------

  /// Hands a signal to everybody who is up to date. One that was read from the
  /// log already, or that somebody redrives, is nothing new.
  void hear(const signal& what) {
    std::vector<client_ptr> receivers;
    std::vector<client_ptr> behind;
    {
      const std::lock_guard lock{mutex};
      if (what.sequence() <= heard) {
        return;
      }
      if (what.sequence() == heard + 1) {
        audience.for_each(what.type(), [&](const client_ptr& one) {
          if (what.sequence() > one->position && sees(*one, what)) {
            receivers.push_back(one);
          }
        });
      } else {
        behind = take_audience();
      }
      heard = what.sequence();
    }
    send(what, receivers);
    // The actor's mailbox was full and something went by; it is in the log.
    for (const auto& one : behind) {
      catch_up(one, one->position);
    }
  }

  /// Lets everybody read the log, which has more than the mailbox brought.
  void hear_log() {
    std::vector<client_ptr> behind;
    {
      const std::lock_guard lock{mutex};
      const auto last = log.last_sequence();
      if (last <= heard) {
        return;
      }
      behind = take_audience();
      heard = last;
    }
    for (const auto& one : behind) {
      catch_up(one, one->position);
    }
  }

  /// Those who were up to date, and now lag behind. Under the lock.
  [[nodiscard]] std::vector<client_ptr> take_audience() {
    auto behind = audience.take_all();
    for (const auto& one : behind) {
      one->live = false;
      one->position = std::max(one->position, heard);
    }
    return behind;
  }

  static void send(const signal& what,
                   const std::vector<client_ptr>& receivers) {
    // Written once for those who see secrets, and once for all others.
    http::chunk texts[2];
    for (const auto& one : receivers) {
      const bool clear = one->wants.caller.sees_secrets();
      auto& text = texts[clear ? 1 : 0];
      if (!text) {
        text = make_chunk(what, clear);
      }
      one->stream.write(text, what.sequence());
    }
  }

  // -- the clients' side ------------------------------------------------------

  void join(feed_request what, http::responder answer) {
    const auto last = log.last_sequence();
    const bool ahead = what.after && *what.after > last;
    if (ahead && !what.resumes) {
      answer.answer(refusal(ahead_of_the_log(*what.after, last)));
      return;
    }
    const auto made = std::make_shared<client>(std::move(what));
    made->position = ahead ? last : made->wants.after.value_or(last);
    http::stream_options how;
    how.position = made->position;
    how.last_words = cut_words;
    const std::weak_ptr<state> self = weak_from_this();
    const std::weak_ptr<client> whom = made;
    how.written = [self, whom](std::uint64_t position) {
      const auto feed = self.lock();
      const auto one = whom.lock();
      if (feed && one) {
        feed->catch_up(one, position);
      }
    };
    how.closed = [self, whom](http::stream_end) {
      const auto feed = self.lock();
      const auto one = whom.lock();
      if (feed && one) {
        feed->leave(one);
      }
    };
    {
      const std::lock_guard lock{mutex};
      clients.insert(made);
    }
    made->stream = answer.stream(std::move(how));
    {
      const std::lock_guard lock{mutex};
      made->streaming = true;
    }
    // From here on `recheck` finds it; what changed before is seen here.
    if (!knows(*made)) {
      made->stream.cut();
      return;
    }
    const auto begins = made->position;
    made->stream.write(make_chunk("retry: 1000\n\n"), begins);
    if (ahead) {
      tell_ahead(*made, begins);
    }
    tell_gap(*made, begins);
    catch_up(made, begins);
  }

  void recheck() {
    std::vector<client_ptr> there;
    {
      const std::lock_guard lock{mutex};
      for (const auto& one : clients) {
        if (one->streaming) {
          there.push_back(one);
        }
      }
    }
    for (const auto& one : there) {
      if (!knows(*one)) {
        one->stream.cut();
      }
    }
  }

  [[nodiscard]] bool knows(const client& whom) const {
    return !still || still(whom.wants.caller);
  }

  /// Reads the next page for a client that lags behind, or lets it join the
  /// live ones. One page at a time: the next one when this one was written,
  /// which its end says, since parts of it are told of as well.
  void catch_up(const client_ptr& whom, std::uint64_t written) {
    std::uint64_t from = 0;
    std::uint64_t until = 0;
    {
      const std::lock_guard lock{mutex};
      if (whom->live || whom->reading || written < whom->position) {
        return;
      }
      if (whom->position >= heard) {
        const auto& wants = whom->wants.pattern;
        // It may have left meanwhile.
        if (clients.contains(whom)) {
          whom->live = true;
          audience.add(whom, wants ? &*wants : nullptr);
        }
        return;
      }
      whom->reading = true;
      from = whom->position;
      until = heard;
    }
    tell_gap(*whom, from);
    const auto reached = send_page(*whom, from, until);
    {
      const std::lock_guard lock{mutex};
      whom->reading = false;
      whom->position = reached;
    }
    // A comment behind the page, so that there is something to be written even
    // when the page had nothing for this client.
    whom->stream.write(make_chunk(":\n\n"), reached);
  }

  /// Says so when something behind the position is not kept any more. Who asks
  /// from the oldest asks for what there is.
  void tell_gap(client& whom, std::uint64_t position) const {
    const auto complete = log.complete_from();
    if (position == 0 || position + 1 >= complete
        || complete <= whom.gap_told) {
      return;
    }
    whom.gap_told = complete;
    whom.stream.write(
      make_chunk("event: gap\ndata: {\"after\":\"" + std::to_string(position)
                 + "\",\"earliest\":\"" + std::to_string(complete) + "\"}\n\n"),
      position);
  }

  /// Says that the log ends before what was seen of one. The id is where the
  /// next stream goes on, since what was seen is of no use.
  void tell_ahead(client& whom, std::uint64_t last) const {
    whom.stream.write(
      make_chunk("id: " + std::to_string(last)
                 + "\nevent: gap\ndata: {\"after\":\""
                 + std::to_string(*whom.wants.after) + "\",\"earliest\":\""
                 + std::to_string(log.complete_from()) + "\",\"last\":\""
                 + std::to_string(last) + "\"}\n\n"),
      last);
  }

  /// Sends what the log has for the client behind `from`; where the page ends.
  /// `until` is in the log already.
  [[nodiscard]] std::uint64_t send_page(client& whom, std::uint64_t from,
                                        std::uint64_t until) const {
    journal::query what;
    what.after = from;
    what.limit = page_signals;
    what.bytes_max = page_bytes;
    what.scanned_max = page_scanned;
    if (whom.wants.pattern) {
      what.types.push_back(*whom.wants.pattern);
    }
    what.only = [&whom](const signal& one) { return sees(whom, one); };
    const auto found = log.read_page(what);
    if (!found) {
      whom.stream.finish();
      return from;
    }
    const bool clear = whom.wants.caller.sees_secrets();
    auto reached = found->next.value_or(until);
    std::size_t bytes = 0;
    for (const auto& one : found->signals) {
      auto text = make_chunk(*one, clear);
      bytes += text->size();
      whom.stream.write(std::move(text), one->sequence());
      if (bytes >= page_bytes) {
        // What stands in an event may be larger than what the page counts.
        return one->sequence();
      }
      reached = std::max(reached, one->sequence());
    }
    return reached;
  }

  void leave(const client_ptr& whom) {
    const std::lock_guard lock{mutex};
    clients.erase(whom);
    if (whom->live) {
      whom->live = false;
      audience.remove(*whom);
    }
  }

  [[nodiscard]] static bool sees(const client& whom, const signal& what) {
    const auto& wants = whom.wants;
    return wants.caller.may_see(what,
                                wants.pattern ? &*wants.pattern : nullptr);
  }

  const journal::journal& log;
  const caller_check still;
  // The actor and the server's threads meet here; nothing is sent under it.
  mutable std::mutex mutex;
  std::unordered_set<client_ptr> clients;
  /// Those of them that are up to date.
  live_index<client> audience;
  /// The last signal that the actor has heard.
  std::uint64_t heard = 0;
};

live_feed::live_feed(const journal::journal& log, caller_check still)
  : state_{std::make_shared<state>(log, std::move(still))} {}

live_feed::~live_feed() = default;

actor::spec live_feed::hearer() const {
  actor::spec of;
  of.name = "live feed";
  of.source = "/processes/feed";
  of.routes = {{"**"}, {"internal.**"}};
  of.reads_log = true;
  of.make = [to = state_](std::size_t) {
    return std::make_unique<listening>(
      [to](const signal_ptr& what) { to->hear(*what); },
      [to] { to->hear_log(); });
  };
  return of;
}

void live_feed::join(feed_request what, http::responder answer) {
  state_->join(std::move(what), std::move(answer));
}

void live_feed::recheck() { state_->recheck(); }

} // namespace libsig::sigd
