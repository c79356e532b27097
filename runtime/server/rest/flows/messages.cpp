#include "model/generated/shapes.hpp"
#include "server/rest/flows.hpp"
#include "server/rest/shown.hpp"

#include <chrono>

namespace rookery::server::rest {

using nlohmann::json;
namespace mappings = model::generated::discord;

Task<Result<Given>> pinned_messages(Call& call) {
    auto answer = co_await call.operation("pins.list", call.arguments);
    if (!answer) {
        co_return answer.error();
    }
    json messages = json::array();
    const json items = answer->value("items", json::array());
    for (const json& item : items) {
        messages.push_back(item.value("message", json()));
    }
    auto given = co_await give(call, "pins.list", std::move(messages));
    if (given && answer->value("has_more", false) && !items.empty()) {
        given->next = items.back().value("pinned_at", "");
    }
    co_return given;
}

namespace {

constexpr std::chrono::hours kTooOld{14 * 24};
constexpr std::size_t kMostAtOnce = 100;

/// Deletes up to 100; whether they went.
Task<bool> delete_some(Call& call, json ids) {
    json which{{"channelId", call.path["channelId"]}};
    if (call.arguments.contains("reason")) {
        which["reason"] = call.arguments["reason"];
    }
    const bool one = ids.size() == 1;
    if (one) {
        which["messageId"] = ids[0];
    } else {
        which["messageIds"] = std::move(ids);
    }
    const auto done =
        co_await call.operation(one ? "messages.delete" : "messages.bulkDelete", std::move(which));
    co_return done.has_value();
}

std::chrono::system_clock::time_point made(std::uint64_t id) {
    return std::chrono::system_clock::time_point(
        std::chrono::milliseconds((id >> 22U) + 1'420'070'400'000U));
}

}  // namespace

Task<Result<Given>> bulk_delete(Call& call) {
    // A minute of room: the platform's clock decides.
    const auto oldest = call.now() - kTooOld + std::chrono::minutes(1);
    json young = json::array();
    Given given;
    given.data = {{"deleted", json::array()}, {"failed", json::array()}};
    for (const json& id : call.arguments["messageIds"]) {
        if (made(id_of(id)) < oldest) {
            given.data["failed"].push_back(id);
        } else {
            young.push_back(id);
        }
    }
    for (std::size_t at = 0; at < young.size(); at += kMostAtOnce) {
        json some = json::array();
        for (std::size_t i = at; i < young.size() && i < at + kMostAtOnce; ++i) {
            some.push_back(young[i]);
        }
        const bool gone = co_await delete_some(call, some);
        json& into = given.data[gone ? "deleted" : "failed"];
        into.insert(into.end(), some.begin(), some.end());
    }
    co_return given;
}

Task<Result<Given>> reaction_remove(Call& call) {
    json which = call.arguments;
    const bool other = call.aside.contains("userId");
    if (other) {
        which["userId"] = call.aside["userId"];
    }
    auto answer = co_await call.operation(other ? "reactions.removeUser" : "reactions.remove",
                                          std::move(which));
    if (!answer) {
        co_return answer.error();
    }
    co_return Given{};
}

Task<Result<Given>> interaction_callback(Call& call) {
    json answer = call.arguments;
    constexpr int kDeferredUpdate = 6;
    if (answer["type"] == kDeferredUpdate) {
        answer.erase("data");
    }
    auto done = co_await call.operation("interactions.respond", std::move(answer));
    if (!done) {
        const Refusal* const refusal = done.error().refusal();
        const std::string text = "Discord API error: " +
                                 (refusal == nullptr ? done.error().message() : refusal->message);
        Given given;
        given.instead = failed({400, "BAD_REQUEST", text}, done.error());
        co_return given;
    }
    co_return Given{};
}

}  // namespace rookery::server::rest
