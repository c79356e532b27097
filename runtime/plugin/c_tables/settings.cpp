#include "model/json_index.hpp"
#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"
#include "plugin/values.hpp"

namespace rookery::plugin::c_tables {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestDeclaration = std::size_t{256} << 10U;
constexpr std::size_t kLargestValue = std::size_t{64} << 10U;

/// Runs with the instance's settings.
template <class Body>
rk_status_t with_settings(const rk_host_t* host, rk_error_t* error, const Body& body) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        hostapi::GuildSettings* const settings = plugin.context().settings;
        return settings == nullptr
                   ? fail(error, RK_E_UNSUPPORTED, "this host keeps no settings of guilds")
                   : body(plugin, *settings);
    });
}

/// JSON of the plugin; an error says what is wrong with it.
Result<json> parse(rk_text_t text, std::size_t most) {
    const auto given = text_of(text);
    if (!given || given->size() > most) {
        return Error(given ? ErrorKind::limit : ErrorKind::invalid,
                     given ? "longer than " + std::to_string(most) + " bytes"
                           : "a text is null but has a length");
    }
    // The index checks UTF-8 and depth, which the parser does not.
    if (const auto index = model::JsonIndex::build(*given); !index) {
        return Error(ErrorKind::invalid, index.error().message());
    }
    auto parsed = json::parse(*given, nullptr, false);
    return parsed.is_discarded() ? Error(ErrorKind::invalid, "this is not JSON")
                                 : Result<json>(std::move(parsed));
}

rk_status_t declare(const rk_host_t* host, rk_text_t text, rk_error_t* error) noexcept {
    return with_settings(host, error, [&](Plugin&, hostapi::GuildSettings& settings) {
        const auto forms = parse(text, kLargestDeclaration);
        const auto declared = forms ? settings.declare(*forms) : Result<>(forms.error());
        return declared ? RK_OK : fail(error, declared.error().within("declare"));
    });
}

/// The value, or with an empty key all of them.
Result<json> look_up(const hostapi::GuildSettings& settings, rk_text_t guild, rk_text_t key,
                     bool may_be_all) {
    const auto id = text_of(guild);
    const auto name = text_of(key);
    if (!id || !name) {
        return Error(ErrorKind::invalid, "a text is null but has a length");
    }
    return may_be_all && name->empty() ? settings.all(*id) : settings.get(*id, *name);
}

rk_status_t get(const rk_host_t* host, rk_text_t guild, rk_text_t key, rk_value_t* out,
                rk_error_t* error) noexcept {
    return with_settings(host, error, [&](Plugin& plugin, hostapi::GuildSettings& settings) {
        if (!has_room(out)) {
            return fail(error, RK_E_INVALID, "get: the struct is null or too small");
        }
        auto value = look_up(settings, guild, key, false);
        if (!value) {
            return fail(error, value.error());
        }
        set_json_value(plugin.keep_setting(*std::move(value)), *out);
        return RK_OK;
    });
}

rk_status_t write_json(const rk_host_t* host, rk_text_t guild, rk_text_t key, rk_sink_t sink,
                       void* user, rk_error_t* error) noexcept {
    return with_settings(host, error, [&](Plugin&, hostapi::GuildSettings& settings) {
        if (sink == nullptr) {
            return fail(error, RK_E_INVALID, "write_json: the sink is null");
        }
        const auto value = look_up(settings, guild, key, true);
        if (!value) {
            return fail(error, value.error());
        }
        const std::string text = value->dump(-1, ' ', false, json::error_handler_t::replace);
        sink(user, to_c(text));
        return RK_OK;
    });
}

struct Callback {
    rk_settings_fn done;
    void* user;
    rk_release_t release;
};

/// Begins a change; `begin` gets the way back.
template <class Begin>
rk_status_t change(Plugin& plugin, const char* what, const Callback& callback, rk_error_t* error,
                   const Begin& begin) {
    std::function<rk_status_t(const Result<>&, void*, rk_error_t*)> tell;
    if (callback.done != nullptr) {
        tell = [done = callback.done](const Result<>& result, void* user, rk_error_t* reason) {
            const std::string message = result ? std::string() : result.error().message();
            return done(user, result ? RK_OK : status_of(result.error().kind()), to_c(message),
                        reason);
        };
    }
    auto answer =
        plugin.pending().begin<void>(what, std::move(tell), callback.user, callback.release);
    if (!answer) {
        return fail(error, answer.error());
    }
    begin(*std::move(answer));
    return RK_OK;
}

rk_status_t set(const rk_host_t* host, rk_text_t guild, rk_text_t key, rk_text_t value,
                rk_settings_fn done, void* user, rk_release_t release, rk_error_t* error) noexcept {
    return with_settings(host, error, [&](Plugin& plugin, hostapi::GuildSettings& settings) {
        const auto id = text_of(guild);
        const auto name = text_of(key);
        if (!id || !name) {
            return fail(error, RK_E_INVALID, "set: a text is null but has a length");
        }
        auto parsed = parse(value, kLargestValue);
        if (!parsed) {
            return fail(error, parsed.error().within("set: value"));
        }
        return change(plugin, "a setting of a guild", {done, user, release}, error,
                      [&](hostapi::GuildSettings::Done answer) {
                          settings.set(*id, *name, *std::move(parsed), std::move(answer));
                      });
    });
}

rk_status_t reset(const rk_host_t* host, rk_text_t guild, rk_text_t key, rk_settings_fn done,
                  void* user, rk_release_t release, rk_error_t* error) noexcept {
    return with_settings(host, error, [&](Plugin& plugin, hostapi::GuildSettings& settings) {
        const auto id = text_of(guild);
        const auto name = text_of(key);
        if (!id || !name) {
            return fail(error, RK_E_INVALID, "reset: a text is null but has a length");
        }
        return change(plugin, "a setting of a guild", {done, user, release}, error,
                      [&](hostapi::GuildSettings::Done answer) {
                          settings.reset(*id, *name, std::move(answer));
                      });
    });
}

}  // namespace

const rk_settings kSettings{sizeof(rk_settings), 0, &declare, &get, &write_json, &set, &reset};

}  // namespace rookery::plugin::c_tables
