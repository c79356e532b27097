#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"
#include "plugin/served.hpp"

#include <nlohmann/json.hpp>

#include <vector>

namespace rookery::plugin::c_tables {
namespace {

using hostapi::ServedArguments;

rk_status_t broken(rk_error_t* error, const char* what) {
    return fail(error, RK_E_INVALID,
                std::string(what) + ": a pointer is null where it must not be, or a struct small");
}

rk_status_t outcome(const Result<>& result, rk_error_t* error) {
    return result ? RK_OK : fail(error, result.error());
}

std::optional<std::string> copy_of(rk_text_t text) {
    const auto view = text_of(text);
    return view ? std::optional(std::string(*view)) : std::nullopt;
}

/// Nothing when a pointer is null where it must not be.
std::optional<ServedArguments> read(const rk_server_arguments_t* from) {
    if (!has_room(from) || (from->attachments == nullptr && from->attachment_count != 0)) {
        return std::nullopt;
    }
    const auto json = text_of(from->json);
    if (!json) {
        return std::nullopt;
    }
    ServedArguments arguments;
    arguments.json = *json;
    for (std::size_t i = 0; i < from->attachment_count; ++i) {
        auto one = copy_of(from->attachments[i]);
        if (!one) {
            return std::nullopt;
        }
        arguments.attachments.push_back(*std::move(one));
    }
    return arguments;
}

/// What an event carries: an array.
Result<> check_event(ServedArguments& arguments) {
    if (arguments.json.empty()) {
        arguments.json = "[]";
    }
    const auto parsed = nlohmann::json::parse(arguments.json, nullptr, false);
    if (!parsed.is_array()) {
        return Error(ErrorKind::invalid, "the arguments must be a JSON array");
    }
    arguments.json = parsed.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return {};
}

rk_status_t tell(rk_server_ack_fn done, const Result<ServedArguments>& result, void* user,
                 rk_error_t* reason) {
    if (!result) {
        const std::string message = result.error().message();
        return done(user, status_of(result.error().kind()), nullptr, to_c(message), reason);
    }
    std::vector<rk_text_t> attachments;
    for (const std::string& one : result->attachments) {
        attachments.push_back(to_c(one));
    }
    rk_server_arguments_t arguments{};
    arguments.size = sizeof(arguments);
    arguments.json = to_c(result->json);
    arguments.attachments = attachments.data();
    arguments.attachment_count = attachments.size();
    return done(user, RK_OK, &arguments, {nullptr, 0}, reason);
}

rk_status_t route(const rk_host_t* host, const rk_server_route_t* wish,
                  rk_server_request_fn handler, void* user, rk_release_t release, rk_handle_t* out,
                  rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        if (!has_room(wish) || handler == nullptr) {
            return broken(error, "route");
        }
        const auto method = copy_of(wish->method);
        const auto pattern = copy_of(wish->pattern);
        const auto scope = copy_of(wish->scope);
        const auto doc = copy_of(wish->doc);
        if (!method || !pattern || !scope || !doc) {
            return broken(error, "route");
        }
        hostapi::RouteForm form;
        form.method = method->empty() ? form.method : *method;
        form.pattern = *pattern;
        form.scope = *scope;
        form.doc = *doc;
        form.auth = (wish->flags & RK_SERVER_OPEN) != 0 ? hostapi::ServedAuth::none
                                                        : hostapi::ServedAuth::key;
        form.body_limit = wish->body_limit == 0 ? form.body_limit : wish->body_limit;
        form.timeout = wish->timeout_ms == 0 ? form.timeout : Millis{wish->timeout_ms};
        return give(plugin.served().route(std::move(form), handler, user, release), out, error);
    });
}

rk_status_t answer(const rk_host_t* host, rk_handle_t request, const rk_server_answer_t* from,
                   rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        if (!has_room(from) || (from->headers == nullptr && from->header_count != 0)) {
            return broken(error, "answer");
        }
        const auto type = copy_of(from->content_type);
        auto body = copy_of(from->body);
        if (!type || !body) {
            return broken(error, "answer");
        }
        hostapi::ServedAnswer made;
        made.status = from->status == 0 ? 200 : from->status;
        made.content_type = *type;
        made.body = *std::move(body);
        for (std::size_t i = 0; i < from->header_count; ++i) {
            auto name = copy_of(from->headers[i].name);
            auto value = copy_of(from->headers[i].value);
            if (!name || !value) {
                return broken(error, "answer");
            }
            made.headers.emplace_back(*std::move(name), *std::move(value));
        }
        return outcome(plugin.served().answer(request, std::move(made)), error);
    });
}

rk_status_t open(const rk_host_t* host, const rk_server_channel_t* wish,
                 const rk_server_handlers_t* handlers, void* user, rk_release_t release,
                 rk_handle_t* out, rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        if (!has_room(wish) || !has_room(handlers) || handlers->event == nullptr) {
            return broken(error, "open");
        }
        const auto name = copy_of(wish->name);
        const auto scope = copy_of(wish->scope);
        if (!name || !scope) {
            return broken(error, "open");
        }
        const bool engine = (wish->flags & RK_SERVER_ENGINE) != 0;
        const bool own = (wish->flags & RK_SERVER_OWN) != 0;
        if (own && (engine || handlers->admit == nullptr)) {
            return fail(error, RK_E_INVALID,
                        "open: RK_SERVER_OWN is for namespaces, and asks for an admit");
        }
        hostapi::ChannelForm form;
        form.kind = engine ? hostapi::ChannelForm::Kind::engine
                           : hostapi::ChannelForm::Kind::socket_namespace;
        form.name = *name;
        form.scope = *scope;
        form.recovery = (wish->flags & RK_SERVER_RECOVERY) != 0;
        form.auth = hostapi::ServedAuth::key;
        if (own) {
            form.auth = hostapi::ServedAuth::own;
        } else if (engine || (wish->flags & RK_SERVER_OPEN) != 0) {
            form.auth = hostapi::ServedAuth::none;
        }
        return give(plugin.served().open(std::move(form), *handlers, user, release), out, error);
    });
}

rk_status_t withdraw(const rk_host_t* host, rk_handle_t registration) noexcept {
    return on_instance(host, kAlways, nullptr, [&](Plugin& plugin) {
        return plugin.served().withdraw(registration) ? RK_OK : RK_E_STALE;
    });
}

rk_status_t admit(const rk_host_t* host, rk_handle_t admission, std::int32_t accepted,
                  rk_text_t text, rk_text_t data, rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        auto first = copy_of(text);
        auto second = copy_of(data);
        if (!first || !second) {
            return broken(error, "admit");
        }
        hostapi::Admitted made;
        made.accepted = accepted != 0;
        std::string& json = made.accepted ? *first : *second;
        if (!json.empty() && !nlohmann::json::accept(json)) {
            return fail(error, RK_E_INVALID, "admit: not JSON");
        }
        (made.accepted ? made.who : made.message) = *std::move(first);
        made.data = *std::move(second);
        return outcome(plugin.served().admit(admission, std::move(made)), error);
    });
}

rk_status_t reply(const rk_host_t* host, rk_handle_t handle, const rk_server_arguments_t* from,
                  rk_error_t* error) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        auto arguments = read(from);
        if (!arguments) {
            return broken(error, "reply");
        }
        if (auto checked = check_event(*arguments); !checked) {
            return fail(error, checked.error());
        }
        return outcome(plugin.served().reply(handle, *std::move(arguments)), error);
    });
}

/// Runs `body` with the server, the event's name and what it carries.
template <class Body>
rk_status_t send(const rk_host_t* host, const char* what, rk_text_t name,
                 const rk_server_arguments_t* from, rk_error_t* error, const Body& body) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        auto event = copy_of(name);
        auto arguments = read(from);
        if (!event || !arguments) {
            return broken(error, what);
        }
        if (plugin.context().server == nullptr) {
            return fail(error, RK_E_UNSUPPORTED, "this host serves nothing");
        }
        // A message of a session is what it is.
        if (!event->empty()) {
            if (auto checked = check_event(*arguments); !checked) {
                return fail(error, checked.error());
            }
        }
        return body(plugin, *plugin.context().server, *std::move(event), *std::move(arguments));
    });
}

rk_status_t emit(const rk_host_t* host, std::uint64_t socket, rk_text_t name,
                 const rk_server_arguments_t* from, rk_error_t* error) noexcept {
    return send(host, "emit", name, from, error,
                [&](Plugin& /*plugin*/, hostapi::Serving& server, std::string event,
                    ServedArguments arguments) {
                    return outcome(server.emit(socket, std::move(event), std::move(arguments)),
                                   error);
                });
}

rk_status_t broadcast(const rk_host_t* host, rk_handle_t channel, const rk_server_audience_t* whom,
                      rk_text_t name, const rk_server_arguments_t* from,
                      rk_error_t* error) noexcept {
    return send(host, "broadcast", name, from, error,
                [&](Plugin& plugin, hostapi::Serving& server, std::string event,
                    ServedArguments arguments) {
                    if (!has_room(whom) || (whom->rooms == nullptr && whom->room_count != 0) ||
                        (whom->except == nullptr && whom->except_count != 0)) {
                        return broken(error, "broadcast");
                    }
                    hostapi::ServerSession::Audience audience;
                    for (std::size_t i = 0; i < whom->room_count; ++i) {
                        auto room = copy_of(whom->rooms[i]);
                        if (!room) {
                            return broken(error, "broadcast");
                        }
                        audience.rooms.push_back(*std::move(room));
                    }
                    audience.except.assign(whom->except, whom->except + whom->except_count);
                    const auto claim = plugin.served().claim(channel);
                    return outcome(server.broadcast(claim, std::move(audience), std::move(event),
                                                    std::move(arguments)),
                                   error);
                });
}

rk_status_t call(const rk_host_t* host, std::uint64_t socket, rk_text_t name,
                 const rk_server_arguments_t* from, std::uint32_t timeout_ms, rk_server_ack_fn done,
                 void* user, rk_release_t release, rk_error_t* error) noexcept {
    return send(host, "call", name, from, error,
                [&](Plugin& plugin, hostapi::Serving& server, std::string event,
                    ServedArguments arguments) {
                    if (done == nullptr) {
                        return broken(error, "call");
                    }
                    auto kept = std::make_shared<std::function<void(Result<ServedArguments>)>>();
                    const auto begun = server.call(
                        socket, std::move(event), std::move(arguments), Millis{timeout_ms},
                        [kept](Result<ServedArguments> result) { (*kept)(std::move(result)); });
                    if (!begun) {
                        return fail(error, begun.error());
                    }
                    auto answer = plugin.pending().begin<ServedArguments>(
                        "a call of a socket",
                        [done](const Result<ServedArguments>& result, void* data,
                               rk_error_t* reason) { return tell(done, result, data, reason); },
                        user, release);
                    if (!answer) {
                        *kept = [](const Result<ServedArguments>&) {};
                        return fail(error, answer.error());
                    }
                    *kept = *std::move(answer);
                    return RK_OK;
                });
}

template <class Body>
rk_status_t on_socket(const rk_host_t* host, rk_error_t* error, const Body& body) noexcept {
    return on_instance(host, kNotStopping, error, [&](Plugin& plugin) {
        return plugin.context().server == nullptr
                   ? fail(error, RK_E_UNSUPPORTED, "this host serves nothing")
                   : outcome(body(*plugin.context().server), error);
    });
}

rk_status_t join(const rk_host_t* host, std::uint64_t socket, rk_text_t room,
                 rk_error_t* error) noexcept {
    const auto name = text_of(room);
    return name ? on_socket(host, error,
                            [&](hostapi::Serving& server) {
                                return server.join(socket, std::string(*name));
                            })
                : broken(error, "join");
}

rk_status_t leave(const rk_host_t* host, std::uint64_t socket, rk_text_t room,
                  rk_error_t* error) noexcept {
    const auto name = text_of(room);
    return name ? on_socket(host, error,
                            [&](hostapi::Serving& server) {
                                return server.leave(socket, std::string(*name));
                            })
                : broken(error, "leave");
}

rk_status_t disconnect(const rk_host_t* host, std::uint64_t socket, rk_error_t* error) noexcept {
    return on_socket(host, error,
                     [&](hostapi::Serving& server) { return server.disconnect(socket); });
}

}  // namespace

const rk_server kServer{
    sizeof(rk_server), 0,     &route, &answer, &open,      &withdraw, &admit, &reply, &emit,
    &broadcast,        &call, &join,  &leave,  &disconnect};

}  // namespace rookery::plugin::c_tables
