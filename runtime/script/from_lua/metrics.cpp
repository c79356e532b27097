#include "script/from_lua/api.hpp"
#include "script/script.hpp"
#include "script/values.hpp"

#include <string>
#include <utility>

namespace rookery::script {

namespace {

using nlohmann::json;

constexpr std::size_t kLargestForm = std::size_t{64} << 10U;

Error wrong(const std::string& what, const std::string& expected) {
    return {ErrorKind::invalid, what + " must be " + expected};
}

Result<> read_labels(const json& labels, hostapi::MetricForm& form) {
    if (!labels.is_object() && !(labels.is_array() && labels.empty()) && !labels.is_null()) {
        return wrong("labels", "a table of strings");
    }
    for (const auto& [name, value] : labels.items()) {
        if (!value.is_string()) {
            return wrong("labels." + name, "a string");
        }
        form.labels.emplace_back(name, value.get<std::string>());
    }
    return {};
}

/// kind (from 0), name, labels, help, bounds.
Result<hostapi::MetricForm> read_form(lua_State* lua) {
    hostapi::MetricForm form;
    form.kind = static_cast<hostapi::MetricKind>(static_cast<int>(lua_tonumber(lua, 1)));
    std::size_t budget = kLargestForm;
    const auto name = to_json(lua, 2, budget);
    const auto labels = to_json(lua, 3, budget);
    const auto help = to_json(lua, 4, budget);
    const auto bounds = to_json(lua, 5, budget);
    for (const auto* const read : {&name, &labels, &help, &bounds}) {
        if (!*read) {
            return read->error();
        }
    }
    if (!name->is_string()) {
        return wrong("name", "a string");
    }
    form.name = name->get<std::string>();
    if (auto read = read_labels(*labels, form); !read) {
        return read.error();
    }
    if (!help->is_null() && !help->is_string()) {
        return wrong("help", "a string");
    }
    form.help = help->is_null() ? std::string() : help->get<std::string>();
    if (!bounds->is_null()) {
        if (!bounds->is_array()) {
            return wrong("bounds", "a list of numbers");
        }
        for (const json& bound : *bounds) {
            if (!bound.is_number()) {
                return wrong("bounds", "a list of numbers");
            }
            form.bounds.push_back(bound.get<double>());
        }
    }
    return form;
}

int declare(lua_State* lua, Script& script) {
    hostapi::Metrics* const metrics = script.context().metrics;
    if (metrics == nullptr) {
        return fail(lua, "rookery.metrics: this runtime counts nothing");
    }
    auto form = read_form(lua);
    const auto made =
        form ? metrics->declare(*std::move(form)) : Result<std::uint32_t>(form.error());
    if (!made) {
        return fail(lua, "rookery.metrics: " + made.error().message());
    }
    lua_pushnumber(lua, *made);
    return 1;
}

template <Result<> (hostapi::Metrics::*Change)(std::uint32_t, double)>
int change(lua_State* lua, Script& script) {
    hostapi::Metrics* const metrics = script.context().metrics;
    if (metrics == nullptr) {
        return fail(lua, "rookery.metrics: this runtime counts nothing");
    }
    if (lua_type(lua, 2) != LUA_TNUMBER) {
        return fail_argument(lua, "rookery.metrics: the amount", "a number", 2);
    }
    const auto changed =
        (metrics->*Change)(static_cast<std::uint32_t>(lua_tonumber(lua, 1)), lua_tonumber(lua, 2));
    return changed ? 0 : fail(lua, "rookery.metrics: " + changed.error().message());
}

}  // namespace

void set_metrics(lua_State* lua) {
    static constexpr NamedBinding kBindings[] = {
        {"metric_declare", &bound<declare>},
        {"metric_add", &bound<change<&hostapi::Metrics::add>>},
        {"metric_set", &bound<change<&hostapi::Metrics::set>>},
        {"metric_observe", &bound<change<&hostapi::Metrics::observe>>},
    };
    set_bindings(lua, kBindings);
}

}  // namespace rookery::script
