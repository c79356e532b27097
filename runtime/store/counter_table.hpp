#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace rookery::store {

/// Counters that go on after a restart, and after a kill -9: one for each pair of an owner and one
/// of its things, in a mapped file that grows with them. (A crash of the machine may lose the last
/// seconds.) Belongs to one thread.
class CounterTable {
  public:
    /// Opens or creates the file. One that is damaged is set aside; without a usable file (or with
    /// an empty path) the counters live in memory. Either is warned of.
    explicit CounterTable(std::filesystem::path path);
    ~CounterTable();

    CounterTable(const CounterTable&) = delete;
    CounterTable& operator=(const CounterTable&) = delete;

    /// 1 the first time, then one more each time.
    std::uint64_t next(std::string_view owner, std::uint64_t thing);
    /// What next() gave last; 0: nothing yet.
    [[nodiscard]] std::uint64_t count(std::string_view owner, std::uint64_t thing) const;
    /// Lifts it to at least that.
    void raise(std::string_view owner, std::uint64_t thing, std::uint64_t count);
    /// Random, of the file: another one when its counters have begun anew.
    [[nodiscard]] std::uint64_t id() const noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return used_; }
    /// Whether a restart finds them again.
    [[nodiscard]] bool lasting() const noexcept;

  private:
    struct Slot;
    class Map;

    [[nodiscard]] static Slot* find(const Map& map, std::uint64_t owner,
                                    std::uint64_t thing) noexcept;
    [[nodiscard]] Slot& slot_of(std::string_view owner, std::uint64_t thing);
    void grow();

    std::filesystem::path path_;
    std::unique_ptr<Map> map_;
    std::size_t used_ = 0;
};

}  // namespace rookery::store
