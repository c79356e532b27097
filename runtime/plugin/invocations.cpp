#include "plugin/events.hpp"
#include "plugin/failures.hpp"

namespace rookery::plugin {
namespace {

/// "handler of todo add", for people.
std::string label_of(const nlohmann::json& invocation) {
    for (const char* const key : {"command", "action"}) {
        const auto found = invocation.find(key);
        if (found != invocation.end() && found->is_string()) {
            return "handler of " + found->get_ref<const std::string&>();
        }
    }
    return "handler of a command";
}

}  // namespace

Result<rk_handle_t> Events::handle_invocations(hostapi::InvocationKind kind, std::string_view key,
                                               rk_invocation_fn handler, void* user,
                                               rk_release_t release_user) {
    if (context_.commands == nullptr) {
        return Error(ErrorKind::unsupported, "this runtime has no commands");
    }
    if (key.empty()) {
        return Error(ErrorKind::invalid, "key: expected a command or an action, got none");
    }
    if (subscriptions_.size() >= kMaxSubscriptions) {
        return Error(ErrorKind::limit,
                     "more than " + std::to_string(kMaxSubscriptions) + " subscriptions");
    }
    const auto registered = context_.commands->handle(kind, key);
    if (!registered) {
        return registered.error();
    }
    const SubscriptionPtr made(new Subscription(nullptr, UserData(side_, user, release_user)));
    made->effect = registered->effect;
    made->invoked = handler;
    made->invocation = registered->handler;
    invocations_[made->invocation] = made;
    return subscriptions_.add(made);
}

void Events::take_up(hostapi::Ticket ticket) {
    const model::EventPtr event = ticket.event();
    Turn turn{std::move(ticket), *event, {}};
    prepare(turn);
    if (turn.view.event == 0) {
        turn.ticket.finish();
        return;
    }
    static_cast<void>(release(turn.view.event));
}

void Events::prepare(Turn& turn) {
    if (invocations_.empty() || !context_.commands->concerns(turn.event)) {
        return;
    }
    if (turn.view.event == 0) {
        turn.view = open(std::move(turn.ticket), turn.event);
    }
    const rk_view_t view = turn.view;
    OpenEvent* const opened = open_.find(view.event);
    ++opened->holds;  // until the handler has been called, or nobody is to be
    // Not called once the instance has been stopped; close() has let go of the event by then.
    context_.commands->prepare(opened->ticket.event(),
                               [this, view](std::optional<hostapi::Invocation> invocation) {
                                   if (invocation) {
                                       invoke(view, *std::move(invocation));
                                   }
                                   static_cast<void>(release(view.event));
                               });
}

/// An answer: it waits together with who has asked.
void Events::keep_open(rk_handle_t event,
                       const std::function<void(std::shared_ptr<void> open)>& until_answered) {
    static_cast<void>(hold(event));
    static_cast<void>(wait(event, true));
    open_.find(event)->answer = true;
    until_answered(std::shared_ptr<void>(
        nullptr, [this, alive = std::weak_ptr<const bool>(alive_), event](void* /*nothing*/) {
            if (OpenEvent* const opened = alive.expired() ? nullptr : open_.find(event)) {
                opened->answer = false;
                static_cast<void>(wait(event, false));
                static_cast<void>(release(event));
            }
        }));
}

void Events::invoke(rk_view_t view, hostapi::Invocation invocation) {
    const auto found = invocations_.find(invocation.handler);
    OpenEvent* const opened = open_.find(view.event);
    if (found == invocations_.end() || opened == nullptr) {
        return;  // unsubscribed meanwhile
    }
    const SubscriptionPtr one = found->second;
    opened->invoked = true;
    opened->place = std::move(invocation.place);
    if (invocation.until_answered) {
        keep_open(view.event, invocation.until_answered);
    }
    const model::EventPtr event = opened->ticket.event();
    const std::string label = label_of(invocation.data);
    if (event->type() == model::EventType::interaction_create && context_.begun) {
        context_.begun(*event, label);
    }
    const std::string text =
        invocation.data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    const Current current(*this, view.event);
    rk_error_t error;
    const rk_status_t status = enter(side_, error, [&](rk_error_t* reason) {
        return one->invoked(one->user.get(), view, lend(side_, 0, text, "an invocation"), reason);
    });
    fence(side_, 0);
    if (status < 0) {
        failures_.report(label, status, error);
    }
}

}  // namespace rookery::plugin
