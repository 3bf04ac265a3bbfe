#include "apps/sigd/metrics_page.hpp"

#include <cstdint>
#include <filesystem>
#include <system_error>

namespace libsig::sigd {

namespace {

using metrics::text_writer;
using kind = metrics::text_writer::kind;

/// A counter of one sample.
void count(text_writer& to, std::string_view name, std::string_view help,
           std::uint64_t value) {
  to.begin(kind::counter, name, help);
  to.sample(value);
}

/// A gauge of one sample.
void level(text_writer& to, std::string_view name, std::string_view help,
           std::uint64_t value) {
  to.begin(kind::gauge, name, help);
  to.sample(value);
}

[[nodiscard]] std::uint64_t bytes_of(const std::string& file) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  return failed ? 0 : size;
}

[[nodiscard]] double seconds_of(std::chrono::microseconds time) {
  return std::chrono::duration<double>{time}.count();
}

} // namespace

void append_signal_metrics(const runtime& of, text_writer& to) {
  const auto& from = of.counted();
  count(to, "signals_admitted", "Signals that were written to the log.",
        from.admitted.load());
  to.begin(kind::counter, "signals_not_admitted",
           "Signals that were published and not written: repeats, conflicts "
           "with a known id, and what was refused.");
  to.sample(from.duplicates.load(), {{"reason", "duplicate"}});
  to.sample(from.conflicts.load(), {{"reason", "conflict"}});
  to.sample(from.refused.load(), {{"reason", "refused"}});
  count(to, "signals_delivered", "Deliveries of signals to actors.",
        from.delivered.load());
  count(to, "signals_unrouted", "Signals that no actor listens to.",
        from.unrouted.load());
  level(to, "signals_in_flight",
        "Signals in mailboxes and work handed in, which "
        "the bound of publishing counts.",
        of.in_flight());
  count(to, "dead_letters", "Signals that could not be delivered.",
        from.dead_letters.load());
  count(to, "signals_missed",
        "Deliveries that actors read in the log instead, since their mailboxes "
        "were full or they recovered.",
        from.missed.load());
  count(to, "actor_crashes", "Crashes of actors.", from.crashes.load());
  level(to, "actors", "Actors that run.", of.actors().size());
}

void append_log_metrics(const runtime& of, const std::string& path,
                        text_writer& to) {
  const auto& log = of.log();
  level(to, "log_last_sequence", "The sequence of the last signal.",
        log.last_sequence());
  if (const auto first = log.first_sequence()) {
    level(to, "log_first_sequence", "The lowest sequence whose body is kept.",
          *first);
  }
  to.begin(kind::gauge, "log_file_bytes", "Bytes of the files of the log.");
  to.sample(bytes_of(path), {{"file", "database"}});
  to.sample(bytes_of(path + "-wal"), {{"file", "write_ahead"}});
  std::error_code unknown;
  const auto disk =
    std::filesystem::space(std::filesystem::path{path}.parent_path(), unknown);
  if (!unknown) {
    level(to, "disk_free_bytes", "Room on the disk of the log.",
          disk.available);
  }
  level(to, "log_writable", "Whether the log takes signals: 1, or 0.",
        of.writable() ? 1 : 0);
  count(to, "log_failures", "Commits that the log refused or failed at.",
        of.counted().journal_failures.load());
}

void append_letter_metrics(const journal::dead_letter_book& of,
                           text_writer& to) {
  level(to, "dead_letters_kept", "Dead letters that are listed.", of.size());
  count(to, "dead_letters_dropped",
        "Dead letters that went because there were too many.", of.dropped());
}

void append_publisher_metrics(const std::vector<publish::pump_status>& of,
                              text_writer& to) {
  const auto each = [&](kind what, std::string_view name, std::string_view help,
                        auto value) {
    to.begin(what, name, help);
    for (const auto& one : of) {
      to.sample(value(one), {{"publisher", one.name}});
    }
  };
  using status = publish::pump_status;
  each(kind::gauge, "publisher_position",
       "The sequence up to which a publisher is done.",
       [](const status& one) { return one.position; });
  each(kind::counter, "publisher_delivered", "Signals that it delivered.",
       [](const status& one) { return one.delivered; });
  each(kind::counter, "publisher_failures", "Tries that failed.",
       [](const status& one) { return one.failures; });
  each(kind::counter, "publisher_lost",
       "Signals whose bodies retention had before its turn.",
       [](const status& one) { return one.lost; });
  each(kind::gauge, "publisher_running", "Whether it goes on: 1, or 0.",
       [](const status& one) {
         return std::uint64_t{one.stopped.empty() ? 1U : 0U};
       });
}

void append_timings(const engine::timings& of, text_writer& to) {
  to.begin(kind::histogram, "publish_duration_seconds",
           "From publishing a signal to its receipt, when it is durable.");
  to.sample(of.publish);
  to.begin(kind::histogram, "match_duration_seconds",
           "Finding the receivers of a signal, of a sample of signals.");
  to.sample(of.match);
  to.begin(kind::histogram, "deliver_duration_seconds",
           "From the commit of a signal until an actor handles it, of a sample "
           "of deliveries.");
  to.sample(of.deliver);
}

void append_http_metrics(const http::server_numbers& of, text_writer& to) {
  count(to, "http_connections_accepted", "Connections that were accepted.",
        of.connections_accepted);
  level(to, "http_connections_open", "Connections that are open.",
        of.connections_open);
  count(to, "http_connections_refused",
        "Connections that were refused because there were too many.",
        of.connections_refused);
  count(to, "http_requests", "Requests.", of.requests);
  level(to, "http_streams_open", "Streams that are open.", of.streams_open);
  count(to, "http_streams_cut",
        "Streams whose client was too slow or got other rights.",
        of.streams_cut);
  level(to, "http_request_bodies_in_flight_bytes",
        "Bodies that were received and not answered.", of.body_bytes_in_flight);
  count(to, "http_deadlines_missed",
        "Requests that came too slowly, and answers that were not taken.",
        of.deadlines_missed);
  count(to, "http_handshakes_failed", "Handshakes of TLS that failed.",
        of.handshakes_failed);
}

void append_logger_metrics(const logger& of, text_writer& to) {
  count(to, "logger_lines_dropped",
        "Lines that were not logged because nobody took them.", of.dropped());
}

void append_process_metrics(const process_numbers& of, wall_time started,
                            text_writer& to) {
  level(to, "process_resident_memory_bytes", "Memory that is resident.",
        of.resident_bytes);
  level(to, "process_virtual_memory_bytes", "Memory that is mapped.",
        of.virtual_bytes);
  level(to, "process_open_descriptors", "Descriptors that are open.",
        of.descriptors_open);
  level(to, "process_max_descriptors", "Descriptors that may be open.",
        of.descriptors_max);
  level(to, "process_threads", "Threads.", of.threads);
  to.begin(kind::counter, "process_cpu_seconds",
           "Time of processors, in the kernel too.");
  to.sample(seconds_of(of.processor_time));
  to.begin(kind::gauge, "process_start_time_seconds",
           "When the process started, since 1970.");
  to.sample(seconds_of(started.time_since_epoch()));
}

void append_build_metrics(std::string_view version, text_writer& to) {
  to.begin(kind::gauge, "build_info", "1, with what the program was built of.");
  to.sample(std::uint64_t{1},
            {{"version", version}, {"compiler", __VERSION__}});
}

} // namespace libsig::sigd
