#include "sim/guilded/slate.hpp"

#include <array>

namespace rookery::sim::guilded {
namespace {

constexpr int kMostDepth = 40;

struct Mark {
    const char* sign;
    const char* type;
};
constexpr std::array kMarks = {Mark{"**", "bold"},    Mark{"~~", "strikethrough"},
                               Mark{"||", "spoiler"}, Mark{"__", "underline"},
                               Mark{"*", "italic"},   Mark{"`", "inline-code-v2"}};

Json leaf(const std::string& text, const std::vector<const char*>& marks) {
    Json list = Json::array();
    for (const auto* type : marks) {
        list.push_back({{"object", "mark"}, {"type", type}, {"data", Json::object()}});
    }
    return {{"object", "leaf"}, {"text", text}, {"marks", std::move(list)}};
}

Json text_node(Json leaves) { return {{"object", "text"}, {"leaves", std::move(leaves)}}; }

Json mention(const community::Person& person) {
    const auto matcher = "@" + person.name;
    return {{"object", "inline"},
            {"type", "mention"},
            {"data",
             {{"mention",
               {{"type", "person"},
                {"id", person.id},
                {"matcher", matcher},
                {"name", person.name},
                {"color", "#ffffff"}}}}},
            {"nodes", Json::array({text_node(Json::array({leaf(matcher, {})}))})}};
}

/// The nodes of one line.
class Line {
  public:
    Line(Core& core, std::string_view text) : core_(core), rest_(text) {}

    Json nodes() {
        while (!rest_.empty()) {
            if (!take_mention() && !take_mark()) {
                plain_ += rest_.front();
                rest_.remove_prefix(1);
            }
        }
        flush();
        if (!leaves_.empty() || nodes_.empty()) {
            close();
        }
        return nodes_;
    }

  private:
    void flush() {
        if (!plain_.empty()) {
            leaves_.push_back(leaf(plain_, {}));
            plain_.clear();
        }
    }
    void close() {
        if (leaves_.empty()) {
            leaves_.push_back(leaf("", {}));
        }
        nodes_.push_back(text_node(std::move(leaves_)));
        leaves_ = Json::array();
    }

    bool take_mention() {
        if (!rest_.starts_with("<@")) {
            return false;
        }
        const auto end = rest_.find('>');
        const auto* person =
            end == std::string_view::npos ? nullptr : core_.world.person(rest_.substr(2, end - 2));
        if (person == nullptr) {
            return false;
        }
        flush();
        close();
        nodes_.push_back(mention(*person));
        rest_.remove_prefix(end + 1);
        return true;
    }

    bool take_mark() {
        for (const auto& [sign, type] : kMarks) {
            const std::string_view mark = sign;
            const auto end =
                rest_.starts_with(mark) ? rest_.find(mark, mark.size()) : std::string_view::npos;
            if (end != std::string_view::npos && end > mark.size()) {
                flush();
                leaves_.push_back(
                    leaf(std::string(rest_.substr(mark.size(), end - mark.size())), {type}));
                rest_.remove_prefix(end + mark.size());
                return true;
            }
        }
        return false;
    }

    Core& core_;
    std::string_view rest_;
    std::string plain_;
    Json leaves_ = Json::array();
    Json nodes_ = Json::array();
};

void append_paragraphs(Core& core, const std::string& text, Json& nodes) {
    std::string_view rest = text;
    while (true) {
        const auto line = rest.substr(0, rest.find('\n'));
        nodes.push_back({{"object", "block"},
                         {"type", "paragraph"},
                         {"data", Json::object()},
                         {"nodes", Line(core, line).nodes()}});
        if (line.size() == rest.size()) {
            return;
        }
        rest.remove_prefix(line.size() + 1);
    }
}

Json document_around(Json nodes) {
    return {{"object", "value"},
            {"document",
             {{"object", "document"}, {"data", Json::object()}, {"nodes", std::move(nodes)}}}};
}

std::string text_at(const Json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string()
               ? found->get<std::string>()
               : std::string();
}

Json list_at(const Json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_array() ? *found
                                                                            : Json::array();
}

void gather(const Json& node, std::string& out, int depth) {
    if (depth > kMostDepth || !node.is_object()) {
        return;
    }
    for (const auto& part : list_at(node, "leaves")) {
        std::string signs;
        for (const auto& mark : list_at(part, "marks")) {
            for (const auto& [sign, type] : kMarks) {
                signs += text_at(mark, "type") == type ? sign : "";
            }
        }
        out += signs + text_at(part, "text") + std::string(signs.rbegin(), signs.rend());
    }
    if (text_at(node, "type") == "mention" && node.contains("data") && node["data"].is_object() &&
        node["data"].contains("mention")) {
        out += "<@" + text_at(node["data"]["mention"], "id") + ">";
        return;
    }
    for (const auto& child : list_at(node, "nodes")) {
        if (text_at(child, "object") == "block" && !out.empty()) {
            out += '\n';
        }
        gather(child, out, depth + 1);
    }
}

}  // namespace

bool is_document(const Json& value) {
    return value.is_object() && value.contains("document") && value["document"].is_object() &&
           value["document"].contains("nodes") && value["document"]["nodes"].is_array();
}

Json document_of(Core& core, const std::string& text) {
    Json nodes = Json::array();
    append_paragraphs(core, text, nodes);
    return document_around(std::move(nodes));
}

std::string text_of(const Json& document) {
    std::string text;
    if (is_document(document)) {
        gather(document["document"], text, 0);
    }
    return text;
}

Json shown_document(Core& core, const Json& document) {
    Json nodes = Json::array();
    for (const auto& node : document["document"]["nodes"]) {
        if (text_at(node, "type") == "markdown-plain-text") {
            std::string text;
            gather(node, text, 0);
            append_paragraphs(core, text, nodes);
        } else {
            nodes.push_back(node);
        }
    }
    return document_around(std::move(nodes));
}

}  // namespace rookery::sim::guilded
