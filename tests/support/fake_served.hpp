#pragma once

#include "hostapi/server_port.hpp"

#include <string>
#include <utility>
#include <vector>

namespace rookery::testing {

/// What one extension has claimed, for tests to call, and a note of what it does with it. Used on
/// the worker's thread.
class FakeServed final : public hostapi::ServerSession {
  public:
    Result<hostapi::ClaimId> route(hostapi::RouteForm form,
                                   hostapi::RouteHandler handler) override {
        routes.emplace_back(std::move(form), std::move(handler));
        return ++last_;
    }
    Result<hostapi::ClaimId> open(hostapi::ChannelForm form,
                                  hostapi::ChannelHandlers handlers) override {
        if (form.name == "/taken") {
            return Error(ErrorKind::exists, "script other serves the namespace /taken already");
        }
        channels.emplace_back(std::move(form), std::move(handlers));
        return ++last_;
    }
    void withdraw(hostapi::ClaimId claim) override { note("withdraw " + std::to_string(claim)); }

    Result<> emit(hostapi::SocketNumber socket, std::string event,
                  hostapi::ServedArguments arguments) override {
        if (socket > 100) {
            return Error(ErrorKind::stale, "the socket has left");
        }
        note("to " + std::to_string(socket) + " " + event + " " + text(arguments));
        return {};
    }
    Result<> broadcast(hostapi::ClaimId /*channel*/, Audience audience, std::string event,
                       hostapi::ServedArguments arguments) override {
        std::string line = "all";
        for (const std::string& room : audience.rooms) {
            line += " " + room;
        }
        for (const hostapi::SocketNumber socket : audience.except) {
            line += " -" + std::to_string(socket);
        }
        note(line + " " + event + " " + text(arguments));
        return {};
    }
    void call(hostapi::SocketNumber socket, std::string event, hostapi::ServedArguments arguments,
              Millis timeout, std::function<void(Result<hostapi::ServedArguments>)> done) override {
        note("call " + std::to_string(socket) + " " + event + " " + text(arguments) + " " +
             std::to_string(timeout.count()));
        asked = std::move(done);
    }
    Result<> join(hostapi::SocketNumber socket, std::string room) override {
        note("join " + std::to_string(socket) + " " + room);
        return {};
    }
    Result<> leave(hostapi::SocketNumber socket, const std::string& room) override {
        note("leave " + std::to_string(socket) + " " + room);
        return {};
    }
    Result<> disconnect(hostapi::SocketNumber socket) override {
        note("disconnect " + std::to_string(socket));
        return {};
    }
    void activate() override {}
    void hold() override { note("hold"); }
    void retire() override {}
    void close() override {}
    [[nodiscard]] std::size_t under_way() const override { return 0; }

    /// What was noted since the last time, joined by '|'.
    std::string take() { return std::exchange(notes_, {}); }

    std::vector<std::pair<hostapi::RouteForm, hostapi::RouteHandler>> routes;
    std::vector<std::pair<hostapi::ChannelForm, hostapi::ChannelHandlers>> channels;
    std::function<void(Result<hostapi::ServedArguments>)> asked;

  private:
    static std::string text(const hostapi::ServedArguments& arguments) {
        std::string all = arguments.json;
        for (const std::string& one : arguments.attachments) {
            all += "+" + one;
        }
        return all;
    }
    void note(const std::string& line) { notes_ += (notes_.empty() ? "" : "|") + line; }

    std::string notes_;
    hostapi::ClaimId last_ = 0;
};

}  // namespace rookery::testing
