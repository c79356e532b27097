#include "protocol/discord/payloads.hpp"

#include "protocol/discord/envelope.hpp"

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include <utility>

namespace rookery::protocol::discord {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxSessionId = 128;
constexpr std::size_t kMaxResumeUrl = 256;

Error bad(const char* what) { return Error(ErrorKind::protocol, what); }

Result<std::string> encode(Op op, json data) {
    const json payload{{"op", static_cast<int>(op)}, {"d", std::move(data)}};
    auto text = payload.dump(-1, ' ', false, json::error_handler_t::replace);
    if (text.size() > kMaxPayload) {
        return Error(ErrorKind::limit, "gateway payload op " +
                                           std::to_string(static_cast<int>(op)) + ": " +
                                           std::to_string(text.size()) + " bytes, at most " +
                                           std::to_string(kMaxPayload) + " are allowed");
    }
    return text;
}

Result<simdjson::dom::object> parse_object(simdjson::dom::parser& parser, std::string_view data) {
    simdjson::dom::object object;
    if (parser.allocate(data.size(), kMaxDepth) != simdjson::SUCCESS ||
        parser.parse(simdjson::padded_string(data)).get(object) != simdjson::SUCCESS) {
        return bad("not a JSON object");
    }
    return object;
}

}  // namespace

std::string encode_heartbeat(std::optional<std::uint64_t> seq) {
    return "{\"op\":1,\"d\":" + (seq ? std::to_string(*seq) : "null") + "}";
}

Result<std::string> encode_identify(const Identify& identify) {
    json data{{"token", identify.token.reveal()},
              {"intents", identify.intents},
              {"properties", {{"os", "linux"}, {"browser", "rookery"}, {"device", "rookery"}}},
              {"shard", {identify.shard.id, identify.shard.count}}};
    if (identify.large_threshold) {
        if (*identify.large_threshold < 50 || *identify.large_threshold > 250) {
            return Error(ErrorKind::invalid, "identify: large_threshold must be 50 to 250");
        }
        data["large_threshold"] = *identify.large_threshold;
    }
    if (!identify.presence.empty()) {
        data["presence"] = json::parse(identify.presence, nullptr, false);
        if (!data["presence"].is_object()) {
            return Error(ErrorKind::invalid, "identify: presence is not a JSON object");
        }
    }
    return encode(Op::identify, std::move(data));
}

Result<std::string> encode_resume(const Secret& token, std::string_view session_id,
                                  std::uint64_t seq) {
    return encode(Op::resume,
                  {{"token", token.reveal()}, {"session_id", session_id}, {"seq", seq}});
}

Result<Millis> parse_hello(std::string_view data) {
    simdjson::dom::parser parser;
    const auto object = parse_object(parser, data);
    std::uint64_t interval = 0;
    if (!object || (*object)["heartbeat_interval"].get(interval) != simdjson::SUCCESS) {
        return bad("hello without a heartbeat interval");
    }
    if (interval < static_cast<std::uint64_t>(kMinInterval.count()) ||
        interval > static_cast<std::uint64_t>(kMaxInterval.count())) {
        return bad("hello with an unusable heartbeat interval");
    }
    return Millis(interval);
}

bool parse_invalid_session(std::string_view data) noexcept { return data == "true"; }

Result<ReadyInfo> parse_ready(std::string_view data) {
    simdjson::dom::parser parser;
    const auto object = parse_object(parser, data);
    std::string_view id;
    std::string_view url;
    if (!object || (*object)["session_id"].get(id) != simdjson::SUCCESS || id.empty() ||
        id.size() > kMaxSessionId) {
        return bad("READY without a usable session id");
    }
    if ((*object)["resume_gateway_url"].get(url) != simdjson::SUCCESS) {
        url = {};
    }
    if (url.size() > kMaxResumeUrl) {
        return bad("READY with an oversized resume URL");
    }
    return ReadyInfo{std::string(id), std::string(url)};
}

std::string gateway_url(std::string_view base, Compression compression, unsigned version) {
    base = base.substr(0, base.find_first_of("?#"));
    while (base.ends_with('/')) {
        base.remove_suffix(1);
    }
    auto url = std::string(base) + "/?v=" + std::to_string(version) + "&encoding=json";
    if (compression != Compression::none) {
        url += "&compress=" + std::string(to_string(compression));
    }
    return url;
}

}  // namespace rookery::protocol::discord
