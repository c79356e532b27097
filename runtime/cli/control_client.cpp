#include "cli/control_client.hpp"

#include "base/log.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace rookery::cli {
namespace {

constexpr std::size_t kLongestLine = std::size_t{16} << 20U;

Error system_error(std::string_view what) {
    return {ErrorKind::io,
            fmt::format("{}: {}", what, std::strerror(errno))};  // NOLINT(concurrency-mt-unsafe)
}

/// A socket's address holds about a hundred bytes: a longer path goes through the folder's
/// descriptor.
Result<sockaddr_un> address_of(const std::filesystem::path& socket, int folder) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    auto path = socket.string();
    if (path.size() >= sizeof(address.sun_path)) {
        path = fmt::format("/proc/self/fd/{}/{}", folder, socket.filename().string());
    }
    if (path.size() >= sizeof(address.sun_path)) {
        return Error(ErrorKind::limit, "the path of the control socket is too long");
    }
    path.copy(address.sun_path, path.size());
    return address;
}

Result<int> connected(const std::filesystem::path& state_dir) {
    const int folder = ::open(state_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return system_error(state_dir.string());
    }
    const auto address = address_of(state_dir / "control.sock", folder);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    Result<int> result = descriptor;
    if (!address) {
        result = address.error();
    } else if (descriptor < 0 || ::connect(descriptor, reinterpret_cast<const sockaddr*>(&*address),
                                           sizeof(sockaddr_un)) != 0) {
        result = system_error((state_dir / "control.sock").string());
    }
    if (!result && descriptor >= 0) {
        ::close(descriptor);
    }
    ::close(folder);
    return result;
}

}  // namespace

Result<ControlClient> ControlClient::connect(const std::filesystem::path& state_dir,
                                             Millis silence_limit) {
    const auto descriptor = connected(state_dir);
    if (!descriptor) {
        return Error(
            ErrorKind::unavailable,
            fmt::format(
                "no runtime answers in the state directory {} ({}); name it with --state DIR",
                state_dir.string(), descriptor.error().message()));
    }
    return ControlClient(*descriptor, silence_limit, state_dir);
}

ControlClient::~ControlClient() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

ControlClient::ControlClient(ControlClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      silence_limit_(other.silence_limit_),
      state_dir_(std::move(other.state_dir_)),
      stop_(other.stop_),
      received_(std::move(other.received_)) {}

ControlClient& ControlClient::operator=(ControlClient&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(silence_limit_, other.silence_limit_);
    std::swap(state_dir_, other.state_dir_);
    std::swap(stop_, other.stop_);
    std::swap(received_, other.received_);
    return *this;
}

Result<ControlAnswer> ControlClient::ask(const nlohmann::json& request, const Progress& progress,
                                         const Item& item) {
    if (const auto sent = send(request.dump() + "\n"); !sent) {
        return sent.error();
    }
    while (true) {
        const auto line = next_line();
        if (!line) {
            return line.error();
        }
        auto answer = nlohmann::json::parse(*line, nullptr, false);
        if (!answer.is_object()) {
            return Error(ErrorKind::protocol,
                         "the runtime's answer is no JSON object: " + log::clipped(*line));
        }
        if (answer.contains("progress") && answer["progress"].is_string()) {
            progress(answer["progress"].get_ref<const std::string&>());
            continue;
        }
        if (item && answer.contains("item")) {
            if (!item(answer["item"])) {
                return ControlAnswer{};
            }
            continue;
        }
        if (!answer.contains("ok") || !answer["ok"].is_boolean()) {
            return Error(ErrorKind::protocol,
                         "the runtime's answer lacks \"ok\": " + log::clipped(*line));
        }
        const bool ok = answer["ok"].get<bool>();
        const auto& words = answer[ok ? "text" : "error"];
        const auto said = words.is_string() ? words.get<std::string>() : std::string();
        if (!ok) {
            return Error(ErrorKind::denied,
                         said.empty() ? "the runtime refused and gave no reason" : said);
        }
        return ControlAnswer{said, std::move(answer["data"])};
    }
}

Result<> ControlClient::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            return system_error("sending to the runtime failed");
        }
        bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    }
    return {};
}

/// As poll(). A SIGINT that arrived since `stop_` was looked at last ends the wait too: it is held
/// back until the wait itself lets it through.
int ControlClient::wait_readable() const {
    sigset_t interrupt;
    sigset_t before;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &interrupt, &before);
    int ready = -1;
    if (stop_ != nullptr && *stop_ != 0) {
        errno = EINTR;
    } else {
        pollfd waiting{descriptor_, POLLIN, 0};
        const auto limit = silence_limit_.count();
        const timespec patience{limit / 1000, limit % 1000 * 1'000'000};
        ready = ::ppoll(&waiting, 1, limit < 0 ? nullptr : &patience, &before);
    }
    const int failure = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = failure;
    return ready;
}

Result<std::string> ControlClient::next_line() {
    std::size_t searched = 0;
    while (true) {
        const auto end = received_.find('\n', searched);
        if (end != std::string::npos) {
            std::string line = received_.substr(0, end);
            received_.erase(0, end + 1);
            return line;
        }
        searched = received_.size();
        if (searched > kLongestLine) {
            return Error(ErrorKind::limit, "the runtime's answer is longer than 16 MiB");
        }
        const int ready = wait_readable();
        if (ready < 0 && errno == EINTR) {
            if (stop_ != nullptr && *stop_ != 0) {
                return Error(ErrorKind::cancelled, "interrupted");
            }
            continue;
        }
        if (ready <= 0) {
            return Error(ErrorKind::timeout, "the runtime did not answer in time");
        }
        std::array<char, 65'536> block{};
        const auto count = ::recv(descriptor_, block.data(), block.size(), 0);
        if (count == 0) {
            return Error(ErrorKind::unavailable, "the runtime went away before it had answered");
        }
        if (count < 0 && errno != EINTR) {
            return system_error("the runtime's answer could not be read");
        }
        received_.append(block.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
}

}  // namespace rookery::cli
