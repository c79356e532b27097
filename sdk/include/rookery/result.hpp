#pragma once

#include <rookery/error.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rookery {

/// What a platform finds wrong with one field of a call.
struct FieldFault {
    std::string path;  ///< "embeds.0.title"
    std::string code;
    std::string message;
};

/// Why something came to nothing.
struct Failure {
    rk_status_t status = RK_OK;  ///< one of RK_E_...: rookery/abi/status.h
    std::string message{};
    std::int64_t platform_status = 0;  ///< of HTTP, where the platform refused; else 0
    std::int64_t platform_code = 0;    ///< the platform's own number for it; 0: none
    std::vector<FieldFault> fields{};
    std::string said{};  ///< all that the platform said, as JSON; empty: nothing
};

/// A value, or why there is none. Asking for the value where there is none throws Error with the
/// failure's text, which ends the handler and is logged by the host.
template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : value_(std::move(value)) {}             // NOLINT(google-explicit-constructor)
    Result(Failure failure) : failure_(std::move(failure)) {  // NOLINT(google-explicit-constructor)
        if (failure_.status >= 0) {
            failure_.status = RK_E_INTERNAL;
        }
    }

    [[nodiscard]] bool ok() const noexcept { return failure_.status >= 0; }
    [[nodiscard]] explicit operator bool() const noexcept { return ok(); }
    /// Empty, with status RK_OK, where there is a value.
    [[nodiscard]] const Failure& error() const noexcept { return failure_; }

    [[nodiscard]] const T& value() const& {
        check();
        return value_;
    }
    [[nodiscard]] T& value() & {
        check();
        return value_;
    }
    [[nodiscard]] T value() && {
        check();
        return std::move(value_);
    }
    [[nodiscard]] const T& operator*() const& { return value(); }
    [[nodiscard]] T& operator*() & { return value(); }
    [[nodiscard]] T operator*() && { return std::move(*this).value(); }
    [[nodiscard]] const T* operator->() const { return &value(); }
    [[nodiscard]] T* operator->() { return &value(); }

  private:
    void check() const {
        if (!ok()) {
            throw Error(failure_.status, failure_.message);
        }
    }

    T value_{};
    Failure failure_;
};

}  // namespace rookery
