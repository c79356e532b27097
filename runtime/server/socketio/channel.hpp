#pragma once

#include "base/clock.hpp"
#include "protocol/socketio/engine_session.hpp"
#include "protocol/websocket/frame_codec.hpp"
#include "server/http/handler.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::server {

class Channel;
using ChannelPtr = boost::intrusive_ptr<Channel>;

/// What the channels of one loop share: the buffer that small frames are put together in, and the
/// deadlines. Server thread; nothing of its channels may run after it.
class ChannelPool {
  public:
    struct Options {
        std::size_t max_fragments = 1024;  ///< frames of one message
        Millis message_time{20'000};       ///< for a message to be complete
        Millis close_time{5'000};          ///< for the client to answer a close
    };
    struct Stats {
        std::uint64_t bytes_sent = 0;
        std::uint64_t bytes_received = 0;
        std::uint64_t writes = 0;  ///< calls of the system
    };

    explicit ChannelPool(boost::asio::io_context& io) : ChannelPool(io, Options{}) {}
    ChannelPool(boost::asio::io_context& io, Options options);
    ~ChannelPool();
    ChannelPool(const ChannelPool&) = delete;
    ChannelPool& operator=(const ChannelPool&) = delete;

    [[nodiscard]] const Options& options() const noexcept { return options_; }
    [[nodiscard]] const Stats& stats() const noexcept { return stats_; }

  private:
    friend class Channel;

    /// What the session has ready, if it is not much, as one piece; empty: it is much. Valid until
    /// the next call.
    [[nodiscard]] std::string_view together(const protocol::socketio::EngineSession& session);
    void watch(Channel& channel);
    void tick();
    void expire();

    Options options_;
    Stats stats_;
    std::unique_ptr<char[]> scratch_;
    std::vector<protocol::socketio::OutPacket> in_scratch_;
    std::size_t scratch_bytes_ = 0;
    std::vector<ChannelPtr> watched_;  ///< those with a deadline
    boost::asio::steady_timer timer_;
    std::shared_ptr<bool> alive_;
};

/// One client's websocket from the 101 to its end, under an EngineSession. An idle one holds
/// neither a buffer nor a coroutine. Server thread.
class Channel : public boost::intrusive_ref_counter<Channel, boost::thread_unsafe_counter> {
  public:
    /// Hears nothing more after close(), gone() or failed().
    class User {
      public:
        User() = default;
        User(const User&) = delete;
        User& operator=(const User&) = delete;
        virtual ~User() = default;

        virtual void socket_message(const protocol::websocket::Message& message) = 0;
        /// The client broke the protocol; close() is called in answer.
        virtual void socket_failed(std::uint16_t close_code) = 0;
        virtual void socket_gone() = 0;
        /// The connection takes more again.
        virtual void socket_ready() = 0;
    };

    /// Takes over the connection; `max_message`: bytes that the client may send at once.
    [[nodiscard]] static ChannelPtr make(ChannelPool& pool, Upgraded connection,
                                         std::size_t max_message, User& user);
    virtual ~Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    /// Begins to read, with what came early.
    void start();

    /// Writes what the session has ready, as far as the connection takes it. False: it is broken,
    /// and User::socket_gone() does not come any more.
    [[nodiscard]] bool write(protocol::socketio::EngineSession& session);
    /// Whether there will be a socket_ready().
    [[nodiscard]] bool is_blocked() const noexcept { return blocked_; }

    /// Writes `last` and ends, within the time for it; empty: ends at once. The user is forgotten.
    void close(std::string last);

  protected:
    Channel(ChannelPool& pool, std::size_t max_message, User& user);

    /// Waits until there is something to read, takes it, and so on.
    virtual void read() = 0;
    /// False: broken.
    [[nodiscard]] virtual bool write_ready(protocol::socketio::EngineSession& session) = 0;
    virtual void write_last() = 0;  ///< some of last_, then wrote_last()
    virtual void shut() = 0;        ///< our half: nothing follows
    virtual void drop() = 0;        ///< the connection ends

    /// `bytes` have been put into reader_; false when nothing more is to be read.
    [[nodiscard]] bool take(std::size_t bytes);
    void lost();
    void unblocked();
    void wrote_last(std::size_t bytes);

    [[nodiscard]] bool gone() const noexcept { return gone_; }
    [[nodiscard]] std::string_view together(const protocol::socketio::EngineSession& session) {
        return pool_.together(session);
    }
    void count_write() noexcept { ++pool_.stats_.writes; }
    void count_sent(std::size_t bytes) noexcept { pool_.stats_.bytes_sent += bytes; }

    protocol::websocket::FrameReader reader_;
    std::string last_;
    bool blocked_ = false;  ///< a write is under way, or the system takes no more

  private:
    friend class ChannelPool;

    void watch_message(bool progress);
    void end();

    ChannelPool& pool_;
    User* user_;
    std::string early_;
    SteadyTime due_ = SteadyTime::max();
    bool watched_ = false;
    bool closing_ = false;
    bool gone_ = false;
};

}  // namespace rookery::server
