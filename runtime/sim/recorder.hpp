#pragma once

#include "base/clock.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace rookery::sim {

using Json = nlohmann::json;

/// Remembers what happened, newest last, within a bound; and apart from that every breach of the
/// protocol by the client. Simulator thread.
class Recorder {
  public:
    explicit Recorder(const Clock& clock) : clock_(clock), start_(clock.now()) {}

    /// `kind`: "gateway_in", "gateway_out", "connection", "rest", "fault". `number` is the sequence
    /// number or the HTTP status.
    void note(const char* kind, unsigned connection, std::string_view text,
              std::int64_t number = 0);
    /// `rule` is the short name by which a test asks for it ("heartbeat_sequence").
    void violation(std::string_view rule, unsigned connection, std::string_view text);

    /// The newest `limit` records, of one kind when `kind` is not empty.
    [[nodiscard]] Json log(std::string_view kind, std::size_t limit) const;
    [[nodiscard]] Json violations() const;
    void clear();

  private:
    struct Record {
        Millis at{};
        std::string kind;
        unsigned connection = 0;
        std::string text;
        std::int64_t number = 0;
    };
    [[nodiscard]] Millis now() const;
    static Json to_json(const Record& record, const char* kind_key);

    static constexpr std::size_t kRecords = 20'000;
    static constexpr std::size_t kViolations = 1'000;

    const Clock& clock_;
    SteadyTime start_;
    std::deque<Record> records_;
    std::deque<Record> violations_;
};

}  // namespace rookery::sim
