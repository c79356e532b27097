#include "server/http/core.hpp"

#include "net/crypto.hpp"
#include "server/http/connection.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

namespace rookery::server {

HttpCore::HttpCore(MailboxPtr box) : mailbox(std::move(box)) {
    std::array<unsigned char, 4> bytes{};
    net::fill_random(bytes);
    id_prefix_ = fmt::format("{:02x}", fmt::join(bytes, ""));
}

MountPtr HttpCore::find(const std::vector<std::string>& segments) const {
    const auto found = std::find_if(mounts.begin(), mounts.end(), [&](const MountPtr& mount) {
        return mount->segments.size() <= segments.size() &&
               std::equal(mount->segments.begin(), mount->segments.end(), segments.begin());
    });
    return found == mounts.end() ? nullptr : *found;
}

void HttpCore::count(const Mount* mount, unsigned status, std::size_t bytes,
                     BucketCounts::Duration took) {
    std::string prefix;
    if (mount != nullptr) {
        for (const auto& segment : mount->segments) {
            prefix += "/" + segment;
        }
    }
    auto& counted = stats.mounts[prefix];
    ++counted.answers[std::min<std::size_t>(status / 100, counted.answers.size() - 1)];
    counted.times.record(took);
    stats.bytes += bytes;
}

std::string HttpCore::next_request_id() { return fmt::format("{}-{:x}", id_prefix_, ++requests_); }

void HttpCore::add(const std::shared_ptr<Connection>& connection, std::string address) {
    ++by_address[address];
    connections.emplace(connection.get(), Entry{connection, std::move(address)});
}

void HttpCore::remove(const Connection* connection) {
    const auto found = connections.find(connection);
    if (found == connections.end()) {
        return;
    }
    const Entry entry = std::move(found->second);  // its last owner may be this
    connections.erase(found);
    if (const auto count = by_address.find(entry.address); --count->second == 0) {
        by_address.erase(count);
    }
    if (connections.empty() && on_empty) {
        std::exchange(on_empty, nullptr)();
    }
}

}  // namespace rookery::server
