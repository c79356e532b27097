#pragma once

#include "model/event.hpp"
#include "server/access/guard.hpp"
#include "server/ports.hpp"
#include "server/socketio/socket_server.hpp"

#include <algorithm>
#include <map>
#include <new>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rookery::testing {

/// A SocketServer that remembers what each socket was sent.
class RecordingSockets final : public server::SocketServer {
  public:
    struct Socket {
        std::string ns;
        server::Handshake handshake;
        std::any who;
        std::set<std::string> rooms;
        std::vector<std::string> got;  ///< "event [arguments]"
        bool gone = false;
    };

    Result<> open(std::string ns, server::Namespace& user,
                  server::NamespaceOptions options) override {
        if (!spaces_.emplace(std::move(ns), std::pair{&user, options}).second) {
            return Error(ErrorKind::exists, "the namespace is taken");
        }
        return {};
    }
    void close(std::string_view ns) override { spaces_.erase(std::string(ns)); }
    bool has(std::string_view ns) const override { return spaces_.contains(std::string(ns)); }

    /// A client comes; what it was told. Nullopt when it was refused: `refusal` says why.
    std::optional<server::SocketId> join_as(const std::string& ns, std::string auth) {
        const server::Handshake handshake{ns, std::move(auth),
                                          std::make_shared<const server::Request>()};
        server::Admission answer;
        spaces_.at(ns).first->connect(handshake, [&](server::Admission said) { answer = said; });
        refusal = answer;
        if (!answer.accepted) {
            return std::nullopt;
        }
        const server::SocketId id = ++last_;
        sockets_[id] = {ns, handshake, answer.who, {}, {}, false};
        sockets_[id].rooms.insert(answer.rooms.begin(), answer.rooms.end());
        spaces_.at(ns).first->joined(id, false);
        return id;
    }
    /// The client emits; the acknowledgement, when one was given.
    std::optional<std::string> emit_from(server::SocketId id, std::string_view event,
                                         std::string arguments, bool ack = false) {
        auto answer = std::make_shared<std::optional<std::string>>();
        server::Namespace::Reply reply;
        if (ack) {
            reply = [answer](server::Arguments said) { *answer = said.json; };
        }
        spaces_.at(sockets_.at(id).ns)
            .first->event(id, event, {std::move(arguments), {}}, std::move(reply));
        return *answer;
    }
    Socket& at(server::SocketId id) { return sockets_.at(id); }
    server::Namespace& space(const std::string& ns) { return *spaces_.at(ns).first; }

    void emit(server::SocketId socket, std::string_view event,
              const server::Arguments& arguments) override {
        sockets_.at(socket).got.push_back(std::string(event) + " " + arguments.json);
    }
    void emit_with_ack(server::SocketId /*socket*/, std::string_view /*event*/,
                       const server::Arguments& /*arguments*/, Millis /*timeout*/,
                       std::function<void(Result<server::Arguments>)> /*done*/) override {}
    std::size_t broadcast(std::string_view ns, std::span<const std::string> rooms,
                          std::string_view event, const server::Arguments& arguments,
                          std::span<const server::SocketId> except) override {
        ++broadcasts;
        if (failing > 0) {
            --failing;
            throw std::bad_alloc();
        }
        std::size_t count = 0;
        for (auto& [id, socket] : sockets_) {
            if (wants(socket, ns, rooms) &&
                std::find(except.begin(), except.end(), id) == except.end()) {
                emit(id, event, arguments);
                ++count;
            }
        }
        return count;
    }
    bool anybody(std::string_view ns, std::span<const std::string> rooms) const override {
        return std::any_of(sockets_.begin(), sockets_.end(),
                           [&](const auto& one) { return wants(one.second, ns, rooms); });
    }
    bool is_behind(server::SocketId socket) const override { return behind.contains(socket); }
    Result<> join(server::SocketId socket, std::string_view room) override {
        auto& rooms = sockets_.at(socket).rooms;
        if (rooms.size() >= most_rooms) {
            return Error(ErrorKind::limit, "too many rooms");
        }
        rooms.insert(std::string(room));
        return {};
    }
    void leave(server::SocketId socket, std::string_view room) override {
        sockets_.at(socket).rooms.erase(std::string(room));
    }
    std::vector<std::string> rooms(server::SocketId socket) const override {
        const auto& rooms = sockets_.at(socket).rooms;
        return {rooms.begin(), rooms.end()};
    }
    std::any* who(server::SocketId socket) override {
        const auto found = sockets_.find(socket);
        return found == sockets_.end() || found->second.gone ? nullptr : &found->second.who;
    }
    std::string name(server::SocketId socket) const override { return std::to_string(socket); }
    const server::Handshake* handshake(server::SocketId socket) const override {
        const auto found = sockets_.find(socket);
        return found == sockets_.end() ? nullptr : &found->second.handshake;
    }
    void each(std::string_view ns, const std::function<void(server::SocketId)>& visit) override {
        for (const auto& [id, socket] : sockets_) {
            if (socket.ns == ns && !socket.gone) {
                visit(id);
            }
        }
    }
    void disconnect(server::SocketId socket, bool /*whole_connection*/) override {
        sockets_.at(socket).gone = true;
        sockets_.at(socket).rooms.clear();
        spaces_.at(sockets_.at(socket).ns).first->left(socket, "server namespace disconnect");
    }

    server::Admission refusal;  ///< the latest answer to a client that came
    std::size_t broadcasts = 0;
    std::set<server::SocketId> behind;
    std::size_t failing = 0;  ///< so many broadcasts find no memory
    std::size_t most_rooms = 10'000;

  private:
    static bool wants(const Socket& socket, std::string_view ns,
                      std::span<const std::string> rooms) {
        return socket.ns == ns && !socket.gone &&
               (rooms.empty() || std::any_of(rooms.begin(), rooms.end(), [&](const auto& room) {
                    return socket.rooms.contains(room);
                }));
    }

    std::map<std::string, std::pair<server::Namespace*, server::NamespaceOptions>> spaces_;
    std::map<server::SocketId, Socket> sockets_;
    server::SocketId last_ = 0;
};

/// Keys by their secret.
class FakeGuard final : public server::Guard {
  public:
    std::variant<server::KeyPtr, Refusal> find(std::string_view secret,
                                               const std::string& /*peer*/) override {
        const auto found = keys.find(std::string(secret));
        if (found == keys.end()) {
            return secret.empty() ? Refusal::missing : Refusal::unknown;
        }
        return found->second;
    }
    std::variant<server::KeyPtr, server::Response> admit(const server::Request& request,
                                                         server::Headers& /*headers*/) override {
        const auto secret = request.headers.find("X-API-Key");
        const auto found = keys.find(std::string(secret.value_or("")));
        if (found == keys.end()) {
            return server::failure(401, secret ? "INVALID_API_KEY" : "MISSING_API_KEY",
                                   secret ? "Invalid API key" : "Missing API key");
        }
        return found->second;
    }
    std::optional<server::Response> admit_stranger(const server::Request& /*request*/,
                                                   server::Headers& /*headers*/) override {
        return std::nullopt;
    }
    std::optional<server::Response> require(const server::Key& key,
                                            std::string_view scope) const override {
        if (key.has(scope)) {
            return std::nullopt;
        }
        return server::failure(403, "INSUFFICIENT_SCOPE",
                               "Missing required scope(s): " + std::string(scope));
    }
    bool spend(const server::Key& /*key*/) override { return budget == 0 ? false : budget-- != 0; }
    void audit(const server::Key& key, std::string_view action, std::string_view outcome,
               const std::string& /*peer*/) override {
        book.push_back(key.id + " " + std::string(action) + " " + std::string(outcome));
    }
    void on_gone(std::function<void(const std::string&)> gone) override {
        watchers.push_back(std::move(gone));
    }

    /// A key whose secret is its id.
    server::Key& add(const std::string& id, std::vector<std::string> scopes) {
        auto key = std::make_shared<server::Key>();
        key->id = id;
        key->name = id;
        key->scopes = std::move(scopes);
        keys[id] = key;
        return *key;
    }

    std::map<std::string, server::KeyPtr> keys;
    std::size_t budget = 1'000'000;
    std::vector<std::string> book;
    std::vector<std::function<void(const std::string&)>> watchers;
};

/// One bot, whose cache holds what the test puts there; answers wait until deliver() is called when
/// `hold` is set.
class FakeRuntime final : public server::Runtime {
  public:
    std::vector<server::BotInfo> bots() const override { return all; }
    void call(hostapi::OperationCall call, hostapi::OperationDone done) override {
        calls.push_back(call);
        const auto refused = errors.find(call.operation);
        const auto found = results.find(call.operation);
        if (refused != errors.end()) {
            done(refused->second);
        } else if (found == results.end()) {
            done(Error(ErrorKind::unsupported, call.operation));
        } else {
            done(found->second);
        }
    }
    void cached(std::string bot, std::string_view kind, std::string owner, std::string id,
                Cached done) override {
        const auto found = cache.find(
            {std::move(bot), std::string(kind), model::id_key(owner), model::id_key(id)});
        auto text = found == cache.end() ? std::nullopt : std::optional(found->second);
        ++lookups;
        if (hold) {
            held.push_back([done, text] { done(text); });
        } else {
            done(std::move(text));
        }
    }
    void cached_list(std::string /*bot*/, std::string_view /*kind*/, std::string /*owner*/,
                     Cached done) override {
        done(std::nullopt);
    }
    bus::EventBus& bus() override { return bus_; }
    void deliver() {
        for (auto& answer : std::exchange(held, {})) {
            answer();
        }
    }

    std::vector<server::BotInfo> all{{"test", "discord", "ready", ""}};
    std::map<std::tuple<std::string, std::string, std::uint64_t, std::uint64_t>, std::string> cache;
    std::map<std::string, nlohmann::json> results;
    std::map<std::string, Error> errors;  ///< instead of a result
    std::vector<hostapi::OperationCall> calls;
    std::size_t lookups = 0;
    bool hold = false;
    std::vector<std::function<void()>> held;

  private:
    bus::EventBus bus_;
};

}  // namespace rookery::testing
