#include "server/rest/api_docs.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace rookery::server::rest {
namespace {

constexpr std::string_view kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code{background:#8882;padding:.1em .3em;border-radius:.2em}details{margin:.4rem 0}"
    "summary{cursor:pointer}";

using Text = std::shared_ptr<const std::string>;

Text joined(std::span<const std::string_view> parts) {
    std::string out;
    for (const std::string_view part : parts) {
        out += part;
    }
    return std::make_shared<const std::string>(std::move(out));
}

Response document(const char* type, Text text) {
    Response out{200, type, std::move(text), {}, false};
    out.headers.add("Content-Security-Policy", "default-src 'none'; style-src 'self'");
    return out;
}

}  // namespace

Response api_docs(const Request& request) {
    const std::string_view path = request.path;
    std::string_view rest =
        path.substr(std::min(path.size(), std::string_view("/api/docs").size()));
    if (rest.empty()) {
        Response out = Response::text(301, "", "");
        out.headers.add("Location", "/api/docs/");
        return out;
    }
    rest.remove_prefix(1);
    if (rest.empty()) {
        static const Text page = joined(docs_page_parts());
        return document("text/html; charset=utf-8", page);
    }
    if (rest == "openapi.json") {
        static const Text text = joined(openapi_parts());
        return document("application/json; charset=utf-8", text);
    }
    if (rest == "asyncapi.json") {
        static const Text text = joined(asyncapi_parts());
        return document("application/json; charset=utf-8", text);
    }
    if (rest == "style.css") {
        return document("text/css; charset=utf-8", joined(std::span(&kStyle, 1)));
    }
    return failure(404, "NOT_FOUND", "Route GET " + request.path + " not found");
}

}  // namespace rookery::server::rest
