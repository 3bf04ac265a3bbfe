#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/topic/requests.hpp"
#include "libsig/topic/visibility.hpp"

/// The results of document 000 as JSON texts, for everybody who answers.
namespace libsig::topic {

/// Appends the answer to a send (M10):
/// `{"ok":true,"topic","message_id","sequence"}`.
void append_send_reply(std::string_view topic, std::string_view message_id,
                       std::uint64_t sequence, std::string& out);

/// Appends the answer to a wait (M24–M26), or that a cursor has expired (M18).
/// What is secret in payloads is hidden unless `clear`.
void append_wait_reply(const wait_request& asked, const wait_reply& got,
                       bool clear, std::string& out);

/// The same of messages whose texts are there already: those of `append_hit`,
/// in the order of `got.messages`.
void append_wait_reply(const wait_request& asked, const wait_reply& got,
                       std::span<const std::string_view> hits,
                       std::string& out);

/// Appends what a wait for one message is answered with, and what each message
/// of a wait for all is shown as. The same for everybody who gets the message
/// at the same cursor and sees as much of it.
void append_hit(const message& what, bool clear, std::string& out);

/// Appends one message: `{"event":"signal","payload":…}`.
void append_message(const message& what, bool clear, std::string& out);

/// Appends a stored cursor: `{"last_id":"…"}`.
void append_cursor_reply(const cursor_reply& got, std::string& out);

/// What a conversation sees of a send that succeeded (M28).
[[nodiscard]] visibility_event sent_event(const signal& what);

/// What a conversation sees of a wait that was answered: one event for each
/// message that the wait consumed (M28), none after a timeout unless partial
/// results are consumed.
[[nodiscard]] std::vector<visibility_event>
received_events(const wait_request& asked, const wait_reply& got);

} // namespace libsig::topic
