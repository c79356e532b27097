#include "plugin/served.hpp"

#include "plugin/failures.hpp"

#include <vector>

namespace rookery::plugin {
namespace {

using hostapi::ServedArguments;

/// How long an event's acknowledgement, and a client's admission, may be owed.
constexpr Millis kPatience{300'000};
constexpr std::size_t kMostReplies = 4096;  // that are owed to clients

rk_text_t to_c(const std::string& text) { return {text.data(), text.size()}; }

std::vector<rk_server_field_t> to_c(const hostapi::ServedFields& fields) {
    std::vector<rk_server_field_t> out;
    out.reserve(fields.size());
    for (const auto& [name, value] : fields) {
        out.push_back({to_c(name), to_c(value)});
    }
    return out;
}

std::vector<rk_text_t> to_c(const std::vector<std::string>& texts) {
    std::vector<rk_text_t> out;
    out.reserve(texts.size());
    for (const std::string& text : texts) {
        out.push_back(to_c(text));
    }
    return out;
}

/// The key with what its C form refers to.
struct CKey {
    explicit CKey(const hostapi::ServedKeyPtr& from) {
        if (from == nullptr) {
            return;
        }
        scopes = to_c(from->scopes);
        key.size = sizeof(key);
        key.restricted = from->guilds ? 1 : 0;
        key.id = to_c(from->id);
        key.name = to_c(from->name);
        key.scopes = scopes.data();
        key.scope_count = scopes.size();
        if (from->guilds) {
            guilds = to_c(*from->guilds);
            key.guilds = guilds.data();
            key.guild_count = guilds.size();
        }
        there = true;
    }
    CKey(const CKey&) = delete;
    CKey& operator=(const CKey&) = delete;
    [[nodiscard]] const rk_server_key_t* get() const { return there ? &key : nullptr; }

    std::vector<rk_text_t> scopes;
    std::vector<rk_text_t> guilds;
    rk_server_key_t key{};
    bool there = false;
};

/// Calls `run` with the client's C form, which refers to what lives as long.
template <class Run>
rk_status_t with_client(const hostapi::ServedHandshake& handshake,
                        const hostapi::ServedSocket& socket, const Run& run) {
    const auto query = to_c(handshake.query);
    const auto headers = to_c(handshake.headers);
    const auto rooms = to_c(socket.rooms);
    const CKey key(socket.key);
    rk_server_socket_t out{};
    out.size = sizeof(out);
    out.flags = (handshake.secure ? RK_SERVER_SECURE : 0U) |
                (socket.recovered ? RK_SERVER_RECOVERED : 0U) | (socket.kept ? RK_SERVER_KEPT : 0U);
    out.socket = socket.number;
    out.id = to_c(socket.id);
    out.auth = to_c(handshake.auth);
    out.who = to_c(socket.who);
    out.peer = to_c(handshake.peer);
    out.query = query.data();
    out.query_count = query.size();
    out.headers = headers.data();
    out.header_count = headers.size();
    out.rooms = rooms.data();
    out.room_count = rooms.size();
    out.key = key.get();
    return run(&out);
}

rk_status_t call_route(rk_server_request_fn handler, void* user, rk_handle_t handle,
                       const hostapi::ServedRequest& request, rk_error_t* reason) {
    const auto params = to_c(request.params);
    const auto query = to_c(request.query);
    const auto headers = to_c(request.headers);
    const CKey key(request.key);
    rk_server_request_t out{};
    out.size = sizeof(out);
    out.flags = request.secure ? RK_SERVER_SECURE : 0U;
    out.request = handle;
    out.id = to_c(request.id);
    out.method = to_c(request.method);
    out.path = to_c(request.path);
    out.body = to_c(request.body);
    out.peer = to_c(request.peer);
    out.params = params.data();
    out.param_count = params.size();
    out.query = query.data();
    out.query_count = query.size();
    out.headers = headers.data();
    out.header_count = headers.size();
    out.key = key.get();
    return handler(user, &out, reason);
}

Error nothing_served() { return {ErrorKind::unsupported, "this host serves nothing"}; }

}  // namespace

rk_handle_t Served::add(void* user, rk_release_t release, rk_server_request_fn handler,
                        const rk_server_handlers_t& handlers) {
    return registered_.add(
        RegisteredPtr(new Registered(UserData(side_, user, release), handler, handlers)));
}

/// The registration's own end is an effect below that of the server's, undone before it.
rk_handle_t Served::begun(rk_handle_t handle, const std::string& label) {
    const hostapi::EffectId effect = (*registered_.find(handle))->effect;
    context_.scope->add(
        label, [this, handle] { registered_.erase(handle); }, effect);
    return handle;
}

/// Calls into the plugin for a registration that is still there; false when it has failed.
template <class Call>
bool Served::call(rk_handle_t handle, const char* what, const Call& run) {
    RegisteredPtr* const found = registered_.find(handle);
    if (found == nullptr) {
        return false;
    }
    const RegisteredPtr registered = *found;  // it may withdraw itself
    rk_error_t error;
    const rk_status_t status =
        enter(side_, error, [&](rk_error_t* reason) { return run(*registered, reason); });
    fence(side_, 0);
    if (status < 0) {
        failures_.report(what, status, error);
    }
    return status >= 0;
}

template <class Map, class T>
rk_handle_t Served::owe(Map& open, hostapi::AnswerPtr<T> answer, hostapi::ServedHold hold,
                        Millis patience) {
    const rk_handle_t handle = open.add(Open<T>{std::move(answer), std::move(hold)});
    open.find(handle)->timer =
        context_.worker->after(patience, [&open, handle] { open.erase(handle); });
    return handle;
}

template <class Map, class T>
Result<> Served::give(Map& open, rk_handle_t handle, T result) {
    auto owed = open.take(handle);
    if (!owed) {
        return Error(ErrorKind::stale, "it has been answered, or is out of time");
    }
    context_.worker->cancel(owed->timer);
    owed->answer->finish(std::move(result));
    return {};
}

Result<rk_handle_t> Served::route(hostapi::RouteForm form, rk_server_request_fn handler, void* user,
                                  rk_release_t release) {
    if (context_.server == nullptr) {
        return nothing_served();
    }
    const Millis patience = form.timeout;
    // Nothing comes before this returns; the handle is known by then.
    auto handle = std::make_shared<rk_handle_t>(0);
    auto effect = context_.server->route(
        std::move(form), [this, handle, patience](hostapi::ServedRequest request,
                                                  hostapi::AnswerPtr<hostapi::ServedAnswer> answer,
                                                  hostapi::ServedHold hold) {
            const rk_handle_t owed = owe(requests_, std::move(answer), std::move(hold), patience);
            const bool fine = call(*handle, "a route", [&](Registered& to, rk_error_t* reason) {
                return call_route(to.handler, to.user.get(), owed, request, reason);
            });
            if (!fine) {
                if (auto failed = requests_.take(owed)) {
                    context_.worker->cancel(failed->timer);
                }
            }
        });
    if (!effect) {
        return effect.error();
    }
    *handle = add(user, release, handler, {});
    (*registered_.find(*handle))->effect = *effect;
    return begun(*handle, "its handler");
}

hostapi::ChannelHandlers Served::handlers_of(rk_handle_t handle, bool engine) {
    hostapi::ChannelHandlers made;
    made.admit = [this, handle](const hostapi::ServedHandshake& handshake,
                                hostapi::AnswerPtr<hostapi::Admitted> answer,
                                hostapi::ServedHold hold) {
        const rk_handle_t owed = owe(admissions_, std::move(answer), std::move(hold), kPatience);
        const bool fine = call(handle, "an admission", [&](Registered& to, rk_error_t* reason) {
            return with_client(handshake, {}, [&](const rk_server_socket_t* client) {
                return to.handlers.admit == nullptr
                           ? fail(reason, RK_E_UNSUPPORTED, "there is no admit")
                           : to.handlers.admit(to.user.get(), client, owed, reason);
            });
        });
        if (!fine) {
            static_cast<void>(
                give(admissions_, owed, hostapi::Admitted{false, {}, "Unauthorized", {}}));
        }
    };
    made.connected = [this, handle](const hostapi::ServedSocket& socket,
                                    const hostapi::ServedHold& /*hold*/) {
        call(handle, "a socket's arrival", [&](Registered& to, rk_error_t* reason) {
            return with_client(*socket.handshake, socket, [&](const rk_server_socket_t* client) {
                return to.handlers.connected == nullptr
                           ? RK_OK
                           : to.handlers.connected(to.user.get(), client, reason);
            });
        });
    };
    made.event = [this, handle, engine](hostapi::SocketNumber socket, const std::string& name,
                                        const ServedArguments& arguments,
                                        hostapi::AnswerPtr<ServedArguments> reply,
                                        const hostapi::ServedHold& /*hold*/) {
        // The event is handled when the call returns: what is owed to a client must not keep others
        // waiting. A client that asks for more answers than that gets none.
        const rk_handle_t owed = reply == nullptr || replies_.size() >= kMostReplies
                                     ? 0
                                     : owe(replies_, std::move(reply), {}, kPatience);
        const bool fine =
            call(handle, "an event of a socket", [&](Registered& to, rk_error_t* reason) {
                const auto attachments = to_c(arguments.attachments);
                const bool binary = engine && !attachments.empty();
                rk_server_arguments_t out{};
                out.size = sizeof(out);
                out.flags = binary ? RK_SERVER_BINARY : 0U;
                out.json = binary ? rk_text_t{nullptr, 0} : to_c(arguments.json);
                out.attachments = attachments.data();
                out.attachment_count = attachments.size();
                return to.handlers.event(to.user.get(), socket, to_c(name), &out, owed, reason);
            });
        if (auto failed = fine || owed == 0 ? std::nullopt : replies_.take(owed)) {
            context_.worker->cancel(failed->timer);
        }
    };
    made.left = [this, handle](hostapi::SocketNumber socket, const std::string& reason_text,
                               const hostapi::ServedHold& /*hold*/) {
        call(handle, "a socket's end", [&](Registered& to, rk_error_t* reason) {
            return to.handlers.left == nullptr
                       ? RK_OK
                       : to.handlers.left(to.user.get(), socket, to_c(reason_text), reason);
        });
    };
    return made;
}

Result<rk_handle_t> Served::open(hostapi::ChannelForm form, const rk_server_handlers_t& handlers,
                                 void* user, rk_release_t release) {
    if (context_.server == nullptr) {
        return nothing_served();
    }
    // The handlers need the handle; on failure the caller keeps its data.
    const rk_handle_t handle = add(user, nullptr, nullptr, handlers);
    const bool engine = form.kind == hostapi::ChannelForm::Kind::engine;
    auto channel = context_.server->open(std::move(form), handlers_of(handle, engine));
    if (!channel) {
        registered_.erase(handle);
        return channel.error();
    }
    Registered& registered = **registered_.find(handle);
    registered.user.set_release(release);
    registered.effect = channel->effect;
    registered.claim = channel->claim;
    return begun(handle, "its handlers");
}

bool Served::withdraw(rk_handle_t handle) {
    RegisteredPtr* const found = registered_.find(handle);
    return found != nullptr && context_.scope->undo((*found)->effect);
}

Result<> Served::answer(rk_handle_t request, hostapi::ServedAnswer answer) {
    if (auto checked = hostapi::Serving::check(answer); !checked) {
        return checked;
    }
    return give(requests_, request, std::move(answer));
}

Result<> Served::admit(rk_handle_t admission, hostapi::Admitted admitted) {
    return give(admissions_, admission, std::move(admitted));
}

Result<> Served::reply(rk_handle_t reply, ServedArguments arguments) {
    return give(replies_, reply, std::move(arguments));
}

hostapi::ClaimId Served::claim(rk_handle_t channel) {
    RegisteredPtr* const found = registered_.find(channel);
    return found == nullptr ? 0 : (*found)->claim;
}

void Served::close() {
    const auto drop = [this](auto& open) {
        open.each([this](auto& owed) { context_.worker->cancel(owed.timer); });
        open.clear();
    };
    drop(requests_);
    drop(admissions_);
    drop(replies_);
}

}  // namespace rookery::plugin
