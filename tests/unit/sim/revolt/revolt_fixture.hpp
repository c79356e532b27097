#pragma once

#include "sim/control_client.hpp"
#include "sim/simulator.hpp"
#include "unit/sim/wire_client.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace rookery::sim::testing {

/// A Revolt simulator for one test, with the requests that most tests need.
class RevoltTest : public ::testing::Test {
  protected:
    void start(Options options = {}) {
        options.platforms = {"revolt"};
        auto made = Simulator::start(std::move(options));
        ASSERT_TRUE(made) << made.error().message();
        simulator_ = std::move(*made);
        control_.emplace(*ControlClient::at(addresses().control_url));
    }
    [[nodiscard]] const Addresses& addresses() const { return simulator_->addresses(); }

    /// A bot's connection, past Ready.
    std::unique_ptr<WireGateway> login(const std::string& more = "") {
        auto client = std::make_unique<WireGateway>(
            addresses().gateway_url, "/?version=1&format=json&token=" + addresses().token + more);
        EXPECT_FALSE(until(*client, "Ready").is_null());
        return client;
    }
    /// Skips to the next event of that type; null when the connection ends first.
    static Json until(WireGateway& client, const std::string& type,
                      milliseconds patience = kPatience) {
        while (true) {
            auto event = client.next(patience);
            if (event.is_null() || event.value("type", std::string()) == type) {
                return event;
            }
        }
    }
    WireReply rest(const std::string& method, const std::string& path, const Json& body = nullptr,
                   std::map<std::string, std::string> headers = {}) {
        headers.emplace("x-bot-token", addresses().token);
        headers.emplace("Authorization", "");
        headers.emplace("Accept", "application/json");
        return call(addresses().api_url, method, path, body.is_null() ? "" : body.dump(), headers);
    }
    WireReply send(const Json& body, std::map<std::string, std::string> headers = {}) {
        return rest("POST", "/channels/" + channel() + "/messages", body, std::move(headers));
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
    std::string channel(const std::string& name = "general") {
        const auto state = look("/_sim/state");
        for (const auto& candidate : state["guilds"][0]["channels"]) {
            if (candidate["name"] == name) {
                return candidate["id"];
            }
        }
        return "0";
    }
    std::string server() { return look("/_sim/state")["guilds"][0]["id"]; }
    std::string user(const std::string& name) {
        const auto state = look("/_sim/state");
        for (const auto& candidate : state["guilds"][0]["members"]) {
            if (candidate["name"] == name) {
                return candidate["id"];
            }
        }
        return "0";
    }
    bool violated(const std::string& rule) {
        for (const auto& violation : look("/_sim/violations")) {
            if (violation["rule"] == rule) {
                return true;
            }
        }
        return false;
    }

    std::unique_ptr<Simulator> simulator_;
    std::optional<ControlClient> control_;
};

}  // namespace rookery::sim::testing
