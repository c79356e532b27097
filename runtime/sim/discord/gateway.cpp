#include "sim/discord/gateway.hpp"

#include "sim/discord/gateway_connection.hpp"

#include <array>
#include <functional>

namespace rookery::sim::discord {
namespace {

constexpr auto kMemberRequestSpacing = std::chrono::seconds(30);

std::string nested(std::size_t depth) {
    return R"({"t":"MESSAGE_CREATE","s":null,"op":0,"d":)" + std::string(depth, '[') +
           std::string(depth, ']') + "}";
}

using Injector = std::function<void(GatewayConnection&, const Json&, Core&)>;

const std::map<std::string, Injector, std::less<>>& injectors() {
    static const std::map<std::string, Injector, std::less<>> table = {
        {"close",
         [](auto& to, const Json& with, Core&) {
             to.close(with.value("code", 4000U), with.value("reason", std::string("on demand")));
         }},
        {"reset", [](auto& to, const Json&, Core&) { to.channel().reset(); }},
        {"freeze", [](auto& to, const Json&, Core&) { to.channel().freeze(true); }},
        {"thaw", [](auto& to, const Json&, Core&) { to.channel().freeze(false); }},
        {"heartbeat_request", [](auto& to, const Json&, Core&) { to.send_op(1, nullptr); }},
        {"reconnect", [](auto& to, const Json&, Core&) { to.send_op(7, nullptr); }},
        {"invalid_session",
         [](auto& to, const Json& with, Core&) { to.send_op(9, with.value("resumable", false)); }},
        {"frame", [](auto& to, const Json& with,
                     Core&) { to.send_text(with.value("text", std::string("{}"))); }},
        {"malformed", [](auto& to, const Json&,
                         Core&) { to.send_text(R"({"op":0,"t":"MESSAGE_CREATE","d":{)"); }},
        {"nested", [](auto& to, const Json& with,
                      Core&) { to.send_text(nested(with.value("depth", std::size_t{100}))); }},
        {"oversized",
         [](auto& to, const Json& with, Core&) {
             const auto bytes =
                 std::min(with.value("bytes", std::size_t{64} << 20U), std::size_t{512} << 20U);
             to.send_text(R"({"op":0,"t":"MESSAGE_CREATE","s":null,"d":")" +
                          std::string(bytes, 'x') + "\"}");
         }},
        {"unknown_opcode",
         [](auto& to, const Json&, Core&) {
             to.send_op(99, Json{{"what", "is this"}});
         }},
        {"unknown_event",
         [](auto& to, const Json&, Core& core) {
             if (to.session() != nullptr) {
                 Dispatch event;
                 event.type = "QUANTUM_FLUX_CREATE";
                 event.data = std::make_shared<const std::string>(R"({"id":"1","new":true})");
                 core.hub.emit_to(*to.session(), std::move(event));
             }
         }},
        {"flood",
         [](auto& to, const Json& with, Core& core) {
             const auto count = std::min(with.value("count", 10'000U), 1'000'000U);
             Dispatch event;
             event.type = with.value("t", std::string("TYPING_START"));
             event.data = std::make_shared<const std::string>(
                 with.value("d", Json{{"channel_id", "1"}, {"user_id", "1"}, {"timestamp", 1}})
                     .dump());
             for (unsigned i = 0; i < count && to.session() != nullptr; ++i) {
                 core.hub.emit_to(*to.session(), event);
             }
         }},
        {"gap",
         [](auto& to, const Json&, Core& core) {
             if (to.session() != nullptr) {
                 core.hub.skip_sequence(*to.session());
             }
         }},
    };
    return table;
}

}  // namespace

void Gateway::accept(boost::asio::ip::tcp::socket socket,
                     std::shared_ptr<boost::asio::ssl::context> tls, bool resume_host) {
    if (resume_host && core_.faults.refuse_resume_host) {
        core_.recorder.note("fault", 0, "resume host refused");
        boost::system::error_code ignored;
        socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
        return;  // the destructor resets it
    }
    const auto number = ++numbered_;
    auto connection = std::make_shared<GatewayConnection>(
        *this, make_ws_channel(std::move(socket), std::move(tls)), number);
    connections_[number] = connection;
    connection->start();
}

Result<unsigned> Gateway::inject(const std::string& kind, const Json& parameters) {
    const auto found = injectors().find(kind);
    if (found == injectors().end()) {
        return Error(ErrorKind::not_found, "no fault is called '" + kind + "'");
    }
    const auto bot = parse_id(parameters.value("bot", std::string("0"))).value_or(0);
    unsigned hit = 0;
    for (const auto& [number, connection] : std::map(connections_)) {
        const auto* session = connection->session();
        if (bot == 0 || (session != nullptr && session->bot == bot)) {
            core_.recorder.note("fault", number, kind);
            found->second(*connection, parameters, core_);
            ++hit;
        }
    }
    return hit;
}

IdentifyVerdict Gateway::take_identify(Id bot, unsigned shard) {
    const auto now = core_.clock.now();
    const std::pair key{bot, shard % core_.options.max_concurrency};
    const auto last = last_identify_.find(key);
    if (last != last_identify_.end() && now - last->second < core_.options.identify_spacing) {
        return IdentifyVerdict::too_early;
    }
    if (identifies_[bot] >= core_.options.identify_budget) {
        return IdentifyVerdict::budget_spent;
    }
    ++identifies_[bot];
    last_identify_[key] = now;
    return IdentifyVerdict::granted;
}

Json Gateway::session_start_limit(Id bot) const {
    const auto total = core_.options.identify_budget;
    const auto found = identifies_.find(bot);
    const auto used = found == identifies_.end() ? 0 : found->second;
    return {{"total", total},
            {"remaining", used >= total ? 0 : total - used},
            {"reset_after", used == 0 ? 0 : 86'400'000},
            {"max_concurrency", core_.options.max_concurrency}};
}

double Gateway::take_member_request(Id bot, Id guild) {
    const auto now = core_.clock.now();
    const auto [last, fresh] = member_requests_.try_emplace({bot, guild}, now);
    const std::chrono::duration<double> left = last->second + kMemberRequestSpacing - now;
    if (!fresh && left.count() > 0) {
        return left.count();
    }
    last->second = now;
    return 0;
}

void Gateway::wake_all() {
    for (const auto& [number, connection] : connections_) {
        connection->wake();
    }
}

void Gateway::drop_bot(Id bot) {
    for (const auto& [number, connection] : std::map(connections_)) {
        if (connection->session() != nullptr && connection->session()->bot == bot) {
            connection->close(4004, "Authentication failed.");
        }
    }
}

}  // namespace rookery::sim::discord
