#include "contract/cases.hpp"

#include <algorithm>
#include <map>

namespace rookery::contract {
namespace {

using model::OperationInfo;
using model::OperationParam;
using model::ParamType;

enum class Size { usual, least, most };

bool limited(const OperationParam& param) { return param.min != 0 || param.max != 0; }

/// How many elements, characters, ... of something whose usual number is `usual`.
std::size_t amount(const OperationParam& param, Size size, std::size_t usual) {
    if (!limited(param)) {
        return usual;
    }
    switch (size) {
        case Size::least:
            return param.min;
        case Size::most:
            return param.max;
        case Size::usual:
            break;
    }
    return std::clamp(usual, param.min, param.max);
}

/// Of exactly that many characters, some of which are more than one byte.
std::string text(std::size_t characters) {
    static const std::vector<std::string> kPieces = {"G", "r",  "ü",  "ß", "e",
                                                     " ", "\"", "\\", "😀", "\n"};
    std::string out;
    for (std::size_t i = 0; i < characters; ++i) {
        out += kPieces[i % kPieces.size()];
    }
    return out;
}

json repeated(std::size_t count, const json& element) {
    return json(std::vector<json>(count, element));
}

json value_of(const OperationParam& param, Size size) {
    switch (param.type) {
        case ParamType::id:
            return "123456789012345678";
        case ParamType::ids:
            return repeated(std::max<std::size_t>(amount(param, size, 2), 1), "123456789012345678");
        case ParamType::text:
            return text(amount(param, size, 12));
        case ParamType::texts:
            return repeated(std::max<std::size_t>(amount(param, size, 2), 1), "word");
        case ParamType::integer:
            return amount(param, size, 7);
        case ParamType::number:
            return limited(param) && size != Size::usual
                       ? json(amount(param, size, 0))
                       : json(static_cast<double>(param.min) + 0.5);
        case ParamType::boolean:
            return size != Size::least;
        case ParamType::time:
            return size == Size::least ? json(60) : json("2026-11-21T10:00:00.000Z");
        case ParamType::json:
        case ParamType::object:
            return {{"key", "value"}, {"deep", {{"list", {1, "two", true}}}}};
        case ParamType::list:
            return repeated(std::max<std::size_t>(amount(param, size, 2), 1), {{"key", "value"}});
        case ParamType::emoji:
            return size == Size::least ? "😀" : "blob:123456789012345678";
        case ParamType::choice:
            return size == Size::most ? std::string(param.names.back().name)
                                      : std::string(param.names.front().name);
        case ParamType::bits:
            return size == Size::least ? json(8) : json("1125899906842624");
        case ParamType::image:
            return size == Size::least ? json{{"path", "picture.png"}}
                                       : json("data:image/png;base64,AAAA");
        case ParamType::files:
            return json::array({{{"data", "text"}, {"name", "a.txt"}}});
    }
    return {};
}

json all_of(const OperationInfo& info, Size size, bool optional) {
    json out = json::object();
    for (const OperationParam& param : info.params) {
        if (param.required || optional) {
            out[std::string(param.name)] = value_of(param, size);
        }
    }
    return out;
}

/// What cannot be a value of that type, by type.
const std::map<ParamType, std::vector<json>>& wrong_values() {
    static const json kObject = {{"a", 1}};
    static const json kList = {1};
    static const std::string kLong(41, '1');
    static const std::map<ParamType, std::vector<json>> kValues = {
        {ParamType::id, {5, true, "", "12a", "123456789012345678901", kObject, kList}},
        {ParamType::ids, {5, true, "1", json{"x"}, kList, kObject}},
        {ParamType::text, {5, 0.5, true, kObject, kList}},
        {ParamType::texts, {5, true, "x", kList, kObject}},
        {ParamType::integer, {0.5, true, "5", kObject, kList}},
        {ParamType::number, {true, "5", kObject, kList}},
        {ParamType::boolean, {1, "true", kObject, kList}},
        {ParamType::time, {true, -1, 1'000'000'000'000, kLong, kObject, kList}},
        {ParamType::json, {5, true, "x"}},
        {ParamType::object, {5, true, "x", kList}},
        {ParamType::list, {5, true, "x", kObject}},
        {ParamType::emoji, {5, true, kObject, kList}},
        {ParamType::choice, {0.5, true, "no such name", kObject, kList}},
        {ParamType::bits, {0.5, -8, true, "0x8", kLong, kObject, kList}},
        {ParamType::image, {5, true, "x", json{{"path", 1}}, kList}},
        {ParamType::files,
         {5, true, "x", json::array({{{"name", "x"}}}),
          json::array({{{"path", "x"}, {"data", "y"}}})}},
    };
    return kValues;
}

/// Just outside the limits; the first of the pair is what the message counts.
std::vector<std::pair<std::string, json>> outside(const OperationParam& param) {
    std::vector<std::pair<std::string, json>> out;
    const auto sized = [&](std::size_t size) -> json {
        switch (param.type) {
            case ParamType::text:
                return text(size);
            case ParamType::ids:
                return repeated(size, "123456789012345678");
            case ParamType::texts:
                return repeated(size, "word");
            case ParamType::list:
                return repeated(size, {{"key", "value"}});
            case ParamType::integer:
            case ParamType::number:
                return size;
            default:
                return {};
        }
    };
    if (!limited(param) || sized(1).is_null()) {
        return out;
    }
    const bool number = param.type == ParamType::integer || param.type == ParamType::number;
    out.emplace_back(std::to_string(param.max + 1), sized(param.max + 1));
    if (number && param.min == 0) {
        out.emplace_back("-1", -1);
    } else if (param.min > 1 || (param.min == 1 && (number || param.type == ParamType::text))) {
        out.emplace_back(std::to_string(param.min - 1), sized(param.min - 1));
    }
    return out;
}

}  // namespace

std::vector<OperationCase> right_cases(const OperationInfo& info) {
    std::vector<OperationCase> out = {
        {"the required ones", all_of(info, Size::usual, false), "", ""},
        {"all", all_of(info, Size::usual, true), "", ""},
        {"all at their least", all_of(info, Size::least, true), "", ""},
        {"all at their most", all_of(info, Size::most, true), "", ""},
    };
    json nulls = all_of(info, Size::usual, true);
    bool some = false;
    for (const OperationParam& param : info.params) {
        if (param.nullable) {
            nulls[std::string(param.name)] = nullptr;
            some = true;
        }
    }
    if (some) {
        out.push_back({"null where it may be", std::move(nulls), "", ""});
    }
    return out;
}

std::vector<OperationCase> wrong_cases(const OperationInfo& info) {
    std::vector<OperationCase> out;
    const json base = all_of(info, Size::usual, false);
    for (const OperationParam& param : info.params) {
        const std::string name(param.name);
        const auto with = [&](const json& value, std::string expected) {
            json arguments = base;
            arguments[name] = value;
            out.push_back({name + " = " + value.dump().substr(0, 60), std::move(arguments), name,
                           std::move(expected)});
        };
        for (const json& value : wrong_values().at(param.type)) {
            with(value, "expected ");
        }
        for (const auto& [count, value] : outside(param)) {
            with(value,
                 "expected " + std::to_string(param.min) + " to " + std::to_string(param.max));
            out.back().expected += value.is_string()  ? " characters, got " + count
                                   : value.is_array() ? " of them, got " + count
                                                      : ", got " + count;
        }
        if (param.required) {
            json arguments = base;
            arguments.erase(name);
            out.push_back({"without " + name, std::move(arguments), name, "is missing"});
        }
    }
    json unknown = base;
    unknown["noSuchParameter"] = "x";
    out.push_back({"one too many", std::move(unknown), "noSuchParameter", "there is no parameter"});
    return out;
}

}  // namespace rookery::contract
