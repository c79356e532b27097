#pragma once

#include "server/access/guard.hpp"
#include "server/extensions/desk.hpp"
#include "server/http/handler.hpp"
#include "server/socketio/socket_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rookery::server::testing {

/// Knows the keys "good" (plugin:echo) and "admin"; "dry" may, but has no more events.
class KeyGuard final : public Guard {
  public:
    KeyGuard() {
        add("good", {"plugin:echo"});
        add("dry", {"plugin:echo"});
        add("other", {"read:guilds"});
        add("admin", {"admin"});
    }

    [[nodiscard]] std::variant<KeyPtr, Refusal> find(std::string_view secret,
                                                     const std::string& /*peer*/) override {
        const auto found = keys_.find(std::string(secret));
        return found == keys_.end() ? std::variant<KeyPtr, Refusal>(Refusal::unknown)
                                    : found->second;
    }
    [[nodiscard]] std::variant<KeyPtr, Response> admit(const Request& request,
                                                       Headers& headers) override {
        headers.add("X-RateLimit-Limit", "100");
        const auto found = find(request.headers.find("X-API-Key").value_or(""), request.peer);
        if (const auto* const key = std::get_if<KeyPtr>(&found)) {
            return *key;
        }
        return failure(401, "INVALID_API_KEY", "Invalid API key");
    }
    [[nodiscard]] std::optional<Response> admit_stranger(const Request& /*request*/,
                                                         Headers& /*headers*/) override {
        return strangers-- > 0 ? std::nullopt
                               : std::optional(failure(429, "RATE_LIMITED", "Too many requests"));
    }
    [[nodiscard]] std::optional<Response> require(const Key& key,
                                                  std::string_view scope) const override {
        return key.has(scope)
                   ? std::nullopt
                   : std::optional(failure(403, "INSUFFICIENT_SCOPE", "Insufficient scope"));
    }
    [[nodiscard]] bool spend(const Key& key) override { return key.id != "dry"; }
    void audit(const Key& key, std::string_view action, std::string_view outcome,
               const std::string& /*peer*/) override {
        book.push_back(key.id + " " + std::string(action) + " " + std::string(outcome));
    }
    void on_gone(std::function<void(const std::string&)> told) override { gone = std::move(told); }

    int strangers = 1000;
    std::vector<std::string> book;
    std::function<void(const std::string&)> gone;

  private:
    void add(const std::string& name, std::vector<std::string> scopes) {
        auto key = std::make_shared<Key>();
        key->id = name;
        key->name = name;
        key->scopes = std::move(scopes);
        keys_[name] = key;
    }

    std::map<std::string, KeyPtr> keys_;
};

class OneExchange final : public Exchange {
  public:
    OneExchange(std::string method, std::string path, std::string key, std::string body) {
        request_.method = std::move(method);
        request_.path = std::move(path);
        request_.body = std::move(body);
        request_.peer = "192.0.2.1";
        if (!key.empty()) {
            request_.headers.add("X-API-Key", std::move(key));
        }
        std::size_t at = 1;
        while (at <= request_.path.size()) {
            const std::size_t next = std::min(request_.path.find('/', at), request_.path.size());
            request_.segments.push_back(request_.path.substr(at, next - at));
            at = next + 1;
        }
    }

    void respond(Response response) override {
        if (!answer) {
            answer = std::move(response);
        }
    }
    void on_gone(std::function<void()> told) override { gone = std::move(told); }

    /// "200 text"
    [[nodiscard]] std::string text() const {
        return answer ? std::to_string(answer->status) + " " +
                            (answer->body == nullptr ? "" : *answer->body)
                      : "none";
    }

    std::optional<Response> answer;
    std::function<void()> gone;
};

/// Notes what is sent: "1 hello [1]" to one, "/ns a,b hello [1] -2" to many.
class FakeSocketServer final : public SocketServer {
  public:
    [[nodiscard]] Result<> open(std::string ns, Namespace& user,
                                NamespaceOptions options) override {
        if (!namespaces.emplace(ns, &user).second) {
            return Error(ErrorKind::exists, ns);
        }
        recovery[ns] = options.recovery;
        return {};
    }
    void close(std::string_view ns) override {
        const auto found = namespaces.find(ns);
        if (found == namespaces.end()) {
            return;
        }
        Namespace* const user = found->second;
        namespaces.erase(found);
        for (auto one = clients.begin(); one != clients.end();) {
            if (one->second.ns == ns) {
                const SocketId id = one->first;
                one = clients.erase(one);
                user->left(id, "server namespace disconnect");
            } else {
                ++one;
            }
        }
    }
    [[nodiscard]] bool has(std::string_view ns) const override { return namespaces.contains(ns); }
    void emit(SocketId socket, std::string_view event, const Arguments& arguments) override {
        sent.push_back(std::to_string(socket) + " " + std::string(event) + " " + arguments.json +
                       std::string(arguments.attachments.size(), '+'));
    }
    void emit_with_ack(SocketId socket, std::string_view event, const Arguments& arguments,
                       Millis /*timeout*/, std::function<void(Result<Arguments>)> done) override {
        emit(socket, event, arguments);
        asked = std::move(done);
    }
    std::size_t broadcast(std::string_view ns, std::span<const std::string> rooms,
                          std::string_view event, const Arguments& arguments,
                          std::span<const SocketId> except) override {
        std::string line(ns);
        for (const std::string& room : rooms) {
            line += " " + room;
        }
        line += " " + std::string(event) + " " + arguments.json;
        for (const SocketId one : except) {
            line += " -" + std::to_string(one);
        }
        sent.push_back(line);
        return 0;
    }
    [[nodiscard]] bool anybody(std::string_view /*ns*/,
                               std::span<const std::string> /*rooms*/) const override {
        return true;
    }
    [[nodiscard]] bool is_behind(SocketId /*socket*/) const override { return false; }
    [[nodiscard]] Result<> join(SocketId socket, std::string_view room) override {
        clients[socket].rooms.emplace(room);
        return {};
    }
    void leave(SocketId socket, std::string_view room) override {
        clients[socket].rooms.erase(std::string(room));
    }
    [[nodiscard]] std::vector<std::string> rooms(SocketId socket) const override {
        const auto& all = clients.at(socket).rooms;
        return {all.begin(), all.end()};
    }
    [[nodiscard]] std::any* who(SocketId socket) override {
        const auto found = clients.find(socket);
        return found == clients.end() ? nullptr : &found->second.who;
    }
    [[nodiscard]] std::string name(SocketId socket) const override {
        return "sid" + std::to_string(socket);
    }
    [[nodiscard]] const Handshake* handshake(SocketId /*socket*/) const override { return nullptr; }
    void each(std::string_view /*ns*/, const std::function<void(SocketId)>& /*visit*/) override {}
    void disconnect(SocketId socket, bool /*whole*/) override {
        const auto found = clients.find(socket);
        if (found != clients.end()) {
            Namespace* const user = namespaces.at(found->second.ns);
            clients.erase(found);
            user->left(socket, "server namespace disconnect");
        }
    }

    /// A client asks to join; `refused` gets the text of the refusal.
    void connect(const std::string& ns, const std::string& auth) {
        Handshake handshake;
        handshake.ns = ns;
        handshake.auth = auth;
        handshake.request = std::make_shared<Request>();
        namespaces.at(ns)->connect(handshake, [this, ns](Admission admission) {
            if (!admission.accepted) {
                refused.push_back(admission.message + admission.data);
                return;
            }
            const SocketId id = ++last;
            clients[id] = {ns, std::move(admission.who), {}};
            namespaces.at(ns)->joined(id, false);
        });
    }
    void event(SocketId socket, std::string_view name, Arguments arguments,
               Namespace::Reply reply = {}) {
        namespaces.at(clients.at(socket).ns)
            ->event(socket, name, std::move(arguments), std::move(reply));
    }

    struct Client {
        std::string ns;
        std::any who;
        std::set<std::string> rooms;
    };
    std::map<std::string, Namespace*, std::less<>> namespaces;
    std::map<std::string, bool> recovery;
    std::map<SocketId, Client> clients;
    std::vector<std::string> sent;
    std::vector<std::string> refused;
    std::function<void(Result<Arguments>)> asked;
    SocketId last = 0;
};

/// A desk with a server whose thread is the test's, and workers for what extensions claim.
class Fixture : public ::testing::Test {
  protected:
    Fixture() {
        desk.configure(true, {"/taken"});
        attach();
    }
    ~Fixture() override {
        for (const auto& session : sessions_) {
            session->close();
        }
        for (const auto& worker : workers_) {
            worker->stop();
            EXPECT_TRUE(worker->join(Millis{10'000}));
        }
        desk.detach();
        io.restart();
        io.poll();
    }

    void attach() {
        desk.attach({io.get_executor(), &guard, &sockets},
                    [this](std::function<void()> task) { boost::asio::post(io, std::move(task)); });
    }

    /// A version of the extension "script NAME".
    std::shared_ptr<hostapi::ServerSession> version(const std::string& name,
                                                    const std::string& kind = "script") {
        workers_.push_back(hostapi::Worker::start(name));
        sessions_.push_back(desk.open(kind + " " + name, name, log::get("test"), workers_.back()));
        return sessions_.back();
    }

    /// Runs the server until it holds; false when that takes ten seconds.
    bool until(const std::function<bool()>& condition) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) {
                return false;
            }
            io.restart();
            io.run_for(std::chrono::milliseconds(1));
        }
        return true;
    }
    /// What has been asked of the workers and of the server so far is done.
    void settle() {
        for (int i = 0; i < 4; ++i) {
            for (const auto& worker : workers_) {
                worker->run([] {}, Millis{10'000});
            }
            io.restart();
            io.poll();
        }
    }

    std::shared_ptr<OneExchange> ask(const std::string& method, const std::string& path,
                                     const std::string& key = "good",
                                     const std::string& body = {}) {
        auto exchange = std::make_shared<OneExchange>(method, path, key, body);
        if (auto refused = desk.routes().admit(*exchange)) {
            exchange->respond(*std::move(refused));
        } else {
            desk.routes().handle(exchange);
        }
        return exchange;
    }
    std::string answer_of(const std::shared_ptr<OneExchange>& exchange) {
        EXPECT_TRUE(until([&] { return exchange->answer.has_value(); }));
        return exchange->text();
    }

    boost::asio::io_context io;
    KeyGuard guard;
    FakeSocketServer sockets;
    Desk desk;

  private:
    std::vector<std::shared_ptr<hostapi::Worker>> workers_;
    std::vector<std::shared_ptr<hostapi::ServerSession>> sessions_;
};

}  // namespace rookery::server::testing
