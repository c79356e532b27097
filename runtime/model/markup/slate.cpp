#include "model/markup/markup.hpp"

namespace rookery::model::markup {
namespace {

/// The texts of a node's leaves, each block on a line of its own. The index bounds the depth.
void append_node(JsonNode node, std::string& out, StringScratch& scratch) {
    for (const JsonNode leaf : node["leaves"].elements()) {
        out += leaf["text"].as_string(scratch);
    }
    for (const JsonNode child : node["nodes"].elements()) {
        if (child["object"].raw_string() == "block" && !out.empty() && out.back() != '\n') {
            out += '\n';
        }
        append_node(child, out, scratch);
    }
}

}  // namespace

std::string_view slate_text(JsonNode document, StringScratch& scratch) {
    const JsonNode inner = document["document"];
    std::string out;
    append_node(inner.is_object() ? inner : document, out, scratch);
    return scratch.keep(out);
}

}  // namespace rookery::model::markup
