#include "server/access/audit_log.hpp"

#include "base/log.hpp"
#include "config/times.hpp"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace rookery::server {

AuditLog::~AuditLog() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

void AuditLog::write(WallTime when, std::string_view key, std::string_view action,
                     std::string_view outcome, std::string_view peer) {
    const nlohmann::ordered_json entry{{"time", config::format_time(when)},
                                       {"key", key},
                                       {"action", log::clipped(action, 512)},
                                       {"outcome", outcome},
                                       {"peer", peer}};
    const std::string line =
        entry.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    if (descriptor_ >= 0 && size_ + line.size() > largest_) {
        rotate();
    }
    if (descriptor_ < 0) {
        open();
    }
    if (descriptor_ < 0) {
        return;
    }
    // In one piece: a line is there or it is not.
    const auto written = ::write(descriptor_, line.data(), line.size());
    if (written != static_cast<ssize_t>(line.size())) {
        failed("write");
        return;
    }
    size_ += line.size();
}

void AuditLog::open() {
    descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct stat status {};
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) {
        failed("open");
        return;
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
}

void AuditLog::rotate() {
    ::close(std::exchange(descriptor_, -1));
    const auto aside = [&](unsigned number) {
        std::filesystem::path path = file_;
        if (number > 0) {
            path += "." + std::to_string(number);
        }
        return path;
    };
    std::error_code ignored;
    for (unsigned number = kKept; number > 0; --number) {
        std::filesystem::rename(aside(number - 1), aside(number), ignored);
    }
}

void AuditLog::failed(const char* what) {
    if (!std::exchange(told_, true)) {
        log::get("server")->error("audit log: {} {}: {}", what, file_.string(),
                                  std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
    }
}

}  // namespace rookery::server
