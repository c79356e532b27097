#pragma once

#include <rookery/testing/fake_services.hpp>

/// What is behind FakeHost: settings of guilds, in memory. Values are not checked against what is
/// declared.
namespace rookery::testing {

struct FakeSettings {
    using Host = const rk_host_t*;

    static rk_status_t declare(Host raw, rk_text_t settings, rk_error_t* error) {
        return FakeTables::inside(raw, "settings.declare", [&](FakeHost& host) -> rk_status_t {
            try {
                host.declared_settings_ = JsonValue::parse(FakeTables::view(settings));
                return RK_OK;
            } catch (const std::invalid_argument& wrong) {
                return FakeTables::refuse(error, RK_E_INVALID, wrong.what());
            }
        });
    }

    /// What the guild has set, else the default; null where it is not declared.
    static const JsonValue* find(FakeHost& host, rk_text_t guild, rk_text_t key) {
        static const JsonValue nothing;
        const JsonValue* const known = host.declared_settings_.find(FakeTables::view(key));
        if (known == nullptr) {
            return nullptr;
        }
        const auto set =
            host.guild_settings_.find({FakeServices::text(guild), FakeServices::text(key)});
        if (set != host.guild_settings_.end()) {
            return &set->second;
        }
        const JsonValue* const otherwise = known->find("default");
        return otherwise != nullptr ? otherwise : &nothing;
    }

    static rk_status_t get(Host raw, rk_text_t guild, rk_text_t key, rk_value_t* out,
                           rk_error_t* error) {
        return FakeTables::inside(raw, "settings.get", [&](FakeHost& host) -> rk_status_t {
            const JsonValue* const found = find(host, guild, key);
            if (found == nullptr) {
                return FakeTables::refuse(error, RK_E_NOT_FOUND, "there is no such setting");
            }
            constexpr std::uint32_t kKinds[] = {RK_VALUE_NULL,   RK_VALUE_BOOLEAN, RK_VALUE_INTEGER,
                                                RK_VALUE_NUMBER, RK_VALUE_TEXT,    RK_VALUE_ARRAY,
                                                RK_VALUE_OBJECT};
            out->kind = kKinds[static_cast<std::size_t>(found->kind)];
            if (found->kind == JsonValue::Kind::text) {
                host.last_setting_ = found->text;
                out->as.text = rookery::detail::to_text(host.last_setting_);
            } else if (found->kind == JsonValue::Kind::number) {
                out->as.number = found->number;
            } else {
                out->as.integer =
                    found->kind == JsonValue::Kind::boolean ? found->boolean : found->integer;
            }
            return RK_OK;
        });
    }

    static rk_status_t write_json(Host raw, rk_text_t guild, rk_text_t key, rk_sink_t sink,
                                  void* user, rk_error_t* error) {
        return FakeTables::inside(raw, "settings.write_json", [&](FakeHost& host) -> rk_status_t {
            if (key.len != 0) {
                const JsonValue* const found = find(host, guild, key);
                if (found == nullptr) {
                    return FakeTables::refuse(error, RK_E_NOT_FOUND, "there is no such setting");
                }
                const std::string text = found->dump();
                sink(user, rookery::detail::to_text(text));
                return RK_OK;
            }
            JsonObject all;
            for (const std::string& each : host.declared_settings_.keys) {
                all.add_json(each, find(host, guild, rookery::detail::to_text(each))->dump());
            }
            const std::string text = all.text();
            sink(user, rookery::detail::to_text(text));
            return RK_OK;
        });
    }

    static rk_status_t end(FakeHost& host, rk_settings_fn done, void* user, rk_release_t release) {
        const auto callback = host.take(done, user, release);
        host.later([&host, callback] {
            if (callback.function != nullptr && !host.dropping_) {
                host.note(host.enter([&](rk_error_t* error) {
                    return callback.function(callback.user, RK_OK, {nullptr, 0}, error);
                }),
                          "the end of a change of settings");
            }
            host.give_back(callback);
        });
        return RK_OK;
    }
    static rk_status_t set(Host raw, rk_text_t guild, rk_text_t key, rk_text_t value,
                           rk_settings_fn done, void* user, rk_release_t release,
                           rk_error_t* error) {
        return FakeTables::inside(raw, "settings.set", [&](FakeHost& host) -> rk_status_t {
            try {
                host.guild_settings_[{FakeServices::text(guild), FakeServices::text(key)}] =
                    JsonValue::parse(FakeTables::view(value));
            } catch (const std::invalid_argument& wrong) {
                return FakeTables::refuse(error, RK_E_INVALID, wrong.what());
            }
            return end(host, done, user, release);
        });
    }
    static rk_status_t reset(Host raw, rk_text_t guild, rk_text_t key, rk_settings_fn done,
                             void* user, rk_release_t release, rk_error_t*) {
        return FakeTables::inside(raw, "settings.reset", [&](FakeHost& host) -> rk_status_t {
            std::erase_if(host.guild_settings_, [&](const auto& one) {
                return one.first.first == FakeTables::view(guild) &&
                       (key.len == 0 || one.first.second == FakeTables::view(key));
            });
            return end(host, done, user, release);
        });
    }
};

inline const void* settings_table() {
    static const rk_settings_t settings{sizeof(rk_settings_t),     0,
                                        &FakeSettings::declare,    &FakeSettings::get,
                                        &FakeSettings::write_json, &FakeSettings::set,
                                        &FakeSettings::reset};
    return &settings;
}

}  // namespace rookery::testing
