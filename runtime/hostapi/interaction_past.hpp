#pragma once

#include "base/result.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rookery::hostapi {

/// What came of the calls that were made for interactions, so that one that is made again, by an
/// extension that handles the event again, is answered as before instead of being sent again.
///
/// Bounded: what came of the oldest calls is forgotten first, and then only that they were made is
/// known, in 8 bytes each: they are refused, and not sent again. One thread at a time.
class PastAnswers {
  public:
    static constexpr std::size_t kBudget = std::size_t{32} << 20U;  ///< bytes of answers, in all
    static constexpr std::size_t kMostKept = 100;                   ///< answers of one interaction
    static constexpr std::size_t kMostKnown = 4'000;  ///< calls of one interaction; what is beyond
                                                      ///< is taken for new

    explicit PastAnswers(std::size_t budget = kBudget) : budget_(budget) {}

    /// A call, among all those for its event.
    struct Call {
        std::string_view extension;
        std::uint32_t number = 0;
        std::string_view verb;
    };

    /// It has succeeded. The first answer to a call stays.
    void remember(std::uint64_t interaction, const Call& call, const nlohmann::json& answer);

    /// What came of it before; nothing: it is not known to have been made. Error exists: it was
    /// made, and what came of it is forgotten.
    [[nodiscard]] std::optional<Result<nlohmann::json>> find(std::uint64_t interaction,
                                                             const Call& call) const;

    /// The interaction can no longer be answered.
    void forget(std::uint64_t interaction);

    /// What the answers that are kept take, and the marks of all.
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  private:
    struct One {
        std::vector<std::pair<std::uint64_t, std::string>> kept;  ///< by call, the text of the JSON
        std::vector<std::uint64_t> forgotten;                     ///< calls
    };
    [[nodiscard]] static std::uint64_t key_of(const Call& call) noexcept;
    [[nodiscard]] static std::size_t size_of(const std::string& answer) noexcept;
    void drop(One& one, std::uint64_t call);
    void shrink();

    const std::size_t budget_;
    std::size_t bytes_ = 0;
    std::unordered_map<std::uint64_t, One> interactions_;
    std::deque<std::pair<std::uint64_t, std::uint64_t>> by_age_;  ///< interaction and call
};

}  // namespace rookery::hostapi
