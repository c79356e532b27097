#pragma once

#include "base/log.hpp"
#include "bus/event_bus.hpp"
#include "platform/discord/cache/context.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace rookery::discord {

struct CacheOptions {
    enum class Keep : std::uint8_t {
        automatic,  ///< while an event that somebody wants reads it
        always,
        never,
    };

    cache::StoreLimits limits;  ///< of this shard
    std::array<Keep, cache::kKinds> kinds{};
    MemberPolicy members = MemberPolicy::all;
    bool noop_updates = false;
    std::string cdn_url;             ///< empty: Discord's own
    std::filesystem::path snapshot;  ///< file over an orderly restart; empty: none
};

/// One shard's cache: what is kept follows from what live subscriptions read. io thread.
class DiscordCache {
  public:
    DiscordCache(const model::PlatformInfo& platform, CacheOptions options);

    /// Keeps what these subscriptions need from now on.
    void follow(const bus::Interest& interest);

    /// What the dispatch does to what is kept; null when nothing, so that it need not be read.
    [[nodiscard]] const Handler* handler(std::string_view raw_name) const noexcept;
    /// Whether that event reads anything that could be known here.
    [[nodiscard]] bool can_tell(const model::RawEventInfo& event) const noexcept {
        return event.context != 0 && (entities_.kept().any() || !options_.cdn_url.empty());
    }

    /// Kinds that an event of that type needs.
    [[nodiscard]] KindSet needs(model::EventType type) const;

    [[nodiscard]] Entities& entities() noexcept { return entities_; }
    [[nodiscard]] const Entities& entities() const noexcept { return entities_; }
    [[nodiscard]] const CacheOptions& options() const noexcept { return options_; }

    /// The number of the session's last event that it has taken up.
    [[nodiscard]] std::uint64_t seq() const noexcept { return seq_; }
    void set_seq(std::uint64_t seq) noexcept { seq_ = seq; }
    /// Nothing is known any more; what is kept stays.
    void clear();

  private:
    const model::PlatformInfo& platform_;
    CacheOptions options_;
    Entities entities_;
    std::uint64_t seq_ = 0;
};

}  // namespace rookery::discord
