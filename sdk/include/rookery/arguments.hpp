#pragma once

#include <rookery/duration.hpp>
#include <rookery/json.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// What the parameters of operations are given as. Each converts from what one would write there,
/// and a default one is not given at all; nullptr is JSON's null, which some parameters take to
/// mean "none". They only refer to texts and lists: those are read when the operation is called.
//
// All of them are trivial to destroy, because GCC 12 destroys the members of an object in braces
// twice when it stands in an expression with co_await: co_await f({.content = "x"}).
namespace rookery::ops {

/// What they have in common.
class Argument {
  public:
    void write(JsonObject& out, std::string_view key) const {
        switch (kind_) {
            case Kind::none:
                return;
            case Kind::null:
                out.add_json(key, "null");
                return;
            case Kind::text:
                out.add(key, text_);
                return;
            case Kind::json:
                out.add_json(key, text_);
                return;
            case Kind::object:
                out.add(key, *static_cast<const JsonObject*>(at_));
                return;
            case Kind::list:
                out.add(key, *static_cast<const JsonList*>(at_));
                return;
            case Kind::boolean:
                out.add(key, integer_ != 0);
                return;
            case Kind::integer:
                out.add(key, integer_);
                return;
            case Kind::number:
                out.add(key, number_);
                return;
        }
    }

  protected:
    enum class Kind : unsigned char {
        none,
        null,
        text,
        json,
        object,
        list,
        boolean,
        integer,
        number
    };

    Argument() = default;
    explicit Argument(Kind kind) noexcept : kind_(kind) {}
    Argument(Kind kind, std::string_view text) noexcept : kind_(kind), text_(text) {}
    Argument(Kind kind, const void* at) noexcept : kind_(kind), at_(at) {}
    Argument(Kind kind, std::int64_t value) noexcept : kind_(kind), integer_(value) {}
    explicit Argument(double value) noexcept : kind_(Kind::number), number_(value) {}

  private:
    Kind kind_ = Kind::none;
    std::string_view text_{};
    const void* at_ = nullptr;
    std::int64_t integer_ = 0;
    double number_ = 0;
};

template <class T>
concept TextLike = std::convertible_to<const T&, std::string_view>;
/// Whole numbers; not bool, which would be a mistake.
template <class T>
concept WholeNumber = std::integral<T> && !std::same_as<T, bool>;

/// A text, an id, an emoji. An empty std::optional is nothing given.
class Text : public Argument {
  public:
    Text() = default;
    Text(std::nullptr_t) noexcept : Argument(Kind::null) {}
    Text(const TextLike auto& text) noexcept : Argument(Kind::text, std::string_view(text)) {}
    template <TextLike T>
    Text(const std::optional<T>& text) noexcept
        : Argument(text ? Kind::text : Kind::none, text ? std::string_view(*text) : "") {}
};

class Integer : public Argument {
  public:
    Integer() = default;
    Integer(std::nullptr_t) noexcept : Argument(Kind::null) {}
    Integer(WholeNumber auto value) noexcept
        : Argument(Kind::integer, static_cast<std::int64_t>(value)) {}
    Integer(std::optional<std::int64_t> value) noexcept
        : Argument(value ? Kind::integer : Kind::none, value.value_or(0)) {}
};

class Number : public Argument {
  public:
    Number() = default;
    Number(std::nullptr_t) noexcept : Argument(Kind::null) {}
    Number(WholeNumber auto value) noexcept : Argument(static_cast<double>(value)) {}
    Number(std::floating_point auto value) noexcept : Argument(static_cast<double>(value)) {}
};

class Boolean : public Argument {
  public:
    Boolean() = default;
    Boolean(std::nullptr_t) noexcept : Argument(Kind::null) {}
    Boolean(std::same_as<bool> auto value) noexcept
        : Argument(Kind::boolean, std::int64_t{value}) {}
};

/// An object, a list, files: JSON, built or as text.
class Json : public Argument {
  public:
    Json() = default;
    Json(std::nullptr_t) noexcept : Argument(Kind::null) {}
    Json(const JsonObject& object) noexcept : Argument(Kind::object, &object) {}
    Json(const JsonList& list) noexcept : Argument(Kind::list, &list) {}
    /// `json` must be one JSON value.
    Json(const TextLike auto& json) noexcept : Argument(Kind::json, std::string_view(json)) {}
};

/// Several texts or ids: {"1", "2"}, up to eight of them, or a std::vector.
class Texts {
  public:
    Texts() = default;
    Texts(std::nullptr_t) noexcept : kind_(Kind::null) {}
    template <TextLike... Each>
    requires(sizeof...(Each) > 0 && sizeof...(Each) <= 8) Texts(const Each&... texts)
    noexcept : kind_(Kind::few), few_{std::string_view(texts)...}, count_(sizeof...(Each)) {}
    Texts(const std::vector<std::string_view>& texts) noexcept : kind_(Kind::views), at_(&texts) {}
    Texts(const std::vector<std::string>& texts) noexcept : kind_(Kind::texts), at_(&texts) {}

    void write(JsonObject& out, std::string_view key) const {
        JsonList list;
        switch (kind_) {
            case Kind::none:
                return;
            case Kind::null:
                out.add_json(key, "null");
                return;
            case Kind::few:
                for (std::size_t i = 0; i < count_; ++i) {
                    list.add(few_[i]);
                }
                break;
            case Kind::views:
                for (const auto& each : *static_cast<const std::vector<std::string_view>*>(at_)) {
                    list.add(each);
                }
                break;
            case Kind::texts:
                for (const auto& each : *static_cast<const std::vector<std::string>*>(at_)) {
                    list.add(each);
                }
                break;
        }
        out.add(key, list);
    }

  private:
    enum class Kind : unsigned char { none, null, few, views, texts };

    Kind kind_ = Kind::none;
    std::string_view few_[8]{};
    std::size_t count_ = 0;
    const void* at_ = nullptr;
};

/// One of several, by its name or its number; a bit set, as digits or a number.
class Choice : public Argument {
  public:
    Choice() = default;
    Choice(std::nullptr_t) noexcept : Argument(Kind::null) {}
    Choice(WholeNumber auto number) noexcept
        : Argument(Kind::integer, static_cast<std::int64_t>(number)) {}
    Choice(const TextLike auto& name) noexcept : Argument(Kind::text, std::string_view(name)) {}
};

/// A moment as an ISO 8601 text, or how long from now: in seconds, or as a duration.
class Time : public Argument {
  public:
    Time() = default;
    Time(std::nullptr_t) noexcept : Argument(Kind::null) {}
    Time(const TextLike auto& moment) noexcept : Argument(Kind::text, std::string_view(moment)) {}
    Time(WholeNumber auto seconds) noexcept
        : Argument(Kind::integer, static_cast<std::int64_t>(seconds)) {}
    template <class Rep, class Period>
    Time(std::chrono::duration<Rep, Period> from_now) noexcept
        : Argument(Kind::integer,
                   std::int64_t{std::chrono::ceil<std::chrono::seconds>(from_now).count()}) {}
};

/// A picture: a data URI ("data:image/png;base64,..."), or an object with path, data or base64.
class Image : public Argument {
  public:
    Image() = default;
    Image(std::nullptr_t) noexcept : Argument(Kind::null) {}
    Image(const TextLike auto& data_uri) noexcept
        : Argument(Kind::text, std::string_view(data_uri)) {}
    Image(const JsonObject& file) noexcept : Argument(Kind::object, &file) {}
};

static_assert(std::is_trivially_destructible_v<Json> && std::is_trivially_destructible_v<Texts>);

}  // namespace rookery::ops
