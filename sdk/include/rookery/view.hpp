#pragma once

#include <rookery/abi/ext/views.h>
#include <rookery/abi/status.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// Reading events. Views and the texts that come out of them hold until the handler of their event
/// has returned (longer where the event is held); reading one later throws StaleEvent. Instance
/// thread only.
namespace rookery {

/// An event was read after it was released.
class StaleEvent : public std::logic_error {
  public:
    StaleEvent() : std::logic_error("an event was read after its handler had returned") {}
};

namespace detail {

inline std::string_view to_view(rk_text_t text) { return {text.data, text.len}; }
inline rk_text_t to_text(std::string_view text) { return {text.data(), text.size()}; }

inline rk_status_t checked(rk_status_t status) {
    if (status == RK_E_STALE) {
        throw StaleEvent();
    }
    if (status < 0) {
        throw std::logic_error("the host refuses to read an event: status " +
                               std::to_string(status));
    }
    return status;
}

inline rk_value_t empty_value() {
    rk_value_t value{};
    value.size = sizeof value;
    return value;
}

}  // namespace detail

class Value;

/// What is known of an event beside its payload.
struct EventInfo {
    std::string_view name;      ///< "messageCreate"
    std::string_view raw_name;  ///< "MESSAGE_CREATE"
    std::string_view bot;
    std::string_view platform;  ///< "discord"
    std::uint64_t seq = 0;
    std::uint64_t guild_id = 0;  ///< 0: none
    std::uint64_t channel_id = 0;
};

/// One object of an event: the message, its author. A cheap value. The classes of events.hpp have a
/// function for each field; here are those that go by name.
class View {
  public:
    View() = default;
    View(const rk_host_t* host, const rk_views_t* table, rk_view_t handle) noexcept
        : host_(host), table_(table), handle_(handle) {}

    /// The field of that name ("channelId"); without a value when there is none.
    [[nodiscard]] Value get(std::string_view name) const;

    /// The whole object as JSON.
    [[nodiscard]] std::string json() const {
        std::string out;
        const auto append = [](void* user, rk_text_t piece) {
            static_cast<std::string*>(user)->append(piece.data, piece.len);
        };
        detail::checked(table_->write_json(host_, handle_, append, &out));
        return out;
    }

    /// The platform's own JSON of this object.
    [[nodiscard]] std::string_view raw() const {
        rk_text_t text{};
        detail::checked(table_->raw(host_, handle_, &text));
        return detail::to_view(text);
    }

    /// "Message"; "raw" for an event that passes through as it is.
    [[nodiscard]] std::string_view shape() const {
        rk_text_t name{};
        detail::checked(table_->shape(host_, handle_, &name, nullptr));
        return detail::to_view(name);
    }

    /// About the event that this is part of.
    [[nodiscard]] EventInfo event() const {
        rk_event_info_t info{};
        info.size = sizeof info;
        detail::checked(table_->event_info(host_, handle_.event, &info));
        return {detail::to_view(info.name),
                detail::to_view(info.raw_name),
                detail::to_view(info.bot),
                detail::to_view(info.platform),
                info.seq,
                info.guild_id,
                info.channel_id};
    }

    [[nodiscard]] rk_view_t handle() const noexcept { return handle_; }

  protected:
    [[nodiscard]] rk_value_t read(std::uint32_t field) const {
        rk_value_t value = detail::empty_value();
        detail::checked(table_->get(host_, handle_, field, &value));
        return value;
    }

    [[nodiscard]] std::optional<std::string_view> read_optional_text(std::uint32_t field) const {
        const rk_value_t value = read(field);
        return value.kind == RK_VALUE_TEXT ? std::optional(detail::to_view(value.as.text))
                                           : std::nullopt;
    }
    [[nodiscard]] std::string_view read_text(std::uint32_t field) const {
        const rk_value_t value = read(field);
        return value.kind == RK_VALUE_TEXT ? detail::to_view(value.as.text) : std::string_view{};
    }

    [[nodiscard]] std::optional<std::int64_t> read_optional_integer(std::uint32_t field) const {
        const rk_value_t value = read(field);
        return value.kind == RK_VALUE_INTEGER ? std::optional(value.as.integer) : std::nullopt;
    }
    [[nodiscard]] std::int64_t read_integer(std::uint32_t field) const {
        return read_optional_integer(field).value_or(0);
    }

    [[nodiscard]] std::optional<double> read_optional_number(std::uint32_t field) const {
        const rk_value_t value = read(field);
        if (value.kind == RK_VALUE_INTEGER) {
            return static_cast<double>(value.as.integer);
        }
        return value.kind == RK_VALUE_NUMBER ? std::optional(value.as.number) : std::nullopt;
    }
    [[nodiscard]] double read_number(std::uint32_t field) const {
        return read_optional_number(field).value_or(0);
    }

    [[nodiscard]] std::optional<bool> read_optional_boolean(std::uint32_t field) const {
        const rk_value_t value = read(field);
        return value.kind == RK_VALUE_BOOLEAN ? std::optional(value.as.integer != 0) : std::nullopt;
    }
    [[nodiscard]] bool read_boolean(std::uint32_t field) const {
        return read_optional_boolean(field).value_or(false);
    }

    template <class Entity>
    [[nodiscard]] std::optional<Entity> read_optional_object(std::uint32_t field) const {
        const rk_value_t value = read(field);
        return value.kind == RK_VALUE_OBJECT ? std::optional(Entity(host_, table_, value.as.object))
                                             : std::nullopt;
    }
    template <class Entity>
    [[nodiscard]] Entity read_object(std::uint32_t field) const {
        return Entity(host_, table_, read(field).as.object);
    }

    [[nodiscard]] Value read_value(std::uint32_t field) const;

    [[nodiscard]] std::optional<std::vector<std::string_view>> read_optional_texts(
        std::uint32_t field) const {
        return read_elements<std::string_view>(
            field, [](const rk_value_t& value) { return detail::to_view(value.as.text); });
    }
    [[nodiscard]] std::vector<std::string_view> read_texts(std::uint32_t field) const {
        return read_optional_texts(field).value_or(std::vector<std::string_view>{});
    }

    [[nodiscard]] std::optional<std::vector<std::int64_t>> read_optional_integers(
        std::uint32_t field) const {
        return read_elements<std::int64_t>(
            field, [](const rk_value_t& value) { return value.as.integer; });
    }
    [[nodiscard]] std::vector<std::int64_t> read_integers(std::uint32_t field) const {
        return read_optional_integers(field).value_or(std::vector<std::int64_t>{});
    }

    template <class Entity>
    [[nodiscard]] std::optional<std::vector<Entity>> read_optional_objects(
        std::uint32_t field) const {
        return read_elements<Entity>(field, [this](const rk_value_t& value) {
            return Entity(host_, table_, value.as.object);
        });
    }
    template <class Entity>
    [[nodiscard]] std::vector<Entity> read_objects(std::uint32_t field) const {
        return read_optional_objects<Entity>(field).value_or(std::vector<Entity>{});
    }

  private:
    friend class Value;

    template <class Element, class Make>
    [[nodiscard]] std::optional<std::vector<Element>> read_elements(std::uint32_t field,
                                                                    Make make) const {
        const rk_value_t value = read(field);
        if (value.kind != RK_VALUE_ARRAY) {
            return std::nullopt;
        }
        std::vector<Element> out;
        for_each(value.as.array, [&](const rk_value_t& element) { out.push_back(make(element)); });
        return out;
    }

    template <class Visit>
    void for_each(rk_array_t array, Visit visit) const {
        constexpr std::uint32_t kBatch = 32;
        rk_value_t batch[kBatch];
        for (std::uint32_t first = 0;;) {
            for (rk_value_t& value : batch) {
                value = detail::empty_value();
            }
            const rk_status_t got =
                detail::checked(table_->get_elements(host_, array, first, batch, kBatch, nullptr));
            for (rk_status_t i = 0; i < got; ++i) {
                visit(batch[i]);
            }
            first += static_cast<std::uint32_t>(got);
            if (static_cast<std::uint32_t>(got) < kBatch) {
                return;
            }
        }
    }

    const rk_host_t* host_ = nullptr;
    const rk_views_t* table_ = nullptr;
    rk_view_t handle_{};
};

/// A field of any kind. Each question has an empty answer when the value is of another kind.
class Value {
  public:
    Value() = default;
    Value(View owner, rk_value_t value) noexcept : owner_(owner), value_(value) {}

    /// There is a value, and it is not null.
    [[nodiscard]] explicit operator bool() const noexcept {
        return value_.kind != RK_VALUE_ABSENT && value_.kind != RK_VALUE_NULL;
    }
    [[nodiscard]] bool is_null() const noexcept { return value_.kind == RK_VALUE_NULL; }

    [[nodiscard]] std::optional<std::string_view> text() const {
        return value_.kind == RK_VALUE_TEXT ? std::optional(detail::to_view(value_.as.text))
                                            : std::nullopt;
    }
    [[nodiscard]] std::optional<std::int64_t> integer() const {
        return value_.kind == RK_VALUE_INTEGER ? std::optional(value_.as.integer) : std::nullopt;
    }
    [[nodiscard]] std::optional<double> number() const {
        if (value_.kind == RK_VALUE_INTEGER) {
            return static_cast<double>(value_.as.integer);
        }
        return value_.kind == RK_VALUE_NUMBER ? std::optional(value_.as.number) : std::nullopt;
    }
    [[nodiscard]] std::optional<bool> boolean() const {
        return value_.kind == RK_VALUE_BOOLEAN ? std::optional(value_.as.integer != 0)
                                               : std::nullopt;
    }
    [[nodiscard]] std::optional<View> object() const {
        if (value_.kind != RK_VALUE_OBJECT) {
            return std::nullopt;
        }
        return View(owner_.host_, owner_.table_, value_.as.object);
    }
    [[nodiscard]] std::vector<Value> array() const {
        std::vector<Value> out;
        if (value_.kind == RK_VALUE_ARRAY) {
            owner_.for_each(value_.as.array,
                            [&](const rk_value_t& element) { out.emplace_back(owner_, element); });
        }
        return out;
    }

  private:
    View owner_;
    rk_value_t value_{};
};

inline Value View::get(std::string_view name) const {
    rk_value_t value = detail::empty_value();
    detail::checked(table_->get_named(host_, handle_, detail::to_text(name), &value));
    return {*this, value};
}

inline Value View::read_value(std::uint32_t field) const { return {*this, read(field)}; }

}  // namespace rookery
