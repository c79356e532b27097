#pragma once

#include "protocol/socketio/out_packet.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace rookery::protocol::socketio {

/// Packets in the order in which they go out, and their bytes. Empty it holds room for a few at
/// most.
class PacketQueue {
  public:
    void push(OutPacket packet) {
        bytes_ += packet.size();
        packets_.push_back(std::move(packet));
    }
    void pop() {
        bytes_ -= packets_[first_].size();
        ++first_;
        if (first_ == packets_.size()) {
            clear();
        } else if (first_ >= kSlack && first_ * 2 >= packets_.size()) {
            // Each packet is moved once for each time that it has been waiting for as many again.
            packets_.erase(packets_.begin(),
                           packets_.begin() + static_cast<std::ptrdiff_t>(first_));
            first_ = 0;
        }
    }
    void replace(std::size_t index, OutPacket packet) {
        auto& place = packets_[first_ + index];
        bytes_ += packet.size() - place.size();
        place = std::move(packet);
    }
    void clear() {
        if (packets_.capacity() > kKept) {
            packets_ = {};
        }
        packets_.clear();
        first_ = 0;
        bytes_ = 0;
    }

    [[nodiscard]] const OutPacket& operator[](std::size_t index) const noexcept {
        return packets_[first_ + index];
    }
    [[nodiscard]] std::size_t size() const noexcept { return packets_.size() - first_; }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    /// Of the frames.
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  private:
    static constexpr std::size_t kSlack = 32;
    static constexpr std::size_t kKept = 8;

    std::vector<OutPacket> packets_;
    std::size_t first_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace rookery::protocol::socketio
