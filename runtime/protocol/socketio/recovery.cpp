#include "protocol/socketio/recovery.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace rookery::protocol::socketio {
namespace {

constexpr std::size_t kOffsetDigits = 10;
constexpr std::uint64_t kBase = 36;
constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";

}  // namespace

RecoveryLog::RecoveryLog(Limits limits, std::string epoch)
    : limits_(limits), epoch_(std::move(epoch)) {}

std::string RecoveryLog::offset(Seq seq) const {
    std::string text = epoch_;
    text.resize(epoch_.size() + kOffsetDigits, '0');
    for (auto digit = text.rbegin(); seq > 0; seq /= kBase, ++digit) {
        *digit = kDigits[seq % kBase];
    }
    return text;
}

std::optional<RecoveryLog::Seq> RecoveryLog::parse(std::string_view offset) const {
    if (offset.size() != epoch_.size() + kOffsetDigits || !offset.starts_with(epoch_)) {
        return std::nullopt;
    }
    Seq seq = 0;
    for (const char c : offset.substr(epoch_.size())) {
        const auto digit = kDigits.find(c);
        if (digit == std::string_view::npos) {
            return std::nullopt;
        }
        seq = seq * kBase + digit;
    }
    return seq;
}

void RecoveryLog::add(std::shared_ptr<const OutMessage> message, std::vector<std::string> rooms,
                      std::vector<std::string> except, SteadyTime now) {
    std::size_t bytes = sizeof(Entry) + sizeof(OutMessage) + message->text.size();
    for (const auto& attachment : message->attachments) {
        bytes += sizeof(OutPacket) + attachment.size();
    }
    for (const auto* names : {&rooms, &except}) {
        for (const auto& name : *names) {
            bytes += sizeof(std::string) + name.size();
        }
    }
    bytes_ += bytes;
    entries_.push_back(
        {++newest_, now, bytes, std::move(message), std::move(rooms), std::move(except)});
    while (bytes_ > limits_.bytes || entries_.size() > limits_.entries) {
        drop_oldest();
    }
    expire(now);
}

void RecoveryLog::drop_oldest() {
    forgotten_ = entries_.front().seq;
    bytes_ -= entries_.front().bytes;
    entries_.pop_front();
}

void RecoveryLog::expire(SteadyTime now) {
    while (!entries_.empty() && entries_.front().at + limits_.window < now) {
        drop_oldest();
    }
    while (!order_.empty() && lost_.at(order_.front()).until < now) {
        drop_session(order_.front());
    }
}

void RecoveryLog::drop_session(const std::string& pid) {
    const auto found = lost_.find(pid);
    const auto place = found->second.place;
    lost_.erase(found);
    order_.erase(place);
}

void RecoveryLog::lost(Lost lost, SteadyTime now) {
    expire(now);
    if (lost_.contains(lost.pid)) {
        drop_session(lost.pid);
    }
    while (!order_.empty() && lost_.size() >= limits_.sessions) {
        drop_session(order_.front());
    }
    order_.push_back(lost.pid);
    const auto place = std::prev(order_.end());
    lost_.emplace(*place, Kept{std::move(lost), newest_, now + limits_.window, place});
}

/// The position behind which everything is to be sent again; nullopt when that cannot be known, or
/// is not in the log any more.
std::optional<RecoveryLog::Seq> RecoveryLog::missed_from(
    const Kept& kept, std::optional<std::string_view> offset) const {
    const auto given = offset ? parse(*offset) : std::nullopt;
    if (given && *given > newest_) {
        return std::nullopt;
    }
    // An offset from before this session is one that the client library kept.
    Seq from = std::max(given.value_or(0), kept.lost.joined);
    if (from >= kept.lost.last_sent) {
        // All that was sent has come: the log need not reach back further than to the loss.
        from = std::max(from, kept.cut);
    }
    return from >= forgotten_ ? std::optional(from) : std::nullopt;
}

std::optional<RecoveryLog::Recovered> RecoveryLog::recover(std::string_view pid,
                                                           std::optional<std::string_view> offset,
                                                           SteadyTime now) {
    expire(now);
    const auto found = lost_.find(std::string(pid.substr(0, kMaxPid + 1)));
    if (found == lost_.end() || (offset && offset->size() > kMaxOffset)) {
        return std::nullopt;
    }
    const auto from = missed_from(found->second, offset);
    if (!from) {
        return std::nullopt;
    }
    Recovered out;
    out.session = std::move(found->second.lost.session);
    out.joined = found->second.lost.joined;
    out.last_sent = found->second.lost.last_sent;
    drop_session(std::string(found->first));

    const std::unordered_set<std::string_view> rooms(out.session.rooms.begin(),
                                                     out.session.rooms.end());
    const auto is_in = [&](const std::string& room) {
        return room == out.session.sid || rooms.contains(room);
    };
    const auto first = std::ranges::upper_bound(entries_, *from, {}, &Entry::seq);
    for (auto entry = first; entry != entries_.end(); ++entry) {
        const bool was_for = entry->rooms.empty() || std::ranges::any_of(entry->rooms, is_in);
        if (was_for && std::ranges::find(entry->except, out.session.sid) == entry->except.end()) {
            out.missed.push_back(entry->message);
            out.last_sent = entry->seq;
        }
    }
    return out;
}

}  // namespace rookery::protocol::socketio
