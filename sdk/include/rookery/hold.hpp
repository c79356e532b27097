#pragma once

#include <rookery/abi/types.h>

#include <cstdint>
#include <utility>

namespace rookery::detail {

/// Keeps an event or a document of the host for as long as one copy of this lives. An empty one
/// keeps nothing. Instance thread.
class Hold {
  public:
    using Release = rk_status_t (*)(const rk_host_t*, rk_handle_t);

    Hold() = default;
    /// Takes over one hold that the caller has on `handle`.
    Hold(const rk_host_t* host, rk_handle_t handle, Release release)
        : block_(new Block{host, handle, release, 1}) {}
    Hold(const Hold& other) noexcept : block_(other.block_) {
        if (block_ != nullptr) {
            ++block_->count;
        }
    }
    Hold(Hold&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    Hold& operator=(Hold other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~Hold() {
        if (block_ != nullptr && --block_->count == 0) {
            static_cast<void>(block_->release(block_->host, block_->handle));
            delete block_;
        }
    }

  private:
    struct Block {
        const rk_host_t* host;
        rk_handle_t handle;
        Release release;
        std::uint32_t count;
    };

    Block* block_ = nullptr;
};

}  // namespace rookery::detail
