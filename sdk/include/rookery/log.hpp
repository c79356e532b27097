#pragma once

#include <rookery/host.hpp>

#include <string>
#include <string_view>
#include <type_traits>

namespace rookery {

/// Lines in the host's log under the plugin's name. The parts are put one after the other:
/// log().info("welcomed ", user, " after ", millis, " ms"). Any thread.
class Log {
  public:
    explicit Log(const Host& host) noexcept : host_(&host) {}

    template <class... Parts>
    void debug(const Parts&... parts) const {
        write(RK_LOG_DEBUG, parts...);
    }
    template <class... Parts>
    void info(const Parts&... parts) const {
        write(RK_LOG_INFO, parts...);
    }
    template <class... Parts>
    void warn(const Parts&... parts) const {
        write(RK_LOG_WARN, parts...);
    }
    template <class... Parts>
    void error(const Parts&... parts) const {
        write(RK_LOG_ERROR, parts...);
    }

  private:
    template <class Part>
    static void append(std::string& line, const Part& part) {
        if constexpr (std::is_same_v<Part, bool>) {
            line += part ? "true" : "false";
        } else if constexpr (std::is_arithmetic_v<Part> && !std::is_same_v<Part, char>) {
            line += std::to_string(part);
        } else {
            line += part;
        }
    }

    template <class... Parts>
    void write(std::uint32_t level, const Parts&... parts) const {
        if (host_->log->enabled(host_->raw, level) != 1) {
            return;
        }
        std::string line;
        (append(line, parts), ...);
        // A line that cannot be written has nowhere to complain.
        static_cast<void>(host_->log->write(host_->raw, level, detail::to_text(line)));
    }

    const Host* host_;
};

}  // namespace rookery
