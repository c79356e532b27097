#include "protocol/guilded/bot_session.hpp"

#include <algorithm>

namespace rookery::protocol::guilded {

BotSession::Step BotSession::on_frame(const BotFrame& frame, SteadyTime now) {
    heard_ = now;
    if (frame.is(BotOp::event)) {
        return Step::event;
    }
    if (frame.is(BotOp::welcome) && !welcomed_) {
        welcomed_ = true;
        welcome_ = read_welcome(frame.data);
        next_beat_ = now + welcome_.heartbeat;
        replay_until_ = now + kReplayTime;
        ready_ = !asked_;
        if (!asked_) {
            cursor_ = welcome_.last_id;
        }
        return Step::welcome;
    }
    if (frame.is(BotOp::resumed)) {
        const bool first = welcomed_ && asked_ && !ready_;
        if (auto id = read_resumed(frame); first && !id.empty()) {
            cursor_ = std::move(id);
        }
        ready_ = ready_ || first;
        return first ? Step::resumed : Step::nothing;
    }
    if (frame.is(BotOp::invalid_cursor)) {
        error_ = read_bot_error(frame.data);
        cursor_.clear();
        return asked_ ? Step::gap : Step::failed;
    }
    if (frame.is(BotOp::internal_error)) {
        error_ = read_bot_error(frame.data);
        return Step::failed;
    }
    return Step::nothing;
}

void BotSession::taken(const BotFrame& frame) {
    if (!frame.id.empty()) {
        cursor_ = frame.id;
    }
}

std::optional<SteadyTime> BotSession::beat_at() const noexcept {
    if (!welcomed_) {
        return std::nullopt;
    }
    return ready_ ? next_beat_ : std::min(next_beat_, replay_until_);
}

BotSession::Beat BotSession::beat(SteadyTime now) {
    if (!welcomed_) {
        return Beat::wait;
    }
    if (!ready_ && now >= replay_until_) {
        ready_ = true;
        return Beat::late;
    }
    if (now < next_beat_) {
        return Beat::wait;
    }
    if (beaten_ && heard_ < *beaten_) {
        return Beat::dead;
    }
    beaten_ = now;
    next_beat_ = now + welcome_.heartbeat;
    return Beat::send;
}

}  // namespace rookery::protocol::guilded
