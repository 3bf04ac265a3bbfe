#include "apps/sigd/conversation_feed.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <unordered_set>
#include <utility>
#include <vector>

#include "apps/sigd/query.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/topic/visibility.hpp"

namespace libsig::sigd {

namespace {

/// Events that a client is handed at once.
constexpr std::size_t page_events = 100;

/// Behind every event that there will ever be: what is unknown.
constexpr std::uint64_t nowhere = std::numeric_limits<std::uint64_t>::max();

[[nodiscard]] http::chunk make_chunk(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// What somebody states to go on from.
[[nodiscard]] std::optional<std::uint64_t>
position_of(const std::optional<std::string>& stated) {
  if (!stated) {
    return std::nullopt;
  }
  return read_number(*stated).value_or(nowhere);
}

[[nodiscard]] std::string_view name_of(topic::visibility_kind kind) {
  return kind == topic::visibility_kind::sent ? "signal_send" : "signal_recv";
}

[[nodiscard]] std::string event_words(const topic::visibility_event& what,
                                      std::size_t bytes_max) {
  std::string text{"id: "};
  text += std::to_string(what.position);
  text += "\nevent: ";
  text += name_of(what.kind);
  text += "\ndata: ";
  text += topic::to_json(what, bytes_max);
  text += "\n\n";
  return text;
}

[[nodiscard]] std::string gap_words(std::string_view after,
                                    std::uint64_t earliest) {
  std::string text{"event: gap\ndata: {\"event\":\"gap\",\"after\":"};
  codec::append_json_string(text, after);
  text += ",\"earliest\":\"";
  text += earliest == 0 ? std::string{} : std::to_string(earliest);
  text += "\"}\n\n";
  return text;
}

} // namespace

struct conversation_feed::state
  : std::enable_shared_from_this<conversation_feed::state> {
  /// One stream. Its members are guarded by `mutex`, but for what it wants,
  /// which never changes, and the stream, which is safe by itself.
  struct client {
    explicit client(conversation_request of)
      : wants{std::move(of)}, after{position_of(wants.after)},
        left{wants.events_max} {}

    const conversation_request wants;
    http::event_stream stream;
    /// `stream` is there.
    bool streaming = false;
    bool left_already = false;
    /// The event behind which the next page begins.
    std::optional<std::uint64_t> after;
    /// How many events may still be sent.
    std::optional<std::uint64_t> left;
    /// Events that were handed to the stream, those of them that were written
    /// to the transport, and those before the last page.
    std::uint64_t sent = 0;
    std::uint64_t written = 0;
    std::uint64_t before_page = 0;
    /// Where who is cut before the last page goes on, and behind each event of
    /// it.
    std::string resume;
    std::vector<std::uint64_t> page;
    /// A page is being asked for or handed to the stream; by which request, as
    /// soon as that is known.
    bool asking = false;
    std::optional<actor::request_id> asked;
    std::uint64_t asks = 0;
  };

  using client_ptr = std::shared_ptr<client>;

  state(runtime& of, caller_check check) : node{of}, still{std::move(check)} {}

  [[nodiscard]] bool knows(const client& whom) const {
    return !still || still(whom.wants.caller);
  }

  // -- joining ----------------------------------------------------------------

  void join(conversation_request what, http::responder answer) {
    const auto made = std::make_shared<client>(std::move(what));
    {
      const std::lock_guard lock{mutex};
      clients.insert(made);
    }
    made->stream = answer.stream(options_for(made));
    {
      const std::lock_guard lock{mutex};
      made->streaming = true;
    }
    // From here on `recheck` finds it; what changed before is seen here.
    if (!knows(*made)) {
      made->stream.cut();
      return;
    }
    made->stream.write(make_chunk("retry: 1000\n\n"), 0);
    ask(made);
  }

  [[nodiscard]] http::stream_options options_for(const client_ptr& whom) {
    const std::weak_ptr<state> self = weak_from_this();
    const std::weak_ptr<client> one = whom;
    http::stream_options how;
    how.last_words = [self, one](std::uint64_t written) -> std::string {
      const auto feed = self.lock();
      const auto there = one.lock();
      return feed && there ? feed->cut_words(*there, written) : std::string{};
    };
    how.written = [self, one](std::uint64_t written) {
      const auto feed = self.lock();
      const auto there = one.lock();
      if (feed && there) {
        feed->go_on(there, written);
      }
    };
    how.closed = [self, one](http::stream_end) {
      const auto feed = self.lock();
      const auto there = one.lock();
      if (feed && there) {
        feed->leave(there);
      }
    };
    return how;
  }

  [[nodiscard]] std::string cut_words(const client& whom,
                                      std::uint64_t written) const {
    const std::lock_guard lock{mutex};
    const auto of_page = written - std::min(written, whom.before_page);
    std::string text{"event: cut\ndata: {\"resume\":"};
    codec::append_json_string(text, of_page == 0 || of_page > whom.page.size()
                                      ? whom.resume
                                      : std::to_string(whom.page[of_page - 1]));
    return text + "}\n\n";
  }

  // -- pages ------------------------------------------------------------------

  /// Events were written wholly to the transport.
  void go_on(const client_ptr& whom, std::uint64_t written) {
    {
      const std::lock_guard lock{mutex};
      whom->written = std::max(whom->written, written);
      if (whom->asks == 0 || whom->written < whom->sent) {
        return;
      }
    }
    ask(whom);
  }

  /// Asks for the next page, unless that is under way.
  void ask(const client_ptr& whom) {
    const auto what = std::make_shared<topic::follow_request>();
    what->tenant = whom->wants.caller.tenant();
    what->conversation = whom->wants.conversation;
    what->limit = page_events;
    std::uint64_t number = 0;
    {
      const std::lock_guard lock{mutex};
      if (whom->left_already || whom->asking || closed) {
        return;
      }
      whom->asking = true;
      number = ++whom->asks;
      what->after = whom->after;
    }
    const auto which = node.ask(
      topic::visibility_actor_name, what,
      [self = shared_from_this(), whom](const result<actor::reply_ptr>& got) {
        self->take(whom, got);
      });
    bool gone = false;
    {
      const std::lock_guard lock{mutex};
      gone = whom->left_already;
      if (whom->asking && whom->asks == number) {
        whom->asked = which;
      }
    }
    if (gone) {
      node.forget(topic::visibility_actor_name, which);
    }
  }

  /// Sends a page. The next one is asked for when it has been written.
  void take(const client_ptr& whom, const result<actor::reply_ptr>& got) {
    if (!got) {
      // The client comes back and finds what there is.
      whom->stream.finish();
      return;
    }
    const auto& page = static_cast<const topic::follow_reply&>(**got);
    std::string gap;
    std::vector<std::string> texts;
    std::uint64_t position = 0;
    bool done = false;
    {
      const std::lock_guard lock{mutex};
      whom->asked.reset();
      gap = begin_page(*whom, page);
      position = whom->before_page;
      texts = texts_of(*whom, page);
      done = whom->left == 0U;
    }
    if (!gap.empty()) {
      whom->stream.write(make_chunk(std::move(gap)), position);
    }
    for (auto& text : texts) {
      whom->stream.write(make_chunk(std::move(text)), ++position);
    }
    if (done) {
      whom->stream.finish();
      return;
    }
    {
      const std::lock_guard lock{mutex};
      whom->asking = false;
    }
    // All of it may have been written meanwhile.
    go_on(whom, 0);
  }

  /// What is said before the events of a page.
  [[nodiscard]] static std::string begin_page(client& whom,
                                              const topic::follow_reply& page) {
    whom.resume = whom.after ? std::to_string(*whom.after) : std::string{};
    whom.before_page = whom.sent;
    whom.page.clear();
    if (!page.gap_to) {
      return {};
    }
    const bool stated = whom.asks == 1 && whom.wants.after;
    auto after = stated ? *whom.wants.after : whom.resume;
    // What comes next is the oldest, whatever its number is.
    whom.after.reset();
    whom.resume.clear();
    return gap_words(after, *page.gap_to);
  }

  /// The events of a page that the client may see.
  [[nodiscard]] static std::vector<std::string>
  texts_of(client& whom, const topic::follow_reply& page) {
    std::vector<std::string> texts;
    for (const auto& one : page.events) {
      if (whom.left == 0U) {
        break;
      }
      whom.after = one.position;
      if (!whom.wants.caller.may_read(one.topic)) {
        continue;
      }
      texts.push_back(event_words(one, whom.wants.event_bytes_max));
      whom.page.push_back(one.position);
      ++whom.sent;
      if (whom.left) {
        --*whom.left;
      }
    }
    return texts;
  }

  void leave(const client_ptr& whom) {
    std::optional<actor::request_id> asked;
    {
      const std::lock_guard lock{mutex};
      clients.erase(whom);
      whom->left_already = true;
      asked = std::exchange(whom->asked, std::nullopt);
      if (closed) {
        return;
      }
    }
    if (asked) {
      node.forget(topic::visibility_actor_name, *asked);
    }
  }

  runtime& node;
  const caller_check still;
  // The runtime's and the server's threads meet here; nothing is sent under it.
  mutable std::mutex mutex;
  std::unordered_set<client_ptr> clients;
  bool closed = false;
};

conversation_feed::conversation_feed(runtime& node, caller_check still)
  : state_{std::make_shared<state>(node, std::move(still))} {}

conversation_feed::~conversation_feed() { close(); }

void conversation_feed::join(conversation_request what,
                             http::responder answer) {
  state_->join(std::move(what), std::move(answer));
}

void conversation_feed::recheck() {
  std::vector<state::client_ptr> there;
  {
    const std::lock_guard lock{state_->mutex};
    for (const auto& one : state_->clients) {
      if (one->streaming) {
        there.push_back(one);
      }
    }
  }
  for (const auto& one : there) {
    if (!state_->knows(*one)) {
      one->stream.cut();
    }
  }
}

void conversation_feed::close() {
  const std::lock_guard lock{state_->mutex};
  state_->closed = true;
}

} // namespace libsig::sigd
