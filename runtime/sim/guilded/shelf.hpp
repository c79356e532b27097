#pragma once

#include "sim/community/routes.hpp"
#include "sim/guilded/core.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace rookery::sim::guilded {

/// What lies in channels and servers beside messages: topics, docs, list items, events of the
/// calendar, announcements, webhooks and groups. All are made, read, changed and removed alike.
/// Simulator thread.
class Shelf {
  public:
    using Tell = std::function<void(const std::string& event, const Json& data)>;

    Shelf(Core& core, Tell tell) : core_(core), tell_(std::move(tell)) {}

    /// Nothing: no such route.
    [[nodiscard]] std::optional<HttpReply> answer(community::Call& call, std::string_view path);

  private:
    struct Kind;
    static std::span<const Kind> kinds();
    HttpReply list(const Kind& kind, const community::Call& call);
    HttpReply make(const Kind& kind, const community::Call& call);
    HttpReply one(const Kind& kind, community::Call& call);
    void tell(const Kind& kind, const char* what, const Json& item, const std::string& server);
    [[nodiscard]] community::Server* server_of(const Kind& kind, const community::Call& call);

    Core& core_;
    Tell tell_;
    std::map<std::string, std::map<std::string, Json>> items_;  ///< by place and kind, then by id
    std::uint64_t made_ = 0;
};

}  // namespace rookery::sim::guilded
