#include "model/generated/shapes.hpp"
#include "server/rest/flows.hpp"
#include "server/rest/shown.hpp"

namespace rookery::server::rest {

using nlohmann::json;
namespace mappings = model::generated::discord;

Task<Result<Given>> channel(Call& call) {
    for (const char* kind : {"channels", "threads"}) {
        auto kept = co_await call.cached(kind, {}, call.id("channelId"), &mappings::kChannel);
        if (kept) {
            Given given;
            co_await call.complete(*kept, &mappings::kChannel, false);
            given.data = std::move(*kept);
            co_return given;
        }
    }
    co_return co_await plain(call);
}

Task<Result<Given>> channel_threads(Call& call) {
    const auto guild = co_await call.guild_of_channel(call.id("channelId"), true);
    if (!guild || guild->empty()) {
        co_return Error(ErrorKind::not_found, "there is no such channel in a guild");
    }
    call.guild = *guild;
    auto threads = co_await call.cached_list("threads", *guild, &mappings::kChannel);
    if (!threads) {
        json which{{"guildId", *guild}};
        auto answer = co_await call.operation("threads.active", std::move(which));
        if (!answer) {
            co_return answer.error();
        }
        const std::string text = answer->value("threads", json::array()).dump();
        threads = shown(mappings::kChannel, true, *guild, {}, text);
    }
    Given given;
    given.data = json::array();
    for (json& thread : threads ? *threads : *(threads = json::array())) {
        const bool archived =
            thread.value("threadMetadata", json::object()).value("archived", false);
        if (thread.value("parentId", json()) == call.path["channelId"] && !archived) {
            given.data.push_back(std::move(thread));
        }
    }
    co_return given;
}

// What belongs to the kind of channel; the rest would be refused.
Task<Result<Given>> channel_clone(Call& call) {
    json which{{"channelId", call.path["channelId"]}};
    auto original = co_await call.operation("channels.get", std::move(which));
    if (!original) {
        co_return original.error();
    }
    json copy{{"guildId", original->value("guildId", json())},
              {"name", call.arguments.value("name", original->value("name", json()))},
              {"type", original->value("type", 0)}};
    for (const char* key :
         {"topic", "parentId", "nsfw", "rateLimitPerUser", "bitrate", "userLimit", "rtcRegion",
          "videoQualityMode", "defaultAutoArchiveDuration", "defaultThreadRateLimitPerUser"}) {
        const auto value = original->find(key);
        if (value != original->end() && !value->is_null()) {
            copy[key] = *value;
        }
    }
    json overwrites = json::array();
    for (const json& one : original->value("permissionOverwrites", json::array())) {
        overwrites.push_back({{"id", one["id"]},
                              {"type", one["type"]},
                              {"allow", one["allow"]},
                              {"deny", one["deny"]}});
    }
    copy["permissionOverwrites"] = std::move(overwrites);
    if (call.arguments.contains("reason")) {
        copy["reason"] = call.arguments["reason"];
    }
    auto answer = co_await call.operation("channels.create", std::move(copy));
    if (!answer) {
        co_return answer.error();
    }
    co_return co_await give(call, "channels.create", std::move(*answer));
}

Task<Result<Given>> thread_create(Call& call) {
    json thread = call.arguments;
    const auto message = call.aside.find("messageId");
    const bool from_message = message != call.aside.end();
    if (from_message) {
        thread["messageId"] = *message;
        thread.erase("type");
        thread.erase("invitable");
    } else if (!thread.contains("type")) {
        thread["type"] = "public";
    }
    const std::string operation = from_message ? "threads.createFromMessage" : "threads.create";
    auto answer = co_await call.operation(operation, std::move(thread));
    if (!answer) {
        co_return answer.error();
    }
    co_return co_await give(call, operation, std::move(*answer));
}

Task<Result<Given>> sticker_create(Call& call) {
    json sticker = call.arguments;
    const auto uri = sticker["file"].get<std::string>();
    const std::string kind = uri.substr(11, uri.find(';') - 11);  // of data:image/
    json file{{"name", "sticker." + (kind == "apng" ? std::string("png") : kind)},
              {"base64", uri.substr(uri.find(',') + 1)}};
    sticker["file"] = json::array({std::move(file)});
    if (!sticker.contains("description") || sticker["description"].is_null()) {
        sticker["description"] = "";
    }
    auto answer = co_await call.operation("stickers.create", std::move(sticker));
    if (!answer) {
        co_return answer.error();
    }
    co_return co_await give(call, "stickers.create", std::move(*answer));
}

Task<Result<Given>> scheduled_event(Call& call) {
    json event = call.arguments;
    const json place = call.aside.value("entityMetadata", json::object());
    if (place.contains("location")) {
        event["location"] = place["location"];
    }
    const std::string operation(call.route.operation);
    auto answer = co_await call.operation(operation, std::move(event));
    if (!answer) {
        co_return answer.error();
    }
    co_return co_await give(call, operation, std::move(*answer));
}

Task<Result<Given>> event_users(Call& call) {
    auto answer = co_await call.operation("scheduledEvents.users", call.arguments);
    if (!answer) {
        co_return answer.error();
    }
    json users = json::array();
    for (const json& one : *answer) {
        users.push_back(one.value("user", json()));
    }
    co_return co_await give(call, "scheduledEvents.users", std::move(users));
}

}  // namespace rookery::server::rest
