#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/sigd/log.hpp"
#include "apps/sigd/process_numbers.hpp"
#include "libsig/core/time.hpp"
#include "libsig/engine/timings.hpp"
#include "libsig/http/server.hpp"
#include "libsig/journal/dead_letters.hpp"
#include "libsig/metrics/text_writer.hpp"
#include "libsig/publish/pump.hpp"
#include "libsig/runtime/runtime.hpp"

/// The families of `/metrics`, as docs/operations.md lists them.
namespace libsig::sigd {

/// What the gate counted: admitted, refused, delivered, dead letters, crashes.
void append_signal_metrics(const runtime& of, metrics::text_writer& to);

/// The reach of the log, the bytes of its files, which are those of `path` and
/// of the write-ahead log beside it, and the room on their disk.
void append_log_metrics(const runtime& of, const std::string& path,
                        metrics::text_writer& to);

/// Dead letters that are kept and those that were dropped.
void append_letter_metrics(const journal::dead_letter_book& of,
                           metrics::text_writer& to);

/// How far each publisher is, by its name; the configuration bounds them.
void append_publisher_metrics(const std::vector<publish::pump_status>& of,
                              metrics::text_writer& to);

/// How long the parts of a signal's way took.
void append_timings(const engine::timings& of, metrics::text_writer& to);

void append_http_metrics(const http::server_numbers& of,
                         metrics::text_writer& to);

/// Lines of the log of events that were dropped.
void append_logger_metrics(const logger& of, metrics::text_writer& to);

/// `started` is when the process did.
void append_process_metrics(const process_numbers& of, wall_time started,
                            metrics::text_writer& to);

void append_build_metrics(std::string_view version, metrics::text_writer& to);

} // namespace libsig::sigd
