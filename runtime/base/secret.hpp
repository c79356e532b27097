#pragma once

#include <string>
#include <string_view>

namespace rookery {

/// A token, key or password. Has no stream or format operator, so that it cannot slip into a log,
/// an error or an extension; reveal() marks the few places that put it on a wire.
/// Constructing one registers its value with the log's redaction (see log.hpp).
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string value);

    [[nodiscard]] bool empty() const noexcept { return value_.empty(); }
    [[nodiscard]] std::string_view reveal() const noexcept { return value_; }
    [[nodiscard]] bool operator==(const Secret&) const = default;

  private:
    std::string value_;
};

}  // namespace rookery
