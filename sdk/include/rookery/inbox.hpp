#pragma once

#include <rookery/task.hpp>

#include <coroutine>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace rookery::detail {

/// What comes in for a coroutine that asks for one after the other, until it is closed or its time
/// is up. Stays where it is; one coroutine waits at a time. Instance thread.
template <class T>
class Inbox {
  public:
    Inbox() = default;
    Inbox(const Inbox&) = delete;
    Inbox& operator=(const Inbox&) = delete;
    ~Inbox() = default;

    /// Closes it after that time.
    void limit(const Host& host, std::uint64_t millis) { alarm_.set(host, millis, &expired, this); }

    [[nodiscard]] bool open() const noexcept { return open_; }
    /// Nothing is taken once it is closed. May resume the coroutine that waits, which may end this.
    /// `last`: closes it.
    void put(T item, bool last = false) {
        if (open_) {
            items_.push_back(std::move(item));
            if (last) {
                close();
            } else {
                wake();
            }
        }
    }
    /// What has come in can still be taken.
    void close() {
        open_ = false;
        alarm_.cancel();
        wake();
    }

    class Next;
    /// `co_await`: std::optional<T>, the next one; nothing: it was closed, and all has been taken.
    [[nodiscard]] Next next() noexcept { return Next(*this); }

  private:
    static rk_status_t expired(void* user, rk_error_t* error) {
        return guarded(error, [user] {
            auto& self = *static_cast<Inbox*>(user);
            self.alarm_.over();
            self.open_ = false;
            self.wake();
            return RK_OK;
        });
    }
    void wake() {
        if (Next* const next = std::exchange(waiting_, nullptr)) {
            next->waiting_.resume();
        }
    }

    std::vector<T> items_;
    std::size_t taken_ = 0;
    bool open_ = true;
    Next* waiting_ = nullptr;
    Alarm alarm_;
};

template <class T>
class [[nodiscard]] Inbox<T>::Next {
  public:
    explicit Next(Inbox& inbox) noexcept : inbox_(&inbox) {}
    Next(Next&& other) noexcept : inbox_(other.inbox_) {}  // before it waits
    Next& operator=(Next&&) = delete;
    ~Next() {
        if (waits_ && inbox_->waiting_ == this) {
            inbox_->waiting_ = nullptr;
        }
    }

    [[nodiscard]] bool await_ready() const noexcept {
        return inbox_->taken_ < inbox_->items_.size() || !inbox_->open_;
    }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) noexcept {
        waiting_.begin(self);
        waits_ = true;
        inbox_->waiting_ = this;
    }
    std::optional<T> await_resume() {
        waits_ = false;
        std::optional<T> out;
        if (inbox_->taken_ < inbox_->items_.size()) {
            out.emplace(std::move(inbox_->items_[inbox_->taken_++]));
        }
        if (inbox_->taken_ == inbox_->items_.size()) {
            inbox_->items_.clear();
            inbox_->taken_ = 0;
        }
        return out;
    }

  private:
    friend class Inbox;

    Inbox* inbox_;
    Waiting waiting_;
    bool waits_ = false;
};

}  // namespace rookery::detail
