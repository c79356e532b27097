#include "protocol/socketio/client.hpp"

#include "base/base64.hpp"
#include "model/json_text.hpp"
#include "protocol/socketio/engine_packet.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace rookery::protocol::socketio {
namespace {

constexpr std::size_t kMaxOpen = 8'192;  ///< bytes of the open packet
constexpr std::int64_t kMaxBeat = 3'600'000;
constexpr char kV3Message = '\x04';  ///< in front of a binary message

Error broken(std::string text) { return {ErrorKind::protocol, std::move(text)}; }

/// A beginning of what came, for an error's text.
std::string excerpt(std::string_view text) {
    constexpr std::size_t kMost = 40;
    std::string shown(text.substr(0, kMost));
    std::ranges::replace_if(
        shown, [](char c) { return static_cast<unsigned char>(c - 0x20) > 0x5e; }, '?');
    return '"' + shown + (text.size() > kMost ? "..." : "") + '"';
}

Result<Millis> read_beat(const nlohmann::json& open, const char* key) {
    const auto found = open.find(key);
    if (found == open.end() || !found->is_number_integer() || *found < 1 || *found > kMaxBeat) {
        return broken(std::string("expected ") + key + " of the open packet to be 1 to " +
                      std::to_string(kMaxBeat) + " ms");
    }
    return Millis(found->get<std::int64_t>());
}

/// The last of a compact array's values, when it is a string.
std::optional<std::string> last_text(std::string_view json) {
    if (!json.ends_with("\"]")) {
        return std::nullopt;
    }
    json.remove_suffix(2);
    std::size_t begin = json.size();
    while (begin > 0) {
        begin = json.rfind('"', begin - 1);
        std::size_t slashes = 0;
        while (json[begin - 1 - slashes] == '\\') {
            ++slashes;
        }
        if (slashes % 2 == 0) {
            break;
        }
    }
    model::StringScratch scratch;
    return std::string(model::unescape(json.substr(begin + 1), scratch));
}

/// The payload of the packet that asks for a namespace.
std::string auth_of(const Membership& membership) {
    if (!membership.recovery || membership.recovery->pid.empty()) {
        return membership.auth;
    }
    std::string json =
        membership.auth.empty() ? "{" : membership.auth.substr(0, membership.auth.rfind('}'));
    if (json.size() > 1) {
        json += ',';
    }
    json += R"("pid":)";
    model::append_json_text(json, membership.recovery->pid);
    if (!membership.recovery->offset.empty()) {
        json += R"(,"offset":)";
        model::append_json_text(json, membership.recovery->offset);
    }
    return json + '}';
}

}  // namespace

Client::Client(ClientOptions options, Owner& owner, SteadyTime now)
    : options_(std::move(options)), owner_(owner), dead_at_(now + options_.open_timeout) {
    for (auto& membership : options_.namespaces) {
        members_.push_back(std::make_unique<Member>());
        members_.back()->membership = std::move(membership);
        members_.back()->answer_by = SteadyTime::max();
    }
}

Client::~Client() = default;

void Client::text(std::string_view message, SteadyTime now) {
    if (over_) {
        return;
    }
    std::string decoded;
    if (v3() && message.starts_with("b4")) {
        message.remove_prefix(2);
        auto bytes = decode_base64(message);
        return bytes ? binary(kV3Message + *bytes, now)
                     : end(broken("a binary message is no base64"));
    }
    const auto packet = parse_engine_packet(message, decoded);
    if (!packet || (!open_ && packet->type != EngineType::open)) {
        return end(broken((open_ ? "expected an Engine.IO packet, got "
                                 : "expected an Engine.IO open packet, got ") +
                          excerpt(message)));
    }
    heard(now);
    switch (packet->type) {
        case EngineType::open:
            return open_ ? void(++ignored_) : open(packet->data, now);
        case EngineType::close:
            return end(Error(ErrorKind::unavailable, "the server closed the session"));
        case EngineType::ping:
            if (v3()) {
                return end(Error(ErrorKind::unsupported,
                                 "the server speaks Engine.IO v4, expected v3: it pings"));
            }
            return send_engine(EngineType::pong, packet->data);
        case EngineType::pong:
            if (pinged_) {
                owner_.latency(
                    std::chrono::duration_cast<std::chrono::microseconds>(now - *pinged_));
                pinged_.reset();
            } else {
                ++ignored_;
            }
            return;
        case EngineType::message:
            return packet->binary ? binary(packet->data, now) : take_packet(packet->data, now);
        case EngineType::upgrade:
        case EngineType::noop:
            ++ignored_;
    }
}

void Client::binary(std::string_view message, SteadyTime now) {
    if (over_) {
        return;
    }
    if (v3()) {
        if (!message.starts_with(kV3Message)) {
            return end(broken("expected a binary message to begin with 0x04"));
        }
        message.remove_prefix(1);
    }
    if (!assembly_) {
        return end(broken("got binary data that no packet announced"));
    }
    heard(now);
    assembly_->bytes += message.size();
    if (assembly_->bytes > options_.max_payload) {
        return end(Error(ErrorKind::limit, "a packet with its attachments is longer than " +
                                               std::to_string(options_.max_payload) + " bytes"));
    }
    if (!assembly_->broken) {
        assembly_->arguments.attachments.emplace_back(message);
    }
    if (--assembly_->owed == 0) {
        hand_over(std::move(*std::exchange(assembly_, nullptr)));
    }
}

void Client::lost(const Error& why) {
    if (!over_) {
        end(why);
    }
}

void Client::open(std::string_view json, SteadyTime now) {
    const auto parsed = json.size() <= kMaxOpen
                            ? nlohmann::json::parse(json, nullptr, false)
                            : nlohmann::json(nlohmann::json::value_t::discarded);
    if (!parsed.is_object()) {
        return end(broken("expected the open packet to hold an object, got " + excerpt(json)));
    }
    const auto interval = read_beat(parsed, "pingInterval");
    const auto timeout = read_beat(parsed, "pingTimeout");
    if (!interval || !timeout) {
        return end(interval ? timeout.error() : interval.error());
    }
    ping_interval_ = *interval;
    ping_timeout_ = *timeout;
    if (const auto most = parsed.find("maxPayload");
        most != parsed.end() && most->is_number_unsigned()) {
        server_max_ = most->get<std::size_t>();
    }
    open_ = true;
    heard(now);
    if (v3()) {
        ping_at_ = now + ping_interval_;
    }
    for (auto& member : members_) {
        member->answer_by = now + options_.join_timeout;
        // Of v3 the server itself begins, with `/`.
        if (!v3()) {
            ask(*member, now);
        }
    }
}

void Client::ask(Member& member, SteadyTime now) {
    member.stage = Stage::asked;
    member.answer_by = now + options_.join_timeout;
    if (!v3()) {
        return send(encode_join(member.membership.ns, auth_of(member.membership)));
    }
    if (member.membership.ns != "/") {
        const auto& query = member.membership.auth;
        send(encode_join(member.membership.ns + (query.empty() ? "" : "?" + query), {}));
    }
}

void Client::take_packet(std::string_view text, SteadyTime now) {
    if (assembly_) {
        return end(broken("expected an attachment, got " + excerpt(text)));
    }
    if (text.size() > options_.max_payload) {
        return end(Error(ErrorKind::limit, "a packet is longer than " +
                                               std::to_string(options_.max_payload) + " bytes"));
    }
    auto packet = parse_packet(text);
    if (!packet) {
        return end(packet.error().within("packet " + excerpt(text)));
    }
    if (v3()) {
        packet->ns = packet->ns.substr(0, packet->ns.find('?'));
    }
    switch (packet->type) {
        case PacketType::connect:
            return take_connect(*packet, now);
        case PacketType::disconnect:
            return take_disconnect(*packet);
        case PacketType::connect_error:
            return take_connect_error(*packet);
        case PacketType::event:
        case PacketType::ack:
        case PacketType::binary_event:
        case PacketType::binary_ack:
            return take_content(*packet, now);
    }
}

void Client::take_connect(const Packet& packet, SteadyTime now) {
    if (!v3() && packet.json.empty()) {
        return end(Error(ErrorKind::unsupported,
                         "the server speaks Engine.IO v3 (Socket.IO 2), expected v4"));
    }
    if (v3() && packet.ns == "/" && !root_joined_) {
        root_joined_ = true;
        for (auto& member : members_) {
            if (member->stage == Stage::wanted) {
                ask(*member, now);
            }
        }
    }
    auto* const member = find(packet.ns);
    if (member == nullptr || member->stage != Stage::asked) {
        ++ignored_;
        return;
    }
    if (!packet.json.empty()) {
        auto content = read_auth(packet);
        if (!content) {
            return end(content.error().within("answer about namespace " + member->membership.ns));
        }
        const auto answer = nlohmann::json::parse(*content, nullptr, false);
        const auto text = [&](const char* key) {
            const auto found = answer.find(key);
            return found != answer.end() && found->is_string() ? found->get<std::string>()
                                                               : std::string();
        };
        member->sid = text("sid");
        const auto pid = text("pid");
        auto& recovery = member->membership.recovery;
        member->recovered = recovery && !pid.empty() && recovery->pid == pid;
        if (pid.empty()) {
            recovery.reset();
        } else if (!member->recovered) {
            recovery = Recovery{pid, {}};
        }
    }
    member->stage = Stage::joined;
    member->answer_by = SteadyTime::max();
    owner_.joined(packet.ns);
}

void Client::take_connect_error(const Packet& packet) {
    if (find(packet.ns) == nullptr) {
        ++ignored_;
        return;
    }
    auto content = read_refusal(packet);
    if (!content) {
        return end(content.error().within("refusal of namespace " + std::string(packet.ns)));
    }
    const std::string ns(packet.ns);
    remove(ns, Error(ErrorKind::cancelled, "the server refused the namespace " + ns));
    owner_.refused(ns, std::move(content->message), std::move(content->data));
}

void Client::take_disconnect(const Packet& packet) {
    if (find(packet.ns) == nullptr) {
        ++ignored_;
        return;
    }
    const std::string ns(packet.ns);
    remove(ns, Error(ErrorKind::cancelled, "the server ended the namespace " + ns));
    if (!over_) {
        owner_.left(ns);
    }
}

void Client::take_content(const Packet& packet, SteadyTime now) {
    Incoming incoming;
    incoming.ns = packet.ns;
    incoming.type = packet.type;
    incoming.id = packet.id;
    const bool is_ack = packet.type == PacketType::ack || packet.type == PacketType::binary_ack;
    Packet readable = packet;
    std::optional<std::string> repaired;
    if (options_.repair && !is_ack) {
        repaired = options_.repair(packet.json);
        readable.json = repaired ? std::string_view(*repaired) : packet.json;
    }
    if (is_ack) {
        auto json = read_ack(packet, options_.max_nodes);
        if (json) {
            incoming.arguments.json = std::move(*json);
        } else {
            incoming.broken = json.error();
        }
        if (!packet.id) {
            return end(broken("an acknowledgement without an id"));
        }
    } else if (auto content = read_event(readable, options_.max_nodes); content) {
        incoming.name = std::move(content->name);
        incoming.arguments.json = std::move(content->json);
    } else {
        incoming.broken = content.error();
    }
    if (packet.attachments == 0) {
        return hand_over(std::move(incoming));
    }
    incoming.owed = packet.attachments;
    incoming.bytes = packet.json.size();
    incoming.deadline = now + options_.assembly_timeout;
    assembly_ = std::make_unique<Incoming>(std::move(incoming));
}

void Client::hand_over(Incoming incoming) {
    auto* const member = find(incoming.ns);
    // What a recovered session missed comes before the answer that it is joined.
    if (member == nullptr || member->stage == Stage::wanted) {
        ++ignored_;
        return;
    }
    if (incoming.type == PacketType::ack || incoming.type == PacketType::binary_ack) {
        return settle(*member, std::move(incoming));
    }
    if (incoming.broken) {
        return owner_.malformed(incoming.ns, *incoming.broken);
    }
    if (auto& recovery = member->membership.recovery; recovery && !incoming.id) {
        if (auto offset = last_text(incoming.arguments.json)) {
            recovery->offset = std::move(*offset);
        }
    }
    owner_.event({std::move(incoming.ns), std::move(incoming.name), std::move(incoming.arguments),
                  incoming.id});
}

void Client::settle(Member& member, Incoming incoming) {
    const auto found = std::ranges::find(member.acks, *incoming.id, &PendingAck::id);
    if (found == member.acks.end()) {
        ++ignored_;
        return;
    }
    const auto done = std::move(found->done);
    member.acks.erase(found);
    if (incoming.broken) {
        done(incoming.broken->within("acknowledgement"));
    } else {
        done(std::move(incoming.arguments));
    }
}

Result<> Client::join(Membership membership, SteadyTime now) {
    if (over_) {
        return Error(ErrorKind::unavailable, "the session is over");
    }
    const auto& ns = membership.ns;
    if (!ns.starts_with('/') || ns.size() > kMaxNamespace || ns.find(',') != std::string::npos ||
        (v3() && ns.find('?') != std::string::npos)) {
        return Error(ErrorKind::invalid, "expected a namespace's name that begins with a slash");
    }
    if (find(ns) != nullptr) {
        return Error(ErrorKind::exists, "the namespace " + ns + " is joined or asked for");
    }
    members_.push_back(std::make_unique<Member>());
    Member& member = *members_.back();
    member.membership = std::move(membership);
    member.answer_by = open_ ? now + options_.join_timeout : SteadyTime::max();
    if (open_ && (!v3() || root_joined_)) {
        ask(member, now);
    }
    return {};
}

void Client::leave(std::string_view ns) {
    auto* const member = find(ns);
    if (member == nullptr || over_) {
        return;
    }
    if (member->stage != Stage::wanted) {
        send(encode_disconnect(ns));
    }
    const std::string name(ns);
    remove(name, Error(ErrorKind::cancelled, "the namespace " + name + " was left"));
}

void Client::close() {
    if (over_) {
        return;
    }
    send_engine(EngineType::close);
    over_ = true;
    assembly_.reset();
    for (auto& member : members_) {
        cancel_acks(*member, Error(ErrorKind::cancelled, "the session was closed"));
    }
}

Result<> Client::emit(std::string_view ns, std::string_view name, const Arguments& arguments) {
    auto good = check(ns, arguments);
    if (good) {
        send(encode_event(ns, name, arguments));
    }
    return good;
}

void Client::emit_with_ack(std::string_view ns, std::string_view name, const Arguments& arguments,
                           SteadyTime deadline, Done done) {
    if (auto good = check(ns, arguments); !good) {
        return done(good.error());
    }
    auto* const member = find(ns);
    if (member->acks.size() >= options_.most_acks) {
        return done(Error(ErrorKind::limit, std::to_string(options_.most_acks) +
                                                " acknowledgements are waited for already"));
    }
    const auto id = member->next_ack++;
    member->acks.push_back({id, deadline, std::move(done)});
    send(encode_event(ns, name, arguments, id));
}

Result<> Client::reply(std::string_view ns, std::uint64_t ack, const Arguments& arguments) {
    auto good = check(ns, arguments);
    if (good) {
        send(encode_ack(ns, ack, arguments));
    }
    return good;
}

Result<> Client::check(std::string_view ns, const Arguments& arguments) const {
    if (!is_joined(ns)) {
        return Error(ErrorKind::unavailable, "the namespace " + std::string(ns) + " is not joined");
    }
    if (!arguments.json.starts_with('[') || !arguments.json.ends_with(']')) {
        return Error(ErrorKind::invalid, "expected the arguments to be a JSON array");
    }
    // The prefix and the name are small beside what servers take.
    std::size_t size = arguments.json.size();
    for (const auto& attachment : arguments.attachments) {
        size = std::max(size, attachment.size());
    }
    if (server_max_ > 0 && size > server_max_) {
        return Error(ErrorKind::limit, "a message of " + std::to_string(size) +
                                           " bytes is longer than the " +
                                           std::to_string(server_max_) + " that the server takes");
    }
    if (arguments.attachments.size() > kMaxAttachments) {
        return Error(ErrorKind::limit,
                     "expected at most " + std::to_string(kMaxAttachments) + " attachments");
    }
    return {};
}

void Client::heard(SteadyTime now) {
    if (open_) {
        dead_at_ = now + ping_interval_ + ping_timeout_;
    }
}

void Client::excuse(SteadyTime now) {
    heard(now);
    if (assembly_) {
        assembly_->deadline = now + options_.assembly_timeout;
    }
    for (const auto& member : members_) {
        if (member->stage != Stage::joined) {
            member->answer_by = now + options_.join_timeout;
        }
    }
}

void Client::tick(SteadyTime now) {
    if (over_) {
        return;
    }
    if (now >= dead_at_) {
        return end(Error(ErrorKind::timeout,
                         open_
                             ? "nothing was heard of the server for " +
                                   std::to_string((ping_interval_ + ping_timeout_).count()) + " ms"
                             : "the server did not open the session in time"));
    }
    if (assembly_ && now >= assembly_->deadline) {
        return end(Error(ErrorKind::timeout, "attachments did not come in time"));
    }
    for (const auto& member : members_) {
        if (member->stage != Stage::joined && now >= member->answer_by) {
            return end(Error(ErrorKind::timeout,
                             "no answer about the namespace " + member->membership.ns));
        }
    }
    if (now >= ping_at_) {
        ping(now);
    }
    time_out_acks(now);
}

void Client::ping(SteadyTime now) {
    ping_at_ = now + ping_interval_;
    // An unanswered one stays the measure: the next answer tells how long it took.
    pinged_ = pinged_.value_or(now);
    send_engine(EngineType::ping);
}

void Client::time_out_acks(SteadyTime now) {
    std::vector<Done> due;
    for (auto& member : members_) {
        for (auto at = member->acks.begin(); at != member->acks.end();) {
            if (now >= at->deadline) {
                due.push_back(std::move(at->done));
                at = member->acks.erase(at);
            } else {
                ++at;
            }
        }
    }
    for (const auto& done : due) {
        done(Error(ErrorKind::timeout, "no acknowledgement came"));
    }
}

SteadyTime Client::next_deadline() const noexcept {
    if (over_) {
        return SteadyTime::max();
    }
    auto next = std::min(dead_at_, ping_at_);
    if (assembly_) {
        next = std::min(next, assembly_->deadline);
    }
    for (const auto& member : members_) {
        if (member->stage != Stage::joined) {
            next = std::min(next, member->answer_by);
        }
        for (const auto& ack : member->acks) {
            next = std::min(next, ack.deadline);
        }
    }
    return next;
}

void Client::send(const OutMessage& message) {
    owner_.send(message.text.payload(), false);
    for (const auto& attachment : message.attachments) {
        if (v3()) {
            owner_.send(kV3Message + std::string(attachment.payload()), true);
        } else {
            owner_.send(attachment.payload(), true);
        }
    }
}

void Client::send_engine(EngineType type, std::string_view data) {
    owner_.send(OutPacket::text(type, data).payload(), false);
}

void Client::end(Error why) {
    over_ = true;
    assembly_.reset();
    for (auto& member : members_) {
        cancel_acks(*member,
                    Error(ErrorKind::cancelled, "the session ended").within(why.context()));
    }
    owner_.ended(why);
}

void Client::cancel_acks(Member& member, const Error& why) {
    for (const auto& ack : std::exchange(member.acks, {})) {
        ack.done(why);
    }
}

void Client::remove(std::string_view ns, const Error& why) {
    const auto found = std::ranges::find_if(
        members_, [&](const auto& member) { return member->membership.ns == ns; });
    const auto member = std::move(*found);
    members_.erase(found);
    cancel_acks(*member, why);
}

Client::Member* Client::find(std::string_view ns) noexcept {
    const auto found = std::ranges::find_if(
        members_, [&](const auto& member) { return member->membership.ns == ns; });
    return found == members_.end() ? nullptr : found->get();
}

const Client::Member* Client::find(std::string_view ns) const noexcept {
    return const_cast<Client*>(this)->find(ns);  // NOLINT(*-const-cast)
}

bool Client::is_joined(std::string_view ns) const noexcept {
    const auto* const member = find(ns);
    return !over_ && member != nullptr && member->stage == Stage::joined;
}

std::string_view Client::sid(std::string_view ns) const noexcept {
    const auto* const member = find(ns);
    return member != nullptr ? std::string_view(member->sid) : std::string_view();
}

bool Client::recovered(std::string_view ns) const noexcept {
    const auto* const member = find(ns);
    return member != nullptr && member->recovered;
}

std::optional<Recovery> Client::recovery(std::string_view ns) const {
    const auto* const member = find(ns);
    return member != nullptr ? member->membership.recovery : std::nullopt;
}

}  // namespace rookery::protocol::socketio
