#pragma once

#include <rookery/abi/status.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rookery {

/// A call that the host refused, or that came to nothing. A handler that lets it out has failed:
/// the host logs the text under the plugin's name and goes on.
class Error : public std::runtime_error {
  public:
    Error(rk_status_t status, const std::string& what)
        : std::runtime_error(what), status_(status) {}

    /// One of RK_E_...: rookery/abi/status.h.
    [[nodiscard]] rk_status_t status() const noexcept { return status_; }

  private:
    rk_status_t status_;
};

namespace detail {

/// Takes the host's reasons and throws them.
class Reason {
  public:
    Reason() noexcept {
        error_.size = sizeof(error_);
        error_.status = RK_OK;
        error_.length = 0;
        error_.reserved = 0;
    }
    operator rk_error_t*() noexcept { return &error_; }  // NOLINT(google-explicit-constructor)

    /// Throws Error when `status` is a failure.
    void check(rk_status_t status, std::string_view what) const {
        if (status < 0) {
            std::string text(what);
            text += ": ";
            text += error_.length != 0 ? std::string(error_.text, error_.length)
                                       : "status " + std::to_string(status);
            throw Error(status, text);
        }
    }

  private:
    rk_error_t error_;
};

inline rk_status_t report(rk_error_t* error, rk_status_t status, const char* text) noexcept {
    if (error != nullptr && error->size >= sizeof(rk_error_t)) {
        const std::size_t length = std::strlen(text);
        error->status = status;
        error->length = static_cast<std::uint32_t>(length < RK_ERROR_TEXT ? length : RK_ERROR_TEXT);
        std::memcpy(error->text, text, error->length);
    }
    return status;
}

/// Runs the plugin's code where the host called: what it throws becomes a status and a text.
template <class Body>
rk_status_t guarded(rk_error_t* error, const Body& body) noexcept {
    try {
        return body();
    } catch (const Error& failure) {
        return report(error, failure.status(), failure.what());
    } catch (const std::exception& failure) {
        return report(error, RK_E_INTERNAL, failure.what());
    } catch (...) {
        return report(error, RK_E_INTERNAL, "an exception of an unknown type");
    }
}

}  // namespace detail
}  // namespace rookery
