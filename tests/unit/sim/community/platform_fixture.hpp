#pragma once

#include "unit/sim/discord/sim_fixture.hpp"
#include "unit/sim/wire_socket.hpp"

namespace rookery::sim::testing {

/// A simulator of one platform with ids of text.
class PlatformTest : public SimTest {
  protected:
    void play(const std::string& platform, Options options = {}) {
        options.platforms = {platform};
        start(std::move(options));
    }
    /// A request with the header that a bot of the platform sends.
    WireReply ask(const std::string& method, const std::string& path, const Json& body = nullptr,
                  const std::map<std::string, std::string>& more = {}) {
        auto headers = credentials_;
        headers.insert(more.begin(), more.end());
        return call(addresses().api_url, method, path, body.is_null() ? "" : body.dump(), headers);
    }
    /// The text of a message as the control interface shows it, newest first.
    std::string last_text(const std::string& channel) {
        const auto all = look("/_sim/messages?channel=" + channel);
        return all.empty() ? "" : all.back()["content"].get<std::string>();
    }

    std::map<std::string, std::string> credentials_ = {
        {"Authorization", std::string("Bearer ") + kDemoToken}};
};

}  // namespace rookery::sim::testing
