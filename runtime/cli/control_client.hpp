#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <nlohmann/json.hpp>

#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::cli {

/// What a runtime answers to one request.
struct ControlAnswer {
    std::string text;     ///< for people
    nlohmann::json data;  ///< for programs; null when there is none
};

/// A connection to the control socket of a running process: one JSON object for each line. Blocks;
/// every wait has a deadline.
class ControlClient {
  public:
    using Progress = std::function<void(std::string_view line)>;
    /// One part of an answer that may go on; false: enough.
    using Item = std::function<bool(const nlohmann::json& item)>;

    static constexpr Millis kForEver{-1};

    /// Error unavailable when nobody listens in that state directory.
    [[nodiscard]] static Result<ControlClient> connect(const std::filesystem::path& state_dir,
                                                       Millis silence_limit = Millis(120'000));
    ~ControlClient();
    ControlClient(ControlClient&& other) noexcept;
    ControlClient& operator=(ControlClient&& other) noexcept;
    ControlClient(const ControlClient&) = delete;
    ControlClient& operator=(const ControlClient&) = delete;

    /// A wait that a signal interrupts fails as cancelled once `flag` is set; it outlives the
    /// client. The connection is then of no more use.
    void stop_on(const volatile std::sig_atomic_t* flag) noexcept { stop_ = flag; }

    [[nodiscard]] const std::filesystem::path& state_dir() const noexcept { return state_dir_; }

    /// Sends {"cmd": ...} and waits for the final line. Error denied with the runtime's own words
    /// when it refuses; timeout, io and protocol when the answer does not come. An empty answer
    /// when `item` has enough: the connection is then of no more use.
    [[nodiscard]] Result<ControlAnswer> ask(const nlohmann::json& request, const Progress& progress,
                                            const Item& item = {});

  private:
    ControlClient(int descriptor, Millis silence_limit, std::filesystem::path state_dir)
        : descriptor_(descriptor),
          silence_limit_(silence_limit),
          state_dir_(std::move(state_dir)) {}

    [[nodiscard]] Result<> send(std::string_view bytes) const;
    [[nodiscard]] int wait_readable() const;
    [[nodiscard]] Result<std::string> next_line();

    int descriptor_;
    Millis silence_limit_;
    std::filesystem::path state_dir_;
    const volatile std::sig_atomic_t* stop_ = nullptr;
    std::string received_;
};

}  // namespace rookery::cli
