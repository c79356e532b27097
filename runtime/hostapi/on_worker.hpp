#pragma once

#include "base/result.hpp"
#include "hostapi/worker.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace rookery::hostapi {

/// `done`, to be called on any thread: it then runs on the worker's, or not at all once that has
/// stopped.
template <class T>
[[nodiscard]] std::function<void(Result<T>)> on_worker(std::weak_ptr<Worker> worker,
                                                       std::function<void(Result<T>)> done) {
    return [weak = std::move(worker), done = std::move(done)](Result<T> result) mutable {
        if (const auto alive = weak.lock()) {
            alive->post([done = std::move(done), result = std::move(result)]() mutable {
                done(std::move(result));
            });
        }
    };
}

}  // namespace rookery::hostapi
