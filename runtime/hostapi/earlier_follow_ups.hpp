#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace rookery::hostapi {

/// The further messages that an interaction got before this process was started. A handler that
/// runs again after a crash comes to them again: what stands there already is its answer. Belongs
/// to one interaction; not thread-safe.
class EarlierFollowUps {
  public:
    /// No follow-up: the first answer, as the platform has it. Nothing is searched for before it
    /// is known that there was one.
    void original(const nlohmann::json& message);
    [[nodiscard]] bool wanted() const noexcept { return wanted_; }

    /// The parameters of messages.list that find them.
    [[nodiscard]] static nlohmann::json where(const std::string& channel, std::uint64_t id);
    /// The oldest of these messages that `arguments`, those of interactions.createFollowUp, would
    /// make once more, each one only once. `messages` is what messages.list has answered.
    [[nodiscard]] std::optional<nlohmann::json> take(const nlohmann::json& messages,
                                                     std::uint64_t id,
                                                     const nlohmann::json& arguments);

  private:
    bool wanted_ = false;
    std::set<std::string> known_;  ///< ids of those that are accounted for
};

}  // namespace rookery::hostapi
