#include "server/rest/flows.hpp"

namespace rookery::server::rest {

using nlohmann::json;

namespace {

json whose(const Call& call) {
    json out{{"guildId", call.path["guildId"]}, {"userId", call.path["userId"]}};
    if (const auto reason = call.arguments.find("reason"); reason != call.arguments.end()) {
        out["reason"] = *reason;
    }
    return out;
}

}  // namespace

Task<Result<Given>> member_nickname(Call& call) {
    json change = whose(call);
    const json nickname = call.arguments.value("nickname", json());
    change["nick"] = nickname.is_string() && nickname != "" ? nickname : json();
    auto answer = co_await call.operation("members.setNick", std::move(change));
    if (!answer) {
        co_return answer.error();
    }
    co_return co_await give(call, "members.setNick", std::move(*answer));
}

// One by one rather than as a list: what others change meanwhile stays.
Task<Result<Given>> member_roles(Call& call) {
    for (const char* which : {"add", "remove"}) {
        const json roles = call.arguments.value(which, json::array());
        const bool adds = which[0] == 'a';
        for (const json& role : roles) {
            json change = whose(call);
            change["roleId"] = role;
            auto done = co_await call.operation(adds ? "members.addRole" : "members.removeRole",
                                                std::move(change));
            if (!done) {
                co_return done.error();
            }
        }
    }
    json which = whose(call);
    which.erase("reason");
    auto answer = co_await call.operation("members.get", std::move(which));
    if (!answer) {
        co_return answer.error();
    }
    co_return co_await give(call, "members.get", std::move(*answer));
}

Task<Result<Given>> member_timeout(Call& call) {
    json change = whose(call);
    change["time"] = call.arguments["duration"].get<double>() / 1000.0;
    auto answer = co_await call.operation("members.timeout", std::move(change));
    if (!answer) {
        co_return answer.error();
    }
    co_return co_await give(call, "members.timeout", std::move(*answer));
}

}  // namespace rookery::server::rest
