#pragma once

#include "sim/discord/actions.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>

namespace rookery::sim::discord {

/// Lets the community live by itself: people write, answer, react, type, come and go, change their
/// state and join the voice channel. Repeats for equal seeds. Simulator thread.
class Chatter {
  public:
    Chatter(Core& core, Actions& actions);

    /// About `lines_per_second` messages a second, with everything else around them; 0 = nothing.
    void start(double lines_per_second);

  private:
    void next();
    void do_something();
    void write_line(Guild& guild);
    void react_to_last(Guild& guild);
    void come_and_go(Guild& guild);
    void change_presence(Guild& guild);
    void move_voice(Guild& guild);
    [[nodiscard]] Member* someone(Guild& guild);
    [[nodiscard]] Channel& somewhere(Guild& guild, ChannelType type);

    Core& core_;
    Actions& actions_;
    boost::asio::steady_timer timer_;
    double rate_ = 0;
};

}  // namespace rookery::sim::discord
