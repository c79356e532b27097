#pragma once

#include "base/bucket_counts.hpp"
#include "server/http/cors.hpp"
#include "server/http/handler.hpp"
#include "server/http/limits.hpp"
#include "server/mailbox.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rookery::server {

class Connection;

/// A handler at its place. Null once it was taken away.
struct Mount {
    std::vector<std::string> segments;
    Handler* handler = nullptr;
};
using MountPtr = std::shared_ptr<Mount>;

/// What was answered, by mount. Counted since the start.
struct HttpStats {
    struct Mount {
        std::array<std::uint64_t, 6> answers{};  ///< by the hundreds of the status
        BucketCounts times;                      ///< from the head's arrival to the answer's end
    };
    std::map<std::string, Mount> mounts;  ///< by prefix; "": what nobody has mounted
    std::uint64_t bytes = 0;              ///< of bodies that were sent
};

/// What the connections of one server share. Server thread.
struct HttpCore {
    explicit HttpCore(MailboxPtr box);

    [[nodiscard]] MountPtr find(const std::vector<std::string>& segments) const;
    [[nodiscard]] std::string next_request_id();
    void add(const std::shared_ptr<Connection>& connection, std::string address);
    void remove(const Connection* connection);

    MailboxPtr mailbox;
    Limits limits;
    Cors cors{{}};
    bool access_log = true;
    bool draining = false;
    std::vector<MountPtr> mounts;  ///< longest first
    /// The address that a request from `peer` with those headers counts for.
    std::function<std::string(const std::string& peer, const Headers& headers)> look_through;

    struct Entry {
        std::shared_ptr<Connection> connection;
        std::string address;
    };
    std::unordered_map<const Connection*, Entry> connections;
    std::unordered_map<std::string, std::size_t> by_address;
    std::function<void()> on_empty;
    HttpStats stats;

    /// `mount` may be null.
    void count(const Mount* mount, unsigned status, std::size_t bytes, BucketCounts::Duration took);

  private:
    std::string id_prefix_;
    std::uint64_t requests_ = 0;
};
using HttpCorePtr = std::shared_ptr<HttpCore>;

}  // namespace rookery::server
