#include "script/handlers.hpp"

#include <algorithm>
#include <utility>

namespace rookery::script {

Result<hostapi::EffectId> Handlers::add(std::string_view event, CallbackPtr callback, bool once,
                                        std::shared_ptr<const hostapi::EventFilter> where) {
    return add(event, Handler{0, {}, std::move(callback), once, std::nullopt, std::move(where)});
}

Result<hostapi::EffectId> Handlers::add(hostapi::InteractionFilter filter, CallbackPtr callback) {
    return add("interactionCreate", Handler{0, {}, std::move(callback), false, std::move(filter)});
}

Result<hostapi::EffectId> Handlers::add(std::string_view event, Handler handler) {
    if (size() >= kMost) {
        return Error(ErrorKind::limit, "a script can have at most 1000 subscriptions");
    }
    const auto subscription = context_.subscribe(event);
    if (!subscription) {
        return subscription.error();
    }
    const auto type =
        event == "*" ? std::optional(model::kAnyEvent) : model::EventNames::find(event);
    if (!type) {
        context_.scope->undo(*subscription);
        return Error(ErrorKind::internal, "subscribed event has no type");
    }
    const hostapi::EffectId id = *subscription;
    context_.scope->add(
        handler.callback->label, [this, id] { forget(id); }, id);
    types_.emplace(id, *type);
    Snapshot& current = by_type_[static_cast<std::uint16_t>(*type)];
    auto next = current ? std::make_shared<std::vector<Handler>>(*current)
                        : std::make_shared<std::vector<Handler>>();
    handler.id = id;
    handler.type = *type;
    next->push_back(std::move(handler));
    current = std::move(next);
    return id;
}

Result<hostapi::EffectId> Handlers::intercept(std::string_view event, CallbackPtr callback,
                                              std::int32_t priority,
                                              std::shared_ptr<const hostapi::EventFilter> where) {
    if (size() >= kMost) {
        return Error(ErrorKind::limit, "a script can have at most 1000 subscriptions");
    }
    if (!context_.intercept) {
        return Error(ErrorKind::unsupported, "this runtime has no interceptors");
    }
    const auto made = context_.intercept(event, priority);
    if (!made) {
        return made.error();
    }
    const std::uint64_t tag = made->tag;
    interceptions_.emplace(
        tag, Handler{made->effect, {}, callback, false, std::nullopt, std::move(where)});
    context_.scope->add(
        callback->label,
        [this, tag] {
            const auto gone = interceptions_.extract(tag);
            gone.mapped().callback->remove(state_);
        },
        made->effect);
    return made->effect;
}

const Handler* Handlers::interception(std::uint64_t tag) const noexcept {
    const auto found = interceptions_.find(tag);
    return found == interceptions_.end() ? nullptr : &found->second;
}

bool Handlers::remove(hostapi::EffectId id) {
    const bool known =
        types_.contains(id) || std::any_of(interceptions_.begin(), interceptions_.end(),
                                           [id](const auto& one) { return one.second.id == id; });
    return known && context_.scope->undo(id);
}

void Handlers::clear() {
    while (!types_.empty()) {
        const hostapi::EffectId last = types_.rbegin()->first;
        context_.scope->undo(last);
        types_.erase(last);
    }
    while (!interceptions_.empty()) {
        context_.scope->undo(interceptions_.rbegin()->second.id);
    }
}

const Handlers::Snapshot& Handlers::of(model::EventType type) const noexcept {
    static const Snapshot none;
    const auto found = by_type_.find(static_cast<std::uint16_t>(type));
    return found == by_type_.end() ? none : found->second;
}

/// The undo of a subscription's child effect.
void Handlers::forget(hostapi::EffectId id) {
    const auto found = types_.find(id);
    if (found == types_.end()) {
        return;
    }
    Snapshot& current = by_type_[static_cast<std::uint16_t>(found->second)];
    types_.erase(found);
    auto next = std::make_shared<std::vector<Handler>>();
    for (const Handler& handler : *current) {
        if (handler.id == id) {
            handler.callback->remove(state_);
        } else {
            next->push_back(handler);
        }
    }
    current = next->empty() ? Snapshot() : Snapshot(std::move(next));
}

}  // namespace rookery::script
