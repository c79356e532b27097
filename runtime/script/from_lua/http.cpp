#include "script/from_lua/api.hpp"
#include "script/script.hpp"
#include "script/values.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace rookery::script {

namespace {

using hostapi::WebAnswer;
using hostapi::WebRequest;
using nlohmann::json;

Error wrong(const std::string& key, const std::string& expected) {
    return {ErrorKind::invalid, key + " must be " + expected};
}

Result<> read_headers(const json& value, WebRequest& request) {
    if (value.is_array() && value.empty()) {
        return {};
    }
    if (!value.is_object()) {
        return wrong("headers", "a table");
    }
    for (const auto& [name, one] : value.items()) {
        if (one.is_string()) {
            request.headers.emplace_back(name, one.get<std::string>());
        } else if (one.is_number()) {
            request.headers.emplace_back(name, one.dump());
        } else {
            return wrong("headers." + name, "a string");
        }
    }
    return {};
}

Result<> read_field(const std::string& key, json& value, WebRequest& request) {
    const auto text = [&](std::string& out) -> Result<> {
        if (!value.is_string()) {
            return wrong(key, "a string");
        }
        out = std::move(value.get_ref<std::string&>());
        return {};
    };
    const auto number = [&](double least, double most) {
        return value.is_number() && value.get<double>() >= least && value.get<double>() <= most;
    };
    if (key == "url") {
        return text(request.url);
    }
    if (key == "method") {
        return text(request.method);
    }
    if (key == "body") {
        return text(request.body);
    }
    if (key == "headers") {
        return read_headers(value, request);
    }
    if (key == "timeout") {
        if (!number(0.001, 60)) {
            return wrong(key, "a number of seconds up to 60");
        }
        request.timeout = Millis{static_cast<Millis::rep>(value.get<double>() * 1000)};
        return {};
    }
    if (key == "max_bytes") {
        if (!number(1, static_cast<double>(hostapi::Web::kLargestBody))) {
            return wrong(key, "between 1 and 16777216");
        }
        request.max_bytes = static_cast<std::size_t>(value.get<double>());
        return {};
    }
    if (key == "redirects") {
        if (!number(0, hostapi::Web::kMostRedirects)) {
            return wrong(key, "between 0 and 5");
        }
        request.redirects = static_cast<unsigned>(value.get<double>());
        return {};
    }
    return Error(ErrorKind::invalid, "there is no option " + key.substr(0, 60));
}

Result<WebRequest> read_request(lua_State* lua, int index, std::size_t& budget) {
    auto options = to_json(lua, index, budget);
    if (!options) {
        return options.error();
    }
    if (!options->is_object()) {
        return Error(ErrorKind::invalid, "expected a table of options");
    }
    WebRequest request;
    for (auto& [key, value] : options->items()) {
        if (auto read = read_field(key, value, request); !read) {
            return read.error();
        }
    }
    if (request.url.empty()) {
        return wrong("url", "a string");
    }
    return request;
}

/// Names in lower case; values of one name joined, as HTTP sees them.
json describe(const WebAnswer& answer) {
    json headers = json::object();
    for (const auto& [name, value] : answer.headers) {
        std::string key = name;
        std::transform(key.begin(), key.end(), key.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        auto& all = headers[key];
        all = all.is_null() ? value : all.get<std::string>() + ", " + value;
    }
    return {{"status", answer.status},
            {"headers", std::move(headers)},
            {"body", answer.body},
            {"url", answer.url}};
}

int begin_http(lua_State* lua, Script& script) {
    std::size_t budget = kMaxBytes + (std::size_t{1} << 20U);
    const std::size_t before = budget;
    auto request = read_request(lua, 1, budget);
    if (!request) {
        return fail(lua, "rookery.http: " + request.error().message());
    }
    hostapi::Web* const web = script.context().web;
    if (web == nullptr) {
        return fail(lua, "rookery.http: this runtime has no way out");
    }
    if (const auto refusal = script.tasks().refusal_to_wait(lua); !refusal.empty()) {
        return fail(lua, "rookery.http: " + std::string(refusal));
    }
    const auto begun = script.tasks().begin_answer(
        *script.tasks().running(lua), before - budget, [&](hostapi::OperationDone done) {
            web->request(
                *std::move(request), [done = std::move(done)](const Result<WebAnswer>& answer) {
                    done(answer ? Result<json>(describe(*answer)) : Result<json>(answer.error()));
                });
        });
    return begun ? kYield : fail(lua, "rookery.http: " + begun.error().message());
}

}  // namespace

void set_http(lua_State* lua) {
    static constexpr NamedBinding kBindings[] = {{"begin_http", &bound<begin_http>}};
    set_bindings(lua, kBindings);
}

}  // namespace rookery::script
