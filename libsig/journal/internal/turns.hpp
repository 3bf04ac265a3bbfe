#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace libsig::journal::internal {

/// A lock in which the one writer waits for at most a few readers, and every
/// reader gets its turn between two commits.
///
/// The store has one connection, which a reader and the writer cannot use at
/// once, and no actor owns it: readers come from any thread.
class turns {
public:
  class reading {
  public:
    explicit reading(turns& of) : of_{of} { of_.begin_reading(); }
    reading(const reading&) = delete;
    reading& operator=(const reading&) = delete;
    ~reading() { of_.end(); }

  private:
    turns& of_;
  };

  class writing {
  public:
    explicit writing(turns& of) : of_{of} { of_.begin_writing(); }
    writing(const writing&) = delete;
    writing& operator=(const writing&) = delete;
    ~writing() { of_.end(); }

  private:
    turns& of_;
  };

private:
  /// Readers that go before a writer that waits.
  static constexpr std::size_t readers_first = 4;

  void begin_reading() {
    std::unique_lock lock{mutex_};
    ++readers_waiting_;
    reader_may_go_.wait(
      lock, [this] { return !busy_ && (!writer_waiting_ || credit_ > 0); });
    --readers_waiting_;
    if (writer_waiting_) {
      --credit_;
    }
    busy_ = true;
  }

  void begin_writing() {
    std::unique_lock lock{mutex_};
    writer_waiting_ = true;
    credit_ =
      readers_waiting_ < readers_first ? readers_waiting_ : readers_first;
    writer_may_go_.wait(lock, [this] { return !busy_ && credit_ == 0; });
    writer_waiting_ = false;
    busy_ = true;
  }

  void end() {
    bool to_writer = false;
    {
      const std::lock_guard lock{mutex_};
      busy_ = false;
      if (readers_waiting_ == 0) {
        credit_ = 0;
      }
      to_writer = writer_waiting_ && credit_ == 0;
    }
    if (to_writer) {
      writer_may_go_.notify_one();
    } else {
      reader_may_go_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable reader_may_go_;
  std::condition_variable writer_may_go_;
  bool busy_ = false;
  bool writer_waiting_ = false;
  std::size_t readers_waiting_ = 0;
  /// Readers that may still go before the writer.
  std::size_t credit_ = 0;
};

} // namespace libsig::journal::internal
