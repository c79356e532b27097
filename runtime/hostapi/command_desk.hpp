#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "command/cooldowns.hpp"
#include "command/guild_policy.hpp"
#include "command/places.hpp"
#include "hostapi/command_book.hpp"
#include "hostapi/fact_cache.hpp"
#include "hostapi/operations.hpp"
#include "store/kv.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rookery::hostapi {

/// What the configuration says of the commands of one bot.
struct BotCommandRules {
    std::vector<std::string> prefixes;  ///< empty: none
    bool mention = true;                ///< a mention of the bot is one
    std::vector<std::string> owners;    ///< ids; empty: asked of the platform

    /// Whether any text can be a command.
    [[nodiscard]] bool texts() const noexcept { return mention || !prefixes.empty(); }
};

/// What holds for commands at one moment. Immutable.
struct CommandRules {
    std::map<std::string, BotCommandRules, std::less<>> bots;
    std::string language;  ///< of answers to texts, where nobody says another; empty: English
    /// By bot and guild: "name/id"; those that have set something.
    std::unordered_map<std::string, command::GuildPolicy> guilds;

    [[nodiscard]] const BotCommandRules* of(std::string_view bot) const noexcept;
    /// Null: the guild has set nothing.
    [[nodiscard]] const command::GuildPolicy* of(std::string_view bot,
                                                 std::string_view guild) const;
    /// What texts begin with there. Null: nothing.
    [[nodiscard]] const std::vector<std::string>* prefixes(std::string_view bot,
                                                           std::string_view guild) const;
};
using CommandRulesPtr = std::shared_ptr<const CommandRules>;

/// What the commands of all extensions share: who has which, what bots and guilds have set, how
/// often and by how many each is used. One for the process. Any thread.
class CommandDesk {
  public:
    struct Parts {
        const Clock* clock = nullptr;
        Operations* operations = nullptr;
        store::KvStore* store = nullptr;  ///< null: nothing outlives the process
        FactCache::Keeper keeper{};       ///< null: bots keep nothing
    };

    static constexpr Millis kCooldownKept{60'000};  ///< from so long on they outlive the process

    explicit CommandDesk(Parts parts);
    ~CommandDesk();
    CommandDesk(const CommandDesk&) = delete;
    CommandDesk& operator=(const CommandDesk&) = delete;

    /// Reads what is stored; blocks. Before the first use. Errors of the store.
    [[nodiscard]] Result<> open();

    [[nodiscard]] CommandBook& book() noexcept { return book_; }
    [[nodiscard]] const std::shared_ptr<FactCache>& facts() const noexcept { return facts_; }
    [[nodiscard]] const std::shared_ptr<command::Places>& places() const noexcept {
        return places_;
    }
    [[nodiscard]] const Clock& clock() const noexcept { return *parts_.clock; }

    void set_bot(const std::string& bot, BotCommandRules rules);
    void remove_bot(const std::string& bot);
    /// As of language_tag(); empty: English.
    void set_language(const std::string& language);

    [[nodiscard]] CommandRulesPtr rules() const;
    /// Grows with each change of rules(); cheap to poll.
    [[nodiscard]] std::uint64_t version() const noexcept {
        return version_.load(std::memory_order_acquire);
    }
    /// Whether texts of any bot can be commands.
    [[nodiscard]] bool texts() const noexcept { return texts_.load(std::memory_order_relaxed); }

    /// `changed` is called, on any thread, after rules() has changed; until the result is let go.
    [[nodiscard]] std::shared_ptr<void> watch(std::function<void()> changed);

    /// As of command::change(): holds at once. `done` is called on any thread, with what the guild
    /// has set now, once that is stored. Errors: of change(), and those of the store, after which
    /// what was stored last holds again.
    void configure(const std::string& bot, const std::string& guild, const nlohmann::json& wish,
                   OperationDone done);

    /// Counts a use. `done` is called once, on any thread, when what must outlive the process does.
    struct Use {
        std::string key;
        command::Cooldowns::Rule rule;
        std::string event;  ///< model::Event::dedupe_key()
        std::string made;   ///< `createdAt`; empty: the platform does not tell
    };
    void use(Use use, std::function<void(command::Cooldowns::Outcome)> done);
    /// What use() would come to; nothing is counted.
    [[nodiscard]] command::Cooldowns::Outcome look(const Use& use) const;

    static constexpr unsigned kMostLookups = 20;      ///< for one user in a guild, in
    static constexpr Millis kLookupsCounted{60'000};  ///< so long
    /// Whether the platform may be asked for one more of those whom the user names; 0: yes, and it
    /// is counted, else the time until it may. `event` tells lookups apart, the same when they are
    /// repeated.
    [[nodiscard]] Millis take_lookup(const std::string& who, const std::string& event);

  private:
    void publish(const std::function<void(CommandRules&)>& change);
    [[nodiscard]] WallTime made(const Use& use) const;
    void publish_policy(const std::string& key, const command::GuildPolicy& policy);
    /// The change of that number is stored, or could not be. Within the policies' mutex.
    void settle(const std::string& key, std::uint64_t change, const command::GuildPolicy& policy,
                bool stored);
    [[nodiscard]] Result<> read(const std::string& prefix,
                                const std::function<void(const store::KvItem&)>& each);

    const Parts parts_;
    CommandBook book_;
    command::Cooldowns cooldowns_;
    command::Cooldowns lookups_;
    std::shared_ptr<command::Places> places_ = command::Places::make();
    std::shared_ptr<FactCache> facts_;
    /// What a guild's policy goes back to.
    struct Unsettled {
        command::GuildPolicy stored;
        std::uint64_t newest = 0;  ///< change that is being stored
    };
    /// What is on its way to the store. Publishes of policies have the order in which they are
    /// stored. Taken before mutex_; the store may answer within, and later than the desk is there.
    struct Policies {
        std::recursive_mutex mutex;
        CommandDesk* desk = nullptr;
        std::unordered_map<std::string, Unsettled> unsettled;
        std::uint64_t changes = 0;
    };
    std::shared_ptr<Policies> policies_ = std::make_shared<Policies>();
    mutable std::mutex mutex_;
    CommandRulesPtr rules_ = std::make_shared<const CommandRules>();
    std::vector<std::weak_ptr<std::function<void()>>> watchers_;
    std::atomic<std::uint64_t> version_{1};
    std::atomic<bool> texts_{false};
};

}  // namespace rookery::hostapi
