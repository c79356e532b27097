#include "plugin/events.hpp"

#include "plugin/failures.hpp"

namespace rookery::plugin {
namespace {

constexpr std::size_t kAnyList = 0;

std::size_t list_of(model::EventType type) {
    return type == model::kAnyEvent ? kAnyList : static_cast<std::size_t>(type) + 1;
}

}  // namespace

Result<rk_handle_t> Events::subscribe(std::string_view name, rk_event_fn handler, void* user,
                                      rk_release_t release_user) {
    if (subscriptions_.size() >= kMaxSubscriptions) {
        return Error(ErrorKind::limit,
                     "more than " + std::to_string(kMaxSubscriptions) + " subscriptions");
    }
    auto type = model::EventNames::intern(name);
    if (!type) {
        return type.error();
    }
    auto effect = context_.subscribe(name);
    if (!effect) {
        return effect.error();
    }
    const SubscriptionPtr made(new Subscription(handler, UserData(side_, user, release_user)));
    made->list = list_of(*type);
    made->effect = *effect;
    if (lists_.size() <= made->list) {
        lists_.resize(made->list + 1);
    }
    lists_[made->list].push_back(made);
    return subscriptions_.add(made);
}

Result<rk_handle_t> Events::subscribe(hostapi::InteractionFilter filter, rk_event_fn handler,
                                      void* user, rk_release_t release_user) {
    auto made = subscribe("interactionCreate", handler, user, release_user);
    if (made) {
        (*subscriptions_.find(*made))->filter = std::move(filter);
    }
    return made;
}

Result<rk_handle_t> Events::subscribe_where(std::string_view name, std::string_view where,
                                            rk_event_fn handler, void* user,
                                            rk_release_t release_user) {
    const auto type = model::EventNames::intern(name);
    if (!type) {
        return type.error();
    }
    auto filter = hostapi::EventFilter::parse(*type, where);
    if (!filter) {
        return filter.error();
    }
    auto made = subscribe(name, handler, user, release_user);
    if (made) {
        (*subscriptions_.find(*made))->where = *std::move(filter);
    }
    return made;
}

Result<rk_handle_t> Events::intercept(std::string_view name, std::string_view where,
                                      std::int32_t priority, rk_intercept_fn handler, void* user,
                                      rk_release_t release_user) {
    if (subscriptions_.size() >= kMaxSubscriptions) {
        return Error(ErrorKind::limit,
                     "more than " + std::to_string(kMaxSubscriptions) + " subscriptions");
    }
    const auto type = model::EventNames::intern(name);
    if (!type) {
        return type.error();
    }
    auto filter = hostapi::EventFilter::parse(*type, where);
    if (!filter) {
        return filter.error();
    }
    if (!context_.intercept) {
        return Error(ErrorKind::unsupported, "this runtime has no interceptors");
    }
    const auto interception = context_.intercept(name, priority);
    if (!interception) {
        return interception.error();
    }
    const SubscriptionPtr made(new Subscription(handler, UserData(side_, user, release_user)));
    made->effect = interception->effect;
    made->where = *std::move(filter);
    made->tag = interception->tag;
    interceptions_.emplace(made->tag, made);
    return subscriptions_.add(made);
}

bool Events::unsubscribe(rk_handle_t handle) {
    const auto found = subscriptions_.take(handle);
    if (!found) {
        return false;
    }
    (*found)->live = false;
    interceptions_.erase((*found)->tag);
    if ((*found)->invoked != nullptr) {
        invocations_.erase((*found)->invocation);
    }
    context_.scope->undo((*found)->effect);
    dirty_ = true;
    sweep();
    return true;
}

void Events::sweep() {
    if (!dirty_ || depth_ != 0) {
        return;
    }
    dirty_ = false;
    for (auto& list : lists_) {
        std::erase_if(list, [](const SubscriptionPtr& one) { return !one->live; });
    }
}

void Events::handle(hostapi::Ticket ticket) {
    const model::EventPtr event = ticket.event();
    Turn turn{std::move(ticket), *event, {}};
    if (invocations_.empty() || !context_.commands->was_heard(*event)) {
        run(list_of(event->type()), turn);
        run(kAnyList, turn);
        sweep();
    }
    prepare(turn);
    if (turn.view.event == 0) {
        turn.ticket.pass();
        return;
    }
    static_cast<void>(release(turn.view.event));
}

rk_view_t Events::open(hostapi::Ticket ticket, const model::Event& event) {
    const model::View root = event.view();
    return {open_.add(std::move(ticket)), root.node().index(), root.mapping().id, 0};
}

void Events::intercept(hostapi::Ticket ticket, std::uint64_t tag) {
    const auto found = interceptions_.find(tag);
    if (found == interceptions_.end() || !found->second->where.match(*ticket.event())) {
        ticket.pass();
        return;
    }
    const SubscriptionPtr one = found->second;
    const model::EventPtr event = ticket.event();
    const auto label = [&] { return "interceptor of " + std::string(event->name()); };
    if (event->type() == model::EventType::interaction_create && context_.begun) {
        context_.begun(*event, label());
    }
    const rk_view_t view = open(std::move(ticket), *event);
    {
        const Current current(*this, view.event);
        rk_error_t error;
        const rk_status_t status = enter(side_, error, [&](rk_error_t* reason) {
            return one->handler(one->user.get(), view, reason);
        });
        if (status < 0) {
            failures_.report(label(), status, error);
        } else if (status == RK_INTERCEPT_STOP) {
            static_cast<void>(stop(view.event));
        }
    }
    static_cast<void>(release(view.event));
}

rk_status_t Events::stop(rk_handle_t event) noexcept {
    OpenEvent* const found = open_.find(event);
    if (found == nullptr) {
        return RK_E_STALE;
    }
    return found->ticket.stop() ? RK_OK : RK_E_STATE;
}

/// Of the handlers for some interactions the one that fits this one best; the first of equals.
const Events::Subscription* Events::best_filter(std::size_t list, std::size_t count,
                                                const model::Event& event) const {
    std::optional<hostapi::InteractionKey> key;
    const Subscription* best = nullptr;
    std::size_t most = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const Subscription& one = *lists_[list][i];
        if (!one.live || !one.filter) {
            continue;
        }
        if (!key) {
            key = hostapi::key_of_interaction(event);
        }
        if (const std::size_t match = one.filter->match(*key); match > most) {
            best = &one;
            most = match;
        }
    }
    return best;
}

void Events::run(std::size_t list, Turn& turn) {
    const model::Event& event = turn.event;
    // By position: a handler may subscribe (not for this event) and unsubscribe.
    const std::size_t count = list < lists_.size() ? lists_[list].size() : 0;
    const bool interaction = event.type() == model::EventType::interaction_create;
    const Subscription* const best = interaction ? best_filter(list, count, event) : nullptr;
    const bool tell = interaction && context_.begun;
    ++depth_;
    for (std::size_t i = 0; i < count; ++i) {
        const SubscriptionPtr one = lists_[list][i];
        if (!one->live || (one->filter && one.get() != best) || !one->where.match(event)) {
            continue;
        }
        if (turn.view.event == 0) {
            turn.view = open(std::move(turn.ticket), event);
        }
        const Current current(*this, turn.view.event);
        const auto label = [&] {
            return "handler of " + (one->filter ? one->filter->label() : std::string(event.name()));
        };
        if (tell) {
            context_.begun(event, label());
        }
        rk_error_t error;
        const rk_status_t status = enter(side_, error, [&](rk_error_t* reason) {
            return one->handler(one->user.get(), turn.view, reason);
        });
        if (status < 0) {
            failures_.report(label(), status, error);
        }
    }
    --depth_;
}

rk_status_t Events::hold(rk_handle_t event) noexcept {
    OpenEvent* const found = open_.find(event);
    if (found == nullptr) {
        return RK_E_STALE;
    }
    if (found->holds >= kMaxHolds) {
        return RK_E_LIMIT;
    }
    ++found->holds;
    return RK_OK;
}

rk_status_t Events::release(rk_handle_t event) noexcept {
    OpenEvent* const found = open_.find(event);
    if (found == nullptr) {
        return RK_E_STALE;
    }
    // What a stopping plugin lets go of it has not handled: close() says what becomes of that.
    if (side_.phase() == Phase::stopping) {
        return RK_OK;
    }
    if (--found->holds == 1 && found->answer) {
        context_.commands->heard(*found->ticket.event());
    } else if (found->holds == 0) {
        if (!found->given_up) {
            found->ticket.finish();
        }
        open_.erase(event);
        if (DebugHost* const debug = side_.debug()) {
            debug->fence(event);
        }
    }
    return RK_OK;
}

rk_status_t Events::hold_own(rk_handle_t event) noexcept {
    const rk_status_t status = hold(event);
    if (status == RK_OK) {
        ++open_.find(event)->own;
    }
    return status;
}

rk_status_t Events::release_own(rk_handle_t event) noexcept {
    OpenEvent* const found = open_.find(event);
    if (found == nullptr) {
        return RK_E_STALE;
    }
    if (found->own == 0) {
        return RK_E_INVALID;
    }
    --found->own;
    return release(event);
}

rk_status_t Events::wait(rk_handle_t event, bool waits) noexcept {
    OpenEvent* const found = open_.find(event);
    if (found == nullptr) {
        return RK_E_STALE;
    }
    if (waits && found->waits < kMaxHolds) {
        ++found->waits;
    } else if (!waits && found->waits > 0) {
        --found->waits;
    }
    return RK_OK;
}

std::vector<model::EventPtr> Events::give_up() {
    std::vector<model::EventPtr> out;
    open_.each([&out](OpenEvent& event) {
        if (event.asks()) {
            event.given_up = true;
            out.push_back(event.ticket.delivered());
        }
    });
    return out;
}

std::vector<std::string> Events::in_hand(std::string_view bot) const {
    std::vector<std::string> keys;
    open_.each([&](const OpenEvent& event) {
        if (event.ticket.event()->bot_name() == bot) {
            keys.push_back(event.ticket.event()->dedupe_key());
        }
    });
    return keys;
}

void Events::deliver_again(hostapi::Ticket& ticket) {
    const model::EventPtr again = ticket.event();
    const std::string key = again->dedupe_key();
    open_.each([&](OpenEvent& event) {
        if (ticket.event() != nullptr && event.ticket.event()->bot() == again->bot() &&
            event.ticket.event()->dedupe_key() == key) {
            event.ticket.deliver_again(std::move(ticket));
        }
    });
}

std::size_t Events::open_count() const {
    std::size_t asking = 0;
    open_.each([&asking](const OpenEvent& event) { asking += event.asks() ? 1 : 0; });
    return open_.size() - asking;
}

void Events::close(bus::Lane::Rest rest) {
    if (rest == bus::Lane::Rest::finish) {
        open_.each([](OpenEvent& event) {
            if (!event.given_up) {
                event.ticket.finish();
            }
        });
    }
    open_.clear();
}

void Events::drop_subscriptions() {
    subscriptions_.clear();
    interceptions_.clear();
    invocations_.clear();
    const auto dropped = std::exchange(lists_, {});
}

}  // namespace rookery::plugin
