// Writes down which test messages came through: the independent witness when a runtime is put under
// load.

#include <rookery/plugin.hpp>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

/// "17#123" in "load 17#123 and more text": run and number of a test message; empty when it is
/// none.
std::string_view marker(std::string_view content) {
    constexpr std::string_view kPrefix = "load ";
    const std::size_t at = content.find(kPrefix);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = content.substr(at + kPrefix.size());
    const std::string_view word = rest.substr(0, rest.find_first_of(" \n"));
    return word.find('#') == std::string_view::npos ? std::string_view{} : word;
}

class Tally final : public rookery::Plugin {
  public:
    ~Tally() override {
        if (file_ >= 0) {
            ::close(file_);
        }
    }

  private:
    void start() override {
        const std::string path = config().required_text("file");
        file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (file_ < 0) {
            throw rookery::Error(RK_E_IO, "cannot open " + path + ": " + std::strerror(errno));
        }
        on<rookery::MessageCreate>(
            [this](const rookery::MessageCreate& message) { count(marker(message.content())); });
    }

    void stop() override { log().info(count_, " messages counted"); }

    // A line is written in one piece and at once: it is there also when the process is killed right
    // after, and before the event counts as handled.
    void count(std::string_view name) {
        if (name.empty()) {
            return;
        }
        const std::string line = std::string(name) + '\n';
        ssize_t written = 0;
        do {
            written = ::write(file_, line.data(), line.size());
        } while (written < 0 && errno == EINTR);
        if (written != static_cast<ssize_t>(line.size())) {
            throw rookery::Error(RK_E_IO, std::string("cannot write: ") + std::strerror(errno));
        }
        ++count_;
    }

    std::optional<std::string> save() override { return std::to_string(count_); }

    void load(std::string_view state, std::uint32_t /*version*/) override {
        const auto [end, error] =
            std::from_chars(state.data(), state.data() + state.size(), count_);
        if (error != std::errc{} || end != state.data() + state.size()) {
            throw rookery::Error(RK_E_INVALID, "the saved count is no number");
        }
    }

    int file_ = -1;
    std::uint64_t count_ = 0;
};

}  // namespace

ROOKERY_PLUGIN(Tally, "tally", "0.1.0")
