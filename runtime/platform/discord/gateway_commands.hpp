#pragma once

#include "async/task.hpp"
#include "base/clock.hpp"
#include "gateway/bot.hpp"
#include "platform/discord/member_chunks.hpp"
#include "protocol/discord/send_queue.hpp"

#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace rookery::discord {

/// The operations of one shard that go over the gateway: presence, voice, members, sounds, channel
/// info. Keeps to the send limits, holds what cannot be sent yet until the session is ready, and
/// waits for the answers of those that have one. io thread.
class GatewayCommands {
  public:
    using Done = gateway::BotCallDone;
    /// Puts one payload on the connection.
    using Send = std::function<void(const std::string&)>;

    GatewayCommands(const async::Executor& executor, Send send);
    GatewayCommands(const GatewayCommands&) = delete;
    GatewayCommands& operator=(const GatewayCommands&) = delete;
    /// Whatever is open fails with cancelled.
    ~GatewayCommands();

    /// An operation whose method is GATEWAY. `done` is called once: for presence and voice when it
    /// has left (or a newer one took its place), for the rest with the answer. Errors: invalid,
    /// limit (over 4096 bytes, too many waiting, the server's rate limit), timeout, unavailable
    /// (the session was lost while an answer was due).
    void call(const model::OperationInfo& operation, const nlohmann::json& arguments,
              Millis deadline, Done done);

    /// JSON text of the newest presence, for the next identify; empty: none.
    [[nodiscard]] const std::string& presence() const noexcept { return presence_; }
    void set_presence(std::string presence) { presence_ = std::move(presence); }

    // What happens on the connection.
    void connected();
    void hello(Millis heartbeat_interval);
    /// Heartbeat, identify or resume was sent.
    void urgent_sent();
    /// Whether one more answer to a heartbeat request keeps within the limit.
    [[nodiscard]] bool may_answer();
    void ready(bool resumed);
    void not_ready();
    /// Whether dispatches mean anything at present.
    [[nodiscard]] bool listening() const noexcept { return awaited_ > 0; }
    /// GUILD_MEMBERS_CHUNK, RATE_LIMITED, SOUNDBOARD_SOUNDS, CHANNEL_INFO.
    [[nodiscard]] static bool understands(std::string_view type) noexcept;
    /// Others are ignored.
    void dispatch(std::string_view type, std::string_view data);

  private:
    using Id = std::uint64_t;
    struct Request {
        int op = 0;
        std::uint64_t guild = 0;
        std::string nonce;
        std::string payload;
        Done done;
        SteadyTime deadline;
        SteadyTime not_before;
        SteadyTime quiet_until = SteadyTime::max();  ///< for the answer, or the next piece of it
        protocol::discord::SendQueue::Ticket ticket = 0;  ///< 0: not in the queue
        bool sent = false;
        bool all_members = false;  ///< of the guild: once in a while
        MemberChunks chunks;
    };
    using Requests = std::map<Id, Request>;

    [[nodiscard]] Result<Request> prepare(const model::OperationInfo& operation,
                                          const nlohmann::json& arguments, SteadyTime now);
    void space_all_members(Request& request, const nlohmann::json& data, SteadyTime now);
    void enqueue(Request& request);
    void replace_older(const Request& request);
    void pump();
    void expire(SteadyTime now);
    void send_waiting(SteadyTime now);
    void sent(Requests::iterator which, SteadyTime now);
    void rearm(SteadyTime now);
    void finish(Requests::iterator which, Result<nlohmann::json> result);
    [[nodiscard]] Requests::iterator awaiting(int op, std::uint64_t guild, std::string_view nonce);

    void take_chunk(const model::JsonNode& data);
    void take_rate_limit(const model::JsonNode& data);
    void take_answer(int op, const model::JsonNode& data);

    Send send_;
    std::string nonces_;  ///< how they begin
    protocol::discord::SendQueue queue_;
    Requests requests_;
    Id last_ = 0;
    std::size_t awaited_ = 0;  ///< requests that were sent and have an answer to come
    std::map<std::uint64_t, SteadyTime> all_members_;  ///< guild -> when they were asked for last
    std::string presence_;
    bool ready_ = false;
    boost::asio::steady_timer timer_;
};

}  // namespace rookery::discord
