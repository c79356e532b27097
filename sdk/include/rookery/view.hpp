#pragma once

#include <rookery/abi/ext/views.h>
#include <rookery/abi/status.h>
#include <rookery/hold.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Reading events. Views and the texts that come out of them hold until the handler of their event
/// has returned (longer where the event is held); reading one later throws StaleEvent. Views of an
/// operation's result, and of an event that a coroutine handles or waited for, keep it themselves:
/// they and their texts hold as long as one of them lives. Instance thread only.
namespace rookery {

/// An event was read after it was released.
class StaleEvent : public std::logic_error {
  public:
    StaleEvent() : std::logic_error("an event was read after its handler had returned") {}
};

namespace detail {

inline std::string_view to_view(rk_text_t text) { return {text.data, text.len}; }
constexpr rk_text_t to_text(std::string_view text) { return {text.data(), text.size()}; }

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

/// An object that may be missing: `if (const auto thread = message.thread()) thread->id()`.
template <class T>
class Maybe {
  public:
    Maybe() = default;
    Maybe(T value) : value_(std::move(value)), has_(true) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] explicit operator bool() const noexcept { return has_; }
    [[nodiscard]] bool has_value() const noexcept { return has_; }
    /// Reading the fields of one that is missing throws.
    [[nodiscard]] const T& operator*() const noexcept { return value_; }
    [[nodiscard]] const T* operator->() const noexcept { return &value_; }

  private:
    T value_;
    bool has_ = false;
};

template <class T>
class List;

/// What is known of an event beside its payload.
struct EventInfo {
    std::string_view name;      ///< "messageCreate"
    std::string_view raw_name;  ///< "MESSAGE_CREATE"
    std::string_view bot;
    std::string_view platform;  ///< "discord"
    std::uint64_t seq = 0;
    std::uint64_t guild_id = 0;  ///< 0: none; differs from run to run where ids are no numbers
    std::uint64_t channel_id = 0;
    std::string_view guild;    ///< the id as the platform writes it; empty: none
    std::string_view channel;  ///< likewise
    bool late = false;         ///< it happened while the link was down and was fetched afterwards
};

/// One object of an event: the message, its author. A cheap value. The classes of events.hpp have a
/// function for each field; here are those that go by name.
class View {
  public:
    View() = default;
    View(const rk_host_t* host, const rk_views_t* table, rk_view_t handle) noexcept
        : host_(host), table_(table), handle_(handle) {}
    /// Of what is kept by `hold`.
    View(const rk_host_t* host, const rk_views_t* table, rk_view_t handle, detail::Hold hold)
        : host_(host), table_(table), handle_(handle), hold_(std::move(hold)) {}
    /// Another object of what `owner` is part of.
    View(const View& owner, rk_view_t handle)
        : host_(owner.host_), table_(owner.table_), handle_(handle), hold_(owner.hold_) {}

    /// False for a default view, which looks at nothing; reading it throws.
    [[nodiscard]] explicit operator bool() const noexcept { return table_ != nullptr; }

    /// The field of that name ("channelId"); without a value when there is none.
    [[nodiscard]] Value get(std::string_view name) const;

    /// The whole object as JSON.
    [[nodiscard]] std::string json() const {
        std::string out;
        const auto append = [](void* user, rk_text_t piece) {
            static_cast<std::string*>(user)->append(piece.data, piece.len);
        };
        detail::checked(table().write_json(host_, handle_, append, &out));
        return out;
    }

    /// The platform's own JSON of this object.
    [[nodiscard]] std::string_view raw() const {
        rk_text_t text{};
        detail::checked(table().raw(host_, handle_, &text));
        return detail::to_view(text);
    }

    /// "Message"; "raw" for an event that passes through as it is.
    [[nodiscard]] std::string_view shape() const {
        rk_text_t name{};
        detail::checked(table().shape(host_, handle_, &name, nullptr));
        return detail::to_view(name);
    }

    /// About the event that this is part of.
    [[nodiscard]] EventInfo event() const {
        rk_event_info_t info{};
        info.size = sizeof info;
        detail::checked(table().event_info(host_, handle_.event, &info));
        return {detail::to_view(info.name),
                detail::to_view(info.raw_name),
                detail::to_view(info.bot),
                detail::to_view(info.platform),
                info.seq,
                info.guild_id,
                info.channel_id,
                detail::to_view(info.guild),
                detail::to_view(info.channel),
                (info.flags & RK_EVENT_LATE) != 0};
    }

    [[nodiscard]] rk_view_t handle() const noexcept { return handle_; }

  protected:
    [[nodiscard]] rk_value_t read(std::uint32_t field) const {
        rk_value_t value = detail::empty_value();
        detail::checked(table().get(host_, handle_, field, &value));
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
    [[nodiscard]] Maybe<Entity> read_optional_object(std::uint32_t field) const {
        const rk_value_t value = read(field);
        return value.kind == RK_VALUE_OBJECT ? Maybe<Entity>(Entity(*this, value.as.object))
                                             : Maybe<Entity>();
    }
    template <class Entity>
    [[nodiscard]] Entity read_object(std::uint32_t field) const {
        return Entity(*this, read(field).as.object);
    }

    [[nodiscard]] Value read_value(std::uint32_t field) const;

    [[nodiscard]] std::optional<std::vector<std::string_view>> read_optional_texts(
        std::uint32_t field) const {
        const rk_value_t value = read(field);
        return value.kind == RK_VALUE_ARRAY ? std::optional(texts_of(value.as.array))
                                            : std::nullopt;
    }
    [[nodiscard]] std::vector<std::string_view> read_texts(std::uint32_t field) const {
        const rk_value_t value = read(field);
        return value.kind == RK_VALUE_ARRAY ? texts_of(value.as.array)
                                            : std::vector<std::string_view>();
    }

    [[nodiscard]] std::optional<std::vector<std::int64_t>> read_optional_integers(
        std::uint32_t field) const {
        const rk_value_t value = read(field);
        return value.kind == RK_VALUE_ARRAY ? std::optional(integers_of(value.as.array))
                                            : std::nullopt;
    }
    [[nodiscard]] std::vector<std::int64_t> read_integers(std::uint32_t field) const {
        const rk_value_t value = read(field);
        return value.kind == RK_VALUE_ARRAY ? integers_of(value.as.array)
                                            : std::vector<std::int64_t>();
    }

    template <class Entity>
    [[nodiscard]] Maybe<List<Entity>> read_optional_objects(std::uint32_t field) const {
        const rk_value_t value = read(field);
        return value.kind == RK_VALUE_ARRAY
                   ? Maybe<List<Entity>>(List<Entity>(*this, value.as.array))
                   : Maybe<List<Entity>>();
    }
    template <class Entity>
    [[nodiscard]] List<Entity> read_objects(std::uint32_t field) const {
        const rk_value_t value = read(field);
        return value.kind == RK_VALUE_ARRAY ? List<Entity>(*this, value.as.array) : List<Entity>();
    }

  private:
    friend class Value;
    friend class ListBase;

    [[nodiscard]] const rk_views_t& table() const {
        if (table_ == nullptr) {
            throw std::logic_error("an object that is missing was read");
        }
        return *table_;
    }

    /// Up to `capacity` elements from number `first` on; how many there were.
    std::uint32_t elements(const rk_array_t& array, std::uint32_t first, rk_value_t* out,
                           std::uint32_t capacity) const {
        for (std::uint32_t i = 0; i < capacity; ++i) {
            out[i] = detail::empty_value();
        }
        return static_cast<std::uint32_t>(
            detail::checked(table().get_elements(host_, array, first, out, capacity, nullptr)));
    }
    [[nodiscard]] std::vector<rk_value_t> all_elements(const rk_array_t& array) const {
        constexpr std::uint32_t kBatch = 32;
        std::vector<rk_value_t> out;
        for (std::uint32_t got = kBatch; got == kBatch;) {
            const std::size_t have = out.size();
            out.resize(have + kBatch);
            got = elements(array, static_cast<std::uint32_t>(have), out.data() + have, kBatch);
            out.resize(have + got);
        }
        return out;
    }
    [[nodiscard]] std::vector<std::string_view> texts_of(const rk_array_t& array) const {
        std::vector<std::string_view> out;
        for (const rk_value_t& value : all_elements(array)) {
            out.push_back(value.kind == RK_VALUE_TEXT ? detail::to_view(value.as.text)
                                                      : std::string_view());
        }
        return out;
    }
    [[nodiscard]] std::vector<std::int64_t> integers_of(const rk_array_t& array) const {
        std::vector<std::int64_t> out;
        for (const rk_value_t& value : all_elements(array)) {
            out.push_back(value.kind == RK_VALUE_INTEGER ? value.as.integer : 0);
        }
        return out;
    }

    const rk_host_t* host_ = nullptr;
    const rk_views_t* table_ = nullptr;
    rk_view_t handle_{};
    detail::Hold hold_;
};

/// What the lists of objects have in common.
class ListBase {
  public:
    ListBase() = default;
    ListBase(View owner, const rk_array_t& array) : owner_(std::move(owner)), array_(array) {}

    [[nodiscard]] std::size_t size() const {
        std::uint32_t total = 0;
        if (owner_) {
            detail::checked(
                owner_.table_->get_elements(owner_.host_, array_, 0, nullptr, 0, &total));
        }
        return total;
    }
    [[nodiscard]] bool empty() const { return size() == 0; }

  protected:
    /// Reads ahead, so that a walk over a list does not begin anew for each element.
    class Cursor {
      public:
        Cursor() = default;
        explicit Cursor(const ListBase& list) : list_(&list) { fill(); }

        [[nodiscard]] bool over() const noexcept { return at_ == have_; }
        [[nodiscard]] const rk_view_t& object() const noexcept { return batch_[at_].as.object; }
        [[nodiscard]] const View& owner() const noexcept { return list_->owner_; }
        void next() {
            if (++at_ == have_ && have_ == kBatch) {
                fill();
            }
        }

      private:
        static constexpr std::uint32_t kBatch = 16;

        void fill() {
            at_ = 0;
            have_ =
                list_->owner_ ? list_->owner_.elements(list_->array_, from_, batch_, kBatch) : 0;
            from_ += have_;
        }

        const ListBase* list_ = nullptr;
        rk_value_t batch_[kBatch];
        std::uint32_t from_ = 0;
        std::uint32_t have_ = 0;
        std::uint32_t at_ = 0;
    };

    [[nodiscard]] rk_view_t object_at(std::size_t index) const {
        rk_value_t value = detail::empty_value();
        if (!owner_ || owner_.elements(array_, static_cast<std::uint32_t>(index), &value, 1) == 0) {
            throw std::out_of_range("a list has no element " + std::to_string(index));
        }
        return value.as.object;
    }
    [[nodiscard]] const View& owner() const noexcept { return owner_; }

  private:
    View owner_;
    rk_array_t array_{};
};

/// A list of objects. Nothing is read before it is asked for; a walk over it is cheaper than
/// element after element by number. It holds as long as the object that it is part of.
template <class T>
class List : public ListBase {
  public:
    using ListBase::ListBase;

    /// Throws when there is no such element.
    [[nodiscard]] T operator[](std::size_t index) const { return T(owner(), object_at(index)); }
    [[nodiscard]] T front() const { return (*this)[0]; }

    class Iterator : private Cursor {
      public:
        Iterator() = default;
        explicit Iterator(const List& list) : Cursor(list) {}

        T operator*() const { return T(this->owner(), this->object()); }
        Iterator& operator++() {
            this->next();
            return *this;
        }
        bool operator==(std::default_sentinel_t) const noexcept { return this->over(); }
    };
    [[nodiscard]] Iterator begin() const { return Iterator(*this); }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }
};

/// A field of any kind. Each question has an empty answer when the value is of another kind.
class Value {
  public:
    Value() = default;
    Value(View owner, rk_value_t value) noexcept : owner_(std::move(owner)), value_(value) {}

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
    [[nodiscard]] Maybe<View> object() const {
        if (value_.kind != RK_VALUE_OBJECT) {
            return {};
        }
        return View(owner_, value_.as.object);
    }
    [[nodiscard]] std::vector<Value> array() const {
        std::vector<Value> out;
        if (value_.kind == RK_VALUE_ARRAY) {
            for (const rk_value_t& element : owner_.all_elements(value_.as.array)) {
                out.emplace_back(owner_, element);
            }
        }
        return out;
    }

  private:
    View owner_;
    rk_value_t value_{};
};

inline Value View::get(std::string_view name) const {
    rk_value_t value = detail::empty_value();
    detail::checked(table().get_named(host_, handle_, detail::to_text(name), &value));
    return {*this, value};
}

inline Value View::read_value(std::uint32_t field) const { return {*this, read(field)}; }

}  // namespace rookery
