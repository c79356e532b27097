#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "config/config.hpp"
#include "config/diagnostics.hpp"

#include <nlohmann/json.hpp>
#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rookery::config {

template <class Number>
struct Range {
    Number least = std::numeric_limits<Number>::lowest();
    Number most = std::numeric_limits<Number>::max();
};

/// Turns TOML nodes into checked values. Each read leaves `out` alone and reports at the node's
/// place when the node is not what it should be; the return value says whether `out` was set.
class Reader {
  public:
    Reader(Diagnostics& diagnostics, const LoadOptions& options, std::filesystem::path folder)
        : diagnostics_(diagnostics), options_(options), folder_(std::move(folder)) {}

    /// The key that the next reads are for, as errors name it.
    void at_key(std::string_view key) { key_ = key; }

    bool text(const toml::node& node, std::string& out);
    bool boolean(const toml::node& node, bool& out);
    bool number(const toml::node& node, double& out, Range<double> range);
    bool duration(const toml::node& node, Millis& out, Range<Millis> range);
    bool size(const toml::node& node, std::size_t& out, Range<std::size_t> range);
    /// "20/s", or "none".
    bool rate(const toml::node& node, RateChoice& out);
    bool path(const toml::node& node, std::filesystem::path& out);
    /// A name in the sense of is_name().
    bool name(const toml::node& node, std::string& out);
    /// One of `choices`; its index.
    std::optional<std::size_t> choice(const toml::node& node,
                                      std::span<const std::string_view> choices);
    /// "scheme://host..." with one of two schemes, the first of them encrypted; the other one is
    /// for loopback addresses.
    bool url(const toml::node& node, std::string& out, std::string_view encrypted,
             std::string_view plain);
    /// A string, { env = "NAME" } or { file = "path" }.
    bool secret(const toml::node& node, Secret& out);
    /// A word or an id that a platform gave: 1 to 128 visible characters.
    bool word(const toml::node& node, std::string& out);
    /// A list of up to `most` of them; those that are none are told and left out.
    bool ids(const toml::node& node, std::vector<std::string>& out, std::size_t most);
    bool json(const toml::node& node, nlohmann::json& out);

    template <class Integer>
    bool integer(const toml::node& node, Integer& out, Range<Integer> range = {}) {
        std::int64_t value = 0;
        const auto most = static_cast<std::uint64_t>(range.most) > std::uint64_t{INT64_MAX}
                              ? INT64_MAX
                              : static_cast<std::int64_t>(range.most);
        if (!whole(node, value, static_cast<std::int64_t>(range.least), most)) {
            return false;
        }
        out = static_cast<Integer>(value);
        return true;
    }

    /// `word` is none of `known` in the place that `where` names: says so with the nearest of them.
    void unknown(Place place, std::string_view what, std::string_view word, std::string_view where,
                 std::span<const std::string_view> known);

    void error(const toml::node& node, std::string reason);
    /// "KEY must be WANTED, not a boolean"
    void mismatch(const toml::node& node, std::string_view wanted);

    [[nodiscard]] Diagnostics& diagnostics() noexcept { return diagnostics_; }
    [[nodiscard]] const LoadOptions& options() const noexcept { return options_; }
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

    /// `path`, taken from the folder of the file when it is relative.
    [[nodiscard]] std::filesystem::path resolved(const std::filesystem::path& path) const;

  private:
    bool whole(const toml::node& node, std::int64_t& out, std::int64_t least, std::int64_t most);
    bool secret_from_environment(const toml::node& node, Secret& out);
    bool secret_from_file(const toml::node& node, Secret& out);
    bool accept_secret(const toml::node& node, std::string_view value, std::string_view source,
                       Secret& out);

    Diagnostics& diagnostics_;
    const LoadOptions& options_;
    std::filesystem::path folder_;
    std::string key_;
};

[[nodiscard]] Place place_of(const toml::source_region& region);

}  // namespace rookery::config
