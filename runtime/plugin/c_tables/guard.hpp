#pragma once

#include "plugin/host_side.hpp"
#include "plugin/plugin.hpp"

#include <new>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>

namespace rookery::plugin::c_tables {

/// Phases in which a function may be called.
struct Phases {
    unsigned bits;

    [[nodiscard]] constexpr bool contain(Phase phase) const noexcept {
        return (bits >> static_cast<unsigned>(phase) & 1U) != 0;
    }
};
inline constexpr Phases kAlways{0b0111};
inline constexpr Phases kNotStopping{0b0011};

/// The text; nothing when pointer and length contradict each other.
[[nodiscard]] inline std::optional<std::string_view> text_of(rk_text_t text) noexcept {
    if (text.data == nullptr) {
        return text.len == 0 ? std::optional<std::string_view>("") : std::nullopt;
    }
    return std::string_view(text.data, text.len);
}

[[nodiscard]] inline rk_text_t to_c(std::string_view text) noexcept {
    return {text.data(), text.size()};
}

/// Whether `out` can take all that this host writes.
template <class Sized>
[[nodiscard]] bool has_room(const Sized* out) noexcept {
    return out != nullptr && out->size >= sizeof(Sized);
}

/// The function of a table that was called, by its place in the table's file.
using Place = std::source_location;

/// "views.get"
[[nodiscard]] std::string name_of(const Place& place);

/// What is called at the wrong time or on the wrong thread, told where somebody looks for mistakes.
void tell_misuse(const HostSide& side, const Place& place, std::string_view rule) noexcept;

/// Runs what must happen on the instance thread and within a call from the host. Nothing escapes.
template <class Body>
rk_status_t on_instance(const rk_host_t* host, Phases phases, rk_error_t* error, const Body& body,
                        const Place& place = Place::current()) noexcept {
    if (host == nullptr) {
        return fail(error, RK_E_INVALID, "the host is null");
    }
    const auto& side = static_cast<const HostSide&>(*host);
    if (t_entered != host) {
        const bool over = side.phase() == Phase::over;
        const std::string_view rule =
            over ? "the plugin has been stopped"
                 : "not on the instance thread within a call from the host";
        tell_misuse(side, place, rule);
        return fail(error, over ? RK_E_STATE : RK_E_THREAD, rule);
    }
    if (!phases.contain(side.phase())) {
        tell_misuse(side, place, "the plugin is stopping");
        return fail(error, RK_E_STATE, "the plugin is stopping");
    }
    try {
        return body(*side.plugin());
    } catch (const std::bad_alloc&) {
        return fail(error, RK_E_LIMIT, "no memory left");
    } catch (const std::exception& exception) {
        return fail(error, RK_E_INTERNAL, exception.what());
    } catch (...) {
        return fail(error, RK_E_INTERNAL, "an exception of an unknown type");
    }
}

/// Gives a handle out, or says why there is none.
inline rk_status_t give(const Result<rk_handle_t>& made, rk_handle_t* out, rk_error_t* error) {
    if (!made) {
        return fail(error, made.error());
    }
    if (out != nullptr) {
        *out = *made;
    }
    return RK_OK;
}

}  // namespace rookery::plugin::c_tables
