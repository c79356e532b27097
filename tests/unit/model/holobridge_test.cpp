// The shapes against a table of what clients of HoloBridge read.

#include "unit/model/support.hpp"

#include <map>
#include <sstream>

namespace rookery::model {
namespace {

struct Expected {
    std::string name;
    std::string type;  ///< "text", "Embed[]"
    bool nullable = false;
    bool optional = false;
};
using Fields = std::vector<Expected>;

struct Table {
    std::map<std::string, Fields> types;
    std::map<std::string, Fields> events;
};

Expected read_field(const std::string& line) {
    std::istringstream in(line);
    Expected field;
    in >> field.name >> field.type;
    field.optional = field.type.ends_with('*');
    field.type.resize(field.type.size() - (field.optional ? 1 : 0));
    field.nullable = field.type.ends_with('?');
    field.type.resize(field.type.size() - (field.nullable ? 1 : 0));
    return field;
}

Table read_table() {
    std::istringstream in(read_source_file("tests/fixtures/holobridge/shapes.txt"));
    Table table;
    Fields* now = nullptr;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (line.starts_with("  ")) {
            now->push_back(read_field(line));
            continue;
        }
        if (!line.starts_with("event ")) {
            now = &table.types[line];
            continue;
        }
        std::istringstream words(line.substr(6));
        std::string event;
        std::string type;
        words >> event >> type;
        now = &table.events[event];
        if (!type.empty()) {
            *now = table.types.at(type);
        }
    }
    return table;
}

const Table& table() {
    static const Table read = read_table();
    return read;
}

bool is_scalar(const std::string& type, FieldType ours) {
    if (type == "text") {
        return ours == FieldType::text || ours == FieldType::id;
    }
    if (type == "number") {
        return ours == FieldType::integer || ours == FieldType::number;
    }
    return (type == "time" && ours == FieldType::time) ||
           (type == "boolean" && ours == FieldType::boolean) ||
           (type == "any" && (ours == FieldType::json || ours == FieldType::object));
}

std::string difference(const Fields& expected, const Shape& shape);

/// What is wrong with one field; empty when it is as a client expects it.
std::string difference(const Expected& expected, const FieldInfo& field) {
    // What was before may be unknown there too, whatever its table says.
    if (field.nullable && !expected.nullable && expected.type != "any" && expected.name != "old") {
        return "may be null";
    }
    if (field.optional != expected.optional) {
        return "may be missing on one side only";
    }
    const bool list = expected.type.ends_with("[]");
    const std::string type = expected.type.substr(0, expected.type.size() - (list ? 2 : 0));
    if (list != (field.type == FieldType::array)) {
        return "is a list on one side only";
    }
    const auto known = table().types.find(type);
    if (known == table().types.end()) {
        return is_scalar(type, field.element) ? "" : "is no " + type;
    }
    return field.shape == nullptr ? "is no object" : difference(known->second, *field.shape);
}

std::string difference(const Fields& expected, const Shape& shape) {
    std::size_t at = 0;
    for (const Expected& field : expected) {
        const auto ours = shape.find(field.name);
        const std::string where = std::string(shape.name) + "." + field.name;
        if (!ours) {
            return where + " is missing";
        }
        if (*ours < at) {
            return where + " is out of order";
        }
        at = *ours;
        if (const std::string what = difference(field, shape.fields[*ours]); !what.empty()) {
            return where + " " + what;
        }
    }
    return "";
}

TEST(HoloBridge, table_has_all_its_events) { EXPECT_EQ(table().events.size(), 60U); }

TEST(HoloBridge, every_event_has_the_fields_that_clients_read) {
    for (const auto& [name, fields] : table().events) {
        const auto event = EventNames::find(name);
        ASSERT_TRUE(event) << name;
        EXPECT_EQ(difference(fields, *event_infos()[static_cast<std::size_t>(*event)].shape), "")
            << name;
    }
}

}  // namespace
}  // namespace rookery::model
