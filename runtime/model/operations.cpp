#include "model/operations.hpp"

#include "model/event_names.hpp"

#include <algorithm>

namespace rookery::model {

const OperationInfo* find_operation(std::string_view name) noexcept {
    const auto all = operations();
    const auto found = std::lower_bound(
        all.begin(), all.end(), name,
        [](const OperationInfo& info, std::string_view wanted) { return info.name < wanted; });
    return found != all.end() && found->name == name ? &*found : nullptr;
}

const PlatformOperation* find_operation(const PlatformInfo& platform,
                                        std::string_view name) noexcept {
    const auto all = platform.operations;
    const auto found = std::lower_bound(all.begin(), all.end(), name,
                                        [](const PlatformOperation& one, std::string_view wanted) {
                                            return one.info->name < wanted;
                                        });
    return found != all.end() && found->info->name == name ? &*found : nullptr;
}

}  // namespace rookery::model
