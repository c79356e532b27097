#include "sim/recorder.hpp"

#include <algorithm>

namespace rookery::sim {

Millis Recorder::now() const { return std::chrono::duration_cast<Millis>(clock_.now() - start_); }

void Recorder::note(const char* kind, unsigned connection, std::string_view text,
                    std::int64_t number) {
    if (records_.size() == kRecords) {
        records_.pop_front();
    }
    records_.push_back({now(), kind, connection, std::string(text.substr(0, 4096)), number});
}

void Recorder::violation(std::string_view rule, unsigned connection, std::string_view text) {
    if (violations_.size() == kViolations) {
        violations_.pop_front();
    }
    violations_.push_back({now(), std::string(rule), connection, std::string(text), 0});
}

Json Recorder::to_json(const Record& record, const char* kind_key) {
    Json json = {{"at_ms", record.at.count()},
                 {kind_key, record.kind},
                 {"connection", record.connection},
                 {"text", record.text}};
    if (record.number != 0) {
        json["number"] = record.number;
    }
    return json;
}

Json Recorder::log(std::string_view kind, std::size_t limit) const {
    std::deque<const Record*> chosen;
    for (auto it = records_.rbegin(); it != records_.rend() && chosen.size() < limit; ++it) {
        if (kind.empty() || it->kind == kind) {
            chosen.push_front(&*it);
        }
    }
    Json out = Json::array();
    for (const auto* record : chosen) {
        out.push_back(to_json(*record, "kind"));
    }
    return out;
}

Json Recorder::violations() const {
    Json out = Json::array();
    for (const auto& record : violations_) {
        out.push_back(to_json(record, "rule"));
    }
    return out;
}

void Recorder::clear() {
    records_.clear();
    violations_.clear();
}

}  // namespace rookery::sim
