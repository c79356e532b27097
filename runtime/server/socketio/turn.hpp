#pragma once

#include "base/clock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <memory>
#include <vector>

namespace rookery::server {

/// The end of each turn of the loop: whoever was touched during it is called once, after everything
/// else that was due. What was queued for one client meanwhile goes out with one write. Server
/// thread; nothing of its members may run after it.
class Turn {
  public:
    class Member : public boost::intrusive_ref_counter<Member, boost::thread_unsafe_counter> {
      public:
        Member() = default;
        Member(const Member&) = delete;
        Member& operator=(const Member&) = delete;
        virtual ~Member() = default;

        virtual void end_turn() = 0;

      private:
        friend class Turn;
        bool touched_ = false;
    };
    using MemberPtr = boost::intrusive_ptr<Member>;

    explicit Turn(boost::asio::io_context& io);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    /// end_turn() is called once, however often this is.
    void touch(Member& member) {
        if (!member.touched_) {
            add(member);
        }
    }

    [[nodiscard]] boost::asio::io_context& io() noexcept { return io_; }

  private:
    void add(Member& member);
    void run();

    boost::asio::io_context& io_;
    std::vector<MemberPtr> touched_;
    std::vector<MemberPtr> running_;
    std::shared_ptr<bool> alive_;
};

}  // namespace rookery::server
