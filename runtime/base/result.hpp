#pragma once

#include "base/assert.hpp"
#include "base/error.hpp"

#include <boost/system/result.hpp>

#include <type_traits>
#include <utility>

namespace rookery {

/// A value or an Error; never ignored. C++20 has no std::expected on our toolchain
/// (docs/adr/0002-error-type.md), so this is a thin [[nodiscard]] face over boost::system::result.
template <class T = void>
class [[nodiscard]] Result {
    using Inner = boost::system::result<T, Error>;

  public:
    using value_type = T;

    Result() requires std::is_void_v<T>
    = default;
    Result(Error error) : inner_(boost::system::in_place_error, std::move(error)) {}  // NOLINT
    template <class U = T>
    requires(!std::is_void_v<T> && std::is_constructible_v<T, U&&> &&
             !std::is_same_v<std::remove_cvref_t<U>, Result> &&
             !std::is_same_v<std::remove_cvref_t<U>, Error>)
        Result(U&& value)  // NOLINT(google-explicit-constructor)
        : inner_(boost::system::in_place_value, std::forward<U>(value)) {}

    [[nodiscard]] bool has_value() const noexcept { return inner_.has_value(); }
    [[nodiscard]] explicit operator bool() const noexcept { return inner_.has_value(); }

    /// Both require that the matching alternative is held; asserted.
    [[nodiscard]] decltype(auto) operator*() & { return checked(*this); }
    [[nodiscard]] decltype(auto) operator*() const& { return checked(*this); }
    [[nodiscard]] decltype(auto) operator*() && { return checked(std::move(*this)); }
    [[nodiscard]] auto* operator->() { return &checked(*this); }
    [[nodiscard]] const auto* operator->() const { return &checked(*this); }
    [[nodiscard]] Error error() const {
        RK_ASSERT(inner_.has_error());
        return inner_.error();
    }

    template <class U>
    requires(!std::is_void_v<T>) [[nodiscard]] T value_or(U&& fallback) const& {
        return has_value() ? *inner_ : static_cast<T>(std::forward<U>(fallback));
    }

  private:
    template <class Self>
    static decltype(auto) checked(Self&& self) {
        RK_ASSERT(self.inner_.has_value());
        if constexpr (!std::is_void_v<T>) {
            return *std::forward<Self>(self).inner_;
        }
    }

    Inner inner_;
};

}  // namespace rookery
