#include "sim/socketio/server.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::socketio {
namespace {

constexpr unsigned kMostRefusals = 5;

struct OwnFault {
    const char* name;
    void (*happen)(Client&, const std::string& nsp, const Json& with);
};

std::string prefix(const std::string& nsp) { return nsp == "/" ? "" : nsp + ","; }

constexpr std::array kOwnFaults = {
    OwnFault{"disconnect",
             [](Client& client, const std::string& nsp, const Json&) { client.kick(nsp); }},
    OwnFault{"engine_close", [](Client& client, const std::string&,
                                const Json&) { client.session().send_packet("1"); }},
    OwnFault{"error",
             [](Client& client, const std::string& nsp, const Json& with) {
                 const auto text = with.value("text", std::string("on demand"));
                 client.session().send_text("4" + prefix(nsp) + Json({{"message", text}}).dump());
             }},
    OwnFault{"garbage", [](Client& client, const std::string&,
                           const Json&) { client.session().send_text("2987~~{[not a packet"); }},
    OwnFault{"missing_attachment",
             [](Client& client, const std::string& nsp, const Json&) {
                 client.session().send_text("51-" + prefix(nsp) +
                                            R"(["update",{"_placeholder":true,"num":0}])");
                 client.session().send_text("2" + prefix(nsp) + R"(["next",{}])");
             }},
    OwnFault{"stray_ping", [](Client& client, const std::string&,
                              const Json&) { client.session().send_packet("2"); }},
    OwnFault{"wrong_namespace",
             [](Client& client, const std::string&, const Json&) {
                 client.session().send_text(R"(2/never/joined,["hello",{}])");
             }},
};

}  // namespace

std::string event_text(const std::string& nsp, const std::string& name, std::string_view data) {
    std::string text = "2" + prefix(nsp) + "[" + Json(name).dump() + ",";
    return text.append(data).append("]");
}

Client::Client(Server& server, EngineSession& session, boost::asio::io_context& io)
    : server_(server), session_(session), join_timer_(io) {}

void Client::emit(const std::string& nsp, const std::string& name, Json args,
                  const std::vector<std::string>& attachments) {
    Packet packet;
    packet.type = attachments.empty() ? PacketType::event : PacketType::binary_event;
    packet.nsp = nsp;
    packet.attachments = static_cast<unsigned>(attachments.size());
    packet.data = Json::array({name});
    for (auto& arg : args) {
        packet.data.push_back(std::move(arg));
    }
    session_.send_text(encoded(packet));
    for (const auto& attachment : attachments) {
        session_.send_binary(attachment);
    }
}

void Client::acknowledge(const std::string& nsp, std::uint64_t id, Json args) {
    session_.send_text(encoded({PacketType::ack, nsp, id, std::move(args)}));
}

void Client::kick(const std::string& nsp) {
    if (spaces_.erase(nsp) != 0) {
        session_.send_text(encoded({PacketType::disconnect, nsp}));
    }
}

Server::Server(boost::asio::io_context& io, Recorder& recorder, community::Faults& faults,
               EngineOptions options, ServerHooks hooks)
    : recorder_(recorder),
      faults_(faults),
      hooks_(std::move(hooks)),
      engine_(io, recorder, faults, std::move(options),
              {hooks_.admit,
               [this, &io](const std::shared_ptr<EngineSession>& session) {
                   clients_[session->number()] = std::make_shared<Client>(*this, *session, io);
                   opened(session);
               },
               [this](EngineSession& session, std::string_view data) { text(session, data); },
               [this](EngineSession& session, std::string_view data) { binary(session, data); },
               [this](EngineSession& session, const std::string&) { closed(session); }}) {}

Server::~Server() = default;

void Server::each(const std::function<void(Client&)>& visit) {
    const auto all = clients_;
    for (const auto& [number, client] : all) {
        visit(*client);
    }
}

Client* Server::client_of(EngineSession& session) {
    const auto found = clients_.find(session.number());
    return found == clients_.end() ? nullptr : found->second.get();
}

void Server::opened(const std::shared_ptr<EngineSession>& session) {
    const auto client = clients_.at(session->number());
    const auto& options = engine_.options();
    if (options.version == 3) {
        return admit(*client, "/", nullptr);
    }
    client->join_timer_.expires_after(options.ping_interval + options.ping_timeout);
    client->join_timer_.async_wait(
        [this, weak = std::weak_ptr(client)](boost::system::error_code error) {
            const auto held = weak.lock();
            if (!error && held && held->spaces_.empty() && held->refusals_ == 0) {
                held->session().violated("socketio_no_namespace", "no namespace joined in time");
            }
        });
}

void Server::closed(EngineSession& session) {
    const auto found = clients_.find(session.number());
    if (found == clients_.end()) {
        return;
    }
    const auto client = found->second;
    clients_.erase(found);
    client->join_timer_.cancel();
    if (hooks_.closed) {
        hooks_.closed(*client);
    }
}

void Server::text(EngineSession& session, std::string_view given) {
    auto* client = client_of(session);
    if (client == nullptr) {
        return session.violated("socketio_early", "a packet before the open packet");
    }
    if (client->owed_ > 0) {
        return session.violated("socketio_packet", "a text while attachments are owed");
    }
    std::string why;
    auto packet = decoded(given, why);
    if (!packet) {
        return session.violated("socketio_packet", why + ": " + std::string(given.substr(0, 200)));
    }
    if (packet->attachments > 0) {
        client->owed_ = packet->attachments;
        client->partial_ = std::move(*packet);
        return;
    }
    take(*client, std::move(*packet));
}

void Server::binary(EngineSession& session, std::string_view) {
    auto* client = client_of(session);
    if (client == nullptr || client->owed_ == 0) {
        return session.violated("socketio_packet", "an attachment that no packet announced");
    }
    // What clients attach is of no use to the platforms here: only that it comes.
    if (--client->owed_ == 0) {
        auto packet = std::move(*client->partial_);
        client->partial_.reset();
        take(*client, std::move(packet));
    }
}

void Server::take(Client& client, Packet packet) {
    const auto held = clients_.at(client.number());
    if (packet.type == PacketType::connect) {
        return connect(client, packet);
    }
    if (!client.in(packet.nsp)) {
        return client.session().violated("socketio_not_joined", packet.nsp);
    }
    switch (packet.type) {
        case PacketType::disconnect:
            client.spaces_.erase(packet.nsp);
            return;
        case PacketType::event:
        case PacketType::binary_event: {
            const auto name = packet.data[0].is_string() ? packet.data[0].get<std::string>()
                                                         : packet.data[0].dump();
            packet.data.erase(0);
            if (hooks_.event) {
                hooks_.event(client, packet.nsp, name, packet.data, packet.id);
            }
            return;
        }
        default:
            return;  // acks: nobody asked
    }
}

void Server::connect(Client& client, const Packet& packet) {
    if (client.in(packet.nsp)) {
        return client.session().violated("socketio_second_connect", packet.nsp);
    }
    if (hooks_.known && !hooks_.known(packet.nsp)) {
        client.session().send_text(encoded(
            {PacketType::connect_error, packet.nsp, {}, {{"message", "Invalid namespace"}}}));
        if (++client.refusals_ >= kMostRefusals) {
            client.session().violated("socketio_namespaces", "too many unknown namespaces");
        }
        return;
    }
    admit(client, packet.nsp, packet.data);
}

void Server::admit(Client& client, const std::string& nsp, const Json& auth) {
    const auto held = clients_.at(client.number());
    const auto answer = hooks_.join ? hooks_.join(client, nsp, auth) : Join{};
    const auto welcome = [&] {
        client.spaces_[nsp] =
            client.session().sid().substr(0, 10) + std::to_string(client.number());
        Packet packet{PacketType::connect, nsp};
        if (engine_.options().version == 4) {
            packet.data = {{"sid", client.spaces_[nsp]}};
        }
        client.session().send_text(encoded(packet));
    };
    switch (answer.how) {
        case Join::How::disconnected:
            return client.session().close("refused");
        case Join::How::refused:
            ++client.refusals_;
            return client.session().send_text(
                encoded({PacketType::connect_error, nsp, {}, answer.error}));
        case Join::How::thrown_out:
            ++client.refusals_;
            welcome();
            return client.kick(nsp);
        case Join::How::welcome:
            break;
    }
    welcome();
    if (faults_.closes_after_ready > 0) {
        --faults_.closes_after_ready;
        return client.session().close("on demand", faults_.close_after_ready);
    }
    if (hooks_.joined) {
        hooks_.joined(client, nsp);
    }
}

Result<unsigned> Server::inject(const std::string& nsp, const std::string& kind,
                                const Json& parameters, const std::string& usual,
                                const Json& usual_data) {
    const auto* own = std::find_if(kOwnFaults.begin(), kOwnFaults.end(),
                                   [&](const OwnFault& fault) { return kind == fault.name; });
    const auto wire = community::wire_fault_names();
    if (own == kOwnFaults.end() && std::find(wire.begin(), wire.end(), kind) == wire.end()) {
        return Error(ErrorKind::not_found, "no fault is called '" + kind + "'");
    }
    const community::WireForm form{[&nsp](const std::string& name, const std::string& data) {
                                       return "4" + event_text(nsp, name, data);
                                   },
                                   usual, usual_data};
    unsigned hit = 0;
    each([&](Client& client) {
        recorder_.note("fault", client.number(), kind);
        if (own != kOwnFaults.end()) {
            own->happen(client, nsp, parameters);
        } else if (client.session().channel() != nullptr) {
            (void)community::break_wire(*client.session().channel(), form, kind, parameters);
        } else if (kind == "reset" || kind == "close") {
            client.session().close("on demand");
        }
        ++hit;
    });
    return hit;
}

std::vector<std::string> Server::fault_names() {
    auto names = community::wire_fault_names();
    for (const auto& fault : kOwnFaults) {
        names.emplace_back(fault.name);
    }
    return names;
}

}  // namespace rookery::sim::socketio
