#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace rookery::command {

/// How many of each key run now. A place is taken for an event; the same event has the place that
/// it has, so that one that is delivered again does not stand in its own way. Any thread.
class Places : public std::enable_shared_from_this<Places> {
  public:
    using Place = std::shared_ptr<void>;

    [[nodiscard]] static std::shared_ptr<Places> make() {
        return std::shared_ptr<Places>(new Places());
    }

    /// Free again when the last copy is let go. Null: all `limit` places of the key are taken.
    /// `holder` is whoever can be made to let go by release().
    [[nodiscard]] Place take(const std::string& key, unsigned limit, std::string_view event,
                             std::uint64_t holder);

    /// Whether take() would give one now.
    [[nodiscard]] bool free(const std::string& key, unsigned limit, std::string_view event) const;

    /// The holder is gone (its code may hang, and hold on): its places are free.
    void release(std::uint64_t holder);

    [[nodiscard]] std::size_t taken(const std::string& key) const;

  private:
    struct Taken {
        std::uint64_t holder = 0;
        std::uint64_t number = 0;  ///< of the place: one that was released may be let go later
        unsigned owners = 0;
    };
    Places() = default;
    void leave(const std::string& key, const std::string& event, std::uint64_t number);

    mutable std::mutex mutex_;
    std::map<std::string, std::map<std::string, Taken, std::less<>>, std::less<>> keys_;
    std::uint64_t numbers_ = 0;
};

}  // namespace rookery::command
