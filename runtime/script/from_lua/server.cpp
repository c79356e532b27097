#include "hostapi/serving.hpp"
#include "script/from_lua/api.hpp"
#include "script/script.hpp"
#include "script/served.hpp"
#include "script/values.hpp"

#include <string>
#include <utility>

namespace rookery::script {

namespace {

using hostapi::ChannelForm;
using hostapi::RouteForm;
using hostapi::ServedAuth;
using nlohmann::json;

constexpr std::size_t kLargestOptions = std::size_t{16} << 10U;

Error wrong(const std::string& key, const std::string& expected) {
    return {ErrorKind::invalid, key + " must be " + expected};
}

Result<> read_text(const std::string& key, const json& value, std::string& out) {
    if (!value.is_string()) {
        return wrong(key, "a string");
    }
    out = value.get<std::string>();
    return {};
}

Result<> read_auth(const json& value, bool own, ServedAuth& out) {
    const std::string text = value.is_string() ? value.get<std::string>() : std::string();
    if (text != "key" && text != "none" && !(own && text == "own")) {
        return wrong("auth", own ? "\"key\", \"none\" or a function" : "\"key\" or \"none\"");
    }
    out = text == "key" ? ServedAuth::key : text == "none" ? ServedAuth::none : ServedAuth::own;
    return {};
}

Error no_option(const std::string& key) {
    return {ErrorKind::invalid, "there is no option " + key.substr(0, 60)};
}

Result<> read_option(const std::string& key, const json& value, RouteForm& form) {
    if (key == "auth") {
        return read_auth(value, false, form.auth);
    }
    if (key == "scope") {
        return read_text(key, value, form.scope);
    }
    if (key == "doc") {
        return read_text(key, value, form.doc);
    }
    const double number = value.is_number() ? value.get<double>() : -1;
    if (key == "body_limit") {
        if (!(number >= 0 && number <= static_cast<double>(hostapi::Serving::kLargestBody))) {
            return wrong(key, "a number of bytes up to 16777216");
        }
        form.body_limit = static_cast<std::size_t>(number);
        return {};
    }
    if (key == "timeout") {
        if (!(number >= 0.001 && number <= 300)) {
            return wrong(key, "a number of seconds up to 300");
        }
        form.timeout = Millis{static_cast<Millis::rep>(number * 1000)};
        return {};
    }
    return no_option(key);
}

Result<> read_option(const std::string& key, const json& value, ChannelForm& form) {
    if (key == "auth") {
        return read_auth(value, true, form.auth);
    }
    if (key == "scope") {
        return read_text(key, value, form.scope);
    }
    if (key == "recovery") {
        if (!value.is_boolean()) {
            return wrong(key, "a boolean");
        }
        form.recovery = value.get<bool>();
        return {};
    }
    return no_option(key);
}

template <class Form>
Result<> read_options(lua_State* lua, int index, Form& form) {
    std::size_t budget = kLargestOptions;
    const auto options = to_json(lua, index, budget);
    if (!options) {
        return options.error();
    }
    if (options->is_array() && options->empty()) {
        return {};
    }
    if (!options->is_object()) {
        return wrong("the options", "a table of named options");
    }
    for (const auto& [key, value] : options->items()) {
        if (auto read = read_option(key, value, form); !read) {
            return read;
        }
    }
    return {};
}

/// Method, pattern, options, the function to call, the script's own.
int route(lua_State* lua, Script& script) {
    constexpr const char* kWhat = "rookery.server.route: ";
    RouteForm form;
    form.method = std::string(text_at(lua, 1));
    form.pattern = std::string(text_at(lua, 2));
    if (auto read = read_options(lua, 3, form); !read) {
        return fail(lua, kWhat + read.error().message());
    }
    const auto callback = make_callback(
        lua, 4, "handler of " + log::clipped(form.method + " " + form.pattern, 100), 5);
    const auto id = script.served().route(std::move(form), callback);
    if (!id) {
        return fail(lua, kWhat + id.error().message());
    }
    lua_pushnumber(lua, static_cast<double>(*id));
    return 1;
}

/// Kind, name, options, the function to call, one of the script's own or nil: effect and claim.
int open(lua_State* lua, Script& script) {
    ChannelForm form;
    const bool engine = text_at(lua, 1) == "engine";
    const std::string what = engine ? "rookery.server.engine: " : "rookery.server.namespace: ";
    form.kind = engine ? ChannelForm::Kind::engine : ChannelForm::Kind::socket_namespace;
    form.name = std::string(text_at(lua, 2));
    if (auto read = read_options(lua, 3, form); !read) {
        return fail(lua, what + read.error().message());
    }
    const auto callback = make_callback(
        lua, 4, (engine ? "handler of sessions at " : "handler of ") + log::clipped(form.name, 100),
        lua_isfunction(lua, 5) ? 5 : 0);
    const auto channel = script.served().open(std::move(form), callback);
    if (!channel) {
        return fail(lua, what + channel.error().message());
    }
    lua_pushnumber(lua, static_cast<double>(channel->effect));
    lua_pushnumber(lua, static_cast<double>(channel->claim));
    return 2;
}

std::uint64_t number_at(lua_State* lua, int index) {
    const double number = lua_tonumber(lua, index);
    return number >= 1 && number < 9e15 ? static_cast<std::uint64_t>(number) : 0;
}

int off(lua_State* lua, Script& script) {
    lua_pushboolean(lua, script.served().remove(number_at(lua, 1)) ? 1 : 0);
    return 1;
}

/// true; or nil, message, kind: what a client's leaving may cause. What is wrong in the program is
/// raised.
int outcome(lua_State* lua, const std::string& what, const Result<>& result) {
    if (result) {
        lua_pushboolean(lua, 1);
        return 1;
    }
    if (result.error().kind() == ErrorKind::invalid) {
        return fail(lua, what + ": " + result.error().message());
    }
    lua_pushnil(lua);
    push_text(lua, result.error().message());
    push_text(lua, to_string(result.error().kind()));
    return 3;
}

/// Nothing is known of a socket where nothing is served.
hostapi::Serving& serving(Script& script) { return *script.context().server; }

int emit(lua_State* lua, Script& script) {
    auto arguments = arguments_at(lua, 3);
    if (!arguments) {
        return fail(lua, "socket:emit: " + arguments.error().message());
    }
    return outcome(lua, "socket:emit",
                   serving(script).emit(number_at(lua, 1), std::string(text_at(lua, 2)),
                                        *std::move(arguments)));
}

int send(lua_State* lua, Script& script) {
    hostapi::ServedArguments message;
    if (lua_toboolean(lua, 3) != 0) {
        message.attachments.emplace_back(text_at(lua, 2));
    } else {
        message.json = std::string(text_at(lua, 2));
    }
    return outcome(lua, "session:send",
                   serving(script).emit(number_at(lua, 1), {}, std::move(message)));
}

/// Claim, rooms, sockets that are left out, event, and what it carries.
int broadcast(lua_State* lua, Script& script) {
    hostapi::ServerSession::Audience audience;
    const auto list = [lua](int index, const auto& take) {
        const auto size = static_cast<int>(lua_objlen(lua, index));
        for (int i = 1; i <= size; ++i) {
            lua_rawgeti(lua, index, i);
            take(lua_gettop(lua));
            lua_pop(lua, 1);
        }
    };
    list(2, [&](int at) { audience.rooms.emplace_back(text_at(lua, at)); });
    list(3, [&](int at) { audience.except.push_back(number_at(lua, at)); });
    auto arguments = arguments_at(lua, 5);
    if (!arguments) {
        return fail(lua, "emit: " + arguments.error().message());
    }
    return outcome(lua, "emit",
                   serving(script).broadcast(number_at(lua, 1), std::move(audience),
                                             std::string(text_at(lua, 4)), *std::move(arguments)));
}

/// Socket, seconds, event, and what it carries.
int begin_call(lua_State* lua, Script& script) {
    const Millis timeout = seconds_at(lua, 2, "socket:call: the time");
    if (timeout.count() < 0) {
        return kRaise;
    }
    auto arguments = arguments_at(lua, 4);
    if (!arguments) {
        return fail(lua, "socket:call: " + arguments.error().message());
    }
    if (const auto refusal = script.tasks().refusal_to_wait(lua); !refusal.empty()) {
        return fail(lua, "socket:call: " + std::string(refusal));
    }
    const std::size_t bytes = arguments->json.size();
    Result<> asked;
    const auto begun = script.tasks().begin_answer(
        *script.tasks().running(lua), bytes, [&](hostapi::OperationDone done) {
            const auto give = std::make_shared<hostapi::OperationDone>(std::move(done));
            asked = serving(script).call(number_at(lua, 1), std::string(text_at(lua, 3)),
                                         *std::move(arguments), timeout,
                                         [give](const Result<hostapi::ServedArguments>& answer) {
                                             (*give)(answer ? Result<json>(describe(*answer))
                                                            : Result<json>(answer.error()));
                                         });
            if (!asked) {
                script.context().worker->post([give, error = asked.error()] { (*give)(error); });
            }
        });
    return begun ? kYield : fail(lua, "socket:call: " + begun.error().message());
}

int join(lua_State* lua, Script& script) {
    return outcome(lua, "socket:join",
                   serving(script).join(number_at(lua, 1), std::string(text_at(lua, 2))));
}

int leave(lua_State* lua, Script& script) {
    return outcome(lua, "socket:leave",
                   serving(script).leave(number_at(lua, 1), std::string(text_at(lua, 2))));
}

int disconnect(lua_State* lua, Script& script) {
    return outcome(lua, "socket:disconnect", serving(script).disconnect(number_at(lua, 1)));
}

}  // namespace

void set_server(lua_State* lua) {
    static constexpr NamedBinding kBindings[] = {
        {"server_route", &bound<route>},
        {"server_open", &bound<open>},
        {"server_off", &bound<off>},
        {"server_emit", &bound<emit>},
        {"server_send", &bound<send>},
        {"server_broadcast", &bound<broadcast>},
        {"begin_server_call", &bound<begin_call>},
        {"server_join", &bound<join>},
        {"server_leave", &bound<leave>},
        {"server_disconnect", &bound<disconnect>},
    };
    set_bindings(lua, kBindings);
}

}  // namespace rookery::script
