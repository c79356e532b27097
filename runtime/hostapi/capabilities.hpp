#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::hostapi {

/// Error invalid when `text` is none of the forms of a capability: `kv`, `settings`, `metrics`,
/// `serve`, `rest:NOUN.VERB`, `rest:NOUN.*`, `rest:*`, `events:NAME`, `events:*`, `http:HOST`,
/// `http:HOST:PORT`, `http:*.HOST`, `http:*`.
[[nodiscard]] Result<> check_capability(std::string_view text);

/// Whether whoever has `granted` may do all that `wanted` names. A wildcard of hosts stands for
/// names only: an address, and this machine, have to be named.
[[nodiscard]] bool covers(std::string_view granted, std::string_view wanted);

/// What one extension may do: what the TOML grants it, and, where its manifest lists capabilities,
/// of that what is listed. Immutable; any thread.
class Capabilities {
  public:
    /// What the TOML says, and where, for the texts of refusals.
    struct Grants {
        std::vector<std::string> granted;  ///< besides kDefault
        std::vector<std::string> denied;   ///< these win
        std::vector<std::string> own;      ///< those of `granted` that stand in `section` itself
        std::string section;               ///< "scripts.weather"
        std::string file;                  ///< "/etc/rookery/bot.toml"; may be empty
    };

    /// All that needs no grant.
    Capabilities() = default;
    Capabilities(std::optional<std::vector<std::string>> declared, Grants grants)
        : declared_(std::move(declared)), grants_(std::move(grants)) {}

    /// Error denied when one that is declared is not granted, with the line to add.
    [[nodiscard]] Result<> check_declared() const;

    /// Error denied with the line to add, in the TOML or in the manifest. Events are held to the
    /// manifest only where it lists any.
    [[nodiscard]] Result<> check(std::string_view wanted) const;

  private:
    [[nodiscard]] Result<> check_granted(std::string_view wanted) const;
    [[nodiscard]] bool is_declared(std::string_view wanted) const;

    std::optional<std::vector<std::string>> declared_;
    Grants grants_;
};

}  // namespace rookery::hostapi
