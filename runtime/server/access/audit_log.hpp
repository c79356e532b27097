#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace rookery::server {

/// What was done with keys: one JSON object a line, in a file that is put aside when it is large
/// ("audit.log.1" is the newest of those). One thread.
class AuditLog {
  public:
    static constexpr std::uint64_t kLargest = std::uint64_t{8} << 20U;
    static constexpr unsigned kKept = 4;  ///< besides the one that is written

    explicit AuditLog(std::filesystem::path file, std::uint64_t largest = kLargest)
        : file_(std::move(file)), largest_(largest) {}
    AuditLog(const AuditLog&) = delete;
    AuditLog& operator=(const AuditLog&) = delete;
    ~AuditLog();

    /// A failure is logged, the first time.
    void write(WallTime when, std::string_view key, std::string_view action,
               std::string_view outcome, std::string_view peer);

  private:
    void open();
    void rotate();
    void failed(const char* what);

    std::filesystem::path file_;
    std::uint64_t largest_;
    std::uint64_t size_ = 0;
    int descriptor_ = -1;
    bool told_ = false;
};

}  // namespace rookery::server
