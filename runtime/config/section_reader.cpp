#include "config/section_reader.hpp"

namespace rookery::config {

std::vector<std::pair<const toml::key*, const toml::node*>> in_file_order(
    const toml::table& table) {
    std::vector<std::pair<const toml::key*, const toml::node*>> entries;
    for (const auto& [key, node] : table) {
        entries.emplace_back(&key, &node);
    }
    std::stable_sort(entries.begin(), entries.end(), [](const auto& left, const auto& right) {
        const auto& a = left.first->source().begin;
        const auto& b = right.first->source().begin;
        return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    return entries;
}

const toml::table* SectionReader::table_of(const toml::key& key, const toml::node& node) const {
    const auto* table = node.as_table();
    if (table == nullptr) {
        reader_.at_key(key.str());
        reader_.mismatch(node, fmt::format("a section, written [{}]", key.str()));
    }
    return table;
}

std::vector<const toml::table*> SectionReader::tables_of(const toml::key& key,
                                                         const toml::node& node,
                                                         std::string_view complaint) const {
    std::vector<const toml::table*> tables;
    const auto* list = node.as_array();
    if (list != nullptr) {
        for (const auto& item : *list) {
            tables.push_back(item.as_table());
        }
    }
    if (list == nullptr || std::find(tables.begin(), tables.end(), nullptr) != tables.end()) {
        reader_.diagnostics().error(place_of(key.source()), std::string(complaint));
        return {};
    }
    return tables;
}

}  // namespace rookery::config
