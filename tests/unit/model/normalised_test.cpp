// Recorded events: a full payload gives exactly the expected data, and no damage to a
// payload makes the data leave its declared shape.

#include "unit/model/support.hpp"

#include <random>

namespace rookery::model {
namespace {

class Normalised : public testing::TestWithParam<std::string> {};

TEST_P(Normalised, full_payload_gives_the_expected_data) {
    const auto event =
        make_event(GetParam(), read_fixture(GetParam() + ".json"), read_context(GetParam()));
    const auto expected = OrderedJson::parse(read_fixture("expected/" + GetParam() + ".json"));
    EXPECT_EQ(OrderedJson::parse(to_json(event->view())).dump(1), expected.dump(1));
}

TEST_P(Normalised, spaces_in_the_payload_make_no_difference) {
    const std::string spaced = read_fixture(GetParam() + ".json");
    const std::string compact = OrderedJson::parse(spaced).dump();
    EXPECT_EQ(OrderedJson::parse(to_json(make_event(GetParam(), spaced)->view())),
              OrderedJson::parse(to_json(make_event(GetParam(), compact)->view())));
}

bool is_time(const std::string& text) {
    constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd.dddZ";
    if (text.size() != kForm.size()) {
        return text.empty();
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (kForm[i] == 'd' ? !digit : text[i] != kForm[i]) {
            return false;
        }
    }
    return true;
}

std::string mismatch(const Shape& shape, const OrderedJson& data);

std::string mismatch(FieldType type, const Shape* shape, const OrderedJson& value) {
    switch (type) {
        case FieldType::text:
        case FieldType::id:
            return value.is_string() ? "" : "no text";
        case FieldType::time:
            return value.is_string() && is_time(value) ? "" : "no time";
        case FieldType::integer:
            return value.is_number_integer() ? "" : "no integer";
        case FieldType::number:
            return value.is_number() ? "" : "no number";
        case FieldType::boolean:
            return value.is_boolean() ? "" : "no boolean";
        case FieldType::object:
            return value.is_object() ? mismatch(*shape, value) : "no object";
        case FieldType::array:
        case FieldType::json:
            break;
    }
    return "";
}

/// What in `data` is not as `shape` declares it; empty when all is.
std::string mismatch(const Shape& shape, const OrderedJson& data) {
    auto at = data.begin();
    for (const FieldInfo& field : shape.fields) {
        if (at == data.end() || at.key() != field.name) {
            if (field.optional) {
                continue;
            }
            return std::string(shape.name) + "." + std::string(field.name) +
                   " is missing or out of order";
        }
        const OrderedJson& value = at.value();
        ++at;
        if (value.is_null() && (field.nullable || field.type == FieldType::json)) {
            continue;
        }
        std::string wrong;
        if (field.type == FieldType::array) {
            wrong = value.is_array() ? "" : "no list";
            for (const OrderedJson& element : value) {
                wrong = wrong.empty() ? mismatch(field.element, field.shape, element) : wrong;
            }
        } else {
            wrong = mismatch(field.type, field.shape, value);
        }
        if (!wrong.empty()) {
            return std::string(shape.name) + "." + std::string(field.name) + ": " + wrong + ": " +
                   value.dump();
        }
    }
    return at == data.end() ? "" : std::string(shape.name) + " has no field " + at.key();
}

const Shape& shape_of(const std::string& event) {
    return *event_infos()[static_cast<std::size_t>(*EventNames::find(event))].shape;
}

std::string mismatch(const std::string& name, const std::string& payload) {
    const auto event = make_event(name, payload);
    return mismatch(shape_of(name), OrderedJson::parse(to_json(event->view())));
}

/// Every place in a payload, as pointers.
void collect(const nlohmann::json& value, const nlohmann::json::json_pointer& at,
             std::vector<nlohmann::json::json_pointer>& out) {
    if (value.is_object()) {
        for (const auto& [key, member] : value.items()) {
            out.push_back(at / key);
            collect(member, at / key, out);
        }
    } else if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            out.push_back(at / i);
            collect(value[i], at / i, out);
        }
    }
}

TEST_P(Normalised, missing_null_and_mistyped_values_keep_the_shape) {
    const auto whole = nlohmann::json::parse(read_fixture(GetParam() + ".json"));
    std::vector<nlohmann::json::json_pointer> places;
    collect(whole, nlohmann::json::json_pointer(), places);
    const std::vector<nlohmann::json> wrong = {nullptr,
                                               true,
                                               17,
                                               -1.5e300,
                                               "text",
                                               "",
                                               nlohmann::json::array(),
                                               nlohmann::json::array({1, "x", nullptr}),
                                               nlohmann::json::object(),
                                               nlohmann::json{{"id", 5}}};
    for (const auto& place : places) {
        auto damaged = whole;
        auto& parent = damaged.at(place.parent_pointer());
        if (parent.is_object()) {
            parent.erase(place.back());
            EXPECT_EQ(mismatch(GetParam(), damaged.dump()), "") << "without " << place;
        }
        for (const auto& value : wrong) {
            damaged = whole;
            damaged.at(place) = value;
            EXPECT_EQ(mismatch(GetParam(), damaged.dump()), "") << place << " = " << value;
        }
    }
}

TEST_P(Normalised, payload_cut_off_anywhere_is_refused) {
    const std::string whole = OrderedJson::parse(read_fixture(GetParam() + ".json")).dump();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::vector<char> exact(whole.begin(),
                                      whole.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_FALSE(Event::make(header_of(GetParam()), {exact.data(), exact.size()})) << length;
    }
}

/// What nlohmann makes of a text: a second opinion.
enum class Opinion { json, not_json, unsure };
Opinion second_opinion(const std::string& text) {
    try {
        return nlohmann::json::parse(text).is_discarded() ? Opinion::not_json : Opinion::json;
    } catch (const nlohmann::json::parse_error& failure) {
        // It refuses lone surrogates, which the grammar allows.
        return std::string_view(failure.what()).find("surrogate") != std::string_view::npos
                   ? Opinion::unsure
                   : Opinion::not_json;
    } catch (const nlohmann::json::out_of_range&) {
        return Opinion::unsure;
    }
}

TEST_P(Normalised, random_damage_is_refused_or_keeps_the_shape) {
    constexpr std::string_view kBytes = "{}[]:,\"\\u0dn-+.eE1 \x80\xff\n\ttruefalsenull";
    const std::string whole = OrderedJson::parse(read_fixture(GetParam() + ".json")).dump();
    std::mt19937 random(4711);
    const auto below = [&](std::size_t end) { return random() % end; };
    for (int round = 0; round < 400; ++round) {
        std::string text = whole;
        for (std::size_t edits = 1 + below(4); edits > 0; --edits) {
            const std::size_t at = below(text.size());
            switch (below(4)) {
                case 0:
                    text[at] = kBytes[below(kBytes.size())];
                    break;
                case 1:
                    text.erase(at, 1 + below(8));
                    break;
                case 2:
                    text.insert(at, 1, kBytes[below(kBytes.size())]);
                    break;
                default:
                    text.insert(at, text.substr(below(text.size()), below(20)));
                    break;
            }
            if (text.empty()) {
                text = "{";
            }
        }
        const auto event = Event::make(header_of(GetParam()), text);
        const Opinion opinion = second_opinion(text);
        if (opinion != Opinion::unsure) {
            EXPECT_EQ(event.has_value(), opinion == Opinion::json) << text;
        }
        if (event) {
            const std::string out = to_json((*event)->view());
            if (second_opinion(out) == Opinion::unsure) {
                continue;  // a number beyond double, in a field that passes through
            }
            EXPECT_EQ(mismatch(shape_of(GetParam()), OrderedJson::parse(out)), "") << text;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Events, Normalised, testing::ValuesIn(fixture_names()),
                         [](const auto& event) { return event.param; });

}  // namespace
}  // namespace rookery::model
