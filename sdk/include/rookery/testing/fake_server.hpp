#pragma once

#include <rookery/abi/ext/server.h>
#include <rookery/testing/fake_host.hpp>

/// What is behind FakeHost: a server whose clients are the test.
namespace rookery::testing {

/// The functions of rookery.server/1.
struct FakeServer {
    using Host = const rk_host_t*;

    static std::string text(rk_text_t text) { return std::string(text.data, text.len); }
    static std::string text(const rk_server_arguments_t& arguments) {
        std::string out = text(arguments.json);
        for (std::size_t i = 0; i < arguments.attachment_count; ++i) {
            out += "+" + text(arguments.attachments[i]);
        }
        return out;
    }
    static rk_status_t stale() { return RK_E_STALE; }

    static rk_status_t route(Host raw, const rk_server_route_t* form, rk_server_request_fn handler,
                             void* user, rk_release_t release, rk_handle_t* out, rk_error_t*) {
        return FakeTables::inside(raw, "server route", [&](FakeHost& host) {
            const rk_handle_t handle = ++host.last_handle_;
            const std::string method = form->method.len == 0 ? "GET" : text(form->method);
            host.routes_[handle] = {method + " " + text(form->pattern),
                                    host.take(handler, user, release)};
            if (out != nullptr) {
                *out = handle;
            }
            return RK_OK;
        });
    }
    static rk_status_t answer(Host raw, rk_handle_t request, const rk_server_answer_t* answer,
                              rk_error_t*) {
        return FakeTables::inside(raw, "server answer", [&](FakeHost& host) {
            if (host.asked_.erase(request) == 0) {
                return stale();
            }
            host.answered_[request] = {answer->status == 0 ? 200 : answer->status,
                                       text(answer->body), text(answer->content_type)};
            return RK_OK;
        });
    }
    static rk_status_t open(Host raw, const rk_server_channel_t* form,
                            const rk_server_handlers_t* handlers, void* user, rk_release_t release,
                            rk_handle_t* out, rk_error_t*) {
        return FakeTables::inside(raw, "server open", [&](FakeHost& host) {
            const rk_handle_t handle = ++host.last_handle_;
            host.channels_[handle] = {text(form->name), form->flags, *handlers,
                                      host.take(release, user, release)};
            if (out != nullptr) {
                *out = handle;
            }
            return RK_OK;
        });
    }
    static rk_status_t withdraw(Host raw, rk_handle_t handle) {
        return FakeTables::inside(raw, "server withdraw", [&](FakeHost& host) {
            if (const auto route = host.routes_.extract(handle)) {
                host.give_back(route.mapped().callback);
                return RK_OK;
            }
            if (const auto channel = host.channels_.extract(handle)) {
                host.give_back(channel.mapped().user);
                return RK_OK;
            }
            return stale();
        });
    }
    static rk_status_t admit(Host raw, rk_handle_t admission, std::int32_t accepted, rk_text_t said,
                             rk_text_t, rk_error_t*) {
        return FakeTables::inside(raw, "server admit", [&](FakeHost& host) {
            host.admitted_[admission] = {accepted != 0, text(said)};
            return RK_OK;
        });
    }
    static rk_status_t reply(Host raw, rk_handle_t reply, const rk_server_arguments_t* arguments,
                             rk_error_t*) {
        return FakeTables::inside(raw, "server reply", [&](FakeHost& host) {
            host.replies_[reply] = text(*arguments);
            return RK_OK;
        });
    }
    static rk_status_t note(Host raw, std::uint64_t socket, const std::string& line) {
        return FakeTables::inside(raw, "server", [&](FakeHost& host) {
            if (host.sockets_.count(socket) == 0) {
                return stale();
            }
            host.sent_.push_back(std::to_string(socket) + " " + line);
            return RK_OK;
        });
    }
    static rk_status_t emit(Host raw, std::uint64_t socket, rk_text_t name,
                            const rk_server_arguments_t* arguments, rk_error_t*) {
        return note(raw, socket, text(name) + " " + text(*arguments));
    }
    static rk_status_t broadcast(Host raw, rk_handle_t, const rk_server_audience_t* audience,
                                 rk_text_t name, const rk_server_arguments_t* arguments,
                                 rk_error_t*) {
        return FakeTables::inside(raw, "server broadcast", [&](FakeHost& host) {
            std::string line = "all";
            for (std::size_t i = 0; i < audience->room_count; ++i) {
                line += " " + text(audience->rooms[i]);
            }
            host.sent_.push_back(line + " " + text(name) + " " + text(*arguments));
            return RK_OK;
        });
    }
    /// Nobody acknowledges: the end comes at once, as if the time had passed.
    static rk_status_t call(Host raw, std::uint64_t socket, rk_text_t name,
                            const rk_server_arguments_t* arguments, std::uint32_t,
                            rk_server_ack_fn done, void* user, rk_release_t release, rk_error_t*) {
        if (const rk_status_t noted = note(raw, socket, text(name) + " " + text(*arguments));
            noted < 0) {
            return noted;
        }
        return FakeTables::inside(raw, "server call", [&](FakeHost& host) {
            const auto callback = host.take(done, user, release);
            host.later([&host, callback] {
                host.note(host.enter([&](rk_error_t* error) {
                    return host.dropping_ ? RK_OK
                                          : callback.function(
                                                callback.user, RK_E_TIMEOUT, nullptr,
                                                rookery::detail::to_text("nobody is there"), error);
                }),
                          "the end of a call");
                host.give_back(callback);
            });
            return RK_OK;
        });
    }
    static rk_status_t join(Host raw, std::uint64_t socket, rk_text_t room, rk_error_t*) {
        return note(raw, socket, "joins " + text(room));
    }
    static rk_status_t leave(Host raw, std::uint64_t socket, rk_text_t room, rk_error_t*) {
        return note(raw, socket, "leaves " + text(room));
    }
    static rk_status_t disconnect(Host raw, std::uint64_t socket, rk_error_t*) {
        return note(raw, socket, "is sent away");
    }

    /// Whether the pattern stands for the path; its parameters go into `params`.
    static bool match(std::string_view pattern, std::string_view path,
                      std::vector<std::pair<std::string, std::string>>& params) {
        params.clear();
        while (!pattern.empty()) {
            pattern.remove_prefix(1);
            path.remove_prefix(path.empty() ? 0 : 1);
            const auto take = [](std::string_view& from) {
                const std::size_t end = from.find('/') < from.size() ? from.find('/') : from.size();
                const std::string_view segment = from.substr(0, end);
                from.remove_prefix(end);
                return segment;
            };
            if (pattern == "*") {
                params.emplace_back("*", path);
                return true;
            }
            const std::string_view wanted = take(pattern);
            const std::string_view segment = take(path);
            if (wanted.starts_with(':') && !segment.empty()) {
                params.emplace_back(wanted.substr(1), segment);
            } else if (wanted != segment) {
                return false;
            }
        }
        return path.empty();
    }
};

inline rk_handle_t FakeHost::ask(std::string_view method, std::string_view path,
                                 std::string_view body, std::string_view key) {
    std::vector<std::pair<std::string, std::string>> params;
    for (const auto& [handle, route] : std::map<rk_handle_t, Route>(routes_)) {
        const std::string_view what = route.what;
        const std::size_t space = what.find(' ');
        if (what.substr(0, space) != method ||
            !FakeServer::match(what.substr(space + 1), path, params)) {
            continue;
        }
        std::vector<rk_server_field_t> fields;
        for (const auto& [param, value] : params) {
            fields.push_back({rookery::detail::to_text(param), rookery::detail::to_text(value)});
        }
        rk_server_key_t who{};
        who.size = sizeof(who);
        who.id = who.name = rookery::detail::to_text(key);
        rk_server_request_t request{};
        request.size = sizeof(request);
        request.request = ++last_handle_;
        request.method = rookery::detail::to_text(method);
        request.path = rookery::detail::to_text(path);
        request.body = rookery::detail::to_text(body);
        request.params = fields.data();
        request.param_count = fields.size();
        request.key = key.empty() ? nullptr : &who;
        asked_.insert(request.request);
        const std::string failure = enter([&](rk_error_t* error) {
            return route.callback.function(route.callback.user, &request, error);
        });
        if (!failure.empty() && asked_.erase(request.request) > 0) {
            answered_[request.request] = {500, {}, {}};
        }
        note(failure, "a route");
        settle();
        return request.request;
    }
    return 0;
}

inline std::uint64_t FakeHost::connect(std::string_view channel, std::string_view auth) {
    for (const auto& [handle, one] : std::map<rk_handle_t, Channel>(channels_)) {
        if (one.name != channel) {
            continue;
        }
        rk_server_socket_t client{};
        client.size = sizeof(client);
        client.auth = rookery::detail::to_text(auth);
        std::string who;
        if ((one.flags & RK_SERVER_OWN) != 0) {
            const rk_handle_t admission = ++last_handle_;
            note(enter([&](rk_error_t* error) {
                     return one.handlers.admit(one.user.user, &client, admission, error);
                 }),
                 "an admission");
            const auto& [accepted, said] = admitted_[admission];
            if (!accepted) {
                sent_.push_back("refused " + said);
                return 0;
            }
            who = said;
        }
        client.socket = ++last_handle_;
        const std::string id = std::to_string(client.socket);
        client.id = rookery::detail::to_text(id);
        client.who = rookery::detail::to_text(who);
        sockets_[client.socket] = handle;
        if (one.handlers.connected != nullptr) {
            note(enter([&](rk_error_t* error) {
                     return one.handlers.connected(one.user.user, &client, error);
                 }),
                 "a socket's arrival");
        }
        settle();
        return client.socket;
    }
    return 0;
}

inline std::string FakeHost::say(std::uint64_t socket, std::string_view event,
                                 std::string_view json) {
    const auto found = channels_.find(sockets_[socket]);
    if (found == channels_.end()) {
        return {};
    }
    const Channel one = found->second;
    rk_server_arguments_t arguments{};
    arguments.size = sizeof(arguments);
    arguments.json = rookery::detail::to_text(json);
    const rk_handle_t reply = ++last_handle_;
    note(enter([&](rk_error_t* error) {
             return one.handlers.event(one.user.user, socket, rookery::detail::to_text(event),
                                       &arguments, event.empty() ? 0 : reply, error);
         }),
         "an event of a socket");
    settle();
    return replies_[reply];
}

inline void FakeHost::disconnect(std::uint64_t socket) {
    const auto found = channels_.find(sockets_[socket]);
    sockets_.erase(socket);
    if (found != channels_.end() && found->second.handlers.left != nullptr) {
        const Channel one = found->second;
        note(enter([&](rk_error_t* error) {
                 return one.handlers.left(one.user.user, socket,
                                          rookery::detail::to_text("transport close"), error);
             }),
             "a socket's end");
        settle();
    }
}

inline void FakeHost::release_served() {
    for (const auto& [handle, route] : std::exchange(routes_, {})) {
        give_back(route.callback);
    }
    for (const auto& [handle, channel] : std::exchange(channels_, {})) {
        give_back(channel.user);
    }
}

inline const void* server_table() {
    static const rk_server_t table{sizeof(rk_server_t), 0,
                                   &FakeServer::route,  &FakeServer::answer,
                                   &FakeServer::open,   &FakeServer::withdraw,
                                   &FakeServer::admit,  &FakeServer::reply,
                                   &FakeServer::emit,   &FakeServer::broadcast,
                                   &FakeServer::call,   &FakeServer::join,
                                   &FakeServer::leave,  &FakeServer::disconnect};
    return &table;
}

}  // namespace rookery::testing
