#include "sim/discord/command_line.hpp"

#include <algorithm>
#include <charconv>

namespace rookery::sim::discord {
namespace {

constexpr int kSubcommand = 1;
constexpr int kGroup = 2;
constexpr int kString = 3;
constexpr int kInteger = 4;
constexpr int kBoolean = 5;
constexpr int kUser = 6;
constexpr int kChannel = 7;
constexpr int kRole = 8;
constexpr int kMentionable = 9;
constexpr int kNumber = 10;
constexpr int kAttachment = 11;

/// Words, where "two words" in quotes are one; \" and \\ in quotes are themselves.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out;
    std::string word;
    bool quoted = false;
    bool any = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '\\' && i + 1 < text.size() &&
            (text[i + 1] == '"' || text[i + 1] == '\\')) {
            word += text[++i];
        } else if (c == '"') {
            quoted = !quoted;
            any = true;
        } else if (c == ' ' && !quoted) {
            if (any) {
                out.push_back(std::exchange(word, {}));
            }
            any = false;
        } else {
            word += c;
            any = true;
        }
    }
    if (any) {
        out.push_back(word);
    }
    return out;
}

Error unusable(const std::string& text) { return {ErrorKind::invalid, text}; }

/// One value by the option's type.
Result<Json> value_of(Core& core, const Gesture& gesture, const Json& option,
                      const std::string& word, Json& resolved) {
    const int type = option["type"].get<int>();
    const auto name = option["name"].get<std::string>();
    for (const auto& choice : option.value("choices", Json::array())) {
        if (choice["name"] == word || choice["value"] == word || choice["value"].dump() == word) {
            return choice["value"];
        }
    }
    if (option.contains("choices") && !option["choices"].empty()) {
        return unusable("'" + word + "' is not one of the choices of " + name);
    }
    if (type == kString) {
        return Json(word);
    }
    if (type == kInteger) {
        std::int64_t number = 0;
        const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), number);
        const bool fits = failed == std::errc{} && end == word.data() + word.size();
        return fits ? Result<Json>(Json(number))
                    : Result<Json>(unusable(name + " takes an integer, not '" + word + "'"));
    }
    if (type == kNumber) {
        const auto number = Json::parse(word, nullptr, false);
        return number.is_number()
                   ? Result<Json>(number)
                   : Result<Json>(unusable(name + " takes a number, not '" + word + "'"));
    }
    if (type == kBoolean) {
        const bool known = word == "true" || word == "false";
        return known ? Result<Json>(Json(word == "true"))
                     : Result<Json>(unusable(name + " takes true or false, not '" + word + "'"));
    }
    if (type == kAttachment) {
        const auto id = id_text(core.world.next_id());
        const auto url = core.addresses.control_url + "/attachments/" + id + "/" + word;
        resolved["attachments"][id] = {{"id", id},   {"filename", word}, {"size", 5},
                                       {"url", url}, {"proxy_url", url}, {"ephemeral", true}};
        return Json(id);
    }
    const Id id = named_thing(core, gesture.guild, type, word);
    if (id == 0 || !resolve(core, gesture.guild, type, id, resolved)) {
        return unusable(name + ": there is no '" + word + "'");
    }
    return Json(id_text(id));
}

Json* option_named(Json& options, const std::string& name) {
    for (auto& option : options) {
        if (option["name"] == name) {
            return &option;
        }
    }
    return nullptr;
}

/// The leaf options of one command or subcommand, filled from the words.
class Filling {
  public:
    Filling(Core& core, const Gesture& gesture, const Json& options, Json& resolved)
        : core_(core), gesture_(gesture), options_(options), resolved_(resolved) {}

    Result<Json> fill(const std::vector<std::string>& words) {
        for (std::size_t i = 0; i < words.size(); ++i) {
            const auto colon = words[i].find(':');
            const auto* named = colon == std::string::npos
                                    ? nullptr
                                    : option_named(options_, words[i].substr(0, colon));
            const auto* option = named != nullptr ? named : next_open();
            if (option == nullptr) {
                return unusable("there is no option for '" + words[i] + "'");
            }
            auto word = named != nullptr ? words[i].substr(colon + 1) : words[i];
            const bool last_text =
                named == nullptr && (*option)["type"] == kString && is_last(*option);
            while (last_text && i + 1 < words.size()) {
                word += " " + words[++i];
            }
            if (auto done = put(*option, word, i + 1 == words.size()); !done) {
                return done.error();
            }
        }
        for (const auto& option : options_) {
            if (!gesture_.completing && option.value("required", false) && !filled(option)) {
                return unusable("the option " + option["name"].get<std::string>() + " is required");
            }
        }
        return out_;
    }

  private:
    [[nodiscard]] bool filled(const Json& option) const {
        return std::any_of(out_.begin(), out_.end(),
                           [&](const Json& done) { return done["name"] == option["name"]; });
    }
    [[nodiscard]] const Json* next_open() const {
        const auto found = std::find_if(options_.begin(), options_.end(),
                                        [&](const Json& option) { return !filled(option); });
        return found == options_.end() ? nullptr : &*found;
    }
    [[nodiscard]] bool is_last(const Json& option) const { return &option == &options_.back(); }

    Result<> put(const Json& option, const std::string& word, bool last_word) {
        Json entry = {{"name", option["name"]}, {"type", option["type"]}};
        if (gesture_.completing && last_word) {
            entry["value"] = word;  // as typed so far, whatever the type
            entry["focused"] = true;
        } else {
            auto value = value_of(core_, gesture_, option, word, resolved_);
            if (!value) {
                return value.error();
            }
            entry["value"] = *std::move(value);
        }
        out_.push_back(std::move(entry));
        return {};
    }

    Core& core_;
    const Gesture& gesture_;
    Json options_;
    Json& resolved_;
    Json out_ = Json::array();
};

Result<Json> fill_options(Core& core, const Gesture& gesture, const Json& options,
                          std::vector<std::string> words, Json& resolved) {
    const bool nested = !options.empty() && options.front()["type"].get<int>() <= kGroup;
    if (!nested) {
        return Filling(core, gesture, options, resolved).fill(words);
    }
    auto copy = options;
    auto* chosen = words.empty() ? nullptr : option_named(copy, words.front());
    if (chosen == nullptr) {
        return unusable("the command needs one of its subcommands");
    }
    words.erase(words.begin());
    auto inner =
        fill_options(core, gesture, chosen->value("options", Json::array()), words, resolved);
    if (!inner) {
        return inner.error();
    }
    return Json::array({{{"name", (*chosen)["name"]},
                         {"type", (*chosen)["type"]},
                         {"options", *std::move(inner)}}});
}

/// The registered command that the text begins with; `rest` is what follows its name.
Result<Json> find_command(Core& core, const Gesture& gesture, std::string& rest) {
    const auto* bot = core.world.bot_by_user(gesture.bot);
    const auto text = gesture.text.starts_with('/') ? gesture.text.substr(1) : gesture.text;
    const auto kind = "commands-" + id_text(bot->application);
    std::string names;
    for (const Id scope : {gesture.guild, Id{0}}) {
        for (const auto& command : core.shelf.list(kind, scope)) {
            const auto name = command["name"].get<std::string>();
            names += (names.empty() ? "" : ", ") + name;
            const bool whole =
                text.size() == name.size() || text[std::min(name.size(), text.size() - 1)] == ' ';
            if (text.starts_with(name) && whole) {
                rest = text.substr(std::min(text.size(), name.size() + 1));
                return command;
            }
        }
        if (gesture.guild == 0) {
            break;
        }
    }
    return Error(ErrorKind::not_found, "no command is registered for '" + gesture.text +
                                           "'; there " +
                                           (names.empty() ? "are none" : "are: " + names));
}

}  // namespace

Id named_thing(Core& core, Id guild, int type, const std::string& name) {
    auto& world = core.world;
    if (type == kUser || type == kMentionable) {
        if (const auto* user = world.user_named(name)) {
            return user->id;
        }
    }
    if (type == kChannel) {
        const auto* channel = world.channel_named(name, guild);
        return channel == nullptr ? 0 : channel->id;
    }
    const auto* home = world.guild(guild);
    const auto plain = name.starts_with('@') ? name.substr(1) : name;
    if ((type == kRole || type == kMentionable) && home != nullptr) {
        for (const auto& [id, role] : home->roles) {
            if (role.name == plain || role.name == name || id_text(id) == name) {
                return id;
            }
        }
    }
    return 0;
}

bool resolve(Core& core, Id guild, int type, Id id, Json& resolved) {
    auto& world = core.world;
    auto* home = world.guild(guild);
    const auto key = id_text(id);
    if (type == kRole || (type == kMentionable && home != nullptr && home->roles.contains(id))) {
        if (home == nullptr || !home->roles.contains(id)) {
            return false;
        }
        resolved["roles"][key] = world.role_json(home->roles[id]);
        return true;
    }
    if (type == kChannel) {
        const auto* channel = world.channel(id);
        if (channel == nullptr) {
            return false;
        }
        resolved["channels"][key] = {{"id", key},
                                     {"name", channel->name},
                                     {"type", static_cast<int>(channel->type)},
                                     {"permissions", "562949953421311"},
                                     {"app_permissions", "562949953421311"}};
        return true;
    }
    if (world.user(id) == nullptr) {
        return false;
    }
    resolved["users"][key] = world.user_json(id);
    if (const auto member = home == nullptr ? std::nullopt : world.find_member(*home, id)) {
        auto json = world.member_json(*member, false);
        json.erase("deaf");
        json.erase("mute");
        json["permissions"] = std::to_string(world.permissions(*home, id, nullptr));
        resolved["members"][key] = std::move(json);
    }
    return true;
}

Result<Json> command_data(Core& core, const Gesture& gesture) {
    if (gesture.text.empty()) {
        return unusable("nothing was typed");
    }
    std::string rest;
    auto command = find_command(core, gesture, rest);
    if (!command) {
        return command.error();
    }
    const int type = (*command).value("type", 1);
    Json data = {{"id", (*command)["id"]}, {"name", (*command)["name"]}, {"type", type}};
    if (command->contains("guild_id")) {
        data["guild_id"] = (*command)["guild_id"];
    }
    Json resolved = Json::object();
    if (type == 1) {
        auto words = words_of(rest);
        if (gesture.completing && (words.empty() || rest.ends_with(' '))) {
            words.emplace_back();
        }
        auto options =
            fill_options(core, gesture, command->value("options", Json::array()), words, resolved);
        if (!options) {
            return options.error();
        }
        data["options"] = *std::move(options);
    } else if (type == 2) {
        const Id user = named_thing(core, gesture.guild, kUser, gesture.target);
        if (user == 0 || !resolve(core, gesture.guild, kUser, user, resolved)) {
            return unusable("a user command needs a target; there is no '" + gesture.target + "'");
        }
        data["target_id"] = id_text(user);
    } else {
        data["target_id"] = gesture.target;
    }
    if (!resolved.empty()) {
        data["resolved"] = std::move(resolved);
    }
    return data;
}

}  // namespace rookery::sim::discord
