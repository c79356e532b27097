#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace rookery::sim::testing {

using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kPatience{5'000};

/// A bare gateway client: it does nothing by itself, so that a test can misbehave in every way.
class WireGateway {
  public:
    /// Connects at once. `query` begins with '?'.
    explicit WireGateway(const std::string& url, const std::string& query = "/?v=10&encoding=json");
    WireGateway(const WireGateway&) = delete;
    WireGateway& operator=(const WireGateway&) = delete;
    ~WireGateway();

    [[nodiscard]] bool connected() const;
    void send(const Json& payload);
    void send_text(const std::string& text);
    void send_binary(const std::string& bytes);
    void close(unsigned code);
    void drop();  ///< ends TCP without a close frame

    /// The next payload; null when the connection ended or nothing came within the time.
    [[nodiscard]] Json next(milliseconds patience = kPatience);
    /// The next payload as it came, decompressed but not parsed.
    [[nodiscard]] std::optional<std::string> next_text(milliseconds patience = kPatience);
    /// Skips to the next dispatch of that name; null when the connection ends first.
    [[nodiscard]] Json until(const std::string& type, milliseconds patience = kPatience);
    [[nodiscard]] Json until_op(int op, milliseconds patience = kPatience);
    /// Reads on to the end; the close code, 1006 without one, 0 when it did not end.
    [[nodiscard]] unsigned close_code(milliseconds patience = kPatience);

    /// Waits for hello, identifies and gives READY's `d` (null when refused).
    [[nodiscard]] Json login(std::uint64_t intents = 53'608'447,
                             const std::string& token = "sim.token.rookery-demo");
    void resume(const std::string& session, std::uint64_t seq,
                const std::string& token = "sim.token.rookery-demo");

    [[nodiscard]] std::uint64_t seq() const;     ///< highest seen
    [[nodiscard]] std::size_t messages() const;  ///< websocket messages received
    [[nodiscard]] static Json identify(std::uint64_t intents, const std::string& token);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

struct WireReply {
    unsigned status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    Json body;
    std::string text;
};

/// One REST request with the headers of a bot; `headers` replace or (empty value) remove them.
[[nodiscard]] WireReply call(const std::string& api_url, const std::string& method,
                             const std::string& path, const std::string& body = "",
                             const std::map<std::string, std::string>& headers = {});

}  // namespace rookery::sim::testing
