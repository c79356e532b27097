#include "hostapi/operations.hpp"

#include "base/log.hpp"
#include "hostapi/arguments.hpp"
#include "hostapi/platform_report.hpp"

#include <utility>

namespace rookery::hostapi {
namespace {

/// Somebody waits for the answer of an interaction; what no event asked for can wait longest.
model::Lane lane_of(const OperationCall& call) {
    if (call.operation.starts_with("interactions.") ||
        (call.event != nullptr && call.event->raw_name() == "INTERACTION_CREATE")) {
        return model::Lane::interaction;
    }
    return call.event == nullptr ? model::Lane::background : model::Lane::user;
}

}  // namespace

void Operations::add_bot(std::string name, Platform platform, const model::PlatformInfo* info) {
    Bot bot{name, std::move(platform), info != nullptr ? info : model::find_platform("discord")};
    const std::scoped_lock lock(mutex_);
    bots_.insert_or_assign(std::move(name), std::move(bot));
}

void Operations::remove_bot(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    bots_.erase(name);
}

Result<Operations::Bot> Operations::find(const OperationCall& call) const {
    const std::scoped_lock lock(mutex_);
    std::string_view name = call.bot;
    if (name.empty() && call.event != nullptr) {
        name = call.event->bot_name();
    }
    if (name.empty()) {
        if (bots_.size() == 1) {
            return bots_.begin()->second;
        }
        return Error(ErrorKind::invalid, call.operation + ": there are " +
                                             std::to_string(bots_.size()) +
                                             " bots: say which one (parameter bot)");
    }
    const auto found = bots_.find(name);
    if (found == bots_.end()) {
        return Error(ErrorKind::not_found,
                     call.operation + ": there is no bot named " + log::clipped(name, 40));
    }
    return found->second;
}

OperationDone Operations::counted(OperationDone done) const {
    if (under_way_ == nullptr) {
        return done;
    }
    under_way_->fetch_add(1);
    return [count = under_way_, done = std::move(done)](Result<nlohmann::json> answer) {
        done(std::move(answer));
        count->fetch_sub(1);
    };
}

void Operations::call(OperationCall call, OperationDone done) {
    done = counted(std::move(done));
    const model::OperationInfo* info = model::find_operation(call.operation);
    if (info == nullptr) {
        done(Error(ErrorKind::not_found,
                   "there is no operation " + log::clipped(call.operation, 60)));
        return;
    }
    if (stage_ != nullptr) {
        if (const auto bot = find(call)) {
            call.bot = bot->name;
            if (stage_->wants(*info, *bot->info, call)) {
                stage_->run(*info, *bot->info, std::move(call), std::move(done),
                            [this, info](OperationCall next, OperationDone answer) {
                                carry_out(*info, std::move(next), std::move(answer));
                            });
                return;
            }
        }
    }
    carry_out(*info, std::move(call), std::move(done));
}

void Operations::carry_out(const model::OperationInfo& info, OperationCall call,
                           OperationDone done) const {
    const auto bot = find(call);
    const auto checked =
        bot ? check_call(*bot->info, info, call.arguments) : check_arguments(info, call.arguments);
    if (!checked) {
        done(checked.error());
        return;
    }
    if (info.name == "bots.capabilities") {
        done(bot ? Result<nlohmann::json>(capabilities_of(*bot->info)) : bot.error());
        return;
    }
    if (const CoreOperation* const own = core(info)) {
        (*own)(info, std::move(call), std::move(done));
        return;
    }
    send(info, std::move(call), std::move(done));
}

void Operations::route(std::string method_or_name, CoreOperation core) {
    core_.insert_or_assign(std::move(method_or_name), std::move(core));
}

const CoreOperation* Operations::core(const model::OperationInfo& info) const {
    for (const std::string_view key : {info.name, info.discord_method}) {
        if (const auto found = core_.find(key); found != core_.end()) {
            return &found->second;
        }
    }
    return nullptr;
}

void Operations::send(OperationCall call, OperationDone done) {
    done = counted(std::move(done));
    const model::OperationInfo* info = model::find_operation(call.operation);
    if (info == nullptr) {
        done(Error(ErrorKind::not_found,
                   "there is no operation " + log::clipped(call.operation, 60)));
        return;
    }
    send(*info, std::move(call), std::move(done));
}

void Operations::send(const model::OperationInfo& info, OperationCall call,
                      OperationDone done) const {
    auto bot = find(call);
    if (!bot) {
        done(bot.error());
        return;
    }
    PlatformCall out;
    out.info = &info;
    out.arguments = std::move(call.arguments);
    out.extension = call.extension;
    out.deadline = call.deadline;
    out.lane = lane_of(call);
    if (call.event != nullptr) {
        out.nonce_key = std::string(call.event->dedupe_key()) + "/" + call.extension + "/" +
                        std::to_string(call.number);
    }
    bot->platform(std::move(out), std::move(done));
}

}  // namespace rookery::hostapi
