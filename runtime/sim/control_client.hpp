#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace rookery::sim {

/// Talks to a running simulator's control interface. Blocking, one request per connection; any
/// thread, one at a time.
class ControlClient {
  public:
    /// `url` is "http://HOST:PORT".
    [[nodiscard]] static Result<ControlClient> at(const std::string& url);
    /// The simulator that wrote simulator.json into this state directory.
    [[nodiscard]] static Result<ControlClient> in(const std::filesystem::path& state_dir);

    /// The JSON answer; an Error for anything but status 200, and when `timeout` has passed.
    [[nodiscard]] Result<nlohmann::json> get(const std::string& target,
                                             Millis timeout = Millis{5'000}) const;
    [[nodiscard]] Result<nlohmann::json> post(const std::string& target, const nlohmann::json& body,
                                              Millis timeout = Millis{5'000}) const;

  private:
    ControlClient(std::string host, std::string port)
        : host_(std::move(host)), port_(std::move(port)) {}
    [[nodiscard]] Result<nlohmann::json> exchange(const char* method, const std::string& target,
                                                  const std::string& body, Millis timeout) const;

    std::string host_;
    std::string port_;
};

}  // namespace rookery::sim
