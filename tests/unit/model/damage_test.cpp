// Every raw event of every platform that becomes something, with samples made from its mapping:
// whatever happens to a value of the payload or of the context, each field has a value of its
// declared type, and both ways to read one agree.

#include "model/json_text.hpp"
#include "unit/model/sample.hpp"
#include "unit/model/support.hpp"

#include <array>
#include <charconv>

namespace rookery::model {
namespace {

bool is_time(std::string_view text) {
    constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd.dddZ";
    for (std::size_t i = 0; i < kForm.size() && text.size() == kForm.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (kForm[i] == 'd' ? !digit : text[i] != kForm[i]) {
            return false;
        }
    }
    return text.empty() || text.size() == kForm.size();
}

Value::Kind kind_of(FieldType type) {
    switch (type) {
        case FieldType::text:
        case FieldType::id:
        case FieldType::time:
            return Value::Kind::text;
        case FieldType::integer:
            return Value::Kind::integer;
        case FieldType::number:
            return Value::Kind::number;
        case FieldType::boolean:
            return Value::Kind::boolean;
        case FieldType::object:
            return Value::Kind::object;
        case FieldType::array:
            return Value::Kind::array;
        case FieldType::json:
            break;
    }
    return Value::Kind::absent;
}

/// Reads a view field by field, as plugins and scripts do, and writes what it finds.
class Reader {
  public:
    std::string out;
    std::string wrong;  ///< the first value that is not as declared

    void object(const View& view) {
        out += '{';
        bool first = true;
        for (FieldIndex i = 0; i < view.fields().size(); ++i) {
            StringScratch scratch;
            const FieldInfo& field = view.fields()[i];
            const Value value = view.get(i, scratch);
            check(view, field, value);
            if (value.kind == Value::Kind::absent) {
                continue;
            }
            out += first ? "\"" : ",\"";
            out += std::string(field.name) + "\":";
            first = false;
            write(value, field.element);
        }
        out += '}';
    }

  private:
    void check(const View& view, const FieldInfo& field, const Value& value) {
        const bool fits = value.kind == Value::Kind::absent ? field.optional
                          : value.kind == Value::Kind::null
                              ? field.nullable || field.type == FieldType::json
                              : field.type == FieldType::json || value.kind == kind_of(field.type);
        if ((!fits || (field.type == FieldType::time && !is_time(value.text))) && wrong.empty()) {
            wrong = std::string(view.shape()) + "." + std::string(field.name);
        }
    }

    void write(const Value& value, FieldType element) {
        switch (value.kind) {
            case Value::Kind::absent:
            case Value::Kind::null:
                out += "null";
                break;
            case Value::Kind::boolean:
                out += value.boolean ? "true" : "false";
                break;
            case Value::Kind::integer:
                out += std::to_string(value.integer);
                break;
            case Value::Kind::number:
                append_number(value.number);
                break;
            case Value::Kind::text:
                append_json_text(out, value.text);
                break;
            case Value::Kind::object:
                value.object.mapping().shape != nullptr ? object(value.object)
                                                        : value.object.write_json(out);
                break;
            case Value::Kind::array:
                list(value.array, element);
                break;
        }
    }

    void append_number(double number) {
        std::array<char, 32> digits;
        out.append(digits.data(),
                   std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
    }

    void list(const ArrayView& array, FieldType element) {
        if (!array.owner()) {
            array.write_json(out);
            return;
        }
        StringScratch scratch;
        Value value;
        std::size_t count = 0;
        out += '[';
        for (ArrayCursor cursor(array); cursor.next(value, scratch); ++count) {
            if (value.kind != kind_of(element) && wrong.empty()) {
                wrong = "an element of " + std::string(array.owner().shape());
            }
            out += count == 0 ? "" : ",";
            write(value, element);
        }
        out += ']';
        if (count != array.size() && wrong.empty()) {
            wrong = "the size of a list of " + std::string(array.owner().shape());
        }
    }
};

/// One way in which something becomes an event.
struct Becomes {
    const PlatformInfo* platform;
    const RawEventInfo* raw;
};

std::vector<Becomes> all_ways() {
    std::vector<Becomes> ways;
    for (const PlatformInfo* const platform : platforms()) {
        for (const auto& list : {platform->raw_events, platform->derived}) {
            for (const RawEventInfo& raw : list) {
                if (raw.event) {
                    ways.push_back({platform, &raw});
                }
            }
        }
    }
    return ways;
}

std::string name_of(const testing::TestParamInfo<Becomes>& way) {
    std::string name = std::string(way.param.platform->name) + '_' +
                       std::string(way.param.raw->name) + '_' +
                       std::string(EventNames::name(*way.param.raw->event));
    std::replace_if(
        name.begin(), name.end(),
        [](char c) {
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            return !letter && (c < '0' || c > '9');
        },
        '_');
    return name;
}

std::string complaint(const Becomes& way, std::string_view payload, std::string_view context) {
    EventHeader header;
    header.type = *way.raw->event;
    header.bot = *intern_bot("main", way.platform->name);
    header.raw = way.raw;
    const auto event = Event::make(std::move(header), payload, context);
    if (!event) {
        return event.error().message();
    }
    const View view = (*event)->view();
    Reader reader;
    reader.object(view);
    if (!reader.wrong.empty()) {
        return reader.wrong;
    }
    const std::string whole = to_json(view);
    return whole == reader.out ? "" : "field by field " + reader.out + ", as a whole " + whole;
}

/// Where the values of a text are, and where the keys.
struct Span {
    std::size_t begin;
    std::size_t length;
};

void collect(JsonNode node, const char* start, std::vector<Span>& values, std::vector<Span>& keys) {
    for (const JsonMember member : node.members()) {
        keys.push_back({static_cast<std::size_t>(member.key.data() - start), member.key.size()});
        collect(member.value, start, values, keys);
    }
    for (const JsonNode element : node.elements()) {
        collect(element, start, values, keys);
    }
    const std::string_view raw = node.raw();
    values.push_back({static_cast<std::size_t>(raw.data() - start), raw.size()});
}

std::string with(const std::string& text, Span span, std::string_view other) {
    return std::string(text).replace(span.begin, span.length, other);
}

class Damage : public testing::TestWithParam<Becomes> {
  protected:
    void SetUp() override {
        const Sample sample = make_sample(*GetParam().raw);
        payload_ = sample.payload.dump();
        context_ = sample.context.empty() ? std::string() : sample.context.dump();
    }

    /// Calls `check` with each damaged pair.
    template <class Change, class Check>
    void each(Change change, Check check) const {
        for (const bool in_context : {false, true}) {
            const std::string& text = in_context ? context_ : payload_;
            if (text.empty()) {
                continue;
            }
            const auto index = JsonIndex::build(text);
            std::vector<Span> values;
            std::vector<Span> keys;
            collect(index->root(), text.data(), values, keys);
            change(text, values, keys, [&](const std::string& damaged) {
                in_context ? check(payload_, damaged) : check(damaged, context_);
            });
        }
    }

    void expect_shape(const std::string& payload, const std::string& context) const {
        ASSERT_EQ(complaint(GetParam(), payload, context), "") << payload << "\n" << context;
    }

    std::string payload_;
    std::string context_;
};

TEST_P(Damage, whole_sample_has_the_shape_and_only_the_context_that_is_declared) {
    expect_shape(payload_, context_);
    const RawEventInfo& info = *GetParam().raw;
    const auto context = nlohmann::json::parse(context_.empty() ? "{}" : context_);
    for (unsigned key = 0; key < kContextKeyCount; ++key) {
        const std::string name(context_key_name(ContextKey{static_cast<std::uint8_t>(key)}));
        if (name != "cdn") {  // read by computations, not by a path
            EXPECT_EQ(context.contains(name),
                      info.reads(ContextKey{static_cast<std::uint8_t>(key)}))
                << name;
        }
    }
}

TEST_P(Damage, without_any_one_key_the_shape_holds) {
    each(
        [](const auto& text, const auto&, const auto& keys, const auto& check) {
            for (const Span key : keys) {
                check(with(text, key, "not_this"));
            }
        },
        [this](const auto& payload, const auto& context) { expect_shape(payload, context); });
}

/// Of a big sample each place gets some of the values, other ones for each event: what is nested
/// deep comes in many of them.
TEST_P(Damage, with_a_value_of_any_other_kind_the_shape_holds) {
    static constexpr std::string_view kOthers[] = {"null",
                                                   "true",
                                                   "false",
                                                   "9999",
                                                   "-1.5e+300",
                                                   "9007199254740991",
                                                   "[]",
                                                   R"([1,{},["x"],null])",
                                                   "{}",
                                                   R"({"id":5,"type":[]})",
                                                   R"("")",
                                                   R"("words")",
                                                   R"("99999999999999999999")"};
    const auto first = static_cast<std::size_t>(*GetParam().raw->event);
    each(
        [&](const auto& text, const auto& values, const auto&, const auto& check) {
            const std::size_t step = 1 + values.size() / 50;
            std::size_t turn = first;
            for (const Span value : values) {
                for (const std::string_view other : kOthers) {
                    if (turn++ % step == 0) {
                        check(with(text, value, other));
                    }
                }
            }
        },
        [this](const auto& payload, const auto& context) { expect_shape(payload, context); });
}

TEST_P(Damage, without_context_the_shape_holds) { expect_shape(payload_, ""); }

INSTANTIATE_TEST_SUITE_P(Events, Damage, testing::ValuesIn(all_ways()), name_of);

}  // namespace
}  // namespace rookery::model
