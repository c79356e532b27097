#include "sim/multipart.hpp"

#include <algorithm>

namespace rookery::sim {
namespace {

const Error kBroken(ErrorKind::invalid, "broken multipart body");

/// The value of `name="..."` within one header line; empty when it is not there.
std::string quoted(std::string_view header, std::string_view name) {
    const auto key = std::string(name) + "=\"";
    const auto at = header.find(key);
    if (at == std::string_view::npos) {
        return {};
    }
    const auto rest = header.substr(at + key.size());
    return std::string(rest.substr(0, rest.find('"')));
}

void read_header(std::string_view line, FormPart& part) {
    if (line.starts_with("Content-Disposition:")) {
        part.name = quoted(line, " name");
        part.filename = quoted(line, "filename");
    } else if (line.starts_with("Content-Type:")) {
        part.content_type = line.substr(line.find_first_not_of(' ', 13));
    }
}

}  // namespace

Result<std::vector<FormPart>> parse_multipart(std::string_view content_type,
                                              std::string_view body) {
    const auto key = content_type.find("boundary=");
    if (key == std::string_view::npos) {
        return kBroken;
    }
    std::string boundary(content_type.substr(key + 9));
    std::erase(boundary, '"');
    const std::string opening = "--" + boundary;
    const std::string next = "\r\n--" + boundary;
    if (!body.starts_with(opening)) {
        return kBroken;
    }
    body.remove_prefix(opening.size());
    std::vector<FormPart> parts;
    while (!body.starts_with("--")) {
        const auto headers_end = body.find("\r\n\r\n");
        const auto data_end = body.find(next, headers_end);
        if (!body.starts_with("\r\n") || headers_end == std::string_view::npos ||
            data_end == std::string_view::npos) {
            return kBroken;
        }
        FormPart part;
        auto headers = body.substr(2, headers_end - 2);
        while (!headers.empty()) {
            const auto line = headers.substr(0, headers.find("\r\n"));
            read_header(line, part);
            headers.remove_prefix(std::min(headers.size(), line.size() + 2));
        }
        part.data = body.substr(headers_end + 4, data_end - headers_end - 4);
        parts.push_back(std::move(part));
        body.remove_prefix(data_end + next.size());
    }
    return parts;
}

}  // namespace rookery::sim
