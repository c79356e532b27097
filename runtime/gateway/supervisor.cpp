#include "gateway/supervisor.hpp"

#include "async/signal.hpp"
#include "async/task_group.hpp"

#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace rookery::gateway {
namespace {

using Phase = SupervisorFsm::Phase;

SteadyTime now() { return std::chrono::steady_clock::now(); }

class LiveSupervisor final : public Supervisor, private LinkReport {
  public:
    LiveSupervisor(async::Executor executor, LinkSession& session, SupervisorOptions options,
                   log::Logger log)
        : executor_(executor),
          session_(session),
          fsm_(std::move(options)),
          log_(std::move(log)),
          timer_(executor),
          changed_(executor),
          tasks_(executor, "supervisor") {}

    void start() override {
        perform(fsm_.start(now()));
        tasks_.spawn("connections", [this] { return connections(); });
    }

    void reconnect(const std::string& why) override { perform(fsm_.reconnect(why, now())); }

    async::Task<> close() override {
        perform(fsm_.stop(now()));
        while (fsm_.phase() != Phase::closed) {
            co_await changed_.wait();
        }
        timer_.cancel();
        tasks_.cancel();
        co_await tasks_.join();
    }

    void describe(BotStatus& status) const override;
    bool is_ready() const noexcept override { return fsm_.is_ready() && fsm_.name() == "ready"; }

  private:
    // LinkReport
    void state(std::string_view name, std::string detail) override {
        fsm_.state(name, std::move(detail));
    }
    void heard() override { fsm_.heard(now()); }
    void logging_in() override { fsm_.logging_in(now()); }
    void ready(bool resumed) override { perform(fsm_.ready(resumed, now())); }
    void gap(Gap gap) override {
        ++gaps_;
        last_gap_ = gap;
    }
    void latency(std::chrono::microseconds round_trip) override { latency_ = round_trip; }
    void received(std::uint64_t bytes, std::uint64_t frames) override {
        bytes_ += bytes;
        frames_ += frames;
    }

    void perform(const SupervisorFsm::Actions& actions);
    void arm();
    [[nodiscard]] async::Task<> connections();

    async::Executor executor_;
    LinkSession& session_;
    SupervisorFsm fsm_;
    log::Logger log_;
    std::uint64_t gaps_ = 0;
    std::optional<Gap> last_gap_;
    std::optional<std::chrono::microseconds> latency_;
    std::uint64_t bytes_ = 0;
    std::uint64_t frames_ = 0;
    bool due_ = false;  ///< a connection is to be begun
    boost::asio::steady_timer timer_;
    SteadyTime armed_ = SteadyTime::max();
    std::unique_ptr<async::TaskGroup> attempt_;  ///< what can be cancelled without the rest
    async::Signal changed_;
    async::TaskGroup tasks_;
};

void LiveSupervisor::perform(const SupervisorFsm::Actions& actions) {
    for (const SupervisorFsm::Action& action : actions) {
        if (std::holds_alternative<SupervisorFsm::Run>(action)) {
            due_ = true;
        } else if (const auto* hang_up = std::get_if<SupervisorFsm::HangUp>(&action)) {
            session_.hang_up(hang_up->cut);
        } else if (std::holds_alternative<SupervisorFsm::Cancel>(action)) {
            if (attempt_ != nullptr) {
                attempt_->cancel();
            }
        } else if (const auto* note = std::get_if<SupervisorFsm::Note>(&action)) {
            using Level = SupervisorFsm::Note::Level;
            log_->log(note->level == Level::info   ? spdlog::level::info
                      : note->level == Level::warn ? spdlog::level::warn
                                                   : spdlog::level::err,
                      "{}", note->text);
        }
    }
    changed_.notify_all();
    arm();
}

/// The timer runs to the deadline as it stood: what was heard meanwhile moves it on without a call
/// for each frame.
void LiveSupervisor::arm() {
    const SteadyTime deadline = fsm_.deadline();
    if (deadline == armed_) {
        return;
    }
    armed_ = deadline;
    if (deadline == SteadyTime::max()) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(deadline);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            armed_ = SteadyTime::max();
            perform(fsm_.tick(now()));
        }
    });
}

async::Task<> LiveSupervisor::connections() {
    for (;;) {
        while (!due_) {
            co_await changed_.wait();
        }
        due_ = false;
        std::optional<LinkEnd> end;
        attempt_ = std::make_unique<async::TaskGroup>(executor_, "link");
        attempt_->spawn("connection", [this, &end]() -> async::Task<> {
            LinkEnd how = co_await session_.run(*this);
            end = std::move(how);
        });
        co_await attempt_->join();
        attempt_.reset();
        perform(fsm_.ended(std::move(end), now()));
    }
}

void LiveSupervisor::describe(BotStatus& status) const {
    ShardStatus& shard = shard_of(status);
    status.state = shard.state = fsm_.name();
    status.detail = shard.detail = fsm_.detail();
    status.fatal = fsm_.phase() == Phase::fatal;
    status.connects = shard.connects = fsm_.counters().connects;
    status.identifies = shard.identifies = fsm_.counters().logins;
    status.resumes = shard.resumes = fsm_.counters().resumes;
    status.identifies_24h = fsm_.logins_24h(now());
    status.gaps = shard.gaps = gaps_;
    shard.last_gap = last_gap_;
    status.latency = shard.latency = latency_;
    status.bytes_in = shard.bytes_in = bytes_;
    status.bytes_plain = shard.bytes_plain = bytes_;
    status.frames = shard.frames = frames_;
}

}  // namespace

std::unique_ptr<Supervisor> Supervisor::make(async::Executor executor, LinkSession& session,
                                             SupervisorOptions options, log::Logger log) {
    return std::make_unique<LiveSupervisor>(std::move(executor), session, std::move(options),
                                            std::move(log));
}

}  // namespace rookery::gateway
