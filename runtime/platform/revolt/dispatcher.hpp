#pragma once

#include "base/log.hpp"
#include "gateway/intake.hpp"
#include "model/json_index.hpp"
#include "platform/revolt/cache.hpp"
#include "protocol/revolt/frame.hpp"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::revolt {

/// Turns the frames of the event server into arrivals, with what the cache knows beside each, and
/// keeps the cache. What neither anybody wants nor the cache needs costs the look-up of its name.
/// io thread.
class Dispatcher {
  public:
    struct Addresses {
        std::string api;  ///< without a slash at its end
        std::string cdn;  ///< with one
    };
    using Wall = std::function<std::int64_t()>;  ///< milliseconds since 1970

    Dispatcher(gateway::Intake& intake, Cache& cache, log::Logger log, Wall wall);

    /// Where pictures and files lie; before the first frame.
    void set_addresses(Addresses addresses) { addresses_ = std::move(addresses); }

    /// A new session's Ready: replaces the cache. `first`: of this connection; else nobody is told.
    void ready(const protocol::revolt::Frame& frame, bool first, SteadyTime now);
    /// Any other frame but Bulk. `late`: a message that was fetched after a gap.
    void event(const protocol::revolt::Frame& frame, SteadyTime now, bool late = false);

    /// The channel that a frame of the message family is about; empty for others.
    [[nodiscard]] static std::string channel_of(const protocol::revolt::Frame& frame);

    [[nodiscard]] const std::string& self() const noexcept { return self_; }
    [[nodiscard]] const std::string& self_name() const noexcept { return self_name_; }
    [[nodiscard]] std::uint64_t malformed() const noexcept { return malformed_; }
    /// Called for every message that was taken, with its channel and id.
    void on_message(
        std::function<void(std::string_view channel, std::string_view id, bool late)> f) {
        on_message_ = std::move(f);
    }

  private:
    /// One frame under way.
    struct Turn {
        protocol::revolt::Frame frame;
        model::JsonNode root;
        gateway::Intake::Want want;
        SteadyTime now;
        bool late = false;
    };
    using Handler = void (Dispatcher::*)(Turn&);
    struct Known {
        std::string_view name;
        Handler handler;
        bool keeps;  ///< the cache needs it, whoever wants it
    };
    static const Known* find(std::string_view type) noexcept;

    /// What an event reads beside its payload, one key after the other.
    class Context {
      public:
        Context(const Dispatcher& owner, std::uint32_t reads);
        [[nodiscard]] bool reads(model::ContextKey key) const noexcept {
            return (reads_ >> static_cast<unsigned>(key) & 1U) != 0;
        }
        /// JSON; empty texts are left out.
        Context& add(model::ContextKey key, std::string_view json);
        Context& text(model::ContextKey key, std::string_view value);
        [[nodiscard]] std::string take();

      private:
        std::uint32_t reads_;
        std::string out_ = "{";
    };
    [[nodiscard]] Context context(const Turn& turn) const { return {*this, turn.want.reads}; }

    void become(const Turn& turn, std::initializer_list<gateway::Becoming> events,
                std::string_view identity = {});
    void become(const Turn& turn, const std::vector<gateway::Becoming>& events,
                std::string_view identity = {});
    [[nodiscard]] std::string text(const Turn& turn, std::initializer_list<std::string_view> path);
    [[nodiscard]] std::string names_in(const model::JsonNode& content, std::string_view server);

    // dispatch_messages.cpp
    void message(Turn& turn);
    void message_update(Turn& turn);
    void message_append(Turn& turn);
    void message_delete(Turn& turn);
    void message_bulk_delete(Turn& turn);
    void message_react(Turn& turn);
    void message_unreact(Turn& turn);
    void message_remove_reaction(Turn& turn);
    void typing(Turn& turn);
    void react(std::string_view message, std::string_view emoji, std::string_view user, int how);

    // dispatch_guilds.cpp
    void server_create(Turn& turn);
    void server_update(Turn& turn);
    void server_delete(Turn& turn);
    void member_join(Turn& turn);
    void member_update(Turn& turn);
    void member_leave(Turn& turn);
    void role_update(Turn& turn);
    void role_ranks(Turn& turn);
    void role_delete(Turn& turn);
    void user_update(Turn& turn);
    void user_presence(Turn& turn);
    void user_relationship(Turn& turn);
    void platform_wipe(Turn& turn);
    void emoji_create(Turn& turn);
    void emoji_update(Turn& turn);
    void emoji_delete(Turn& turn);
    void channel_create(Turn& turn);
    void channel_update(Turn& turn);
    void channel_delete(Turn& turn);
    void group_join(Turn& turn);
    void group_leave(Turn& turn);
    void recipients(const std::string& channel, const std::string& user, bool join);
    void webhook_create(Turn& turn);
    void webhook_changed(Turn& turn);
    void voice(Turn& turn);

    void fill(const model::JsonNode& ready);

    gateway::Intake& intake_;
    Cache& cache_;
    log::Logger log_;
    Wall wall_;
    Addresses addresses_;
    std::string self_;
    std::string self_name_;
    std::uint64_t malformed_ = 0;
    std::function<void(std::string_view, std::string_view, bool)> on_message_;
};

}  // namespace rookery::revolt
