// What leaves on a connection: the session's events in their order, as far as the faults let them.
#include "sim/discord/gateway_connection.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace rookery::sim::discord {
namespace {

constexpr std::size_t kGuildsPerTurn = 16;
constexpr std::size_t kLargePayload = 1024;  // above it, payload compression compresses

}  // namespace

void GatewayConnection::wake() {
    if (!pump_posted_ && !over_) {
        pump_posted_ = true;
        boost::asio::post(core_.io, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->pump_posted_ = false;
                self->pump();
            }
        });
    }
}

void GatewayConnection::pump() {
    if (session_ == nullptr || over_ || paused_ || core_.faults.mute) {
        return;
    }
    const auto& ring = session_->ring;
    auto at = std::lower_bound(ring.begin(), ring.end(), next_seq_,
                               [](const Session::Entry& e, std::uint64_t s) { return e.seq < s; });
    for (; at != ring.end() && channel_->backlog() < kBacklog; ++at) {
        if (held_back(*at)) {
            return;
        }
        next_seq_ = at->seq + 1;
        session_->sent = std::max(session_->sent, at->seq);
        carry(*at);
    }
    if (at == ring.end()) {
        if (!swapped_.empty()) {
            send_text(std::exchange(swapped_, {}));
        }
        load_guilds();
    }
}

/// The guilds of READY come a few at a time, as fast as the client takes them.
void GatewayConnection::load_guilds() {
    auto& loading = session_->loading;
    for (std::size_t i = 0; i < kGuildsPerTurn && !loading.empty(); ++i) {
        const Id id = loading.front();
        loading.pop_front();
        const auto* guild = core_.world.guild(id);
        if (guild == nullptr) {
            continue;
        }
        auto created =
            event("GUILD_CREATE", guild->unavailable
                                      ? Json{{"id", id_text(id)}, {"unavailable", true}}
                                      : core_.world.guild_create_json(*guild, session_->intents,
                                                                      session_->large_threshold));
        created.guild = id;
        core_.hub.emit_to(*session_, std::move(created));
    }
}

bool GatewayConnection::held_back(const Session::Entry& entry) {
    if (entry.event->type == "READY" || !take(core_.faults.delayed_events)) {
        return false;
    }
    paused_ = true;
    pause_.expires_after(core_.faults.delay_by);
    pause_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (self && !error) {
            self->paused_ = false;
            self->pump();
        }
    });
    return true;
}

void GatewayConnection::carry(const Session::Entry& entry) {
    const auto& data = entry.data();
    const auto& type = entry.event->type;
    std::string frame;
    frame.reserve(data.size() + 64);
    frame.append(R"({"t":")").append(type).append(R"(","s":)");
    frame.append(std::to_string(entry.seq)).append(R"(,"op":0,"d":)").append(data).append("}");
    core_.recorder.note("gateway_out", number_, type, static_cast<std::int64_t>(entry.seq));
    const bool opening = type == "READY" || type == "RESUMED";
    if (!opening && (take(core_.faults.dropped_events) ||
                     (type == "GUILD_MEMBERS_CHUNK" && take(core_.faults.lost_chunks)))) {
        return;
    }
    if (!opening && swapped_.empty() && take(core_.faults.reordered_events)) {
        swapped_ = std::move(frame);
        return;
    }
    send_text(frame);
    if (!swapped_.empty()) {
        send_text(std::exchange(swapped_, {}));
    }
    if (!opening && take(core_.faults.duplicate_events)) {
        send_text(frame);
    }
}

void GatewayConnection::send_op(int op, const Json& data) {
    core_.recorder.note("gateway_out", number_, "op", op);
    Json payload = {{"op", op}, {"t", nullptr}, {"s", nullptr}, {"d", data}};
    send_text(payload.dump());
}

void GatewayConnection::send_text(const std::string& text) {
    if (compression_ == nullptr) {
        const bool alone = compress_large_ && text.size() > kLargePayload;
        return channel_->send(alone ? compressed_alone(text) : text, alone);
    }
    auto bytes = compression_->payload(text);
    if (take(core_.faults.corrupt_payloads)) {
        bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x5a);
        bytes[0] = static_cast<char>(0x07);  // a block type that neither format has
    }
    const auto split = compression_->may_be_cut() ? core_.options.zlib_split : 0;
    const auto piece = split == 0 ? bytes.size() : split;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        channel_->send(bytes.substr(at, piece), true);
    }
}

Dispatch GatewayConnection::event(std::string type, const Json& data) {
    Dispatch out;
    out.type = std::move(type);
    out.data = std::make_shared<const std::string>(
        data.dump(-1, ' ', false, Json::error_handler_t::replace));
    return out;
}

}  // namespace rookery::sim::discord
