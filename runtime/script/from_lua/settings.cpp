#include "script/from_lua/api.hpp"
#include "script/script.hpp"
#include "script/values.hpp"

#include <optional>
#include <utility>

namespace rookery::script {

namespace {

using hostapi::GuildSettings;
using nlohmann::json;

constexpr std::size_t kLargestDeclaration = std::size_t{256} << 10U;

/// Null with the error pushed.
GuildSettings* settings_of(lua_State* lua, Script& script) {
    GuildSettings* const settings = script.context().settings;
    if (settings == nullptr) {
        (void)fail(lua, "rookery.settings: this runtime keeps no settings of guilds");
    }
    return settings;
}

/// The id at `index`, empty for nil; nothing with the error pushed.
std::optional<std::string> guild_at(lua_State* lua, int index) {
    if (lua_isnoneornil(lua, index)) {
        return std::string();
    }
    const std::string_view id = text_at(lua, index);
    if (id.data() == nullptr) {
        (void)fail_argument(lua, "rookery.settings: guild", "an id", index);
        return std::nullopt;
    }
    return std::string(id);
}

std::optional<std::string> key_at(lua_State* lua, int index) {
    const std::string_view key = text_at(lua, index);
    if (key.data() == nullptr) {
        (void)fail_argument(lua, "rookery.settings: key", "a string", index);
        return std::nullopt;
    }
    return std::string(key);
}

int declare(lua_State* lua, Script& script) {
    GuildSettings* const settings = settings_of(lua, script);
    if (settings == nullptr) {
        return kRaise;
    }
    std::size_t budget = kLargestDeclaration;
    const auto forms = to_json(lua, 1, budget);
    const auto declared = forms ? settings->declare(*forms) : Result<>(forms.error());
    return declared ? 0 : fail(lua, "rookery.settings.declare: " + declared.error().message());
}

/// One value, or all of them: nil, message, kind when it is refused.
int get(lua_State* lua, Script& script) {
    GuildSettings* const settings = settings_of(lua, script);
    const auto guild = settings == nullptr ? std::nullopt : guild_at(lua, 1);
    if (!guild) {
        return kRaise;
    }
    Result<json> value = Error();
    if (lua_isnoneornil(lua, 2)) {
        value = settings->all(*guild);
    } else {
        const auto key = key_at(lua, 2);
        if (!key) {
            return kRaise;
        }
        value = settings->get(*guild, *key);
    }
    if (value) {
        push_json(lua, *value);
        return 1;
    }
    lua_pushnil(lua);
    push_text(lua, value.error().message());
    push_text(lua, to_string(value.error().kind()));
    return 3;
}

/// Waits for what `begin` starts.
template <class Begin>
int change(lua_State* lua, Script& script, std::size_t bytes, const Begin& begin) {
    if (const auto refusal = script.tasks().refusal_to_wait(lua); !refusal.empty()) {
        return fail(lua, "rookery.settings: " + std::string(refusal));
    }
    const auto begun = script.tasks().begin_answer(
        *script.tasks().running(lua), bytes, [&](hostapi::OperationDone done) {
            begin([done = std::move(done)](const Result<>& result) {
                done(result ? Result<json>(json(nullptr)) : Result<json>(result.error()));
            });
        });
    return begun ? kYield : fail(lua, "rookery.settings: " + begun.error().message());
}

int begin_set(lua_State* lua, Script& script) {
    GuildSettings* const settings = settings_of(lua, script);
    const auto guild = settings == nullptr ? std::nullopt : guild_at(lua, 1);
    const auto key = guild ? key_at(lua, 2) : std::nullopt;
    if (!key) {
        return kRaise;
    }
    std::size_t budget = kLargestDeclaration;
    auto value = to_json(lua, 3, budget);
    if (!value) {
        return fail(lua, "rookery.settings.set: " + value.error().message());
    }
    return change(lua, script, kLargestDeclaration - budget, [&](GuildSettings::Done done) {
        settings->set(*guild, *key, *std::move(value), std::move(done));
    });
}

int begin_reset(lua_State* lua, Script& script) {
    GuildSettings* const settings = settings_of(lua, script);
    const auto guild = settings == nullptr ? std::nullopt : guild_at(lua, 1);
    const bool all = lua_isnoneornil(lua, 2);
    const auto key = !guild ? std::nullopt : all ? std::optional<std::string>("") : key_at(lua, 2);
    if (!key) {
        return kRaise;
    }
    return change(lua, script, 0, [&](GuildSettings::Done done) {
        settings->reset(*guild, *key, std::move(done));
    });
}

}  // namespace

void set_settings(lua_State* lua) {
    static constexpr NamedBinding kBindings[] = {
        {"settings_declare", &bound<declare>},
        {"settings_get", &bound<get>},
        {"begin_settings_set", &bound<begin_set>},
        {"begin_settings_reset", &bound<begin_reset>},
    };
    set_bindings(lua, kBindings);
}

}  // namespace rookery::script
