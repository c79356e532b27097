#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"

#include <optional>

namespace rookery::plugin::c_tables {
namespace {

constexpr std::size_t kMaxLine = 8192;

std::optional<spdlog::level::level_enum> level_of(std::uint32_t level) noexcept {
    switch (level) {
        case RK_LOG_DEBUG:
            return spdlog::level::debug;
        case RK_LOG_INFO:
            return spdlog::level::info;
        case RK_LOG_WARN:
            return spdlog::level::warn;
        case RK_LOG_ERROR:
            return spdlog::level::err;
        default:
            return std::nullopt;
    }
}

/// Well-formed UTF-8 (Unicode 15, table 3-7).
bool is_utf8(std::string_view text) noexcept {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    for (std::size_t i = 0; i < text.size();) {
        const unsigned lead = byte(i);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || length > text.size() - i) {
            return false;
        }
        for (std::size_t k = 1; k < length; ++k) {
            if ((byte(i + k) & 0xC0U) != 0x80U) {
                return false;
            }
        }
        const unsigned second = length > 1 ? byte(i + 1) : 0;
        if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
            (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
            return false;
        }
        i += length;
    }
    return true;
}

/// Any thread: nothing of the plugin's state is looked at but whether it is over.
template <class Body>
rk_status_t anywhere(const rk_host_t* host, std::uint32_t level, const Body& body) noexcept {
    const auto found = level_of(level);
    if (host == nullptr || !found) {
        return RK_E_INVALID;
    }
    const auto& side = static_cast<const HostSide&>(*host);
    if (side.phase() == Phase::over) {
        return RK_E_STATE;
    }
    try {
        return body(*side.log(), *found);
    } catch (...) {
        return RK_E_INTERNAL;
    }
}

rk_status_t write(const rk_host_t* host, std::uint32_t level, rk_text_t text) noexcept {
    return anywhere(host, level, [text](spdlog::logger& log, spdlog::level::level_enum at) {
        const auto line = text_of(text);
        // Cut before looking: a line may be of any length.
        if (!line || (line->size() <= kMaxLine && !is_utf8(*line))) {
            return RK_E_INVALID;
        }
        log.log(at, "{}", log::clipped(*line, kMaxLine));
        return RK_OK;
    });
}

rk_status_t enabled(const rk_host_t* host, std::uint32_t level) noexcept {
    return anywhere(host, level, [](const spdlog::logger& log, spdlog::level::level_enum at) {
        return log.should_log(at) ? 1 : 0;
    });
}

}  // namespace

const rk_log kLog{sizeof(rk_log), 0, &write, &enabled};

}  // namespace rookery::plugin::c_tables
