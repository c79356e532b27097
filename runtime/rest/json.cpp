#include "rest/json.hpp"

#include "model/json_index.hpp"
#include "model/json_text.hpp"

#include <string>

namespace rookery::rest {

using nlohmann::json;

json parse_json(std::string_view text) {
    // The index holds the depth and the form; the tree is built without recursion on the rest.
    if (!model::JsonIndex::scan(text)) {
        return json(json::value_t::discarded);
    }
    std::string clean;
    clean.reserve(text.size());
    model::append_json(clean, text);
    return json::parse(clean, nullptr, false);
}

}  // namespace rookery::rest
