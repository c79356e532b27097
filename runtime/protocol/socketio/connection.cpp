#include "protocol/socketio/connection.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rookery::protocol::socketio {
namespace {

constexpr SteadyTime kNever = SteadyTime::max();

bool is_ack(PacketType type) noexcept {
    return type == PacketType::ack || type == PacketType::binary_ack;
}

}  // namespace

Connection::Connection(const ConnectionOptions& options, Owner& owner, SteadyTime now)
    : options_(options), owner_(owner), namespace_by_(now + options.connect_timeout) {}

Connection::~Connection() {
    for (auto& member : members_) {
        cancel(std::move(member.acks));
    }
}

void Connection::text(std::string_view message, SteadyTime now) {
    if (over_) {
        return;
    }
    if (assembly_) {
        return violated("text where an attachment is owed");
    }
    if (message.size() > options_.max_payload) {
        return violated("a packet of " + std::to_string(message.size()) + " bytes");
    }
    const auto packet = parse_packet(message);
    if (!packet) {
        return violated(packet.error().message());
    }
    if (packet->type == PacketType::connect) {
        return take_connect(*packet, now);
    }
    const Member* member = find(packet->ns);
    if (packet->type == PacketType::connect_error || member == nullptr ||
        member->stage == Stage::asked) {
        return violated("a packet for a namespace that was not joined");
    }
    if (packet->type == PacketType::disconnect) {
        return take_disconnect(*packet, member->key, now);
    }
    Incoming incoming;
    incoming.key = member->key;
    incoming.is_ack = is_ack(packet->type);
    incoming.id = packet->id;
    incoming.bytes = message.size();
    take_content(*packet, std::move(incoming), now);
}

void Connection::take_connect(const Packet& packet, SteadyTime now) {
    const Member* former = find(packet.ns);
    if (packet.id || (former != nullptr && former->stage != Stage::sent_away)) {
        return violated("a second CONNECT to one namespace");
    }
    auto auth = read_auth(packet);
    if (!auth) {
        return violated(auth.error().message());
    }
    if (former != nullptr) {
        remove(former->key, namespace_by_);
    }
    if (present() >= options_.most_namespaces) {
        return refuse_connect(packet.ns, "Too many namespaces", {});
    }
    const auto key = owner_.admit(packet.ns);
    if (!key) {
        return refuse_connect(packet.ns, "Invalid namespace", {});
    }
    if (members_.size() >= options_.most_namespaces) {
        // Somebody who was sent away makes place.
        members_.erase(std::ranges::find(members_, Stage::sent_away, &Member::stage));
    }
    members_.push_back(
        {*key, Stage::asked, now + options_.connect_timeout, std::string(packet.ns), 0, {}});
    namespace_by_ = kNever;
    owner_.connect(*key, packet.ns, std::move(*auth));
}

void Connection::take_disconnect(const Packet& packet, Key key, SteadyTime now) {
    if (packet.id || !packet.json.empty()) {
        return violated("a DISCONNECT that carries something");
    }
    Member* member = find(key);
    const bool joined = member->stage == Stage::joined;
    auto acks = std::move(member->acks);
    remove(key, now + options_.connect_timeout);
    if (joined) {
        owner_.left(key, EndReason::client_disconnect, true);
    }
    cancel(std::move(acks));
}

void Connection::take_content(const Packet& packet, Incoming incoming, SteadyTime now) {
    if (incoming.is_ack) {
        auto json = read_ack(packet);
        if (!json) {
            return violated(json.error().message());
        }
        incoming.arguments.json = std::move(*json);
    } else {
        auto content = read_event(packet);
        if (!content) {
            return violated(content.error().message());
        }
        incoming.name = std::move(content->name);
        incoming.arguments.json = std::move(content->json);
    }
    if (packet.attachments == 0) {
        return hand_over(std::move(incoming));
    }
    incoming.owed = packet.attachments;
    incoming.deadline = now + options_.assembly_timeout;
    assembly_ = std::make_unique<Incoming>(std::move(incoming));
}

void Connection::binary(std::string_view message, SteadyTime now) {
    if (over_) {
        return;
    }
    if (!assembly_) {
        return violated("binary that no packet has announced");
    }
    if (now >= assembly_->deadline) {
        return violated("an attachment came too late");
    }
    assembly_->bytes += message.size();
    if (assembly_->bytes > options_.max_payload) {
        return violated("a packet whose attachments are too large");
    }
    assembly_->arguments.attachments.emplace_back(message);
    if (--assembly_->owed == 0) {
        hand_over(std::move(*std::exchange(assembly_, nullptr)));
    }
}

void Connection::hand_over(Incoming incoming) {
    Member* member = find_joined(incoming.key);
    if (member == nullptr || (incoming.is_ack && !incoming.id)) {
        ++ignored_;
    } else if (incoming.is_ack) {
        settle(*member, std::move(incoming));
    } else {
        owner_.event(incoming.key, std::move(incoming.name), std::move(incoming.arguments),
                     incoming.id);
    }
}

void Connection::settle(Member& member, Incoming incoming) {
    const auto found = std::ranges::lower_bound(member.acks, *incoming.id, {}, &PendingAck::id);
    if (found == member.acks.end() || found->id != *incoming.id) {
        ++ignored_;
        return;
    }
    const auto done = std::move(found->done);
    member.acks.erase(found);
    done(std::move(incoming.arguments));
}

void Connection::refuse_connect(std::string_view ns, std::string_view message,
                                std::string_view data) {
    owner_.send(encode_connect_error(ns, message, data));
    if (++refused_ >= options_.most_refused) {
        violated(std::to_string(refused_) + " refused CONNECTs");
    }
}

void Connection::violated(std::string why) {
    if (!std::exchange(over_, true)) {
        assembly_.reset();
        owner_.close(EndReason::parse_error, std::move(why));
    }
}

bool Connection::accept(Key key, std::string_view sid, std::string_view pid) {
    Member* member = find(key);
    if (member == nullptr || member->stage != Stage::asked) {
        return false;
    }
    member->stage = Stage::joined;
    owner_.send(encode_connect(member->ns, sid, pid));
    return true;
}

bool Connection::refuse(Key key, std::string_view message, std::string_view data) {
    Member* member = find(key);
    if (member == nullptr || member->stage != Stage::asked) {
        return false;
    }
    const auto ns = std::move(member->ns);
    remove(key, member->answer_by);
    refuse_connect(ns, message, data);
    return true;
}

void Connection::disconnect(Key key, SteadyTime now) {
    if (refuse(key, "Invalid namespace")) {
        return;
    }
    Member* member = find_joined(key);
    if (member == nullptr) {
        return;
    }
    member->stage = Stage::sent_away;
    auto acks = std::move(member->acks);
    if (present() == 0) {
        namespace_by_ = now + options_.connect_timeout;
    }
    owner_.send(encode_disconnect(member->ns));
    owner_.left(key, EndReason::server_disconnect, true);
    cancel(std::move(acks));
}

void Connection::emit_with_ack(Key key, std::string_view event, const Arguments& arguments,
                               SteadyTime deadline, Done done) {
    Member* member = find_joined(key);
    if (member == nullptr) {
        return done(Error(ErrorKind::cancelled, "the client has left"));
    }
    if (member->acks.size() >= options_.most_acks) {
        return done(
            Error(ErrorKind::limit,
                  "the client owes " + std::to_string(options_.most_acks) + " acknowledgements"));
    }
    const auto id = member->next_ack++;
    member->acks.push_back({id, deadline, std::move(done)});
    acks_due_ = std::min(acks_due_, deadline);
    owner_.send(encode_event(member->ns, event, arguments, id));
}

void Connection::reply(Key key, std::uint64_t ack, const Arguments& arguments) {
    if (const Member* member = find_joined(key); member != nullptr) {
        owner_.send(encode_ack(member->ns, ack, arguments));
    }
}

void Connection::closed(EndReason reason) {
    over_ = true;
    assembly_.reset();
    namespace_by_ = kNever;
    acks_due_ = kNever;
    // Taken out first: the owner may ask for what is left meanwhile.
    for (auto& member : std::exchange(members_, {})) {
        if (member.stage != Stage::sent_away) {
            owner_.left(member.key, reason, member.stage == Stage::joined);
        }
        cancel(std::move(member.acks));
    }
}

void Connection::tick(SteadyTime now) {
    refuse_late(now);
    if (now >= acks_due_) {
        time_out_acks(now);
    }
    if (assembly_ && now >= assembly_->deadline) {
        violated("an attachment did not come in time");
    }
    if (!over_ && now >= namespace_by_) {
        over_ = true;
        owner_.close(EndReason::forced_close, "no namespace was joined in time");
    }
}

void Connection::refuse_late(SteadyTime now) {
    while (!over_) {
        const auto late = std::ranges::find_if(members_, [&](const Member& member) {
            return member.stage == Stage::asked && now >= member.answer_by;
        });
        if (late == members_.end()) {
            return;
        }
        const auto key = late->key;
        (void)refuse(key, "Timed out");
        owner_.left(key, EndReason::forced_close, false);
    }
}

void Connection::time_out_acks(SteadyTime now) {
    std::vector<PendingAck> late;
    acks_due_ = kNever;
    for (auto& member : members_) {
        const auto end = std::stable_partition(
            member.acks.begin(), member.acks.end(),
            [&](const PendingAck& pending) { return now < pending.deadline; });
        std::move(end, member.acks.end(), std::back_inserter(late));
        member.acks.erase(end, member.acks.end());
        for (const auto& pending : member.acks) {
            acks_due_ = std::min(acks_due_, pending.deadline);
        }
    }
    for (const auto& pending : late) {
        pending.done(Error(ErrorKind::timeout, "the client did not acknowledge in time"));
    }
}

void Connection::cancel(std::vector<PendingAck> acks) {
    for (const auto& pending : acks) {
        pending.done(Error(ErrorKind::cancelled, "the client has left"));
    }
}

SteadyTime Connection::next_deadline() const noexcept {
    if (over_) {
        return acks_due_;
    }
    auto next = std::min(namespace_by_, acks_due_);
    if (assembly_) {
        next = std::min(next, assembly_->deadline);
    }
    for (const auto& member : members_) {
        if (member.stage == Stage::asked) {
            next = std::min(next, member.answer_by);
        }
    }
    return next;
}

bool Connection::is_joined(Key key) const noexcept {
    return std::ranges::any_of(members_, [&](const Member& member) {
        return member.key == key && member.stage == Stage::joined;
    });
}

std::size_t Connection::joined() const noexcept {
    return static_cast<std::size_t>(std::ranges::count(members_, Stage::joined, &Member::stage));
}

/// Joined, or waiting for the answer.
std::size_t Connection::present() const noexcept {
    return members_.size() -
           static_cast<std::size_t>(std::ranges::count(members_, Stage::sent_away, &Member::stage));
}

void Connection::remove(Key key, SteadyTime namespace_by) {
    std::erase_if(members_, [&](const Member& member) { return member.key == key; });
    if (present() == 0) {
        namespace_by_ = namespace_by;
    }
}

Connection::Member* Connection::find(Key key) noexcept {
    const auto found = std::ranges::find(members_, key, &Member::key);
    return found != members_.end() ? &*found : nullptr;
}

Connection::Member* Connection::find_joined(Key key) noexcept {
    Member* const member = find(key);
    return member != nullptr && member->stage == Stage::joined ? member : nullptr;
}

Connection::Member* Connection::find(std::string_view ns) noexcept {
    const auto found =
        std::ranges::find_if(members_, [&](const Member& member) { return member.ns == ns; });
    return found != members_.end() ? &*found : nullptr;
}

}  // namespace rookery::protocol::socketio
