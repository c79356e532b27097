#pragma once

#include <rookery/document.hpp>
#include <rookery/host.hpp>
#include <rookery/json.hpp>
#include <rookery/result.hpp>
#include <rookery/task.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rookery {

namespace detail {

/// On whose behalf operations are called.
struct Caller {
    const Host* host = nullptr;
    rk_handle_t event = 0;  ///< that is answered; 0: the one being handled
    std::string bot{};
};

/// What the host knows of why an operation failed. `refusal` is gone when the callback returns.
inline Failure failure_of(const Host& host, rk_status_t status, rk_handle_t refusal,
                          rk_text_t message) {
    Failure out;
    out.status = status;
    out.message = to_view(message);
    const Document said(host, refusal);
    out.said = said.json();
    out.platform_status = said.integer("status").value_or(0);
    out.platform_code = said.integer("code").value_or(0);
    for (std::uint32_t i = 0, count = said.size("fields"); i < count; ++i) {
        const std::string at = "fields." + std::to_string(i);
        out.fields.push_back({said.text(at + ".path").value_or(""),
                              said.text(at + ".code").value_or(""),
                              said.text(at + ".message").value_or("")});
    }
    return out;
}

/// Keeps a document beyond the callback that got it.
inline Hold keep_document(const Host& host, rk_handle_t document) {
    constexpr std::size_t kNeeded = offsetof(rk_documents_t, release) + sizeof(void*);
    if (document == 0) {
        return {};
    }
    if (host.documents->size < kNeeded) {
        throw Error(RK_E_UNSUPPORTED, "this host gives no typed results");
    }
    Reason().check(host.documents->hold(host.raw, document), "hold");
    return Hold(host.raw, document, host.documents->release);
}

inline Document read_answer(const Host& host, rk_handle_t document, const Document* /*as*/) {
    return {host, document, keep_document(host, document)};
}
/// The root of a document as an object or a list; an empty one where the platform gave neither.
template <class T>
T read_answer(const Host& host, rk_handle_t document, const T* /*as*/) {
    Hold hold = keep_document(host, document);
    rk_value_t root = empty_value();
    if (document != 0) {
        Reason().check(host.documents->view(host.raw, document, &root), "the answer");
    }
    if constexpr (std::is_base_of_v<ListBase, T>) {
        return root.kind == RK_VALUE_ARRAY
                   ? T(View(host.raw, host.views, root.as.array.owner, std::move(hold)),
                       root.as.array)
                   : T();
    } else {
        return root.kind == RK_VALUE_OBJECT
                   ? T(host.raw, host.views, root.as.object, std::move(hold))
                   : T();
    }
}

template <class T>
Result<T> result_of(const Host& host, rk_status_t status, rk_handle_t document, rk_text_t message) {
    if (status < 0) {
        return failure_of(host, status, document, message);
    }
    try {
        return read_answer(host, document, static_cast<const T*>(nullptr));
    } catch (const Error& error) {
        return Failure{error.status(), error.what()};
    }
}

}  // namespace detail

/// An operation that is about to begin. It can be
///   left alone:      it begins at the end of the statement; the host logs a failure
///   given then():    the callback gets its end
///   awaited:         `Result<Message> sent = co_await messages().send(channel, "hi");`
/// Until it has ended, the event that it was begun for counts as unfinished, so that a crash in
/// between does not lose it. Wrong arguments are told by the Result too. A plugin that stops hears
/// of no end any more. Instance thread.
class CallBase {
  public:
    CallBase(const detail::Caller& caller, std::string_view operation, std::string arguments)
        : host_(caller.host),
          event_(caller.event != 0 ? caller.event : caller.host->event),
          operation_(operation),
          arguments_(std::move(arguments)),
          bot_(caller.bot) {}
    CallBase(CallBase&& other) noexcept
        : host_(std::exchange(other.host_, nullptr)),
          event_(other.event_),
          deadline_(other.deadline_),
          operation_(std::move(other.operation_)),
          arguments_(std::move(other.arguments_)),
          bot_(std::move(other.bot_)) {}
    CallBase& operator=(CallBase&&) = delete;

    /// The arguments as JSON.
    [[nodiscard]] const std::string& arguments() const noexcept { return arguments_; }

  protected:
    ~CallBase() {
        if (host_ != nullptr) {
            forget();
        }
    }

    rk_status_t begin(rk_done_fn done, void* user, rk_release_t release, rk_error_t* error) {
        const Host& host = *std::exchange(host_, nullptr);
        rk_call_t wish{};
        wish.size = sizeof(wish);
        wish.deadline_ms = deadline_;
        wish.operation = detail::to_text(operation_);
        wish.arguments = detail::to_text(arguments_);
        wish.bot = detail::to_text(bot_);
        wish.event = event_;
        return host.operations->call(host.raw, &wish, done, user, release, error);
    }
    [[nodiscard]] const Host* host() const noexcept { return host_; }
    [[nodiscard]] const std::string& operation() const noexcept { return operation_; }
    void set_deadline(std::uint64_t millis) noexcept {
        constexpr std::uint64_t kMost = 0xFFFFFFFF;
        deadline_ = static_cast<std::uint32_t>(millis == 0 ? 1 : millis > kMost ? kMost : millis);
    }

  private:
    void forget() noexcept {
        const Host& host = *host_;
        rk_error_t error{};
        error.size = sizeof(error);
        if (begin(nullptr, nullptr, nullptr, &error) < 0) {
            try {
                const std::string line = operation_ + ": " + std::string(error.text, error.length);
                static_cast<void>(host.log->write(host.raw, RK_LOG_WARN, detail::to_text(line)));
            } catch (...) {  // no memory for the line: there is nowhere left to tell
            }
        }
    }

    const Host* host_;
    rk_handle_t event_;
    std::uint32_t deadline_ = 0;
    std::string operation_;
    std::string arguments_;
    std::string bot_;
};

/// As of CallBase; its end is a Result<T>.
template <class T>
class Call : public CallBase {
  public:
    using CallBase::CallBase;
    Call(Call&&) = default;

    /// Ends it with RK_E_TIMEOUT when it takes longer than that; else that is 30 seconds.
    template <class Duration>
    Call&& within(Duration duration) && {
        set_deadline(detail::millis_of(duration));
        return std::move(*this);
    }

    /// Calls `callback(Result<T>)` at its end, on the same thread. Throws Error when it cannot be
    /// begun.
    template <class Callback>
    void then(Callback callback) && {
        using One = Done<Callback>;
        using Box = detail::Boxed<One>;
        const std::string name = operation();
        Box box(One{host(), std::move(callback)});
        detail::Reason reason;
        reason.check(begin(&One::run, box.user(), &Box::release, reason), name);
        box.given();
    }

    class Awaiter;
    [[nodiscard]] Awaiter operator co_await() && { return Awaiter(std::move(*this)); }

  private:
    template <class Callback>
    struct Done {
        const Host* host;
        Callback callback;

        static rk_status_t run(void* user, rk_status_t status, rk_handle_t result,
                               rk_text_t message, rk_error_t* error) {
            return detail::guarded(error, [&] {
                auto& self = *static_cast<Done*>(user);
                self.callback(detail::result_of<T>(*self.host, status, result, message));
                return RK_OK;
            });
        }
    };
};

template <class T>
class Call<T>::Awaiter {
  public:
    explicit Awaiter(Call&& call) noexcept : call_(std::move(call)) {}
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
        using Box = detail::Boxed<Pending>;
        waiting_.begin(self);
        Box box(Pending{this});
        rk_error_t error{};
        error.size = sizeof(error);
        const rk_status_t status = call_.begin(&Pending::run, box.user(), &Box::release, &error);
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
    /// What the host has of it. The coroutine may be gone before the operation ends.
    struct Pending {
        Awaiter* awaiter;

        static rk_status_t run(void* user, rk_status_t status, rk_handle_t document,
                               rk_text_t message, rk_error_t* error) {
            return detail::guarded(error, [&] {
                Awaiter* const self = std::exchange(static_cast<Pending*>(user)->awaiter, nullptr);
                if (self != nullptr) {
                    self->pending_ = nullptr;
                    const Host& host = self->waiting_.host();
                    self->result_ = detail::result_of<T>(host, status, document, message);
                    self->waiting_.resume();
                }
                return RK_OK;
            });
        }
    };

    Call call_;
    detail::Waiting waiting_;
    Pending* pending_ = nullptr;
    Result<T> result_{Failure{RK_E_CANCELLED, "not begun"}};
};

/// Operations by name, where the typed ones of operations.hpp do not serve.
class Operations {
  public:
    explicit Operations(const detail::Caller& caller) noexcept : caller_(caller) {}

    Call<Document> call(std::string_view operation, const JsonObject& arguments) const {
        return {caller_, operation, arguments.text()};
    }

  private:
    detail::Caller caller_;
};

}  // namespace rookery
