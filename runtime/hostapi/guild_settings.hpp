#pragma once

#include "hostapi/capabilities.hpp"
#include "hostapi/value_rule.hpp"
#include "hostapi/worker.hpp"
#include "store/kv.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rookery::hostapi {

/// What guilds have set of one extension's settings: in the store, and in memory as it is there.
/// Shared by the extension's instances. Any thread.
class GuildBook {
  public:
    /// Null when the guild has not set it.
    [[nodiscard]] nlohmann::json find(const std::string& guild, const std::string& key) const;
    /// What the guild has set.
    [[nodiscard]] std::vector<std::string> keys(const std::string& guild) const;
    /// Null removes it.
    void put(const std::string& guild, const std::string& key, nlohmann::json value);

  private:
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::map<std::string, nlohmann::json>> guilds_;
};

/// The books of all extensions, read from the store when they are first asked for. Manager thread.
class GuildBooks {
  public:
    explicit GuildBooks(store::KvStore& store) : store_(store) {}

    [[nodiscard]] store::KvStore& store() const noexcept { return store_; }
    /// Where an extension's settings are: keys "GUILD/KEY", apart from what it stores itself.
    [[nodiscard]] static store::KvSpace space_of(const std::string& title);
    /// Blocks while it is read. Errors of the store.
    [[nodiscard]] Result<std::shared_ptr<GuildBook>> of(const std::string& title);

  private:
    store::KvStore& store_;
    std::map<std::string, std::shared_ptr<GuildBook>> books_;
};

/// The settings of guilds as one extension instance sees them: declared with their types and
/// defaults, read at once, changed in the store first. A guild is its id; the empty one, of direct
/// messages, has the defaults. Worker thread.
class GuildSettings {
  public:
    using Done = std::function<void(Result<>)>;

    /// `store` and `capabilities` outlive this.
    GuildSettings(store::KvStore& store, store::KvSpace space, std::shared_ptr<GuildBook> book,
                  const Capabilities& capabilities, const std::shared_ptr<Worker>& worker);

    /// Takes the place of what was declared before. Errors of read_value_rules().
    [[nodiscard]] Result<> declare(const nlohmann::json& forms);

    /// What the guild has set, else the default, else null. A stored value that does not fit what
    /// is declared now counts as not set. Errors: not_found (no such setting), invalid (no id),
    /// denied.
    [[nodiscard]] Result<nlohmann::json> get(std::string_view guild, std::string_view key) const;
    /// All of them as an object, without those that are null.
    [[nodiscard]] Result<nlohmann::json> all(std::string_view guild) const;

    /// Errors to `done`: as get(), invalid of check_value(), and those of the store.
    void set(std::string_view guild, std::string_view key, nlohmann::json value, Done done);
    /// Back to the default: one setting, or with an empty key all that the guild has set.
    void reset(std::string_view guild, std::string_view key, Done done);

  private:
    [[nodiscard]] Result<const ValueRule*> find(std::string_view guild, std::string_view key) const;
    [[nodiscard]] nlohmann::json value_of(const std::string& guild, const ValueRule& rule) const;
    /// Null values remove.
    void write(const std::string& guild, std::map<std::string, nlohmann::json> values, Done done);

    store::KvStore& store_;
    const store::KvSpace space_;
    const std::shared_ptr<GuildBook> book_;
    const Capabilities& capabilities_;
    const std::weak_ptr<Worker> worker_;
    std::vector<ValueRule> rules_;
};

}  // namespace rookery::hostapi
