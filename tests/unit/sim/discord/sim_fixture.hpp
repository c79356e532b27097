#pragma once

#include "sim/control_client.hpp"
#include "sim/simulator.hpp"
#include "unit/sim/wire_client.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>

namespace rookery::sim::testing {

/// A simulator for one test, with the requests that most tests need.
class SimTest : public ::testing::Test {
  protected:
    void start(Options options = {}) {
        options.identify_spacing = spacing_;
        auto made = Simulator::start(std::move(options));
        ASSERT_TRUE(made) << made.error().message();
        simulator_ = std::move(*made);
        control_.emplace(*ControlClient::at(addresses().control_url));
    }

    [[nodiscard]] const Addresses& addresses() const { return simulator_->addresses(); }
    [[nodiscard]] const std::string& gateway() const { return addresses().gateway_url; }

    WireReply rest(const std::string& method, const std::string& path, const Json& body = nullptr) {
        return call(addresses().api_url, method, path, body.is_null() ? "" : body.dump());
    }
    Json act(const Json& body) {
        const auto done = control_->post("/_sim/act", body);
        EXPECT_TRUE(done) << done.error().message();
        return done ? *done : Json();
    }
    void fault(const Json& body) {
        const auto done = control_->post("/_sim/fault", body);
        EXPECT_TRUE(done) << done.error().message();
    }
    Json look(const std::string& target) {
        const auto answer = control_->get(target);
        EXPECT_TRUE(answer) << answer.error().message();
        return answer ? *answer : Json();
    }
    /// The id of a channel of the first guild.
    std::string channel(const std::string& name = "general") {
        const auto state = look("/_sim/state");
        for (const auto& candidate : state["guilds"][0]["channels"]) {
            if (candidate["name"] == name) {
                return candidate["id"];
            }
        }
        return "0";
    }
    std::string guild() { return look("/_sim/state")["guilds"][0]["id"]; }
    bool violated(const std::string& rule) {
        for (const auto& violation : look("/_sim/violations")) {
            if (violation["rule"] == rule) {
                return true;
            }
        }
        return false;
    }

    Millis spacing_{0};
    std::unique_ptr<Simulator> simulator_;
    std::optional<ControlClient> control_;
};

}  // namespace rookery::sim::testing
