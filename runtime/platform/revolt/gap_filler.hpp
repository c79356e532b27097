#pragma once

#include "async/task_group.hpp"
#include "base/log.hpp"
#include "bus/event_bus.hpp"
#include "gateway/intake.hpp"
#include "platform/revolt/api.hpp"
#include "platform/revolt/cache.hpp"
#include "platform/revolt/dispatcher.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace rookery::revolt {

/// A channel of which nothing says that it has more than what was seen.
struct QuietChannel {
    std::string id;
    std::string last;  ///< id of the newest message that is known
};

/// Which of these are read nevertheless, because the server writes down a channel's last message
/// seconds after it came: those that were alive within a minute of `heard` (a message's id), and
/// the most recent ones in any case; a bounded number.
[[nodiscard]] std::vector<QuietChannel> suspects(std::vector<QuietChannel> quiet,
                                                 std::string_view heard);

/// The event server resumes nothing: what was written while the link was down is fetched from each
/// channel that has something newer than what was seen last (cursors of the intake, which outlive
/// the process), or may have (suspects()), oldest first, and published as late. What happens in
/// such a channel meanwhile is held back, so that its order stays. A channel that could not be read
/// keeps its cursor, and is read after the next connection. Edits and deletions of that time are
/// not told by anybody. io thread.
class GapFiller {
  public:
    struct Options {
        std::size_t of_channel = 200;  ///< messages fetched for one channel, at most
        std::size_t in_all = 5'000;    ///< the same for all channels of one gap
    };

    GapFiller(async::Executor executor, Api& api, gateway::Intake& intake, const Cache& cache,
              Dispatcher& dispatcher, bus::EventBus& bus, Options options, log::Logger log);
    GapFiller(const GapFiller&) = delete;
    GapFiller& operator=(const GapFiller&) = delete;
    ~GapFiller();

    /// The cache is that of a new Ready, which has been published. True: there is something to
    /// fetch, and the fetching has begun.
    bool begin();
    /// True: the frame is about a channel that is being fetched, and was put aside.
    [[nodiscard]] bool hold(const protocol::revolt::Frame& frame);
    /// A message has been taken.
    void taken(std::string_view channel, std::string_view id, bool late);

    /// The connection is over: what is held back is handed on, the rest is for the next one.
    [[nodiscard]] async::Task<> end();

  private:
    struct Fill {
        std::string after;
        std::string newest;  ///< of those that came meanwhile
        std::deque<std::string> held;
        std::size_t held_bytes = 0;
    };
    enum class Outcome : std::uint8_t {
        done,
        cut,     ///< it had more than may be fetched
        barred,  ///< it may not be read
        failed,
    };
    struct Tally {
        std::size_t messages = 0;
        std::size_t channels = 0;  ///< that had some
        std::size_t cut = 0;
        std::size_t failed = 0;
    };

    [[nodiscard]] async::Task<> run();
    [[nodiscard]] async::Task<Outcome> fill(std::string channel);
    [[nodiscard]] async::Task<Result<std::size_t>> page(std::string channel, std::size_t most);
    void publish(const nlohmann::json& answer, const std::string& channel);
    void release(const std::string& channel, Outcome how);
    void tell(std::size_t asked);
    void move_on(std::string_view channel, std::string_view id);

    Api& api_;
    gateway::Intake& intake_;
    const Cache& cache_;
    Dispatcher& dispatcher_;
    bus::EventBus& bus_;
    Options options_;
    log::Logger log_;
    async::Executor executor_;
    std::unordered_map<std::string, Fill> fills_;
    /// Have a hole behind their cursor, which stays there. Of this process: the next one sees it
    /// by the cursor.
    std::unordered_set<std::string> owed_;
    Tally tally_;
    std::unique_ptr<async::TaskGroup> tasks_;  ///< of one connection
};

}  // namespace rookery::revolt
