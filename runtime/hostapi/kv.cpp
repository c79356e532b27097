#include "hostapi/kv.hpp"

#include "hostapi/on_worker.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace rookery::hostapi {
namespace {

constexpr std::string_view kCapability = "kv";

/// Which keys it writes, and how: not what with, which may be another time or number when a handler
/// begins anew.
std::string description_of(const store::KvBatch& batch) {
    std::vector<std::string_view> keys;
    for (const store::KvCheck& check : batch.checks) {
        keys.emplace_back(check.key);
    }
    std::ranges::sort(keys);
    std::string text = "if";
    for (const std::string_view key : keys) {
        text.append(" ").append(key);
    }
    std::vector<std::pair<std::string_view, bool>> writes;
    for (const store::KvWrite& write : batch.writes) {
        writes.emplace_back(write.key, write.value.has_value());
    }
    std::ranges::sort(writes);
    for (const auto& [key, set] : writes) {
        text.append(set ? " set " : " remove ").append(key);
    }
    return text;
}

/// Carries `begin` out with the answer's way back to the worker, if the extension may.
template <class T, class Begin>
void call(const Capabilities& capabilities, const std::weak_ptr<Worker>& worker,
          std::function<void(Result<T>)> done, const Begin& begin) {
    auto answer = on_worker<T>(worker, std::move(done));
    if (auto allowed = capabilities.check(kCapability); !allowed) {
        answer(allowed.error());
        return;
    }
    begin(std::move(answer));
}

}  // namespace

void Kv::get(std::string key, Done<std::optional<std::string>> done) const {
    call<std::optional<std::string>>(capabilities_, worker_, std::move(done), [&](auto answer) {
        store_.get(space_, std::move(key), std::move(answer));
    });
}

void Kv::apply(store::KvBatch batch, Done<store::KvOutcome> done, EventEffects* effects) const {
    call<store::KvOutcome>(capabilities_, worker_, std::move(done), [&](auto answer) {
        std::optional<store::KvEffect> effect;
        if (effects != nullptr) {
            effect = effects->next(description_of(batch));
            effects->goes_to(store_, space_);
        }
        store_.apply(space_, std::move(batch), std::move(answer), std::move(effect));
    });
}

void Kv::apply(store::KvBatch batch, Done<store::KvOutcome> done, EventEffects& effects,
               store::KvEffect effect) const {
    call<store::KvOutcome>(capabilities_, worker_, std::move(done), [&](auto answer) {
        effects.goes_to(store_, space_);
        store_.apply(space_, std::move(batch), std::move(answer), std::move(effect));
    });
}

void Kv::add(std::string key, std::int64_t amount, Done<std::int64_t> done,
             EventEffects* effects) const {
    call<std::int64_t>(capabilities_, worker_, std::move(done), [&](auto answer) {
        std::optional<store::KvEffect> effect;
        if (effects != nullptr) {
            effect = effects->next("add " + key);
            effects->goes_to(store_, space_);
        }
        store_.add(space_, std::move(key), amount, std::move(answer), std::move(effect));
    });
}

void Kv::recall(store::KvEffect effect, Done<std::optional<std::string>> done) const {
    call<std::optional<std::string>>(capabilities_, worker_, std::move(done), [&](auto answer) {
        store_.recall(space_, std::move(effect), std::move(answer));
    });
}

void Kv::list(store::KvRange range, Done<store::KvPage> done) const {
    call<store::KvPage>(capabilities_, worker_, std::move(done), [&](auto answer) {
        store_.list(space_, std::move(range), std::move(answer));
    });
}

}  // namespace rookery::hostapi
