#include "server/access/rate_table.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace rookery::server {

RateTable::Verdict RateTable::take(std::string_view who, SteadyTime now) {
    if (rate_.count == 0) {
        return {};
    }
    auto found = by_name_.find(who);
    if (found == by_name_.end()) {
        if (windows_.size() >= most_) {
            by_name_.erase(windows_.front().who);
            windows_.pop_front();
        }
        windows_.push_back({std::string(who), now, 0});
        found = by_name_.emplace(windows_.back().who, std::prev(windows_.end())).first;
    } else if (now - found->second->begin >= rate_.per) {
        found->second->begin = now;
        found->second->used = 0;
        windows_.splice(windows_.end(), windows_, found->second);
    }
    Window& window = *found->second;
    Verdict verdict;
    verdict.limit = rate_.count;
    verdict.allowed = window.used < rate_.count;
    window.used += verdict.allowed ? 1U : 0U;
    verdict.remaining = rate_.count - std::min(window.used, rate_.count);
    verdict.reset = std::chrono::ceil<Millis>(window.begin + rate_.per - now);
    return verdict;
}

bool RateTable::spent(std::string_view who, SteadyTime now) const {
    const auto found = by_name_.find(who);
    return rate_.count != 0 && found != by_name_.end() && now - found->second->begin < rate_.per &&
           found->second->used >= rate_.count;
}

std::string network_of(const std::string& address) {
    namespace ip = boost::asio::ip;
    boost::system::error_code failure;
    const auto parsed = ip::make_address(address, failure);
    if (failure || parsed.is_v4()) {
        return address;
    }
    const auto v6 = parsed.to_v6();
    if (v6.is_v4_mapped()) {
        return ip::make_address_v4(ip::v4_mapped, v6).to_string();
    }
    auto bytes = v6.to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace rookery::server
