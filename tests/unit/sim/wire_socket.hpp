#pragma once

#include "unit/sim/wire_client.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace rookery::sim::testing {

/// A bare websocket for the platforms that are no Discord. It does nothing by itself.
class WireSocket {
  public:
    explicit WireSocket(const std::string& url,
                        const std::map<std::string, std::string>& headers = {});
    WireSocket(const WireSocket&) = delete;
    WireSocket& operator=(const WireSocket&) = delete;
    ~WireSocket();

    [[nodiscard]] bool connected() const;
    [[nodiscard]] unsigned status() const;  ///< 101, or the HTTP status of the refusal
    void send(const std::string& text);
    void ping();
    void close();
    /// The next message; nothing when the connection ended or the time is over.
    [[nodiscard]] std::optional<std::string> next(milliseconds patience = kPatience);
    /// Skips to the next message with `part` in it.
    [[nodiscard]] std::optional<std::string> until(const std::string& part,
                                                   milliseconds patience = kPatience);
    [[nodiscard]] bool last_was_binary() const;
    [[nodiscard]] unsigned pongs() const;
    /// Reads on to the end; the close code, 1006 without one, 0 when it did not end.
    [[nodiscard]] unsigned close_code(milliseconds patience = kPatience);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rookery::sim::testing
