#include "hostapi/fact_cache.hpp"

#include <utility>

namespace rookery::hostapi {
namespace {

std::string key_of(const std::string& bot, const std::string& operation,
                   const nlohmann::json& arguments) {
    return bot + "/" + operation +
           arguments.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The platform's word on what was asked for, and not on how it goes at the moment.
bool is_lasting(const Error& error) {
    return error.kind() == ErrorKind::not_found || error.kind() == ErrorKind::invalid ||
           error.kind() == ErrorKind::denied;
}

}  // namespace

void FactCache::get(const std::string& bot, const std::string& operation,
                    const nlohmann::json& arguments, Millis deadline, Done done, Millis kept) {
    const std::string key = key_of(bot, operation, arguments);
    std::optional<Result<Fact>> known;
    {
        const std::scoped_lock lock(mutex_);
        const auto [found, fresh] = entries_.try_emplace(key);
        Entry& entry = found->second;
        if (fresh) {
            entry.age = by_age_.insert(by_age_.end(), key);
        }
        if (entry.refusal && entry.until > clock_.now()) {
            known = *entry.refusal;
        } else if (entry.fact != nullptr && entry.until > clock_.now()) {
            known = entry.fact;
        } else {
            entry.waiting.push_back(std::move(done));
            if (entry.waiting.size() > 1) {
                return;
            }
        }
    }
    if (known) {
        done(*std::move(known));
        return;
    }
    OperationCall call;
    call.operation = operation;
    call.arguments = arguments;
    call.bot = bot;
    call.extension = "commands";
    call.deadline = deadline;
    operations_.call(std::move(call),
                     [self = shared_from_this(), key, kept](Result<nlohmann::json> answer) {
                         self->answered(key, kept, std::move(answer));
                     });
}

void FactCache::known(const std::string& bot, const std::string& operation,
                      const nlohmann::json& arguments, std::function<void(Fact)> done) {
    const std::string key = key_of(bot, operation, arguments);
    // Apart from the platform's own answers, which are whole.
    const std::string kept = bot + "/kept " + key;
    if (Fact fact = fresh(kept); fact != nullptr) {
        done(std::move(fact));
        return;
    }
    const auto* const info = model::find_operation(operation);
    if (keeper_ == nullptr || info == nullptr) {
        done(fresh(key));
        return;
    }
    ++asking_;
    keeper_(bot, *info, arguments,
            [self = shared_from_this(), key, kept,
             done = std::move(done)](Result<nlohmann::json> answer) {
                Fact fact = answer ? self->keep(kept, *std::move(answer)) : self->fresh(key);
                done(std::move(fact));
                --self->asking_;
            });
}

FactCache::Fact FactCache::keep(const std::string& key, nlohmann::json value) {
    auto fact = std::make_shared<const nlohmann::json>(std::move(value));
    const std::scoped_lock lock(mutex_);
    const auto [found, added] = entries_.try_emplace(key);
    if (added) {
        found->second.age = by_age_.insert(by_age_.end(), key);
    }
    found->second.fact = fact;
    found->second.until = clock_.now() + kKeptOfBot;
    shrink();
    return fact;
}

void FactCache::answered(const std::string& key, Millis kept, Result<nlohmann::json> answer) {
    std::vector<Done> waiting;
    Result<Fact> fact =
        answer ? Result<Fact>(std::make_shared<const nlohmann::json>(*std::move(answer)))
               : Result<Fact>(answer.error());
    {
        const std::scoped_lock lock(mutex_);
        const auto found = entries_.find(key);
        if (found == entries_.end()) {
            return;
        }
        waiting = std::exchange(found->second.waiting, {});
        if (fact) {
            found->second.fact = *fact;
            found->second.refusal.reset();
            found->second.until = clock_.now() + kept;
        } else if (is_lasting(fact.error())) {
            found->second.fact = nullptr;
            found->second.refusal = fact.error();
            found->second.until = clock_.now() + kKeptRefusal;
        } else {
            by_age_.erase(found->second.age);
            entries_.erase(found);
        }
        shrink();
    }
    for (const Done& done : waiting) {
        done(fact);
    }
}

/// Within the mutex. Those that are being read have somebody waiting: they stay, and are few.
void FactCache::shrink() {
    for (auto old = by_age_.begin(); entries_.size() > kMost && old != by_age_.end();) {
        const auto entry = entries_.find(*old);
        if (entry->second.waiting.empty()) {
            entries_.erase(entry);
            old = by_age_.erase(old);
        } else {
            ++old;
        }
    }
}

FactCache::Fact FactCache::find(const std::string& bot, const std::string& operation,
                                const nlohmann::json& arguments) const {
    return fresh(key_of(bot, operation, arguments));
}

bool FactCache::has(const std::string& bot, const std::string& operation,
                    const nlohmann::json& arguments) const {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(key_of(bot, operation, arguments));
    return found != entries_.end() &&
           (!found->second.waiting.empty() || found->second.until > clock_.now());
}

FactCache::Fact FactCache::fresh(const std::string& key) const {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(key);
    return found == entries_.end() || found->second.until <= clock_.now() ? nullptr
                                                                          : found->second.fact;
}

void FactCache::forget(const std::string& bot) {
    const std::scoped_lock lock(mutex_);
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        if (entry->first.starts_with(bot + "/") && entry->second.waiting.empty()) {
            by_age_.erase(entry->second.age);
            entry = entries_.erase(entry);
        } else {
            ++entry;
        }
    }
}

}  // namespace rookery::hostapi
