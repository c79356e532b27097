#pragma once

#include <rookery/task.hpp>

#include <deque>
#include <utility>

namespace rookery {

/// One after the other: what several handlers do with the same thing while they wait for
/// operations.
///
///     const auto turn = co_await lock_.turn();   // those who asked before have ended theirs
///     ...                                        // until `turn` goes, the others wait
///
/// In the order of asking. It must outlive those who wait for it. Instance thread.
class Lock {
  public:
    Lock() = default;
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

    /// Lets the next one go on when it ends.
    class [[nodiscard]] Turn {
      public:
        explicit Turn(Lock& lock) noexcept : lock_(&lock) {}
        Turn(Turn&& other) noexcept : lock_(std::exchange(other.lock_, nullptr)) {}
        Turn& operator=(Turn&&) = delete;
        ~Turn() {
            if (lock_ != nullptr) {
                lock_->leave();
            }
        }

      private:
        Lock* lock_;
    };

    /// What `co_await lock.turn()` waits for.
    class [[nodiscard]] Asked {
      public:
        explicit Asked(Lock& lock) noexcept : lock_(&lock) {}
        Asked(Asked&&) = default;
        Asked& operator=(Asked&&) = delete;
        /// Of a coroutine that was cancelled while it waited: its place goes to the next.
        ~Asked() {
            if (place_ == Place::waiting) {
                std::erase(lock_->line_, this);
            } else if (place_ == Place::called) {
                lock_->leave();
            }
        }

        [[nodiscard]] bool await_ready() noexcept {
            if (lock_->taken_) {
                return false;
            }
            lock_->taken_ = true;
            return true;
        }
        template <class Promise>
        void await_suspend(std::coroutine_handle<Promise> self) {
            waiting_.begin(self);
            lock_->line_.push_back(this);
            place_ = Place::waiting;
        }
        Turn await_resume() noexcept {
            place_ = Place::none;
            return Turn(*lock_);
        }

      private:
        friend class Lock;
        enum class Place : std::uint8_t { none, waiting, called };

        /// By a timer: going on from within the one before would nest as deep as the line is long.
        void call() {
            place_ = Place::called;
            alarm_.set(waiting_.host(), 0, &fired, this);
        }
        static rk_status_t fired(void* user, rk_error_t* error) {
            return detail::guarded(error, [user] {
                auto& self = *static_cast<Asked*>(user);
                self.alarm_.over();
                self.waiting_.resume();
                return RK_OK;
            });
        }

        Lock* lock_;
        Place place_ = Place::none;
        detail::Waiting waiting_;
        detail::Alarm alarm_;
    };

    [[nodiscard]] Asked turn() noexcept { return Asked(*this); }
    [[nodiscard]] bool taken() const noexcept { return taken_; }

  private:
    void leave() {
        taken_ = !line_.empty();
        if (taken_) {
            Asked* const next = line_.front();
            line_.pop_front();
            next->call();
        }
    }

    std::deque<Asked*> line_;
    bool taken_ = false;
};

}  // namespace rookery
