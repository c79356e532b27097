#include "server/extensions/bridge.hpp"

#include "server/stream/client.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace rookery::server::extensions {
namespace {

using hostapi::ServedAuth;
using nlohmann::json;

/// `keyed`: the secret of a key is in it, which is the server's affair.
std::shared_ptr<const hostapi::ServedHandshake> describe_handshake(const Handshake& handshake,
                                                                   bool keyed) {
    auto made = std::make_shared<hostapi::ServedHandshake>();
    made->auth = handshake.auth;
    if (auto auth = json::parse(handshake.auth, nullptr, false); keyed && auth.is_object()) {
        auth.erase("apiKey");
        auth.erase("token");
        made->auth = auth.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    if (handshake.request != nullptr) {
        made->query = handshake.request->query;
        made->headers = extensions::describe(handshake.request->headers, keyed);
        made->peer = handshake.request->peer;
        made->secure = handshake.request->secure;
    }
    return made;
}

/// `apiKey` as of the namespace `/`, `token` as of `/api/events`, or the header of requests.
std::string secret_of(const Handshake& handshake) {
    const auto auth = json::parse(handshake.auth, nullptr, false);
    for (const char* const name : {"apiKey", "token"}) {
        if (auth.is_object() && auth.contains(name) && auth[name].is_string()) {
            return auth[name].get<std::string>();
        }
    }
    const auto header =
        handshake.request == nullptr ? std::nullopt : handshake.request->headers.find("X-API-Key");
    return std::string(header.value_or(""));
}

}  // namespace

hostapi::ServedKeyPtr describe(const KeyPtr& key) {
    if (key == nullptr) {
        return nullptr;
    }
    return std::make_shared<const hostapi::ServedKey>(
        hostapi::ServedKey{key->id, key->name, key->scopes, key->guilds});
}

hostapi::ServedFields describe(const Headers& headers, bool keyed) {
    hostapi::ServedFields fields;
    for (const auto& [name, value] : headers) {
        std::string key = name;
        std::transform(key.begin(), key.end(), key.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        // The secret is the server's affair.
        if (key != "x-api-key" && !(keyed && key == "authorization")) {
            fields.emplace_back(std::move(key), value);
        }
    }
    return fields;
}

Bridge::Bridge(Stage& stage, Registry::Channel channel)
    : stage_(stage), channel_(std::move(channel)) {}

Bridge::~Bridge() {
    while (!numbers_.empty()) {
        left(numbers_.begin()->first, "server shutting down");
    }
}

std::variant<KeyPtr, std::string> Bridge::find_key(const Handshake& handshake) const {
    const std::string secret = secret_of(handshake);
    if (secret.empty()) {
        return std::string("Missing API key");
    }
    auto found = stage_.guard().find(secret, handshake.request->peer);
    if (const auto* const refusal = std::get_if<Guard::Refusal>(&found)) {
        return std::string(*refusal == Guard::Refusal::limited ? "Too many requests"
                                                               : "Invalid API key");
    }
    auto key = std::get<KeyPtr>(std::move(found));
    if (!key->has(channel_.form.scope)) {
        return std::string("Insufficient scope");
    }
    return key;
}

server::Admission Bridge::admit(const Who& who) const {
    auto admission = server::Admission::accept(who);
    admission.recovery = channel_.form.recovery;
    if (who.key != nullptr) {
        admission.identity = identity_of(*who.key);
    }
    return admission;
}

void Bridge::connect(const Handshake& handshake, std::function<void(server::Admission)> decide) {
    if (stage_.registry().crowded(channel_.title)) {
        decide(server::Admission::refuse("Too much to do"));
        return;
    }
    const bool keyed = channel_.form.auth == ServedAuth::key;
    Who who{describe_handshake(handshake, keyed), nullptr, {}};
    if (keyed) {
        auto found = find_key(handshake);
        if (auto* const refused = std::get_if<std::string>(&found)) {
            decide(server::Admission::refuse(std::move(*refused)));
            return;
        }
        who.key = std::get<KeyPtr>(std::move(found));
    }
    if (channel_.form.auth != ServedAuth::own) {
        decide(admit(who));
        return;
    }
    Admission wish{channel_.key, *who.handshake, nullptr};
    // The bridge may be gone by then.
    wish.answer = stage_.wait([recovery = channel_.form.recovery, who = std::move(who),
                               decide =
                                   std::move(decide)](Result<hostapi::Admitted> answer) mutable {
        if (!answer) {
            decide(server::Admission::refuse("Internal plugin error"));
        } else if (!answer->accepted) {
            decide(server::Admission::refuse(std::move(answer->message), std::move(answer->data)));
        } else {
            who.said = std::move(answer->who);
            std::string identity = who.said;  // whoever is somebody else now takes up nothing
            auto admission = server::Admission::accept(std::move(who));
            admission.recovery = recovery;
            admission.identity = std::move(identity);
            decide(std::move(admission));
        }
    });
    stage_.registry().offer(channel_.title, std::move(wish));
}

void Bridge::joined(SocketId socket, bool recovered) {
    std::any* const kept = stage_.sockets().who(socket);
    const Who* const who = kept == nullptr ? nullptr : std::any_cast<Who>(kept);
    if (who == nullptr) {
        return;
    }
    Member member;
    member.channel = channel_.key;
    member.id = socket;
    member.socket.id = stage_.sockets().name(socket);
    member.socket.handshake = who->handshake;
    member.socket.key = extensions::describe(who->key);
    member.socket.who = who->said;
    member.socket.recovered = recovered;
    if (recovered) {
        for (std::string& room : stage_.sockets().rooms(socket)) {
            member.rooms.insert(std::move(room));
        }
    }
    numbers_[socket] = stage_.registry().add_member(channel_.title, std::move(member));
}

void Bridge::event(SocketId socket, std::string_view name, server::Arguments arguments,
                   Reply reply) {
    const auto found = numbers_.find(socket);
    if (found == numbers_.end()) {
        return;
    }
    std::any* const kept = stage_.sockets().who(socket);
    const Who* const who = kept == nullptr ? nullptr : std::any_cast<Who>(kept);
    if (who != nullptr && who->key != nullptr && !stage_.guard().spend(*who->key)) {
        const server::Arguments problem{R"([{"code":"RATE_LIMITED","message":"Too many events"}])",
                                        {}};
        stage_.sockets().emit(socket, "error", problem);
        return;
    }
    Event visit{found->second,
                std::string(name),
                {std::move(arguments.json), std::move(arguments.attachments)},
                nullptr};
    if (reply) {
        visit.reply = stage_.wait(std::move(reply));
    }
    Registry& registry = stage_.registry();
    if (!registry.offer(channel_.title, std::move(visit))) {
        // Not from within its own call.
        registry.on_stage(
            [key = channel_.key, socket](Stage& stage) { stage.disconnect(key, socket); });
    }
}

void Bridge::left(SocketId socket, std::string_view reason) {
    const auto found = numbers_.find(socket);
    if (found == numbers_.end()) {
        return;
    }
    const hostapi::SocketNumber number = found->second;
    numbers_.erase(found);
    stage_.registry().offer(channel_.title, Departure{number, std::string(reason)});
}

void Bridge::key_gone(const std::string& id) {
    std::vector<SocketId> gone;
    for (const auto& [socket, number] : numbers_) {
        std::any* const kept = stage_.sockets().who(socket);
        const Who* const who = kept == nullptr ? nullptr : std::any_cast<Who>(kept);
        if (who != nullptr && who->key != nullptr && who->key->id == id) {
            gone.push_back(socket);
        }
    }
    for (const SocketId socket : gone) {
        stage_.sockets().disconnect(socket, false);
    }
}

}  // namespace rookery::server::extensions
