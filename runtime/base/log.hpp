#pragma once

#include <spdlog/logger.h>

#include <memory>
#include <string>
#include <string_view>

namespace rookery::log {

/// One logger per area or extension ("gateway", "script ping"); the name is shown in each line.
/// Any thread. Every line passes the redaction: each registered secret is replaced by "[redacted]".
using Logger = std::shared_ptr<spdlog::logger>;

struct Options {
    std::string level = "info";  ///< trace, debug, info, warn, error, off
    bool colour = true;          ///< only when standard error is a terminal
};

/// Sets level and colour for all loggers, present and future. Default: info to standard error.
void configure(const Options& options);

/// True when `level` is one that configure() knows.
[[nodiscard]] bool is_level(std::string_view level);

/// The logger of that name, made at the first call.
[[nodiscard]] Logger get(std::string_view name);

/// Values that must never be printed. Secret's constructor calls this; short values (below 6
/// characters) are ignored, they would mangle ordinary words.
void redact(std::string_view value);

/// `text` with every registered secret replaced; for what leaves by another way than the log.
[[nodiscard]] std::string redacted(std::string_view text);

/// A copy of the peer's or user's text that is safe in one log line: control characters escaped, at
/// most `limit` bytes.
[[nodiscard]] std::string clipped(std::string_view text, std::size_t limit = 120);

void flush();

}  // namespace rookery::log
