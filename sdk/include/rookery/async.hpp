#pragma once

#include <rookery/host.hpp>
#include <rookery/result.hpp>
#include <rookery/task.hpp>

#include <string>
#include <utility>

namespace rookery {

/// What a change came to: that it was made.
struct Done {};

namespace detail {

/// Takes the end of something that was begun; the host has it as `user`.
template <class T>
struct Sink {
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;
    virtual void take(Result<T> result) = 0;

    static void release(void* user) { delete static_cast<Sink*>(user); }
};

/// Something of the host that is about to begin, as a Call is: left alone it begins at the end of
/// the statement, then() gives its end to a callback, and it can be awaited.
/// `Start`: rk_status_t(const Host&, Sink<T>*, rk_error_t*), the sink null where nobody listens.
template <class T, class Start>
class Async {
  public:
    Async(const Host& host, Start start) : host_(&host), start_(std::move(start)) {}
    Async(Async&& other) noexcept
        : host_(std::exchange(other.host_, nullptr)), start_(std::move(other.start_)) {}
    Async& operator=(Async&&) = delete;
    ~Async() {
        if (host_ != nullptr) {
            rk_error_t error{};
            error.size = sizeof(error);
            if (start_(*host_, nullptr, &error) < 0) {
                static_cast<void>(
                    host_->log->write(host_->raw, RK_LOG_WARN, {error.text, error.length}));
            }
        }
    }

    /// Calls `callback(Result<T>)` at its end. Throws Error when it cannot be begun.
    template <class Callback>
    void then(Callback callback) && {
        struct Calling final : Sink<T> {
            explicit Calling(Callback what) : callback(std::move(what)) {}
            void take(Result<T> result) override { callback(std::move(result)); }
            Callback callback;
        };
        Boxed<Calling> box(std::move(callback));
        const Host& host = *std::exchange(host_, nullptr);
        Reason reason;
        reason.check(start_(host, box.user(), reason), "request");
        box.given();
    }

    class Awaiter;
    [[nodiscard]] Awaiter operator co_await() && { return Awaiter(std::move(*this)); }

  private:
    const Host* host_;
    Start start_;
};

template <class T, class Start>
class Async<T, Start>::Awaiter {
  public:
    explicit Awaiter(Async&& request) noexcept : request_(std::move(request)) {}
    Awaiter(Awaiter&&) = default;
    Awaiter& operator=(Awaiter&&) = delete;
    ~Awaiter() {
        if (pending_ != nullptr) {
            pending_->awaiter = nullptr;
        }
    }

    [[nodiscard]] static bool await_ready() noexcept { return false; }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> self) {
        waiting_.begin(self);
        Boxed<Pending> box(this);
        rk_error_t error{};
        error.size = sizeof(error);
        const Host& host = *std::exchange(request_.host_, nullptr);
        const rk_status_t status = request_.start_(host, box.user(), &error);
        if (status < 0) {
            result_ = Result<T>(Failure{status, std::string(error.text, error.length)});
            return false;
        }
        pending_ = box.user();
        box.given();
        return true;
    }
    Result<T> await_resume() { return std::move(result_); }

  private:
    /// What the host has of it. The coroutine may be gone before the end.
    struct Pending final : Sink<T> {
        explicit Pending(Awaiter* of) : awaiter(of) {}
        void take(Result<T> result) override {
            if (Awaiter* const self = std::exchange(awaiter, nullptr)) {
                self->pending_ = nullptr;
                self->result_ = std::move(result);
                self->waiting_.resume();
            }
        }
        Awaiter* awaiter;
    };

    Async request_;
    Waiting waiting_;
    Pending* pending_ = nullptr;
    Result<T> result_{Failure{RK_E_CANCELLED, "not begun"}};
};

template <class T, class Start>
Async<T, Start> async(const Host& host, Start start) {
    return {host, std::move(start)};
}

/// The table of that id, which a host may lack. Throws Error.
template <class Table>
const Table& service(const Host& host, std::string_view id) {
    const Table* const found = host.table<Table>(id);
    if (found == nullptr) {
        throw Error(RK_E_UNSUPPORTED, "this host has no " + std::string(id));
    }
    return *found;
}

}  // namespace detail
}  // namespace rookery
