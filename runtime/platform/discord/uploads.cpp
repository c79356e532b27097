#include "platform/discord/uploads.hpp"

#include "base/base64.hpp"
#include "base/log.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <system_error>

namespace rookery::discord {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::size_t kMaxName = 255;
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string text_of(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<std::string> from_base64(std::string_view text) {
    std::string out;
    unsigned bits = 0;
    unsigned held = 0;
    while (text.ends_with('=')) {
        text.remove_suffix(1);
    }
    for (const char c : text) {
        const auto value = kBase64.find(c);
        if (value == std::string_view::npos) {
            return Error(ErrorKind::invalid, "not base64");
        }
        bits = (bits << 6U) | static_cast<unsigned>(value);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out += static_cast<char>((bits >> held) & 0xffU);
        }
    }
    return out;
}

/// Resolved, so that neither ".." nor a link leads out of the folder.
Result<fs::path> find_file(const std::string& given, const UploadRules& rules) {
    if (rules.folder.empty()) {
        return Error(
            ErrorKind::denied,
            "files from the disk need upload_dir in the bot's section of the configuration");
    }
    std::error_code ec;
    const fs::path folder = fs::canonical(rules.folder, ec);
    if (ec) {
        return Error(ErrorKind::not_found, "upload_dir does not exist");
    }
    const fs::path file = fs::canonical(folder / given, ec);
    if (ec) {
        return Error(ErrorKind::not_found, "there is no such file below upload_dir");
    }
    const auto [end, inside] =
        std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
    if (end != folder.end()) {
        return Error(ErrorKind::denied, "it lies outside of upload_dir");
    }
    if (!fs::is_regular_file(file, ec)) {
        return Error(ErrorKind::invalid, "it is no file");
    }
    return file;
}

/// Where the bytes come from.
Result<> take_content(const json& value, const UploadRules& rules, Upload& out) {
    if (value.contains("path")) {
        auto file = find_file(text_of(value, "path"), rules);
        if (!file) {
            return file.error();
        }
        std::error_code ec;
        out.path = *std::move(file);
        out.size = fs::file_size(out.path, ec);
        return ec ? Result<>(Error(ErrorKind::io, "its size cannot be read")) : Result<>();
    }
    out.data = text_of(value, "data");
    if (value.contains("base64")) {
        auto data = from_base64(text_of(value, "base64"));
        if (!data) {
            return data.error();
        }
        out.data = *std::move(data);
    }
    out.size = out.data.size();
    return {};
}

Result<Upload> read_upload(const json& value, const UploadRules& rules) {
    Upload out;
    out.name = text_of(value, "name");
    out.description = text_of(value, "description");
    const std::string shown =
        log::clipped(out.name.empty() ? text_of(value, "path") : out.name, 80);
    if (auto taken = take_content(value, rules, out); !taken) {
        return taken.error().within("file " + shown);
    }
    if (out.name.empty()) {
        out.name = out.path.filename().string();
    }
    if (out.name.empty() || out.name.size() > kMaxName) {
        return Error(ErrorKind::invalid, "a file needs a name of at most 255 bytes");
    }
    if (out.size > rules.max_file) {
        return Error(ErrorKind::limit, "file " + shown + ": " + std::to_string(out.size) +
                                           " bytes, at most " + std::to_string(rules.max_file) +
                                           " may be sent");
    }
    return out;
}

std::string_view type_of(std::string_view bytes) {
    struct Magic {
        std::string_view start;
        std::string_view type;
    };
    static constexpr std::array kMagic = {
        Magic{"\x89PNG", "image/png"},  Magic{"\xff\xd8\xff", "image/jpeg"},
        Magic{"GIF8", "image/gif"},     Magic{"RIFF", "image/webp"},
        Magic{"OggS", "audio/ogg"},     Magic{"ID3", "audio/mpeg"},
        Magic{"\xff\xfb", "audio/mpeg"}};
    for (const auto& [start, type] : kMagic) {
        if (bytes.starts_with(start)) {
            return type;
        }
    }
    return "application/octet-stream";
}

std::string_view type_by_name(const std::string& name) {
    struct Suffix {
        std::string_view end;
        std::string_view type;
    };
    static constexpr std::array kSuffixes = {
        Suffix{".png", "image/png"},         Suffix{".jpg", "image/jpeg"},
        Suffix{".jpeg", "image/jpeg"},       Suffix{".gif", "image/gif"},
        Suffix{".webp", "image/webp"},       Suffix{".txt", "text/plain"},
        Suffix{".json", "application/json"}, Suffix{".csv", "text/csv"},
        Suffix{".mp4", "video/mp4"},         Suffix{".ogg", "audio/ogg"},
        Suffix{".mp3", "audio/mpeg"}};
    for (const auto& [end, type] : kSuffixes) {
        if (name.ends_with(end)) {
            return type;
        }
    }
    return "application/octet-stream";
}

/// In a quoted header value: what would end it, or the line, is encoded as browsers do.
std::string escaped_name(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c == '"') {
            out += "%22";
        } else if (c == '\r') {
            out += "%0D";
        } else if (c == '\n') {
            out += "%0A";
        } else if (static_cast<unsigned char>(c) >= ' ') {
            out += c;
        }
    }
    return out;
}

std::string part_head(const std::string& boundary, const std::string& name) {
    return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + '"';
}

void add_file(net::HttpBody& out, const std::string& boundary, const std::string& part,
              const Upload& file) {
    out.add(part_head(boundary, part) + "; filename=\"" + escaped_name(file.name) +
            "\"\r\nContent-Type: " + std::string(type_by_name(file.name)) + "\r\n\r\n");
    if (file.path.empty()) {
        out.add(file.data);
    } else {
        out.add_file(file.path, file.size);
    }
    out.add("\r\n");
}

std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

Result<std::vector<Upload>> read_uploads(const json& value, const UploadRules& rules) {
    std::vector<Upload> out;
    const auto add = [&](const json& one) -> Result<> {
        auto upload = read_upload(one, rules);
        if (!upload) {
            return upload.error();
        }
        out.push_back(*std::move(upload));
        return {};
    };
    if (value.is_object() && !value.empty()) {
        if (auto added = add(value); !added) {
            return added.error();
        }
        return out;
    }
    for (const auto& one : value) {
        if (auto added = add(one); !added) {
            return added.error();
        }
    }
    return out;
}

Result<std::string> to_data_uri(const json& value, const UploadRules& rules) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    json named = value;
    if (!named.contains("name") && !named.contains("path")) {
        named["name"] = "picture";
    }
    auto upload = read_upload(named, rules);
    if (!upload) {
        return upload.error();
    }
    if (!upload->path.empty()) {
        std::ifstream file(upload->path, std::ios::binary);
        upload->data.resize(upload->size);
        if (!file.read(upload->data.data(), static_cast<std::streamsize>(upload->size))) {
            return Error(ErrorKind::io,
                         "file " + log::clipped(upload->name, 80) + ": it cannot be read");
        }
    }
    std::string uri = "data:" + std::string(type_of(upload->data)) + ";base64,";
    append_base64(uri, upload->data);
    return uri;
}

net::HttpBody write_multipart(const json& body, const std::vector<Upload>& files,
                              const std::string& boundary) {
    net::HttpBody out;
    if (!body.is_null()) {
        out.add(part_head(boundary, "payload_json") + "\r\nContent-Type: application/json\r\n\r\n" +
                dump(body) + "\r\n");
    }
    for (std::size_t index = 0; index < files.size(); ++index) {
        add_file(out, boundary, "files[" + std::to_string(index) + "]", files[index]);
    }
    out.add("--" + boundary + "--\r\n");
    return out;
}

net::HttpBody write_form(const json& body, const std::string& part, const Upload& file,
                         const std::string& boundary) {
    net::HttpBody out;
    if (body.is_object()) {
        for (const auto& [name, value] : body.items()) {
            out.add(part_head(boundary, escaped_name(name)) + "\r\n\r\n" +
                    (value.is_string() ? value.get<std::string>() : dump(value)) + "\r\n");
        }
    }
    add_file(out, boundary, part, file);
    out.add("--" + boundary + "--\r\n");
    return out;
}

}  // namespace rookery::discord
