#include "hostapi/kv.hpp"

#include "hostapi/on_worker.hpp"

#include <utility>

namespace rookery::hostapi {
namespace {

constexpr std::string_view kCapability = "kv";

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

void Kv::apply(store::KvBatch batch, Done<store::KvOutcome> done) const {
    call<store::KvOutcome>(capabilities_, worker_, std::move(done), [&](auto answer) {
        store_.apply(space_, std::move(batch), std::move(answer));
    });
}

void Kv::add(std::string key, std::int64_t amount, Done<std::int64_t> done) const {
    call<std::int64_t>(capabilities_, worker_, std::move(done), [&](auto answer) {
        store_.add(space_, std::move(key), amount, std::move(answer));
    });
}

void Kv::list(store::KvRange range, Done<store::KvPage> done) const {
    call<store::KvPage>(capabilities_, worker_, std::move(done), [&](auto answer) {
        store_.list(space_, std::move(range), std::move(answer));
    });
}

}  // namespace rookery::hostapi
