#include "apps/sig/review_command.hpp"

#include <utility>

#include "apps/sig/client/node.hpp"
#include "apps/sig/config.hpp"
#include "apps/sig/help.hpp"
#include "apps/sig/local_review.hpp"
#include "apps/sig/outcome.hpp"
#include "apps/sig/output.hpp"
#include "apps/sig/progress.hpp"
#include "apps/sig/request.hpp"
#include "apps/sig/server_review.hpp"
#include "apps/sig/source.hpp"
#include "libsig/core/id.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sig {

namespace {

/// What could not be read is the user's to mend, faults of ours are not.
tl::unexpected<refusal> refuse_input(error reason) {
  const auto status = reason.code() == errc::internal
                        ? exit_status::infrastructure
                        : exit_status::usage;
  return refuse(std::move(reason), status);
}

struct prepared_review {
  asked_review request;
  std::string source_name;
  bool from_event = false;
  std::size_t files = 0;
};

/// Flags win over the file. With an event, the file's word on the request and
/// its scope does not count: the event states its own.
result<review_settings> all_settings(const review_command& what) {
  if (!what.config_file) {
    return what.settings;
  }
  auto file = read_config(*what.config_file);
  if (!file) {
    return fail(file.error());
  }
  if (what.source.kind == source_kind::event_file) {
    review_settings kept;
    kept.fail_level = file->fail_level;
    kept.outputs = std::move(file->outputs);
    kept.progress = file->progress;
    kept.quiet = file->quiet;
    file = std::move(kept);
  }
  return merge(what.settings, *file);
}

result<asked_review> ask(const review_command& what,
                         const review_settings& settings, source_text source) {
  if (what.source.kind == source_kind::event_file) {
    auto request = read_request(source.text, source.name);
    if (request) {
      override_options(*request, settings);
    }
    return request;
  }
  const auto now = system_clock{}.wall_now();
  return make_request(
    {what.review_id ? *what.review_id : uuid7_source{}.next(now),
     std::move(source.text), now},
    settings);
}

outcome<prepared_review> prepare(const review_command& what,
                                 const review_settings& settings,
                                 const surroundings& around) {
  const auto specialists = specialist_names();
  review::request_options named;
  named.only = settings.only.value_or(named.only);
  named.skip = settings.skip.value_or(named.skip);
  if (auto known = sig::check_specialists(named, specialists); !known) {
    return refuse_input(known.error());
  }
  auto source = read_source(what.source, around.terminal.input_is_terminal,
                            around.environment);
  if (!source) {
    return refuse_input(std::move(source).error());
  }
  if (!settings.quiet.value_or(false)) {
    for (const auto& note : source->notes) {
      talk("note: " + note);
    }
  }
  prepared_review prepared;
  prepared.source_name = source->name;
  prepared.from_event = what.source.kind == source_kind::event_file;
  auto request = ask(what, settings, std::move(*source));
  if (!request) {
    return refuse_input(std::move(request).error());
  }
  prepared.request = std::move(*request);
  prepared.files = count_files(*prepared.request.asked->diff);
  // An event names specialists, too.
  auto known =
    sig::check_specialists(prepared.request.asked->options, specialists);
  if (!known) {
    return refuse_input(std::move(known).error());
  }
  return prepared;
}

/// Leads to the spot in what the user gave.
error place_at_source(error reason, const prepared_review& prepared) {
  const auto code = reason.code();
  if (code == errc::schema_violation && !prepared.from_event) {
    return place_at_option(std::move(reason));
  }
  if (code == errc::invalid_diff || code == errc::schema_violation
      || code == errc::too_large) {
    const auto spot = reason.place();
    return std::move(reason).at(
      spot.empty() ? prepared.source_name : prepared.source_name + ": " + spot);
  }
  return reason;
}

/// Here, or at the node that the command names.
outcome<review_answer> answer_of(const review_command& what,
                                 const prepared_review& prepared,
                                 const surroundings& around,
                                 const progress_observer& observer) {
  local_review_request request{prepared.request.asked,
                               prepared.request.event_id,
                               prepared.request.event_source};
  if (!what.server) {
    auto answer = review_locally(std::move(request), observer);
    if (!answer) {
      const auto status = status_of(answer.error());
      return refuse(std::move(answer).error(), status);
    }
    return std::move(*answer);
  }
  auto with = client::read_connection(*what.server, around.environment);
  if (!with) {
    return refuse_usage(std::move(with).error());
  }
  auto whom = client::node::make(std::move(*with), client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  return review_on_node(*whom, std::move(request), observer, system_clock{});
}

outcome<review_answer> review(const review_command& what,
                              const prepared_review& prepared,
                              const review_settings& settings,
                              const surroundings& around) {
  progress_display display{
    choose_style(settings.progress.value_or(progress_mode::automatic),
                 settings.quiet.value_or(false),
                 around.terminal.error_is_terminal, around.term),
    prepared.files, around.terminal.error_width};
  auto answer = answer_of(
    what, prepared, around,
    [&display](std::string_view specialist, specialist_progress state) {
      display.set(specialist, state);
    });
  if (!answer) {
    auto [reason, status] = std::move(answer).error();
    return refuse(place_at_source(std::move(reason), prepared), status);
  }
  return answer;
}

/// Writes the files beside their places, then standard output, and lets the
/// files take their places at last: what fails leaves all files as they were.
result<void> write_reports(const review_answer& answer,
                           const std::vector<output_target>& outputs,
                           const terminal& screen) {
  const report::subject subject{answer.summary.get(), answer.changes.get(),
                                answer.event};
  std::vector<file_output> files;
  std::string standard;
  for (const auto& output : outputs) {
    const bool to_screen = output.file.empty();
    auto text = report::make_report(output.which, subject,
                                    {.colour = to_screen && screen.colour,
                                     .width = to_screen ? screen.width : 80,
                                     .tool_version = std::string{version()}});
    if (to_screen) {
      standard = std::move(text);
    } else {
      files.push_back({output.file, std::move(text)});
    }
  }
  auto staged = staged_files::prepare(files);
  if (!staged) {
    return fail(staged.error());
  }
  if (auto written = write_standard_output(standard); !written) {
    return written;
  }
  return staged->commit();
}

outcome<exit_status> run(const review_command& what,
                         const surroundings& around) {
  const auto settings = all_settings(what);
  if (!settings) {
    return refuse_input(settings.error());
  }
  const auto prepared = prepare(what, *settings, around);
  if (!prepared) {
    return refuse(prepared.error());
  }
  const auto answer = review(what, *prepared, *settings, around);
  if (!answer) {
    return refuse(answer.error());
  }
  const auto outputs =
    settings->outputs.value_or(std::vector<output_target>{output_target{}});
  if (auto wrote = write_reports(*answer, outputs, around.terminal); !wrote) {
    return refuse_fault(wrote.error());
  }
  return status_of(*answer->summary,
                   settings->fail_level.value_or(fail_level::none));
}

} // namespace

exit_status run_review(review_command what, const surroundings& around) {
  const auto done = run(what, around);
  return done ? *done : complain(done.error());
}

} // namespace libsig::sig
