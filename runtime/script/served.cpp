#include "script/served.hpp"

#include "script/values.hpp"

#include <utility>

namespace rookery::script {
namespace {

using hostapi::ServedArguments;
using nlohmann::json;

/// The last of a name; names are in lower case where that matters.
json object_of(const hostapi::ServedFields& fields) {
    json object = json::object();
    for (const auto& [name, value] : fields) {
        object[name] = value;
    }
    return object;
}

/// Values of one name joined, as HTTP sees them.
json headers_of(const hostapi::ServedFields& fields) {
    json object = json::object();
    for (const auto& [name, value] : fields) {
        json& all = object[name];
        all = all.is_null() ? value : all.get<std::string>() + ", " + value;
    }
    return object;
}

json key_of(const hostapi::ServedKeyPtr& key) {
    if (key == nullptr) {
        return nullptr;
    }
    json made{{"id", key->id}, {"name", key->name}, {"scopes", key->scopes}};
    if (key->guilds) {
        made["guilds"] = *key->guilds;
    }
    return made;
}

json parsed(const std::string& text) {
    auto value = json::parse(text.empty() ? "null" : text, nullptr, false);
    return value.is_discarded() ? json() : value;
}

json describe(const hostapi::ServedHandshake& handshake) {
    return {{"auth", parsed(handshake.auth)},
            {"query", object_of(handshake.query)},
            {"headers", headers_of(handshake.headers)},
            {"peer", handshake.peer},
            {"secure", handshake.secure}};
}

class RequestVisit final : public Visit {
  public:
    RequestVisit(hostapi::ServedRequest request, hostapi::AnswerPtr<hostapi::ServedAnswer> answer,
                 hostapi::ServedHold hold)
        : request_(std::move(request)), answer_(std::move(answer)), hold_(std::move(hold)) {}

    int push(lua_State* lua) override {
        push_json(lua, {{"id", request_.id},
                        {"method", request_.method},
                        {"path", request_.path},
                        {"params", object_of(request_.params)},
                        {"query", object_of(request_.query)},
                        {"headers", headers_of(request_.headers)},
                        {"peer", request_.peer},
                        {"secure", request_.secure},
                        {"key", key_of(request_.key)}});
        lua_pushlstring(lua, request_.body.data(), request_.body.size());
        lua_setfield(lua, -2, "body");
        request_ = {};
        return 1;
    }

    /// Status, content type, headers, body, as server.lua has made them.
    Result<> finish(lua_State* lua) override {
        hostapi::ServedAnswer answer;
        const double status = lua_tonumber(lua, 1);
        answer.status = status >= 0 && status < 1000 ? static_cast<unsigned>(status) : 0;
        const auto text = [lua](int index) {
            std::size_t size = 0;
            const char* const data = lua_tolstring(lua, index, &size);
            return std::string(data == nullptr ? "" : data, size);
        };
        answer.content_type = text(2);
        answer.body = text(4);
        if (auto read = read_headers(lua, 3, answer); !read) {
            return read;
        }
        if (auto checked = hostapi::Serving::check(answer); !checked) {
            return checked.error().within("a route's answer");
        }
        answer_->finish(std::move(answer));
        return {};
    }

  private:
    static Result<> read_headers(lua_State* lua, int index, hostapi::ServedAnswer& answer) {
        if (!lua_istable(lua, index)) {
            return {};
        }
        std::size_t budget = std::size_t{64} << 10U;
        const auto headers = to_json(lua, index, budget);
        if (!headers) {
            return headers.error().within("a route's headers");
        }
        for (const auto& [name, value] : headers->items()) {
            if (!headers->is_object() || !value.is_string()) {
                return Error(ErrorKind::invalid, "a route's headers must be a table of strings");
            }
            const bool is_type = name.size() == 12 && strcasecmp(name.c_str(), "content-type") == 0;
            if (is_type) {
                answer.content_type = value.get<std::string>();
            } else {
                answer.headers.emplace_back(name, value.get<std::string>());
            }
        }
        return {};
    }

    hostapi::ServedRequest request_;
    const hostapi::AnswerPtr<hostapi::ServedAnswer> answer_;
    const hostapi::ServedHold hold_;
};

class AdmissionVisit final : public Visit {
  public:
    AdmissionVisit(hostapi::ServedHandshake handshake, hostapi::AnswerPtr<hostapi::Admitted> answer,
                   hostapi::ServedHold hold)
        : handshake_(std::move(handshake)), answer_(std::move(answer)), hold_(std::move(hold)) {}

    int push(lua_State* lua) override {
        lua_pushliteral(lua, "admit");
        push_json(lua, describe(handshake_));
        return 2;
    }

    /// Whether, and who, or the message of the refusal and its data.
    Result<> finish(lua_State* lua) override {
        constexpr std::size_t kLargest = std::size_t{16} << 10U;
        hostapi::Admitted admitted;
        admitted.accepted = lua_toboolean(lua, 1) != 0;
        std::size_t budget = kLargest;
        const auto value = to_json(lua, admitted.accepted ? 2 : 3, budget);
        if (lua_gettop(lua) >= (admitted.accepted ? 2 : 3)) {
            if (!value) {
                return value.error().within("what auth returned");
            }
            (admitted.accepted ? admitted.who : admitted.data) =
                value->is_null() ? std::string() : value->dump(-1, ' ', false, kReplace);
        }
        if (!admitted.accepted) {
            std::size_t size = 0;
            const char* const text = lua_tolstring(lua, 2, &size);
            admitted.message.assign(text == nullptr ? "" : text, size);
        }
        answer_->finish(std::move(admitted));
        return {};
    }

  private:
    static constexpr auto kReplace = json::error_handler_t::replace;

    const hostapi::ServedHandshake handshake_;
    const hostapi::AnswerPtr<hostapi::Admitted> answer_;
    const hostapi::ServedHold hold_;
};

class ConnectVisit final : public Visit {
  public:
    ConnectVisit(hostapi::ServedSocket socket, hostapi::ServedHold hold)
        : socket_(std::move(socket)), hold_(std::move(hold)) {}

    int push(lua_State* lua) override {
        lua_pushliteral(lua, "connect");
        lua_pushnumber(lua, static_cast<double>(socket_.number));
        json socket = describe(*socket_.handshake);
        socket["id"] = socket_.id;
        socket["key"] = key_of(socket_.key);
        socket["who"] = parsed(socket_.who);
        socket["rooms"] = socket_.rooms;
        socket["recovered"] = socket_.recovered;
        socket["kept"] = socket_.kept;
        push_json(lua, socket);
        return 3;
    }
    Result<> finish(lua_State* /*lua*/) override { return {}; }

  private:
    const hostapi::ServedSocket socket_;
    const hostapi::ServedHold hold_;
};

class LeftVisit final : public Visit {
  public:
    LeftVisit(hostapi::SocketNumber socket, std::string reason, hostapi::ServedHold hold)
        : socket_(socket), reason_(std::move(reason)), hold_(std::move(hold)) {}

    int push(lua_State* lua) override {
        lua_pushliteral(lua, "left");
        lua_pushnumber(lua, static_cast<double>(socket_));
        lua_pushlstring(lua, reason_.data(), reason_.size());
        return 3;
    }
    Result<> finish(lua_State* /*lua*/) override { return {}; }

  private:
    const hostapi::SocketNumber socket_;
    const std::string reason_;
    const hostapi::ServedHold hold_;
};

class EventVisit final : public Visit {
  public:
    EventVisit(hostapi::SocketNumber socket, std::string name, ServedArguments arguments,
               hostapi::AnswerPtr<ServedArguments> reply, hostapi::ServedHold hold)
        : socket_(socket),
          name_(std::move(name)),
          arguments_(std::move(arguments)),
          reply_(std::move(reply)),
          hold_(std::move(hold)) {}

    int push(lua_State* lua) override {
        lua_pushliteral(lua, "event");
        lua_pushnumber(lua, static_cast<double>(socket_));
        lua_pushlstring(lua, name_.data(), name_.size());
        const json list = parsed(arguments_.json);
        push_json(lua, list);
        lua_pushnumber(lua, static_cast<double>(list.size()));
        int count = 5;
        if (!arguments_.attachments.empty()) {
            push_json(lua, arguments_.attachments);
            ++count;
        }
        arguments_ = {};
        return count;
    }

    /// Whether there was a handler; what it returned is the acknowledgement.
    Result<> finish(lua_State* lua) override {
        if (reply_ == nullptr || lua_toboolean(lua, 1) == 0) {
            return {};
        }
        auto answer = arguments_at(lua, 2);
        if (!answer) {
            return answer.error().within("the acknowledgement of \"" + name_ + "\"");
        }
        reply_->finish(*std::move(answer));
        return {};
    }

  private:
    const hostapi::SocketNumber socket_;
    const std::string name_;
    ServedArguments arguments_;
    const hostapi::AnswerPtr<ServedArguments> reply_;
    const hostapi::ServedHold hold_;
};

class MessageVisit final : public Visit {
  public:
    MessageVisit(hostapi::SocketNumber socket, ServedArguments message, hostapi::ServedHold hold)
        : socket_(socket), message_(std::move(message)), hold_(std::move(hold)) {}

    int push(lua_State* lua) override {
        const bool binary = !message_.attachments.empty();
        const std::string& data = binary ? message_.attachments.front() : message_.json;
        lua_pushliteral(lua, "message");
        lua_pushnumber(lua, static_cast<double>(socket_));
        lua_pushlstring(lua, data.data(), data.size());
        lua_pushboolean(lua, binary ? 1 : 0);
        return 4;
    }
    Result<> finish(lua_State* /*lua*/) override { return {}; }

  private:
    const hostapi::SocketNumber socket_;
    const ServedArguments message_;
    const hostapi::ServedHold hold_;
};

}  // namespace

Result<ServedArguments> arguments_at(lua_State* lua, int first) {
    ServedArguments arguments;
    json list = json::array();
    std::size_t budget = hostapi::Serving::kLargestEvent;
    const int last = lua_gettop(lua);
    for (int index = first; index <= last; ++index) {
        auto value = to_json(lua, index, budget, arguments.attachments);
        if (!value) {
            return value.error().within("argument " + std::to_string(index - first + 1));
        }
        list.push_back(*std::move(value));
    }
    arguments.json = list.dump(-1, ' ', false, json::error_handler_t::replace);
    return arguments;
}

json describe(const ServedArguments& arguments) {
    json list = parsed(arguments.json);
    json made{{"n", list.size()}, {"list", std::move(list)}};
    if (!arguments.attachments.empty()) {
        made["attachments"] = arguments.attachments;
    }
    return made;
}

Error Served::nothing_served() const {
    return {ErrorKind::unsupported, "this runtime serves nothing"};
}

Result<hostapi::EffectId> Served::route(hostapi::RouteForm form, const CallbackPtr& callback) {
    if (context_.server == nullptr) {
        callback->remove(state_);
        return nothing_served();
    }
    auto effect = context_.server->route(
        std::move(form), [this, callback](hostapi::ServedRequest request,
                                          hostapi::AnswerPtr<hostapi::ServedAnswer> answer,
                                          hostapi::ServedHold hold) {
            if (!callback->removed()) {
                serve_(callback, std::make_unique<RequestVisit>(
                                     std::move(request), std::move(answer), std::move(hold)));
            }
        });
    if (!effect) {
        callback->remove(state_);
        return effect;
    }
    callbacks_.emplace(*effect, callback);
    return effect;
}

Result<hostapi::Serving::Channel> Served::open(hostapi::ChannelForm form,
                                               const CallbackPtr& callback) {
    if (context_.server == nullptr) {
        callback->remove(state_);
        return nothing_served();
    }
    const auto serve = [this, callback](std::unique_ptr<Visit> visit) {
        if (!callback->removed()) {
            serve_(callback, std::move(visit));
        }
    };
    const bool engine = form.kind == hostapi::ChannelForm::Kind::engine;
    hostapi::ChannelHandlers handlers;
    handlers.admit = [serve](hostapi::ServedHandshake handshake,
                             hostapi::AnswerPtr<hostapi::Admitted> answer,
                             hostapi::ServedHold hold) {
        serve(std::make_unique<AdmissionVisit>(std::move(handshake), std::move(answer),
                                               std::move(hold)));
    };
    handlers.connected = [serve](hostapi::ServedSocket socket, hostapi::ServedHold hold) {
        serve(std::make_unique<ConnectVisit>(std::move(socket), std::move(hold)));
    };
    handlers.event = [serve, engine](
                         hostapi::SocketNumber socket, std::string name, ServedArguments arguments,
                         hostapi::AnswerPtr<ServedArguments> reply, hostapi::ServedHold hold) {
        if (engine) {
            serve(std::make_unique<MessageVisit>(socket, std::move(arguments), std::move(hold)));
        } else {
            serve(std::make_unique<EventVisit>(socket, std::move(name), std::move(arguments),
                                               std::move(reply), std::move(hold)));
        }
    };
    handlers.left = [serve](hostapi::SocketNumber socket, std::string reason,
                            hostapi::ServedHold hold) {
        serve(std::make_unique<LeftVisit>(socket, std::move(reason), std::move(hold)));
    };
    auto channel = context_.server->open(std::move(form), std::move(handlers));
    if (!channel) {
        callback->remove(state_);
        return channel;
    }
    callbacks_.emplace(channel->effect, callback);
    return channel;
}

bool Served::remove(hostapi::EffectId id) {
    const auto found = callbacks_.extract(id);
    if (!found) {
        return false;
    }
    context_.scope->undo(id);
    found.mapped()->remove(state_);
    return true;
}

void Served::clear() {
    while (!callbacks_.empty()) {
        remove(callbacks_.rbegin()->first);
    }
}

}  // namespace rookery::script
