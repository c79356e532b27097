#pragma once

#include "base/result.hpp"
#include "model/event.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>

namespace rookery::bus {

/// First in, first out, with the payloads on disk: what a full lane keeps without keeping it in
/// memory. The file has no name (it goes with the process: what it held is still open in the
/// delivery ledger). Not thread-safe: the lane's lock covers it.
class SpillFile {
  public:
    static Result<std::unique_ptr<SpillFile>> create(const std::filesystem::path& dir);
    ~SpillFile();

    SpillFile(const SpillFile&) = delete;
    SpillFile& operator=(const SpillFile&) = delete;

    [[nodiscard]] Result<> append(const model::Event& event);
    /// The oldest event, read back; null when empty.
    [[nodiscard]] Result<model::EventPtr> pop();

    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  private:
    explicit SpillFile(int descriptor) : descriptor_(descriptor) {}

    struct Entry {
        model::EventHeader header;
        std::uint64_t offset;
        std::uint32_t length;  ///< of the payload and the context behind it
        std::uint32_t payload;
    };

    int descriptor_;
    std::deque<Entry> entries_;
    std::uint64_t end_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace rookery::bus
