#include "app/command_service.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace rookery::app {
CommandService::CommandService(boost::asio::io_context& io, hostapi::Operations& operations,
                               const store::StateDir& state, Millis gather)
    : io_(io), operations_(operations), state_(state), gather_(gather) {
    registry_.on_change([this] { boost::asio::post(io_, [this] { changed(); }); });
}

void CommandService::add_bot(const std::string& name) {
    const auto call = [this, name](std::string operation, nlohmann::json arguments,
                                   hostapi::OperationDone done) {
        hostapi::OperationCall wish;
        wish.operation = std::move(operation);
        wish.arguments = std::move(arguments);
        wish.bot = name;
        wish.extension = "commands";
        operations_.send(std::move(wish), std::move(done));
    };
    bots_.insert_or_assign(name, std::make_unique<hostapi::CommandSync>(
                                     name, state_.bot_file(name, "commands.json"), registry_, call,
                                     [this](Millis delay, std::function<void()> task) {
                                         later(delay, std::move(task));
                                     }));
    changed();
}

void CommandService::remove_bot(const std::string& name) { bots_.erase(name); }

void CommandService::release() {
    if (--holds_ == 0) {
        run(false);
    }
}

void CommandService::changed() {
    if (!std::exchange(pending_, true)) {
        later(gather_, [this] {
            pending_ = false;
            run(false);
        });
    }
}

void CommandService::force() { run(true); }

void CommandService::run(bool force) {
    if (stopped_ || holds_ != 0) {
        return;
    }
    for (const auto& [name, sync] : bots_) {
        sync->run(force);
    }
}

void CommandService::later(Millis delay, std::function<void()> task) {
    if (stopped_) {
        return;
    }
    timers_.remove_if([](const auto& timer) { return timer.expired(); });
    auto timer = std::make_shared<boost::asio::steady_timer>(io_, delay);
    timers_.push_back(timer);
    timer->async_wait(
        [this, timer, task = std::move(task)](const boost::system::error_code& error) {
            if (!error && !stopped_) {
                task();
            }
        });
}

void CommandService::stop() {
    stopped_ = true;
    for (const auto& weak : timers_) {
        if (const auto timer = weak.lock()) {
            timer->cancel();
        }
    }
}

bool CommandService::idle() const { return !pending_; }

std::vector<hostapi::CommandStatus> CommandService::list() const {
    std::vector<hostapi::CommandStatus> all;
    for (const auto& [name, sync] : bots_) {
        auto some = sync->list();
        all.insert(all.end(), std::make_move_iterator(some.begin()),
                   std::make_move_iterator(some.end()));
    }
    return all;
}

}  // namespace rookery::app
