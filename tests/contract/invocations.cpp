#include "contract/invocations.hpp"

#include <map>
#include <utility>

namespace rookery::contract {
namespace {

std::string next_id() {
    static std::uint64_t last = 1000;
    return std::to_string(++last);
}

/// Takes the custom ids out.
void take_ids(json& value, std::vector<std::string>& out) {
    for (const char* const key : {"customId", "custom_id"}) {  // of forms, of components
        if (value.is_object() && value.contains(key)) {
            out.push_back(value[key].get<std::string>());
            value.erase(key);
        }
    }
    if (value.is_structured()) {
        for (json& each : value) {
            take_ids(each, out);
        }
    }
}

}  // namespace

json declare(json definition, const std::string& path, const std::string& act) {
    return {{"do", "declare"}, {"definition", std::move(definition)}, {"path", path}, {"act", act}};
}

json definition(const json& more) {
    json out = {{"name", "remind"}, {"description", "Reminds you"}};
    out.update(more);
    return out;
}
json option(const json& more) {
    json out = {{"name", "what"}, {"description", "Of what"}, {"type", "string"}};
    out.update(more);
    return out;
}
json with_option(const json& more) {
    return definition({{"options", json::array({option(more)})}});
}

Result<json> answer_facts(const SeenCall& call) {
    static const std::map<std::string, json> kFacts = {
        {"interactions.fetchReply", {{"id", "77"}, {"channelId", "20"}}},
        {"users.me", {{"id", "900"}, {"username", "bot"}}},
        {"users.get", {{"id", "2"}, {"username", "alice"}}},
        {"guilds.get", {{"id", "10"}, {"ownerId", "1"}}},
        {"roles.list",
         json::parse(R"([{"id": "10", "name": "@everyone", "permissions": "3072"}])")},
        {"channels.get", {{"id", "20"}, {"guildId", "10"}, {"typeName", "text"}}},
        {"members.get", {{"id", "2"}, {"roles", json::array()}}},
    };
    const auto found = kFacts.find(call.operation);
    return found == kFacts.end() ? json() : found->second;
}

std::string message(const std::string& content) {
    return json{{"id", next_id()},
                {"channel_id", "20"},
                {"guild_id", "10"},
                {"content", content},
                {"author", {{"id", "2"}, {"username", "alice"}}},
                {"member", {{"roles", json::array()}}},
                {"mentions", json::array()}}
        .dump();
}
std::string interaction(int type, json data) {
    return json{{"id", next_id()},
                {"application_id", "900"},
                {"type", type},
                {"token", "t"},
                {"channel_id", "20"},
                {"guild_id", "10"},
                {"locale", "en-US"},
                {"data", std::move(data)},
                {"message", {{"id", next_id()}, {"channel_id", "20"}}},
                {"member",
                 {{"user", {{"id", "2"}, {"username", "alice"}}},
                  {"roles", json::array()},
                  {"permissions", "2048"}}}}
        .dump();
}
std::string press(const std::string& custom_id, json values) {
    json data = {{"custom_id", custom_id}, {"component_type", values.is_null() ? 2 : 3}};
    if (!values.is_null()) {
        data["values"] = std::move(values);
    }
    return interaction(3, std::move(data));
}

json told(const json& report) {
    json out = json::object();
    const json& data = report.value("invoked", json::object());
    for (const char* const key :
         {"kind", "command", "source", "options", "userId", "channelId", "guildId", "focused",
          "typed", "action", "component", "state", "values", "fields"}) {
        if (data.contains(key)) {
            out[key] = data[key];
        }
    }
    if (out.value("kind", "") != "command") {
        out.erase("options");  // Lua has them by function of the option
        out.erase("source");
    }
    if (out.contains("options")) {
        for (json& value : out["options"]) {
            value = value.is_object() ? json{{"id", value["id"]}} : value;
        }
    }
    return out;
}

void PrintTo(const Said& said, std::ostream* out) {
    *out << said.operation << " " << said.arguments.dump();
}

bool is_said(const SeenCall& call) {
    return call.operation.starts_with("interactions.") || call.operation.starts_with("messages.");
}

std::vector<Said> said(World& world, const Form& form, std::size_t count) {
    std::vector<Said> out;
    for (SeenCall& call : world.take_calls(form, &is_said, count)) {
        Said one{std::move(call.operation), std::move(call.arguments), {}};
        take_ids(one.arguments, one.custom_ids);
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace rookery::contract
