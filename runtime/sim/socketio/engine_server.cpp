#include "sim/socketio/engine.hpp"

#include <array>

namespace rookery::sim::socketio {
namespace {

HttpReply engine_error(int code, const char* message) {
    return community::json_reply({{"code", code}, {"message", message}}, code == 4 ? 403 : 400);
}

bool is_upgrade(const HttpRequest& request) {
    return request.header("upgrade").size() == std::string_view("websocket").size();
}

}  // namespace

EngineServer::EngineServer(boost::asio::io_context& io, Recorder& recorder,
                           community::Faults& faults, EngineOptions options, EngineHooks hooks)
    : io_(io),
      recorder_(recorder),
      faults_(faults),
      options_(std::move(options)),
      hooks_(std::move(hooks)) {}

EngineServer::~EngineServer() = default;

bool EngineServer::covers(std::string_view path) const {
    const std::string_view own = options_.path;
    return path == own || path == own.substr(0, own.size() - 1);
}

void EngineServer::each(const std::function<void(EngineSession&)>& visit) {
    const auto all = sessions_;
    for (const auto& [sid, session] : all) {
        visit(*session);
    }
}

EngineSession* EngineServer::find(const HttpRequest& request) {
    const auto found = sessions_.find(request.query_value("sid"));
    return found == sessions_.end() ? nullptr : found->second.get();
}

std::optional<HttpReply> EngineServer::wrong(const HttpRequest& request, bool upgrade) {
    const auto refused = [&](int code, const char* message) {
        recorder_.violation("engine_request", 0, std::string(message) + ": " + request.path);
        return engine_error(code, message);
    };
    const auto transport = request.query_value("transport");
    const bool websocket = transport == "websocket";
    if (!websocket && (transport != "polling" || options_.version == 3)) {
        return refused(0, "Transport unknown");
    }
    if (request.query_value("EIO") != std::to_string(options_.version)) {
        return refused(5, "Unsupported protocol version");
    }
    if (websocket != upgrade) {
        return refused(3, "Bad request");
    }
    if (request.query.contains("sid")) {
        const auto* session = find(request);
        if (session == nullptr) {
            // A session may end while a request of its client is on the way.
            return engine_error(1, "Session ID unknown");
        }
        if (session->channel_ != nullptr) {
            return refused(3, "Bad request");
        }
        return std::nullopt;
    }
    if (request.method != "GET") {
        return refused(2, "Bad handshake method");
    }
    if (faults_.refuse_upgrades > 0) {
        --faults_.refuse_upgrades;
        return community::html_page(faults_.upgrade_status);
    }
    return hooks_.admit ? hooks_.admit(request) : std::nullopt;
}

std::shared_ptr<EngineSession> EngineServer::open(const HttpRequest& request) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string sid;
    for (int i = 0; i < 20; ++i) {
        sid += kLetters[random_() % kLetters.size()];
    }
    auto session = std::make_shared<EngineSession>(*this, sid, ++numbered_, request);
    sessions_[sid] = session;
    recorder_.note("connection", session->number(), "Engine.IO session opened");
    return session;
}

void EngineServer::handle(const HttpRequest& request, const HttpResponder& respond) {
    if (auto refusal = wrong(request, is_upgrade(request))) {
        return respond(std::move(*refusal));
    }
    if (is_upgrade(request)) {
        return respond(engine_error(3, "Bad request"));
    }
    if (!request.query.contains("sid")) {
        return open(request)->begin_by_polling(respond);
    }
    const auto session = find(request)->shared_from_this();
    if (request.method == "GET") {
        return session->poll(respond);
    }
    if (request.method == "POST") {
        return session->post(request, respond);
    }
    recorder_.violation("engine_request", session->number(), "method " + request.method);
    respond(community::json_reply(nullptr, 405));
}

WsTaker EngineServer::take(const HttpRequest& request) {
    // What is refused here is asked for again by handle(), which counts faults and says why.
    if (faults_.refuse_upgrades > 0 || request.query_value("transport") != "websocket" ||
        request.query_value("EIO") != std::to_string(options_.version)) {
        return {};
    }
    if (request.query.contains("sid")) {
        const auto* session = find(request);
        const bool free = session != nullptr && session->channel_ == nullptr;
        if (!free) {
            return {};
        }
        return [weak = find(request)->weak_from_this()](std::shared_ptr<WsChannel> channel) {
            if (const auto self = weak.lock()) {
                self->probe_on(std::move(channel));
            }
        };
    }
    if (hooks_.admit && hooks_.admit(request)) {
        return {};
    }
    return [this, request](std::shared_ptr<WsChannel> channel) {
        open(request)->begin_on(std::move(channel));
    };
}

}  // namespace rookery::sim::socketio
