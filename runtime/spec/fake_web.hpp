#pragma once

#include "hostapi/web.hpp"

#include <nlohmann/json.hpp>

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace rookery::spec {

/// The web of a world: answers what extensions ask for with what the spec has laid out, and reaches
/// nothing else. Outlives the runtime. Any thread.
class FakeWeb final : public hostapi::WebPort {
  public:
    [[nodiscard]] std::unique_ptr<hostapi::WebSession> open() override;

    /// For this address from now on: {status = 200, body, headers: {name: value}, error?}. Null:
    /// the spec answers each request itself.
    void lay_out(const std::string& url, nlohmann::json answer);

    /// A request that the spec is to answer: {id, method, url, headers, body}.
    [[nodiscard]] std::optional<nlohmann::json> question();
    void answer(std::uint64_t id, const nlohmann::json& answer);
    /// What was asked so far, oldest first, in the form of a question.
    [[nodiscard]] std::vector<nlohmann::json> requests() const;

  private:
    class Session;
    struct Waiting {
        nlohmann::json question;
        hostapi::WebRequest wish;
        hostapi::WebDone done;
        bool told = false;
    };
    void request(hostapi::WebRequest wish, const hostapi::WebAllowed& allowed,
                 hostapi::WebDone done);

    mutable std::mutex mutex_;
    std::map<std::string, nlohmann::json> answers_;
    std::map<std::uint64_t, Waiting> waiting_;
    std::vector<nlohmann::json> requests_;
};

}  // namespace rookery::spec
