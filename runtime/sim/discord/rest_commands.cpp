// Application commands, of the application and of one guild.
#include "sim/discord/collection.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace rookery::sim::discord {
namespace {

using enum FieldType;

constexpr BucketRule kCommands{"commands", 30, Millis{10'000}};
constexpr std::size_t kMostSlash = 100;
constexpr std::size_t kMostOptions = 25;
constexpr std::size_t kMostCharacters = 8000;

constexpr std::array kFields = {Field{"name", text, true, 1, 32},
                                Field{"name_localizations", object},
                                Field{"description", text, false, 0, 100},
                                Field{"description_localizations", object},
                                Field{"options", list, false, 0, kMostOptions},
                                Field{"default_member_permissions", text},
                                Field{"dm_permission", flag},
                                Field{"default_permission", flag},
                                Field{"integration_types", list},
                                Field{"contexts", list},
                                Field{"type", integer, false, 1, 4},
                                Field{"nsfw", flag},
                                Field{"handler", integer}};
constexpr std::array kOptionFields = {Field{"type", integer, true, 1, 11},
                                      Field{"name", text, true, 1, 32},
                                      Field{"description", text, true, 1, 100},
                                      Field{"required", flag},
                                      Field{"choices", list, false, 0, 25},
                                      Field{"options", list, false, 0, kMostOptions},
                                      Field{"channel_types", list},
                                      Field{"autocomplete", flag}};

/// Letters, numbers, '-', '_' and ''' in lower case; bytes above ASCII are some script's letters.
bool is_slash_name(const std::string& name) {
    return std::all_of(name.begin(), name.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '\'';
    });
}

void check_name(const Json& item, const std::string& path, FormErrors& errors) {
    if (item.value("name", Json()).is_string() && !is_slash_name(item["name"].get<std::string>())) {
        errors.add(path + "name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
}

/// Adds what is wrong with one item under `path` ("options.0.").
void check_under(const Json& item, std::span<const Field> fields, const std::string& path,
                 FormErrors& errors) {
    FormErrors own;
    check_fields(item, fields, false, own);
    if (own.empty()) {
        return;
    }
    const auto tree = Json::parse(own.reply().body)["errors"];
    for (const auto& [key, node] : tree.items()) {
        const bool root = key == "_errors";
        for (const auto& error : root ? node : node.value("_errors", Json::array())) {
            errors.add(root ? path.substr(0, path.size() - 1) : path + key,
                       error["code"].get<std::string>(), error["message"].get<std::string>());
        }
    }
}

void check_options(const Json& options, const std::string& path, unsigned depth,
                   FormErrors& errors) {
    std::set<std::string> names;
    bool optional_seen = false;
    for (std::size_t i = 0; i < options.size(); ++i) {
        const auto& option = options[i];
        const auto here = path + "." + std::to_string(i) + ".";
        check_under(option, kOptionFields, here, errors);
        if (!option.is_object() || !option.value("type", Json()).is_number_integer()) {
            continue;
        }
        check_name(option, here, errors);
        if (!names.insert(option.value("name", Json()).dump()).second) {
            errors.add(here + "name", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
                       "Option names must be unique");
        }
        const bool nested = option["type"].get<int>() <= 2;
        const bool required = option.value("required", false);
        if (!nested && required && optional_seen) {
            errors.add(here + "required", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                       "Required options must be placed before non-required options");
        }
        optional_seen = optional_seen || (!nested && !required);
        if (option.contains("choices") && option.value("autocomplete", false)) {
            errors.add(here + "autocomplete", "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES",
                       "Autocomplete and choices exclude each other");
        }
        if (nested && depth < 2 && option.value("options", Json()).is_array()) {
            check_options(option["options"], here + "options", depth + 1, errors);
        }
    }
}

std::size_t weight(const Json& item) {
    std::size_t sum = 0;
    for (const char* key : {"name", "description"}) {
        if (item.value(key, Json()).is_string()) {
            sum += characters(item[key].get<std::string>());
        }
    }
    for (const char* key : {"options", "choices"}) {
        if (item.value(key, Json()).is_array()) {
            for (const auto& child : item[key]) {
                sum += child.is_object() ? weight(child) : 0;
            }
        }
    }
    return sum;
}

/// `path` is empty for the body itself, or "3." in a list.
void check_command(const Json& body, bool partial, const std::string& path, FormErrors& errors) {
    if (path.empty()) {
        check_fields(body, kFields, partial, errors);
    } else {
        check_under(body, kFields, path, errors);
    }
    if (!body.is_object()) {
        return;
    }
    const auto type = body.value("type", Json(1));
    const bool slash = !type.is_number_integer() || type == 1;
    if (slash) {
        check_name(body, path, errors);
        if (!partial && body.value("description", Json("")) == "") {
            errors.add(path + "description", "BASE_TYPE_REQUIRED", "This field is required");
        }
    }
    if (body.value("options", Json()).is_array()) {
        check_options(body["options"], path + "options", 0, errors);
    }
    if (weight(body) > kMostCharacters) {
        errors.add(path.empty() ? "" : path.substr(0, path.size() - 1),
                   "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
    }
}

bool foreign(RestCall& call) {
    const bool other = call.bot->application != call.id(0);
    if (other) {
        call.failure = error_reply(
            403, 20012, "You are not authorized to perform this action on this application");
    }
    return other;
}

bool in_guild(const RestCall& call) {
    return std::string_view(call.route->path).starts_with("/applications/{}/guilds/");
}

/// The commands of one scope: an application's global ones, or those in a guild.
Json& scope_of(RestCall& call) {
    return call.core.shelf.items("commands-" + call.parameters[0], in_guild(call) ? call.id(1) : 0);
}

Json* command_of(RestCall& call) {
    for (auto& command : scope_of(call)) {
        if (command["id"] == call.parameters.back()) {
            return &command;
        }
    }
    call.failure = error_reply(404, 10063, "Unknown application command");
    return nullptr;
}

/// The stored form of a command; it keeps the id of one with the same name and type.
Json stored(RestCall& call, const Json& body, bool& fresh) {
    auto command = known_keys(body, kFields);
    command["type"] = body.value("type", 1);
    const auto& scope = scope_of(call);
    const auto same = std::find_if(scope.begin(), scope.end(), [&](const Json& old) {
        return old["name"] == command["name"] && old["type"] == command["type"];
    });
    fresh = same == scope.end();
    command["id"] = fresh ? Json(id_text(call.core.world.next_id())) : (*same)["id"];
    command["application_id"] = call.parameters[0];
    command["version"] = id_text(call.core.world.next_id());
    const Json defaults = {
        {"description", ""}, {"default_member_permissions", nullptr}, {"nsfw", false}};
    for (const auto& [key, value] : defaults.items()) {
        if (!command.contains(key)) {
            command[key] = value;
        }
    }
    if (in_guild(call)) {
        command["guild_id"] = call.parameters[1];
    }
    return command;
}

HttpReply list_commands(RestCall& call) {
    if (foreign(call)) {
        return call.failure;
    }
    auto out = scope_of(call);
    if (call.request.query_value("with_localizations") != "true") {
        for (auto& command : out) {
            command.erase("name_localizations");
            command.erase("description_localizations");
        }
    }
    return json_reply(out);
}

HttpReply replace_commands(RestCall& call) {
    if (foreign(call)) {
        return call.failure;
    }
    if (!call.body.is_array()) {
        return form_error("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType.");
    }
    FormErrors errors;
    std::set<std::string> names;
    std::size_t slashes = 0;
    for (std::size_t i = 0; i < call.body.size(); ++i) {
        const auto& command = call.body[i];
        check_command(command, false, std::to_string(i) + ".", errors);
        if (!command.is_object()) {
            continue;
        }
        slashes += command.value("type", Json(1)) == 1 ? 1 : 0;
        if (!names
                 .insert(command.value("type", Json(1)).dump() +
                         command.value("name", Json()).dump())
                 .second) {
            errors.add(std::to_string(i) + ".name", "APPLICATION_COMMANDS_DUPLICATE_NAME",
                       "Application command names must be unique");
        }
    }
    if (!errors.empty()) {
        return errors.reply();
    }
    if (slashes > kMostSlash) {
        return error_reply(400, 30032, "Maximum number of application commands reached (100)");
    }
    Json next = Json::array();
    for (const auto& command : call.body) {
        bool fresh = false;
        next.push_back(stored(call, command, fresh));
    }
    ++call.state.command_overwrites;
    scope_of(call) = next;
    return json_reply(next);
}

HttpReply create_command(RestCall& call) {
    if (foreign(call)) {
        return call.failure;
    }
    FormErrors errors;
    check_command(call.body, false, "", errors);
    if (!errors.empty()) {
        return errors.reply();
    }
    bool fresh = false;
    auto command = stored(call, call.body, fresh);
    auto& scope = scope_of(call);
    std::erase_if(scope.get_ref<Json::array_t&>(),
                  [&](const Json& old) { return old["id"] == command["id"]; });
    scope.push_back(command);
    return json_reply(command, fresh ? 201 : 200);
}

HttpReply get_command(RestCall& call) {
    const auto* command = foreign(call) ? nullptr : command_of(call);
    return command == nullptr ? call.failure : json_reply(*command);
}

HttpReply edit_command(RestCall& call) {
    auto* command = foreign(call) ? nullptr : command_of(call);
    if (command == nullptr) {
        return call.failure;
    }
    FormErrors errors;
    check_command(call.body, true, "", errors);
    if (!errors.empty()) {
        return errors.reply();
    }
    command->update(known_keys(call.body, kFields));
    (*command)["version"] = id_text(call.core.world.next_id());
    return json_reply(*command);
}

HttpReply delete_command(RestCall& call) {
    if (foreign(call) || command_of(call) == nullptr) {
        return call.failure;
    }
    std::erase_if(scope_of(call).get_ref<Json::array_t&>(),
                  [&](const Json& old) { return old["id"] == call.parameters.back(); });
    return no_content();
}

HttpReply no_permissions(RestCall& call) {
    return foreign(call) ? call.failure
                         : error_reply(404, 10066, "Unknown application command permissions");
}

HttpReply list_permissions(RestCall& call) {
    return foreign(call) ? call.failure : json_reply(Json::array());
}

HttpReply refuse_permissions(RestCall&) {
    return error_reply(403, 20001, "Bots cannot use this endpoint");
}

constexpr std::array kRoutes = {
    Route{"GET", "/applications/{}/commands", kCommands, list_commands},
    Route{"PUT", "/applications/{}/commands", kCommands, replace_commands},
    Route{"POST", "/applications/{}/commands", kCommands, create_command},
    Route{"GET", "/applications/{}/commands/{}", kCommands, get_command},
    Route{"PATCH", "/applications/{}/commands/{}", kCommands, edit_command},
    Route{"DELETE", "/applications/{}/commands/{}", kCommands, delete_command},
    Route{"GET", "/applications/{}/guilds/{}/commands", kCommands, list_commands},
    Route{"PUT", "/applications/{}/guilds/{}/commands", kCommands, replace_commands},
    Route{"POST", "/applications/{}/guilds/{}/commands", kCommands, create_command},
    Route{"GET", "/applications/{}/guilds/{}/commands/permissions", kCommands, list_permissions},
    Route{"GET", "/applications/{}/guilds/{}/commands/{}", kCommands, get_command},
    Route{"PATCH", "/applications/{}/guilds/{}/commands/{}", kCommands, edit_command},
    Route{"DELETE", "/applications/{}/guilds/{}/commands/{}", kCommands, delete_command},
    Route{"GET", "/applications/{}/guilds/{}/commands/{}/permissions", kCommands, no_permissions},
    Route{"PUT", "/applications/{}/guilds/{}/commands/{}/permissions", kCommands,
          refuse_permissions},
};

}  // namespace

std::span<const Route> command_routes() { return kRoutes; }

}  // namespace rookery::sim::discord
