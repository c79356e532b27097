#include "protocol/discord/send_queue.hpp"

#include <algorithm>
#include <utility>

namespace rookery::protocol::discord {

void SlidingWindow::record(SteadyTime now) {
    times_.push_back(now);
    // More than the capacity are never asked about.
    if (times_.size() > capacity_) {
        times_.pop_front();
    }
}

Millis SlidingWindow::wait(unsigned limit, SteadyTime now) {
    while (!times_.empty() && now - times_.front() >= window_) {
        times_.pop_front();
    }
    if (times_.size() < limit) {
        return Millis{0};
    }
    const auto frees = times_[times_.size() - limit] + window_;
    return std::chrono::ceil<Millis>(frees - now);
}

SendQueue::Ticket SendQueue::push_presence(std::string payload) {
    presence_ = Command{++last_, std::move(payload)};
    return last_;
}

SendQueue::Ticket SendQueue::push_voice(std::uint64_t guild, std::string payload) {
    voice_[guild] = Command{++last_, std::move(payload)};
    return last_;
}

Result<SendQueue::Ticket> SendQueue::push(std::string payload) {
    if (commands_.size() >= kMaxWaiting) {
        return Error(ErrorKind::limit, std::to_string(kMaxWaiting) +
                                           " commands wait to be sent to the gateway already");
    }
    commands_.push_back({++last_, std::move(payload)});
    return last_;
}

void SendQueue::withdraw(Ticket ticket) {
    std::erase_if(commands_, [&](const Command& one) { return one.ticket == ticket; });
    std::erase_if(voice_, [&](const auto& one) { return one.second.ticket == ticket; });
    if (presence_ && presence_->ticket == ticket) {
        presence_.reset();
    }
}

void SendQueue::new_connection() {
    // The presence limit is the session's, so its count goes on.
    window_.clear();
}

void SendQueue::set_heartbeat(Millis interval) { interval_ = interval; }

/// Beats of one window and one more for a beat that the server asks for. A server that wants beats
/// every few milliseconds leaves little for commands, but something.
unsigned SendQueue::usable() const {
    const auto beats =
        static_cast<unsigned>(std::min<Millis::rep>(kWindow / interval_ + 1, window_.capacity()));
    return std::max(window_.capacity() / 4, window_.capacity() - std::min(beats + 1, 119U));
}

std::optional<SendQueue::Command> SendQueue::next(SteadyTime now) {
    if (waiting() == 0 || window_.wait(usable(), now) > Millis{0}) {
        return std::nullopt;
    }
    std::optional<Command> command;
    if (presence_ && presence_window_.wait(now) == Millis{0}) {
        command = std::exchange(presence_, std::nullopt);
        presence_window_.record(now);
    } else if (!voice_.empty()) {
        command = std::move(voice_.begin()->second);
        voice_.erase(voice_.begin());
    } else if (!commands_.empty()) {
        command = std::move(commands_.front());
        commands_.pop_front();
    } else {
        return std::nullopt;
    }
    window_.record(now);
    return command;
}

std::optional<Millis> SendQueue::wait(SteadyTime now) {
    if (waiting() == 0) {
        return std::nullopt;
    }
    const auto room = window_.wait(usable(), now);
    if (!voice_.empty() || !commands_.empty()) {
        return room;
    }
    return std::max(room, presence_window_.wait(now));
}

}  // namespace rookery::protocol::discord
