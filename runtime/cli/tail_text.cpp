#include "cli/tail_text.hpp"

#include "base/log.hpp"
#include "cli/terminal.hpp"

#include <spdlog/fmt/fmt.h>

#include <ctime>

namespace rookery::cli {
namespace {

constexpr std::size_t kEventColumn = 24;

std::string text_of(const nlohmann::json& item, const char* key) {
    const auto found = item.find(key);
    return found != item.end() && found->is_string()
               ? log::clipped(found->get_ref<const std::string&>(), 400)
               : std::string();
}

std::string time_of(const nlohmann::json& item) {
    const auto found = item.find("time");
    const std::int64_t ms =
        found != item.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
    const std::time_t seconds = ms / 1000;
    std::tm local{};
    ::localtime_r(&seconds, &local);
    return fmt::format("{:02}:{:02}:{:02}.{:03}", local.tm_hour, local.tm_min, local.tm_sec,
                       ms % 1000);
}

Tint tint_of(std::string_view event) {
    if (event.ends_with("Create") || event.ends_with("Add")) {
        return Tint::green;
    }
    if (event.ends_with("Delete") || event.ends_with("Remove") || event.ends_with("BulkDelete")) {
        return Tint::red;
    }
    return event.ends_with("Update") ? Tint::yellow : Tint::bold;
}

}  // namespace

std::string tail_line(const nlohmann::json& item, bool coloured) {
    if (!item.is_object()) {
        return {};
    }
    if (const auto dropped = item.find("dropped"); dropped != item.end()) {
        return tinted(
            fmt::format("... {} events were not shown: they came faster than they could be "
                        "written",
                        dropped->dump()),
            Tint::yellow, coloured);
    }
    const std::string event = text_of(item, "event");
    const std::string guild = text_of(item, "guildId");
    const std::string channel = text_of(item, "channelId");
    const std::string place = (guild.empty() ? "" : "guild " + guild + " ") +
                              (channel.empty() ? "" : "channel " + channel + " ");
    const std::string gap(event.size() < kEventColumn ? kEventColumn - event.size() : 0, ' ');
    return fmt::format("{} {} {}{} {}{}", tinted(time_of(item), Tint::dim, coloured),
                       tinted(text_of(item, "bot"), Tint::cyan, coloured),
                       tinted(event, tint_of(event), coloured), gap,
                       tinted(place, Tint::dim, coloured && !place.empty()), text_of(item, "text"));
}

}  // namespace rookery::cli
