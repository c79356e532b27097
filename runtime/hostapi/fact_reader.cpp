#include "hostapi/fact_reader.hpp"

namespace rookery::hostapi {

using nlohmann::json;

void FactReader::get(const std::string& operation, const json& arguments, FactCache::Done done,
                     Millis kept) const {
    facts_->get(
        bot_, operation, arguments, kDeadline,
        [weak = worker_, done = std::move(done)](Result<FactCache::Fact> fact) {
            const auto worker = weak.lock();
            if (worker == nullptr) {
                return;
            }
            if (worker->on_thread()) {
                done(std::move(fact));
            } else {
                worker->post([done, fact = std::move(fact)]() mutable { done(std::move(fact)); });
            }
        },
        kept);
}

void FactReader::known(const std::string& operation, const json& arguments,
                       std::function<void(FactCache::Fact)> done) const {
    facts_->known(
        bot_, operation, arguments, [weak = worker_, done = std::move(done)](FactCache::Fact fact) {
            const auto worker = weak.lock();
            if (worker == nullptr) {
                return;
            }
            if (worker->on_thread()) {
                done(std::move(fact));
            } else {
                worker->post([done, fact = std::move(fact)]() mutable { done(std::move(fact)); });
            }
        });
}

}  // namespace rookery::hostapi
