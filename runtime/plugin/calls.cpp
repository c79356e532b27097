#include "plugin/calls.hpp"

#include "hostapi/refusal.hpp"
#include "model/json_index.hpp"
#include "plugin/failures.hpp"
#include "plugin/plugin.hpp"

namespace rookery::plugin {
namespace {

Result<nlohmann::json> parse(std::string_view text) {
    if (text.size() > Calls::kMaxArguments) {
        return Error(ErrorKind::limit,
                     "longer than " + std::to_string(Calls::kMaxArguments) + " bytes");
    }
    // The index checks UTF-8 and depth, which the parser does not.
    const auto index = model::JsonIndex::build(text.empty() ? "{}" : text);
    if (!index) {
        return Error(ErrorKind::invalid, index.error().message());
    }
    if (!index->root().is_object()) {
        return Error(ErrorKind::invalid, "expected a JSON object");
    }
    auto parsed = nlohmann::json::parse(text.empty() ? "{}" : text, nullptr, false);
    if (parsed.is_discarded()) {
        return Error(ErrorKind::invalid, "not JSON");
    }
    return parsed;
}

}  // namespace

Result<> Calls::begin(const Wish& wish, rk_done_fn done, void* user, rk_release_t release) {
    const std::string operation(wish.operation);
    if (calls_.size() >= kMaxCalls) {
        return Error(ErrorKind::limit,
                     operation + ": more than " + std::to_string(kMaxCalls) + " calls under way");
    }
    auto arguments = parse(wish.arguments);
    if (!arguments) {
        return arguments.error().within(operation + ": arguments");
    }
    hostapi::OperationCall call;
    call.operation = operation;
    call.arguments = *std::move(arguments);
    call.bot = wish.bot;
    if (wish.deadline.count() > 0) {
        call.deadline = wish.deadline;
    }
    const rk_handle_t event = wish.event != 0 ? wish.event : events_.current();
    if (OpenEvent* const open = events_.find(event)) {
        call.event = open->ticket.event();
        call.number = open->calls++;
    } else if (wish.event != 0) {
        return Error(ErrorKind::stale, operation + ": its event has been released");
    }
    if (side_.phase() == Phase::stopping) {
        context_.call(std::move(call), [](const Result<nlohmann::json>&) {});
        return {};
    }
    const rk_handle_t held = events_.hold(event) == RK_OK ? event : 0;
    const rk_handle_t handle =
        calls_.add(Call{operation, done, UserData(side_, user, release), held});
    // The answer may come when the instance is over: the side outlives it.
    auto side = std::const_pointer_cast<HostSide>(side_.shared_from_this());
    context_.call(std::move(call), [side = std::move(side), handle](Result<nlohmann::json> result) {
        if (Plugin* const plugin = side->plugin()) {
            plugin->calls().finish(handle, std::move(result));
        }
    });
    return {};
}

void Calls::finish(rk_handle_t handle, Result<nlohmann::json> result) {
    auto call = calls_.take(handle);
    if (!call) {
        return;
    }
    {
        const Events::Current current(events_, call->event);
        tell(*call, std::move(result));
    }
    static_cast<void>(events_.release(call->event));
}

void Calls::tell(const Call& call, Result<nlohmann::json> result) {
    if (call.done == nullptr) {
        if (!result) {
            failures_.report(call.operation, result.error());
        }
        return;
    }
    rk_status_t status = RK_OK;
    rk_handle_t document = 0;
    std::string message;
    if (!result) {
        status = status_of(result.error().kind());
        message = result.error().message();
        if (auto refusal = hostapi::describe_refusal(result.error()); !refusal.is_null()) {
            document = documents_.add(std::make_shared<const nlohmann::json>(std::move(refusal)));
        }
    } else if (!result->is_null()) {
        const model::OperationInfo* const info = model::find_operation(call.operation);
        const bool typed = info != nullptr && info->result != nullptr;
        document = documents_.add(std::make_shared<const nlohmann::json>(*std::move(result)),
                                  typed ? info->result->shape : nullptr);
    }
    rk_error_t error;
    const rk_status_t outcome = enter(side_, error, [&](rk_error_t* reason) {
        return call.done(call.user.get(), status, document,
                         lend(side_, 0, message, "the end of an operation"), reason);
    });
    fence(side_, 0);
    documents_.drop(document);
    if (outcome < 0) {
        failures_.report("the end of " + call.operation, outcome, error);
    }
}

void Calls::close() { calls_.clear(); }

}  // namespace rookery::plugin
