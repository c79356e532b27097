#include "server/socketio/turn.hpp"

#include "base/log.hpp"

#include <boost/asio/post.hpp>

namespace rookery::server {

Turn::Turn(boost::asio::io_context& io) : io_(io), alive_(std::make_shared<bool>(true)) {}

Turn::~Turn() { *alive_ = false; }

void Turn::add(Member& member) {
    member.touched_ = true;
    if (touched_.empty()) {
        boost::asio::post(io_, [this, alive = alive_] {
            if (*alive) {
                run();
            }
        });
    }
    touched_.emplace_back(&member);
}

void Turn::run() {
    running_.swap(touched_);
    for (const auto& member : running_) {
        member->touched_ = false;
        try {
            member->end_turn();
        } catch (const std::exception& error) {
            log::get("server")->error("a client could not be written to: {}", error.what());
        }
    }
    running_.clear();
}

}  // namespace rookery::server
