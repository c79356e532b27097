#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery {

/// Why something failed. Closed: a caller may switch over it; texts may change, kinds may not.
enum class ErrorKind : std::uint8_t {
    invalid,      ///< the input is wrong: a file, an argument, a payload
    not_found,    ///< nothing of that name or id
    exists,       ///< something of that name is there already
    denied,       ///< refused: token, permission, capability
    unsupported,  ///< the platform, table or version has no such thing
    timeout,      ///< a deadline passed
    cancelled,    ///< the owner went away or asked to stop
    unavailable,  ///< not connected, not ready, host unreachable: trying later may help
    protocol,     ///< a peer broke its protocol
    limit,        ///< a size, depth, count, rate or budget was exceeded
    io,           ///< the operating system said no
    stale,        ///< a handle whose object is gone
    internal,     ///< a defect of Rookery itself
};

[[nodiscard]] std::string_view to_string(ErrorKind kind) noexcept;

/// What a service said of a request that it refused.
struct Refusal {
    struct Field {
        std::string path;  ///< "embeds[0].title"; empty: the whole
        std::string code;  ///< "BASE_TYPE_REQUIRED"
        std::string message;
    };
    unsigned status = 0;    ///< of its answer
    std::int64_t code = 0;  ///< the service's number for it; 0: none
    std::string message;
    double retry_after = 0;     ///< seconds; 0: it did not say
    std::vector<Field> fields;  ///< what was wrong, one by one
};

/// A failure: kind, what was being attempted, and optionally what caused it.
/// A value: cheap to move, copies share the cause.
class Error {
  public:
    Error() : Error(ErrorKind::internal, "unspecified error") {}
    Error(ErrorKind kind, std::string context) : kind_(kind), context_(std::move(context)) {}

    [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& context() const noexcept { return context_; }
    [[nodiscard]] const Error* cause() const noexcept { return cause_.get(); }

    /// What the service said, when it was one that refused; null otherwise. Of the cause, too.
    [[nodiscard]] const Refusal* refusal() const noexcept;
    /// This error, with that.
    [[nodiscard]] Error with(Refusal refusal) const;

    /// The same failure seen from further up: `context` in front, this error as the cause.
    [[nodiscard]] Error within(std::string context) const;

    /// "context: cause: cause of the cause".
    [[nodiscard]] std::string message() const;

  private:
    ErrorKind kind_;
    std::string context_;
    std::shared_ptr<const Error> cause_;
    std::shared_ptr<const Refusal> refusal_;
};

}  // namespace rookery
