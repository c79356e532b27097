#include "server/socketio/socket_hub.hpp"

#include "net/crypto.hpp"
#include "server/socketio/socket_client.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::server {
namespace {

namespace socketio = protocol::socketio;
using socketio::EndReason;
using Overflow = EngineConnection::Session::Overflow;

constexpr std::size_t kMostNamespace = socketio::kMaxNamespace;
constexpr std::size_t kMostRoomName = 256;

std::string random_name(std::size_t bytes) {
    std::array<unsigned char, 18> random{};
    net::fill_random(std::span(random).first(bytes));
    auto text = net::base64(std::span(random).first(bytes));
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

/// What a client wants to take up again.
struct Claim {
    std::string pid;
    std::optional<std::string> offset;
};

std::optional<Claim> read_claim(const std::string& auth) {
    const auto json = nlohmann::json::parse(auth, nullptr, false);
    if (!json.is_object() || !json.contains("pid") || !json["pid"].is_string()) {
        return std::nullopt;
    }
    Claim claim{json["pid"].get<std::string>(), std::nullopt};
    if (const auto offset = json.find("offset"); offset != json.end() && offset->is_string()) {
        claim.offset = offset->get<std::string>();
    }
    return claim;
}

}  // namespace

EngineServerOptions engine_options(const config::SocketIoSection& section, std::string path) {
    EngineServerOptions options;
    options.path = std::move(path);
    options.session.ping_interval = section.ping_interval;
    options.session.ping_timeout = section.ping_timeout;
    options.session.max_payload = section.max_payload;
    options.session.buffer_bytes = section.buffer_bytes;
    options.session.buffer_packets = section.buffer_packets;
    options.transports = {section.polling, section.websocket};
    options.most_sessions = section.most_clients;
    options.most_sessions_per_address = section.most_clients_per_address;
    return options;
}

struct SocketHub::Space {
    Space(std::string n, Namespace& u, NamespaceOptions o, std::unique_ptr<RecoveryLog> l)
        : name(std::move(n)), user(u), options(o), log(std::move(l)) {}

    std::string name;
    Namespace& user;
    NamespaceOptions options;
    Rooms rooms;
    std::unique_ptr<RecoveryLog> log;  ///< null: nothing is kept
    std::size_t recoverable = 0;       ///< of those who are there
};

/// In the order in which a broadcast looks at it.
struct SocketHub::Socket : RoomMember {
    Socket(SocketId i, SocketClient& c, Space& s, Handshake h)
        : client(c), space(s), id(i), handshake(std::move(h)) {}

    SocketClient& client;
    Space& space;
    SocketId id;
    bool joined = false;
    bool recoverable = false;
    RecoveryLog::Seq joined_at = 0;
    RecoveryLog::Seq last_sent = 0;
    std::string sid;
    std::string pid;
    std::string identity;
    std::any who;
    Handshake handshake;
};

/// What is kept of a lost client beside its rooms.
struct SocketHub::Kept {
    std::any who;
    std::string identity;
};

SocketHub::SocketHub(Turn& turn, ChannelPool& channels, const Clock& clock,
                     const config::SocketIoSection& section, std::string path)
    : clock_(clock),
      section_(section),
      drop_(section.drop_when_full),
      alive_(std::make_shared<bool>(true)),
      engine_(turn, channels, clock, engine_options(section, std::move(path)), *this) {
    connection_options_.connect_timeout = section.connect_timeout;
    connection_options_.max_payload = section.max_payload;
}

SocketHub::~SocketHub() {
    *alive_ = false;
    for (const auto& [id, socket] : sockets_) {
        socket->space.rooms.leave_all(*socket);
    }
}

std::unique_ptr<EngineListener> SocketHub::opened(EngineConnection& connection) {
    return std::make_unique<SocketClient>(*this, connection);
}

SocketHub::Socket* SocketHub::find(SocketId id) const {
    const auto found = sockets_.find(id);
    return found != sockets_.end() ? found->second.get() : nullptr;
}

SocketHub::Socket* SocketHub::joined(SocketId id) const {
    auto* socket = find(id);
    return socket != nullptr && socket->joined ? socket : nullptr;
}

SocketHub::Space* SocketHub::space(std::string_view ns) const {
    const auto found = spaces_.find(ns);
    return found != spaces_.end() ? found->second.get() : nullptr;
}

SocketHub::Stats SocketHub::stats() const {
    auto stats = stats_;
    stats.sessions = engine_.stats();
    for (const auto& [name, space] : spaces_) {
        stats.sockets += space->rooms.everybody().size();
        stats.recovery_bytes += space->log ? space->log->bytes() : 0;
    }
    return stats;
}

void SocketHub::shut_down() { engine_.close_all(EndReason::shutting_down); }

Result<> SocketHub::open(std::string ns, Namespace& user, NamespaceOptions options) {
    if (ns.empty() || ns[0] != '/' || ns.size() > kMostNamespace ||
        ns.find(',') != std::string::npos) {
        return Error(ErrorKind::invalid, "namespace \"" + ns +
                                             "\": expected a name that begins with a slash, has no "
                                             "comma and at most " +
                                             std::to_string(kMostNamespace) + " bytes");
    }
    if (has(ns)) {
        return Error(ErrorKind::exists, "the namespace " + ns + " is taken");
    }
    std::unique_ptr<RecoveryLog> kept;
    if (options.recovery && section_.recovery) {
        RecoveryLog::Limits limits;
        limits.window = section_.recovery_window;
        limits.bytes = section_.recovery_bytes;
        kept = std::make_unique<RecoveryLog>(limits, random_name(6));
    }
    auto made = std::make_unique<Space>(ns, user, options, std::move(kept));
    spaces_.emplace(std::move(ns), std::move(made));
    return {};
}

void SocketHub::close(std::string_view ns) {
    const auto found = spaces_.find(ns);
    if (found == spaces_.end()) {
        return;
    }
    std::vector<SocketId> ids;
    for (const auto& [id, socket] : sockets_) {
        if (&socket->space == found->second.get()) {
            ids.push_back(id);
        }
    }
    for (const auto id : ids) {
        if (auto* socket = find(id); socket != nullptr && socket->joined) {
            socket->client.connection().disconnect(id, clock_.now());
        } else if (socket != nullptr) {
            decide(id, Admission::refuse("Invalid namespace"));
        }
    }
    spaces_.erase(found);
}

bool SocketHub::has(std::string_view ns) const { return space(ns) != nullptr; }

std::optional<SocketId> SocketHub::ask(SocketClient& client, std::string_view ns) {
    auto* asked = space(ns);
    if (asked == nullptr) {
        return std::nullopt;
    }
    const auto id = ++last_id_;
    Handshake handshake{asked->name, "{}", client.engine().request()};
    sockets_.emplace(id, std::make_unique<Socket>(id, client, *asked, std::move(handshake)));
    return id;
}

void SocketHub::connect(SocketId id, std::string auth) {
    auto* socket = find(id);
    socket->handshake.auth = std::move(auth);
    const auto handshake = socket->handshake;  // the answer may end the socket
    socket->space.user.connect(handshake, [this, alive = alive_, id](Admission admission) {
        if (*alive) {
            decide(id, std::move(admission));
        }
    });
}

void SocketHub::decide(SocketId id, Admission admission) {
    auto* socket = find(id);
    if (socket == nullptr || socket->joined) {
        return;
    }
    auto& connection = socket->client.connection();
    if (!admission.accepted) {
        socket->client.forget(id);
        sockets_.erase(id);
        connection.refuse(id, admission.message, admission.data);
        return;
    }
    socket->joined = true;
    socket->identity = admission.identity;
    socket->recoverable = admission.recovery && socket->space.log != nullptr;
    socket->space.rooms.enter(*socket);
    socket->space.recoverable += socket->recoverable ? 1 : 0;
    const bool recovered = socket->recoverable && recover(*socket, admission);
    if (!recovered) {
        socket->sid = random_name(15);
        socket->who = std::move(admission.who);
        for (const auto& room : admission.rooms) {
            static_cast<void>(join(id, room));
        }
        if (socket->recoverable) {
            socket->joined_at = socket->last_sent = socket->space.log->newest();
            socket->pid = random_name(18);
        }
    }
    if (connection.accept(id, socket->sid, socket->pid)) {
        socket->space.user.joined(id, recovered);
    } else {  // it has left, and nobody was told that it came
        socket->client.forget(id);
        socket->space.recoverable -= socket->recoverable ? 1 : 0;
        socket->space.rooms.leave_all(*socket);
        sockets_.erase(id);
    }
}

/// What was missed goes out before the client is told that it is back, as it expects.
bool SocketHub::recover(Socket& socket, const Admission& admission) {
    const auto claim = read_claim(socket.handshake.auth);
    if (!claim) {
        return false;
    }
    auto found = socket.space.log->recover(
        claim->pid, claim->offset ? std::optional<std::string_view>(*claim->offset) : std::nullopt,
        clock_.now());
    if (!found) {
        return false;
    }
    auto* kept = std::any_cast<Kept>(&found->session.who);
    if (kept->identity != admission.identity) {
        return false;
    }
    // By its pid the client sees that it was recovered; it is of use again after the next loss.
    socket.pid = claim->pid;
    socket.sid = std::move(found->session.sid);
    socket.who = std::move(kept->who);
    for (const auto& room : found->session.rooms) {
        static_cast<void>(join(socket.id, room));
    }
    socket.joined_at = found->joined;
    socket.last_sent = found->last_sent;
    for (const auto& message : found->missed) {
        static_cast<void>(socket.client.engine().send(*message));
    }
    ++stats_.recovered;
    return true;
}

void SocketHub::event(SocketId id, const std::string& name, Arguments arguments,
                      std::optional<std::uint64_t> ack) {
    auto* socket = joined(id);
    if (socket == nullptr) {
        return;
    }
    ++stats_.events_received;
    Namespace::Reply reply;
    if (ack) {
        reply = [this, alive = alive_, id, ack = *ack,
                 said = std::make_shared<bool>(false)](const Arguments& answer) {
            if (*alive && !std::exchange(*said, true)) {
                if (auto* asker = joined(id)) {
                    asker->client.connection().reply(id, ack, answer);
                }
            }
        };
    }
    socket->space.user.event(id, name, std::move(arguments), std::move(reply));
}

void SocketHub::left(SocketId id, EndReason reason) {
    auto* socket = find(id);
    if (socket == nullptr) {
        return;
    }
    auto& space = socket->space;
    if (!socket->joined) {
        sockets_.erase(id);
        return;
    }
    auto rooms = space.rooms.names(*socket);
    space.rooms.leave_all(*socket);
    if (socket->recoverable) {
        --space.recoverable;
        if (socketio::is_recoverable(reason)) {
            space.log->lost({socket->pid,
                             {socket->sid, std::move(rooms), Kept{socket->who, socket->identity}},
                             socket->joined_at,
                             socket->last_sent},
                            clock_.now());
        }
    }
    space.user.left(id, socketio::to_string(reason));
    sockets_.erase(id);
}

bool SocketHub::keeps(const Space& space) {
    return space.log && (space.recoverable > 0 || space.log->awaited());
}

void SocketHub::deliver(Socket& socket, const OutMessage& message) {
    const auto sent =
        socket.client.engine().send(message, drop_ ? Overflow::drop : Overflow::disconnect);
    stats_.events_sent += sent == EngineConnection::Session::Sent::queued ? 1 : 0;
}

void SocketHub::emit(SocketId id, std::string_view event, const Arguments& arguments) {
    auto* socket = joined(id);
    if (socket == nullptr) {
        return;
    }
    auto& space = socket->space;
    if (!socket->recoverable) {
        deliver(*socket, socketio::encode_event(space.name, event, arguments));
        return;
    }
    const auto seq = space.log->next();
    auto message = std::make_shared<const OutMessage>(
        socketio::encode_event(space.name, event, arguments, std::nullopt, space.log->offset(seq)));
    space.log->add(message, {socket->sid}, {}, clock_.now());
    socket->last_sent = seq;
    deliver(*socket, *message);
}

void SocketHub::emit_with_ack(SocketId id, std::string_view event, const Arguments& arguments,
                              Millis timeout, std::function<void(Result<Arguments>)> done) {
    auto* socket = joined(id);
    if (socket == nullptr) {
        done(Error(ErrorKind::cancelled, "the client has left"));
        return;
    }
    ++stats_.events_sent;
    socket->client.connection().emit_with_ack(id, event, arguments, clock_.now() + timeout,
                                              std::move(done));
    if (auto* still = find(id)) {
        still->client.engine().touch();
    }
}

std::size_t SocketHub::broadcast(std::string_view ns, std::span<const std::string> rooms,
                                 std::string_view event, const Arguments& arguments,
                                 std::span<const SocketId> except) {
    auto* to = space(ns);
    if (to == nullptr || !anybody(ns, rooms)) {
        return 0;
    }
    ++stats_.broadcasts;
    std::vector<RoomMember*> members;
    std::vector<std::string> sids;
    for (const auto id : except) {
        if (auto* socket = joined(id)) {
            members.push_back(socket);
            sids.push_back(socket->sid);
        }
    }
    // Those who can take up again get one argument more.
    std::shared_ptr<const OutMessage> numbered;
    RecoveryLog::Seq seq = 0;
    if (keeps(*to)) {
        seq = to->log->next();
        numbered = std::make_shared<const OutMessage>(
            socketio::encode_event(to->name, event, arguments, std::nullopt, to->log->offset(seq)));
        to->log->add(numbered, {rooms.begin(), rooms.end()}, std::move(sids), clock_.now());
    }
    std::optional<OutMessage> plain;
    std::size_t count = 0;
    to->rooms.visit(rooms, members, [&](RoomMember& member) {
        auto& socket = static_cast<Socket&>(member);
        ++count;
        if (socket.recoverable) {
            socket.last_sent = seq;
            deliver(socket, *numbered);
            return;
        }
        if (!plain) {
            plain = socketio::encode_event(to->name, event, arguments);
        }
        deliver(socket, *plain);
    });
    return count;
}

bool SocketHub::anybody(std::string_view ns, std::span<const std::string> rooms) const {
    const auto* asked = space(ns);
    return asked != nullptr &&
           (asked->rooms.anybody(rooms) || (asked->log && asked->log->awaited()));
}

bool SocketHub::is_behind(SocketId id) const {
    constexpr std::size_t kPart = 4;
    const auto* socket = joined(id);
    if (socket == nullptr) {
        return false;
    }
    const auto& engine = socket->client.engine();
    return engine.queued_bytes() > section_.buffer_bytes / kPart ||
           engine.queued_packets() > section_.buffer_packets / kPart;
}

Result<> SocketHub::join(SocketId id, std::string_view room) {
    auto* socket = joined(id);
    if (socket == nullptr) {
        return {};
    }
    auto& rooms = socket->space.rooms;
    if (room.size() > kMostRoomName) {
        return Error(ErrorKind::limit, "the name of a room is longer than " +
                                           std::to_string(kMostRoomName) + " bytes");
    }
    if (Rooms::count(*socket) >= socket->space.options.most_rooms && !rooms.is_in(room, *socket)) {
        return Error(ErrorKind::limit, "in " + std::to_string(Rooms::count(*socket)) +
                                           " rooms already: there may be no more");
    }
    rooms.join(room, *socket);
    return {};
}

void SocketHub::leave(SocketId id, std::string_view room) {
    if (auto* socket = joined(id)) {
        socket->space.rooms.leave(room, *socket);
    }
}

std::vector<std::string> SocketHub::rooms(SocketId id) const {
    const auto* socket = joined(id);
    return socket != nullptr ? socket->space.rooms.names(*socket) : std::vector<std::string>{};
}

std::any* SocketHub::who(SocketId id) {
    auto* socket = joined(id);
    return socket != nullptr ? &socket->who : nullptr;
}

std::string SocketHub::name(SocketId id) const {
    const auto* socket = joined(id);
    return socket != nullptr ? socket->sid : std::string();
}

const Handshake* SocketHub::handshake(SocketId id) const {
    const auto* socket = joined(id);
    return socket != nullptr ? &socket->handshake : nullptr;
}

void SocketHub::each(std::string_view ns, const std::function<void(SocketId)>& visit) {
    const auto* asked = space(ns);
    if (asked == nullptr) {
        return;
    }
    std::vector<SocketId> ids;
    for (const auto& entry : asked->rooms.everybody()) {
        ids.push_back(static_cast<const Socket*>(entry.member)->id);
    }
    for (const auto id : ids) {
        if (joined(id) != nullptr) {
            visit(id);
        }
    }
}

void SocketHub::disconnect(SocketId id, bool whole_connection) {
    auto* socket = joined(id);
    if (socket == nullptr) {
        return;
    }
    if (!whole_connection) {
        socket->client.connection().disconnect(id, clock_.now());
        return;
    }
    auto& client = socket->client;
    for (const auto other : std::vector<SocketId>(client.sockets())) {
        client.connection().disconnect(other, clock_.now());  // none of them can be taken up again
    }
    client.engine().close(EndReason::forced_close);
}

void SocketHub::tell_gap(SocketClient& client, std::size_t messages) {
    const Arguments gap{"[{\"dropped\":" + std::to_string(messages) + "}]", {}};
    for (const auto id : client.sockets()) {
        if (auto* socket = joined(id)) {
            deliver(*socket, socketio::encode_event(socket->space.name, "gap", gap));
        }
    }
}

}  // namespace rookery::server
