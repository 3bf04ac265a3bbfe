#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace libsig::http::internal {

/// What a worker waits with: a loop that one thread runs.
struct event_loop {
  boost::asio::io_context context{1};
};

} // namespace libsig::http::internal
