#pragma once

#include <rookery/abi/ext/settings.h>
#include <rookery/arguments.hpp>
#include <rookery/async.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rookery {

/// What a guild's setting is set to: a text, a number, a boolean, or JSON (an object, a list).
class SettingValue : public ops::Argument {
  public:
    SettingValue(const ops::TextLike auto& text) noexcept
        : Argument(Kind::text, std::string_view(text)) {}
    SettingValue(std::same_as<bool> auto value) noexcept
        : Argument(Kind::boolean, std::int64_t{value}) {}
    SettingValue(ops::WholeNumber auto value) noexcept
        : Argument(Kind::integer, static_cast<std::int64_t>(value)) {}
    SettingValue(std::floating_point auto value) noexcept : Argument(static_cast<double>(value)) {}
    SettingValue(const JsonObject& value) noexcept : Argument(Kind::object, &value) {}
    SettingValue(const JsonList& value) noexcept : Argument(Kind::list, &value) {}

    [[nodiscard]] std::string json() const {
        JsonObject holder;
        write(holder, "");
        const std::string text = holder.text();  // {"":VALUE}
        return text.substr(4, text.size() - 5);
    }
};

/// Settings that each guild has of its own, declared with types and defaults. Reading never waits;
/// a change gives a Result<Done>, to be awaited, given a callback by then(), or left alone. Needs
/// the capability "settings". Instance thread.
class Settings {
    // What is deduced stands before what uses it.
  private:
    [[nodiscard]] rk_value_t get(std::string_view guild, std::string_view key) const {
        rk_value_t out{};
        out.size = sizeof(out);
        detail::Reason reason;
        reason.check(
            table_->get(host_->raw, detail::to_text(guild), detail::to_text(key), &out, reason),
            key);
        return out;
    }

    template <class Begin>
    auto change(Begin begin, std::string_view guild, std::string_view key) const {
        return detail::async<Done>(
            *host_, [begin = std::move(begin), table = table_, guild = std::string(guild),
                     key = std::string(key)](const Host& host, detail::Sink<Done>* sink,
                                             rk_error_t* error) {
                return begin(host, *table, guild, key, sink == nullptr ? nullptr : &end, sink,
                             sink == nullptr ? nullptr : &detail::Sink<Done>::release, error);
            });
    }
    static rk_status_t end(void* user, rk_status_t status, rk_text_t message, rk_error_t* error) {
        return detail::guarded(error, [&] {
            auto& sink = *static_cast<detail::Sink<Done>*>(user);
            if (status < 0) {
                sink.take(Failure{status, std::string(detail::to_view(message))});
            } else {
                sink.take(Done());
            }
            return RK_OK;
        });
    }

  public:
    explicit Settings(const Host& host)
        : host_(&host), table_(&detail::service<rk_settings_t>(host, RK_SETTINGS_ID)) {}

    /// {"limit": {"type": "integer", "default": 3, "min": 1, "max": 10, "doc": "..."}}: see
    /// rookery/abi/ext/settings.h. Throws Error with the fault.
    void declare(std::string_view json) const {
        detail::Reason reason;
        reason.check(table_->declare(host_->raw, detail::to_text(json), reason), "settings");
    }

    /// What the guild has set, else the default; nothing when there is neither, or it is of another
    /// type. Throws Error when it is not declared.
    [[nodiscard]] std::optional<std::string> text(std::string_view guild,
                                                  std::string_view key) const {
        const rk_value_t value = get(guild, key);
        return value.kind == RK_VALUE_TEXT
                   ? std::optional(std::string(detail::to_view(value.as.text)))
                   : std::nullopt;
    }
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view guild,
                                                      std::string_view key) const {
        const rk_value_t value = get(guild, key);
        return value.kind == RK_VALUE_INTEGER ? std::optional(value.as.integer) : std::nullopt;
    }
    [[nodiscard]] std::optional<double> number(std::string_view guild, std::string_view key) const {
        const rk_value_t value = get(guild, key);
        if (value.kind == RK_VALUE_INTEGER) {
            return static_cast<double>(value.as.integer);
        }
        return value.kind == RK_VALUE_NUMBER ? std::optional(value.as.number) : std::nullopt;
    }
    [[nodiscard]] std::optional<bool> boolean(std::string_view guild, std::string_view key) const {
        const rk_value_t value = get(guild, key);
        return value.kind == RK_VALUE_BOOLEAN ? std::optional(value.as.integer != 0) : std::nullopt;
    }
    /// As JSON; without a key all of them, an object.
    [[nodiscard]] std::string json(std::string_view guild, std::string_view key = {}) const {
        std::string out;
        const auto append = [](void* user, rk_text_t piece) {
            static_cast<std::string*>(user)->append(piece.data, piece.len);
        };
        detail::Reason reason;
        reason.check(table_->write_json(host_->raw, detail::to_text(guild), detail::to_text(key),
                                        append, &out, reason),
                     key);
        return out;
    }

    auto set(std::string_view guild, std::string_view key, const SettingValue& value) const {
        return change(
            [value = value.json()](const Host& host, const rk_settings_t& table,
                                   const std::string& of, const std::string& name,
                                   rk_settings_fn done, void* user, rk_release_t release,
                                   rk_error_t* error) {
                return table.set(host.raw, detail::to_text(of), detail::to_text(name),
                                 detail::to_text(value), done, user, release, error);
            },
            guild, key);
    }
    /// Back to the default; without a key all that the guild has set.
    auto reset(std::string_view guild, std::string_view key = {}) const {
        return change(
            [](const Host& host, const rk_settings_t& table, const std::string& of,
               const std::string& name, rk_settings_fn done, void* user, rk_release_t release,
               rk_error_t* error) {
                return table.reset(host.raw, detail::to_text(of), detail::to_text(name), done, user,
                                   release, error);
            },
            guild, key);
    }

  private:
    const Host* host_;
    const rk_settings_t* table_;
};

}  // namespace rookery
