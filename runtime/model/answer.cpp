#include "model/answer.hpp"

#include "model/json_index.hpp"
#include "model/view.hpp"

namespace rookery::model {

std::optional<std::string> show_answer(const Mapping* mapping, bool list, std::string_view ids,
                                       std::string_view text) {
    std::string whole = "{";
    whole.append(ids).append("\"result\":").append(text) += '}';
    // The index bounds the depth, which parsers do not.
    const auto index = JsonIndex::build(whole);
    if (!index) {
        return std::nullopt;
    }
    const JsonNode node = index->root()["result"];
    if (mapping == nullptr || node.is_null()) {
        return std::string(node.raw());
    }
    std::string shown;
    if (!list) {
        View(node, *mapping).write_json(shown);
        return shown;
    }
    shown = "[";
    for (const JsonNode one : node.elements()) {
        shown += shown.size() > 1 ? "," : "";
        View(one, *mapping).write_json(shown);
    }
    return shown + ']';
}

}  // namespace rookery::model
