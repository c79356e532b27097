#pragma once

#include <rookery/abi/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace rookery::plugin {

/// What a handle names; part of its value, so that one kind cannot pass for another.
enum class HandleKind : std::uint8_t {
    event = 1,
    subscription,
    timer,
    call,
    document,
    command,
    registration,
    request,
    admission,
    reply,
};

/// Objects named by handles across the C interface: kind (4 bits), place (28), generation (32). A
/// handle whose object is gone finds nothing, also when the place has been taken again. An object
/// stays where it is as long as it lives. Belongs to one thread.
template <class T, HandleKind kKind>
class HandleMap {
  public:
    template <class... Args>
    rk_handle_t add(Args&&... args) {
        if (free_.empty()) {
            places_.push_back(std::make_unique<Place>());
            free_.reserve(places_.size());
            free_.push_back(static_cast<std::uint32_t>(places_.size() - 1));
        }
        const std::uint32_t index = free_.back();
        Place& place = *places_[index];
        place.object.emplace(std::forward<Args>(args)...);
        free_.pop_back();
        return (std::uint64_t{static_cast<std::uint8_t>(kKind)} << 60U) |
               (std::uint64_t{index} << 32U) | place.generation;
    }

    /// Null when there is none.
    [[nodiscard]] T* find(rk_handle_t handle) noexcept {
        Place* const place = at(handle);
        return place == nullptr ? nullptr : &*place->object;
    }

    /// What the handle names, taken out; nothing when there is none.
    std::optional<T> take(rk_handle_t handle) {
        T* const found = find(handle);
        if (found == nullptr) {
            return std::nullopt;
        }
        std::optional<T> out(std::move(*found));
        erase(handle);
        return out;
    }

    bool erase(rk_handle_t handle) {
        Place* const place = at(handle);
        if (place == nullptr) {
            return false;
        }
        // The generation first: the object's end may run code that uses its handle.
        ++place->generation;
        place->object.reset();
        free_.push_back(index_of(handle));
        return true;
    }

    /// One after the other, with whatever is added meanwhile.
    void clear() {
        for (std::uint32_t i = 0; i < places_.size(); ++i) {
            if (places_[i]->object) {
                ++places_[i]->generation;
                places_[i]->object.reset();
                free_.push_back(i);
            }
        }
    }

    template <class Visit>
    void each(const Visit& visit) const {
        for (const auto& place : places_) {
            if (place->object) {
                visit(*place->object);
            }
        }
    }

    [[nodiscard]] std::size_t size() const noexcept { return places_.size() - free_.size(); }

  private:
    struct Place {
        std::uint32_t generation = 1;
        std::optional<T> object;
    };

    [[nodiscard]] static std::uint32_t index_of(rk_handle_t handle) noexcept {
        return static_cast<std::uint32_t>(handle >> 32U) & 0x0FFFFFFFU;
    }
    [[nodiscard]] Place* at(rk_handle_t handle) noexcept {
        const std::uint32_t index = index_of(handle);
        if ((handle >> 60U) != static_cast<std::uint8_t>(kKind) || index >= places_.size()) {
            return nullptr;
        }
        Place* const place = places_[index].get();
        const bool same = place->object && place->generation == static_cast<std::uint32_t>(handle);
        return same ? place : nullptr;
    }

    std::vector<std::unique_ptr<Place>> places_;
    std::vector<std::uint32_t> free_;
};

}  // namespace rookery::plugin
