#include "base/log.hpp"

#include "base/log_capture.hpp"
#include "base/secret.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <vector>

namespace rookery {

Secret::Secret(std::string value) : value_(std::move(value)) { log::redact(value_); }

}  // namespace rookery

namespace rookery::log {
namespace {

constexpr std::size_t kShortestSecret = 6;
constexpr std::array<std::string_view, 6> kLevels = {"trace", "debug", "info",
                                                     "warn",  "error", "off"};

struct Redactor {
    std::shared_mutex mutex;
    std::vector<std::string> values;

    static Redactor& instance() {
        static Redactor redactor;
        return redactor;
    }

    template <class Text>
    void scrub(Text& text) {
        const std::shared_lock lock(mutex);
        for (const auto& value : values) {
            std::string_view view(text.data(), text.size());
            for (auto at = view.find(value); at != std::string_view::npos;
                 at = view.find(value, at)) {
                std::string copy(view);
                copy.replace(at, value.size(), "[redacted]");
                text.clear();
                text.append(copy.data(), copy.data() + copy.size());
                view = std::string_view(text.data(), text.size());
            }
        }
    }
};

/// Formats as usual, then takes the secrets out: nothing that a sink sees still holds one.
class RedactingFormatter final : public spdlog::formatter {
  public:
    explicit RedactingFormatter(const char* pattern = "%Y-%m-%d %H:%M:%S.%e %^%-5l%$ %n: %v")
        : pattern_(pattern), inner_(pattern) {}

    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
        spdlog::memory_buf_t line;
        inner_.format(message, line);
        // The level, which carries the colour, stands before anything that can change.
        Redactor::instance().scrub(line);
        out.append(line.data(), line.data() + line.size());
    }
    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<RedactingFormatter>(pattern_);
    }

  private:
    const char* pattern_;
    spdlog::pattern_formatter inner_;
};

class Capture final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    explicit Capture(std::function<void(std::string)> take) : take_(std::move(take)) {
        formatter_ = std::make_unique<RedactingFormatter>("%-5l %n: %v");
    }

  private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        std::string text(line.data(), line.size());
        while (text.ends_with('\n')) {
            text.pop_back();
        }
        take_(std::move(text));
    }
    void flush_() override {}

    std::function<void(std::string)> take_;
};

struct Loggers {
    std::mutex mutex;
    std::map<std::string, Logger, std::less<>> by_name;
    std::shared_ptr<spdlog::sinks::stderr_color_sink_mt> sink =
        std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    std::shared_ptr<spdlog::sinks::sink> captured;  ///< in place of the usual one
    spdlog::level::level_enum level = spdlog::level::info;

    Loggers() { sink->set_formatter(std::make_unique<RedactingFormatter>()); }

    static Loggers& instance() {
        static Loggers loggers;
        return loggers;
    }
};

}  // namespace

bool is_level(std::string_view level) {
    return std::find(kLevels.begin(), kLevels.end(), level) != kLevels.end();
}

void configure(const Options& options) {
    auto& loggers = Loggers::instance();
    const std::scoped_lock lock(loggers.mutex);
    loggers.level = spdlog::level::from_str(options.level);
    loggers.sink->set_color_mode(options.colour ? spdlog::color_mode::automatic
                                                : spdlog::color_mode::never);
    for (auto& [name, logger] : loggers.by_name) {
        logger->set_level(loggers.level);
    }
}

Logger get(std::string_view name) {
    auto& loggers = Loggers::instance();
    const std::scoped_lock lock(loggers.mutex);
    const auto found = loggers.by_name.find(name);
    if (found != loggers.by_name.end()) {
        return found->second;
    }
    auto logger = std::make_shared<spdlog::logger>(
        std::string(name), loggers.captured != nullptr ? loggers.captured : loggers.sink);
    logger->set_level(loggers.level);
    logger->flush_on(spdlog::level::info);
    return loggers.by_name.emplace(std::string(name), std::move(logger)).first->second;
}

void capture(std::function<void(std::string line)> take) {
    auto& loggers = Loggers::instance();
    const std::scoped_lock lock(loggers.mutex);
    loggers.captured = std::make_shared<Capture>(std::move(take));
    for (auto& [name, logger] : loggers.by_name) {
        logger->sinks() = {loggers.captured};
    }
}

void redact(std::string_view value) {
    if (value.size() < kShortestSecret) {
        return;
    }
    auto& redactor = Redactor::instance();
    const std::unique_lock lock(redactor.mutex);
    if (std::find(redactor.values.begin(), redactor.values.end(), value) == redactor.values.end()) {
        redactor.values.emplace_back(value);
    }
}

std::string redacted(std::string_view text) {
    std::string copy(text);
    Redactor::instance().scrub(copy);
    return copy;
}

std::string clipped(std::string_view text, std::size_t limit) {
    std::string out;
    for (const char c : text.substr(0, limit)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            static constexpr std::string_view kHex = "0123456789abcdef";
            out += "\\x";
            out += kHex[byte >> 4U];
            out += kHex[byte & 15U];
        } else {
            out += c;
        }
    }
    if (text.size() > limit) {
        out += "…";
    }
    return out;
}

void flush() {
    auto& loggers = Loggers::instance();
    const std::scoped_lock lock(loggers.mutex);
    loggers.sink->flush();
}

}  // namespace rookery::log
