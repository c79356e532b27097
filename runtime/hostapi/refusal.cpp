#include "hostapi/refusal.hpp"

namespace rookery::hostapi {

nlohmann::json describe_refusal(const Error& error) {
    const Refusal* const refusal = error.refusal();
    if (refusal == nullptr) {
        return nullptr;
    }
    auto fields = nlohmann::json::array();
    for (const auto& field : refusal->fields) {
        fields.push_back({{"path", field.path}, {"code", field.code}, {"message", field.message}});
    }
    return {{"status", refusal->status},
            {"code", refusal->code},
            {"message", refusal->message},
            {"fields", std::move(fields)}};
}

}  // namespace rookery::hostapi
