#pragma once

#include <rookery/arguments.hpp>
#include <rookery/duration.hpp>
#include <rookery/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// What a command is, in the words of docs/reference/command-definitions.md. Texts are copied: a
/// definition may be built from anything. Since 1.4.
namespace rookery {

/// What an option takes. A duration is written "1h30m" and given in seconds.
enum class Type : std::uint8_t {
    string,
    integer,
    number,
    boolean,
    user,
    member,
    role,
    channel,
    mentionable,  ///< a user or a role
    attachment,
    duration,
};

/// What a cooldown, or a number of places, is counted for.
enum class Per : std::uint8_t { user, member, channel, guild, everyone };

enum class CommandType : std::uint8_t {
    slash,    ///< slash and prefix form
    user,     ///< in the menu of a user
    message,  ///< in the menu of a message
};

enum class Where : std::uint8_t { anywhere, guild, dm };

/// A text, a number or a boolean of a definition; nothing by default.
class Literal {
  public:
    Literal() = default;
    Literal(const ops::TextLike auto& text) { detail::append_quoted(json_, text); }
    Literal(std::same_as<bool> auto value) : json_(value ? "true" : "false") {}
    Literal(ops::WholeNumber auto value) : json_(std::to_string(value)) {}
    Literal(std::floating_point auto value) { detail::append_number(json_, value); }

    void write(JsonObject& out, std::string_view key) const {
        if (!json_.empty()) {
            out.add_json(key, json_);
        }
    }
    [[nodiscard]] const std::string& json() const noexcept { return json_; }

  private:
    std::string json_;
};

/// Name and description in another language: {.locale = "de", .name = "erinnern", ...}.
struct Localized {
    std::string locale{};
    std::string name{};
    std::string description{};
};

/// One of at most 25 values: "a", or {"Shown", "value"}.
class OptionChoice {
  public:
    OptionChoice(const ops::TextLike auto& text) : name_(std::string_view(text)), value_(text) {}
    OptionChoice(std::string name, Literal value, std::vector<Localized> localizations = {})
        : name_(std::move(name)),
          value_(std::move(value)),
          localizations_(std::move(localizations)) {}

    [[nodiscard]] std::string json() const {
        JsonObject out;
        out.add("name", name_);
        value_.write(out, "value");
        if (!localizations_.empty()) {
            JsonObject names;
            for (const Localized& each : localizations_) {
                names.add(each.locale, each.name);
            }
            out.add("localizations", names);
        }
        return out.text();
    }

  private:
    std::string name_;
    Literal value_;
    std::vector<Localized> localizations_;
};

namespace detail {

inline void write_texts(JsonObject& out, std::string_view key,
                        const std::vector<std::string>& texts) {
    if (!texts.empty()) {
        JsonList list;
        for (const std::string& each : texts) {
            list.add(each);
        }
        out.add(key, list);
    }
}

inline void write_localized(JsonObject& out, const std::vector<Localized>& localizations) {
    if (localizations.empty()) {
        return;
    }
    JsonObject all;
    for (const Localized& each : localizations) {
        JsonObject one;
        if (!each.name.empty()) {
            one.add("name", each.name);
        }
        if (!each.description.empty()) {
            one.add("description", each.description);
        }
        all.add(each.locale, one);
    }
    out.add("localizations", all);
}

inline std::string seconds_text(std::chrono::milliseconds time) {
    return std::to_string((millis_of(time) + 999) / 1000) + "s";
}

inline std::string_view name_of(Type type) noexcept {
    constexpr std::string_view kNames[] = {"string",      "integer",    "number",  "boolean",
                                           "user",        "member",     "role",    "channel",
                                           "mentionable", "attachment", "duration"};
    return kNames[static_cast<std::size_t>(type)];
}
inline std::string_view name_of(Per per) noexcept {
    constexpr std::string_view kNames[] = {"user", "member", "channel", "guild", "everyone"};
    return kNames[static_cast<std::size_t>(per)];
}
inline std::string_view name_of(CommandType type) noexcept {
    constexpr std::string_view kNames[] = {"slash", "user", "message"};
    return kNames[static_cast<std::size_t>(type)];
}
inline std::string_view name_of(Where where) noexcept {
    constexpr std::string_view kNames[] = {"anywhere", "guild", "dm"};
    return kNames[static_cast<std::size_t>(where)];
}

}  // namespace detail

/// One option of a command; at most 25 of them, those that are required first.
struct OptionSpec {
    std::string name{};         ///< 1 to 32 characters: lower case, digits, - and _
    std::string description{};  ///< 1 to 100 characters
    Type type = Type::string;
    bool required = false;
    Literal default_value{};              ///< used when it is not given
    std::vector<OptionChoice> choices{};  ///< of strings, integers and numbers
    Literal min{};                        ///< of numbers; of durations as text: "10s"
    Literal max{};
    std::optional<std::uint32_t> min_length{};  ///< of strings, in characters
    std::optional<std::uint32_t> max_length{};
    bool autocomplete = false;                 ///< Plugin::autocomplete() has the handler
    std::vector<std::string> channel_types{};  ///< "text", "voice", ...
    /// Prefix form: takes all that is left. The last string does by itself.
    std::optional<bool> rest{};
    std::vector<Localized> localizations{};

    [[nodiscard]] std::string json() const {
        JsonObject out;
        out.add("name", name).add("description", description).add("type", detail::name_of(type));
        if (required) {
            out.add("required", true);
        }
        default_value.write(out, "default");
        if (!choices.empty()) {
            JsonList list;
            for (const OptionChoice& each : choices) {
                list.add_json(each.json());
            }
            out.add("choices", list);
        }
        min.write(out, "min");
        max.write(out, "max");
        if (min_length) {
            out.add("min_length", *min_length);
        }
        if (max_length) {
            out.add("max_length", *max_length);
        }
        if (autocomplete) {
            out.add("autocomplete", true);
        }
        detail::write_texts(out, "channel_types", channel_types);
        if (rest) {
            out.add("rest", *rest);
        }
        detail::write_localized(out, localizations);
        return out.text();
    }
};

/// At most `uses` times in `time`, for whatever `per` says; a time of 0: as often as anybody likes.
struct CooldownSpec {
    Per per = Per::user;
    std::uint32_t uses = 1;
    std::chrono::milliseconds time{0};  ///< counted in whole seconds, rounded up
};

/// At most `limit` at once; 0: any number. A handler that is a coroutine runs until it ends.
struct ConcurrencySpec {
    Per per = Per::user;
    std::uint32_t limit = 0;
};

/// A command, declared once for every platform.
struct CommandSpec {
    std::string name{};         ///< 1 to 32 characters: lower case, digits, - and _
    std::string description{};  ///< 1 to 100 characters; not of user and message commands
    CommandType type = CommandType::slash;
    std::vector<std::string> aliases{};  ///< of the prefix form
    std::vector<OptionSpec> options{};   ///< at most 25; a command with subcommands has none
    CooldownSpec cooldown{};
    ConcurrencySpec concurrency{};
    /// What the member must have, by the names of docs/reference: "ManageMessages".
    std::vector<std::string> member_permissions{};
    std::vector<std::string> bot_permissions{};  ///< what the bot must have in that channel
    bool owner = false;                          ///< owners of the bot only
    std::optional<Where> where{};
    bool nsfw = false;                       ///< only in channels that are marked so
    std::vector<CommandSpec> subcommands{};  ///< at most 25; they may have subcommands, once more
    std::string category{};                  ///< heading in the help
    bool hidden = false;                     ///< not in the help
    std::vector<std::string> examples{};     ///< of what follows the name: "2h tea"
    bool slash = true;                       ///< there is a slash form
    bool prefix = true;                      ///< there is a prefix form
    std::vector<Localized> localizations{};
    std::vector<std::string> guilds{};  ///< ids; empty: everywhere
    std::vector<std::string> bots{};    ///< names; empty: all

    /// As rk_commands_t::declare() takes it.
    [[nodiscard]] std::string json() const {
        JsonObject out;
        out.add("name", name);
        add_text(out, "description", description);
        if (type != CommandType::slash) {
            out.add("type", detail::name_of(type));
        }
        detail::write_texts(out, "aliases", aliases);
        add_list(out, "options", options);
        add_conditions(out);
        add_list(out, "subcommands", subcommands);
        add_text(out, "category", category);
        add_flag(out, "hidden", hidden, false);
        detail::write_texts(out, "examples", examples);
        add_flag(out, "slash", slash, true);
        add_flag(out, "prefix", prefix, true);
        detail::write_localized(out, localizations);
        detail::write_texts(out, "guilds", guilds);
        detail::write_texts(out, "bots", bots);
        return out.text();
    }

  private:
    static void add_text(JsonObject& out, std::string_view key, const std::string& text) {
        if (!text.empty()) {
            out.add(key, text);
        }
    }
    static void add_flag(JsonObject& out, std::string_view key, bool value, bool usual) {
        if (value != usual) {
            out.add(key, value);
        }
    }
    template <class Spec>
    static void add_list(JsonObject& out, std::string_view key, const std::vector<Spec>& specs) {
        if (!specs.empty()) {
            JsonList list;
            for (const Spec& each : specs) {
                list.add_json(each.json());
            }
            out.add(key, list);
        }
    }
    void add_conditions(JsonObject& out) const {
        if (cooldown.time.count() > 0) {
            out.add("cooldown", JsonObject()
                                    .add("per", detail::name_of(cooldown.per))
                                    .add("uses", cooldown.uses)
                                    .add("time", detail::seconds_text(cooldown.time)));
        }
        if (concurrency.limit > 0) {
            out.add("concurrency", JsonObject()
                                       .add("per", detail::name_of(concurrency.per))
                                       .add("limit", concurrency.limit));
        }
        detail::write_texts(out, "member_permissions", member_permissions);
        detail::write_texts(out, "bot_permissions", bot_permissions);
        add_flag(out, "owner", owner, false);
        if (where) {
            out.add("where", detail::name_of(*where));
        }
        add_flag(out, "nsfw", nsfw, false);
    }
};

}  // namespace rookery
