#include "model/generated/shapes.hpp"
#include "server/rest/flows.hpp"
#include "server/rest/shown.hpp"

namespace rookery::server::rest {

using nlohmann::json;
namespace mappings = model::generated::discord;

namespace {

/// Where the bot is; null when it is nowhere.
Task<Result<json>> where(Call& call) {
    json which{{"guildId", call.path["guildId"]}};
    auto state = co_await call.operation("voice.getSelf", std::move(which));
    if (!state) {
        const ErrorKind kind = state.error().kind();
        if (kind == ErrorKind::not_found || kind == ErrorKind::denied) {
            co_return json();
        }
        co_return state.error();
    }
    co_return state->value("channelId", json());
}

Given instead(Response response) {
    Given given;
    given.instead = std::move(response);
    return given;
}

}  // namespace

Task<Result<Given>> voice_status(Call& call) {
    auto place = co_await where(call);
    if (!place) {
        co_return place.error();
    }
    Given given;
    given.data = {{"connected", place->is_string()}};
    if (place->is_string()) {
        given.data["channelId"] = *place;
    }
    co_return given;
}

Task<Result<Given>> voice_join(Call& call) {
    const bool known = co_await call.has_guild(call.bot, call.guild);
    if (!known) {
        json which{{"guildId", call.path["guildId"]}};
        const auto guild = co_await call.operation("guilds.get", std::move(which));
        if (!guild && (guild.error().kind() == ErrorKind::not_found ||
                       guild.error().kind() == ErrorKind::denied)) {
            co_return instead(failed({404, "NOT_FOUND", "Guild not found"}, guild.error()));
        }
    }
    const json id = call.arguments["channelId"];
    auto channel = co_await call.cached("channels", {}, id_text(id), &mappings::kChannel);
    if (!channel) {
        json which{{"channelId", id}};
        auto answer = co_await call.operation("channels.get", std::move(which));
        if (!answer) {
            co_return answer.error();
        }
        channel = std::move(*answer);
    }
    const auto type = channel->value("type", 0);
    if ((type != 2 && type != 13) || id_text(channel->value("guildId", json())) != call.guild) {
        co_return instead(failure(400, "BAD_REQUEST", "Invalid voice channel"));
    }
    json join{{"guildId", call.path["guildId"]}, {"channelId", id}};
    auto done = co_await call.operation("voice.update", std::move(join));
    if (!done) {
        co_return done.error();
    }
    co_return Given{};
}

Task<Result<Given>> voice_leave(Call& call) {
    const auto place = co_await where(call);
    if (!place) {
        co_return place.error();
    }
    if (!place->is_string()) {
        co_return instead(
            failure(400, "BAD_REQUEST", "Not connected to a voice channel in this guild"));
    }
    json leave{{"guildId", call.path["guildId"]}};
    auto done = co_await call.operation("voice.update", std::move(leave));
    if (!done) {
        co_return done.error();
    }
    co_return Given{};
}

Task<Result<Given>> voice_play(Call& call) {
    const auto place = co_await where(call);
    if (!place) {
        co_return place.error();
    }
    co_return instead(place->is_string()
                          ? failure(501, "NOT_SUPPORTED",
                                    "Rookery joins voice channels without sending audio: there is "
                                    "nothing that could play")
                          : failure(400, "BAD_REQUEST", "Not connected to a voice channel"));
}

}  // namespace rookery::server::rest
