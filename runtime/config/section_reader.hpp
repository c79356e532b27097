#pragma once

#include "config/keys.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace rookery::config {

/// A table's entries in the order of the file; toml++ keeps them by name.
[[nodiscard]] std::vector<std::pair<const toml::key*, const toml::node*>> in_file_order(
    const toml::table& table);

template <class Keys>
[[nodiscard]] std::vector<std::string_view> names_of(const Keys& keys) {
    std::vector<std::string_view> names;
    for (const auto& key : keys) {
        names.push_back(key.name);
    }
    return names;
}

/// Reads tables by their lists of keys. The reader outlives it.
class SectionReader {
  public:
    explicit SectionReader(Reader& reader) : reader_(reader) {}

    [[nodiscard]] Reader& reader() const noexcept { return reader_; }

    /// Null, and told, when the node is no table.
    const toml::table* table_of(const toml::key& key, const toml::node& node) const;

    /// `rest(key, node)` gets what no key of the list is called like.
    template <class Section, class Rest>
    void read_keys(const toml::table& table, std::span<const Key<Section>> keys, Section& section,
                   Rest rest) const {
        for (const auto& [key, node] : in_file_order(table)) {
            const auto name = key->str();
            reader_.at_key(name);
            const auto found = std::find_if(keys.begin(), keys.end(),
                                            [&](const auto& k) { return k.name == name; });
            if (found != keys.end()) {
                found->read(reader_, *node, section);
            } else {
                rest(*key, *node);
            }
        }
    }

    /// What no key is called like is an error; `where` says where it stands: "in [runtime]".
    template <class Section>
    void read_table(const toml::key& key, const toml::node& node, std::string_view where,
                    std::span<const Key<Section>> keys, Section& section) const {
        if (const auto* table = table_of(key, node)) {
            read_keys(*table, keys, section, [&](const toml::key& other, const toml::node&) {
                reader_.unknown(place_of(other.source()), "key", other.str(), where,
                                names_of(keys));
            });
        }
    }

    /// The tables of [[NAME]]; none, and told in `complaint`'s words, when that is something else.
    [[nodiscard]] std::vector<const toml::table*> tables_of(const toml::key& key,
                                                            const toml::node& node,
                                                            std::string_view complaint) const;

  private:
    Reader& reader_;
};

}  // namespace rookery::config
