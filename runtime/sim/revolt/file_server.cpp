#include "sim/revolt/file_server.hpp"

#include "sim/multipart.hpp"
#include "sim/revolt/rest.hpp"

#include <algorithm>
#include <array>

namespace rookery::sim::revolt {
namespace {

struct Tag {
    const char* name;
    std::size_t most;
};
constexpr std::array kTags = {
    Tag{"attachments", 20'000'000}, Tag{"avatars", 4'000'000}, Tag{"backgrounds", 6'000'000},
    Tag{"icons", 2'500'000},        Tag{"banners", 6'000'000}, Tag{"emojis", 500'000},
};
constexpr std::size_t kIdLetters = 42;

const Tag* tag_named(const std::string& name) {
    const auto* found =
        std::find_if(kTags.begin(), kTags.end(), [&](const Tag& tag) { return tag.name == name; });
    return found == kTags.end() ? nullptr : found;
}

Json metadata_of(const std::string& type) {
    if (type.starts_with("image/")) {
        return {{"type", "Image"}, {"width", 64}, {"height", 64}};
    }
    if (type.starts_with("video/")) {
        return {{"type", "Video"}, {"width", 64}, {"height", 64}};
    }
    return {{"type", type.starts_with("audio/")  ? "Audio"
                     : type.starts_with("text/") ? "Text"
                                                 : "File"}};
}

}  // namespace

Json FileServer::store(const std::string& tag, const std::string& name, const std::string& type,
                       std::string bytes, const std::string& owner) {
    static constexpr std::string_view kLetters =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";
    std::string id = "f" + std::to_string(++made_) + "_";
    while (id.size() < kIdLetters) {
        id += kLetters[core_.below(kLetters.size())];
    }
    Json object = {{"_id", id},
                   {"tag", tag},
                   {"filename", name},
                   {"metadata", metadata_of(type)},
                   {"content_type", type},
                   {"size", bytes.size()},
                   {"user_id", owner}};
    core_.world.files[id] = {object, std::move(bytes), false};
    return object;
}

HttpReply FileServer::upload(const HttpRequest& request, const std::string& tag) {
    const auto bot = request.header("x-bot-token");
    const auto* account =
        core_.world.account_of(bot.empty() ? request.header("x-session-token") : bot);
    if (account == nullptr) {
        return domain_error(401, "InvalidSession");
    }
    const auto* kind = tag_named(tag);
    if (kind == nullptr) {
        return not_found();
    }
    const auto now = core_.shared.clock.now();
    const std::chrono::duration<double> window(10.0 / core_.shared.options.limit_speed);
    auto& [began, count] = uploads_[tag + account->user];
    if (count == 0 || now - began >= window) {
        began = now;
        count = 0;
    }
    if (core_.shared.options.rate_limits && ++count > 10) {
        return json_reply(
            {{"retry_after", std::chrono::duration_cast<Millis>(window - (now - began)).count()}},
            429);
    }
    auto parts = parse_multipart(request.header("content-type"), request.body);
    if (!parts || parts->size() != 1 || parts->front().name != "file") {
        core_.recorder.violation("bad_upload", 0,
                                 parts ? "one part 'file' is expected" : parts.error().message());
        return guard_error(request, 400, "Bad Request");
    }
    auto& part = parts->front();
    if (part.data.empty()) {
        return domain_error(422, "FileTooSmall");
    }
    if (part.data.size() > kind->most) {
        return domain_error(422, "FileTooLarge", {{"max", kind->most}});
    }
    if (tag != "attachments" && !part.content_type.starts_with("image/")) {
        return domain_error(400, "FileTypeNotAllowed");
    }
    const auto object =
        store(tag, part.filename, part.content_type, std::move(part.data), account->user);
    return json_reply({{"id", object["_id"]}});
}

HttpReply FileServer::read(const std::string& tag, const std::string& id, const std::string& name) {
    const auto found = core_.world.files.find(id);
    if (found == core_.world.files.end() || !found->second.used ||
        found->second.object["tag"] != tag ||
        (!name.empty() && name != "original" && name != found->second.object["filename"])) {
        return not_found();
    }
    HttpReply reply;
    reply.content_type = found->second.object["content_type"];
    reply.body = found->second.bytes;
    return reply;
}

void FileServer::handle(const HttpRequest& request, const HttpResponder& respond) {
    std::vector<std::string> parts;
    std::string_view rest = request.path;
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const auto part = rest.substr(0, rest.find('/'));
        parts.push_back(percent_decoded(part));
        rest.remove_prefix(part.size());
    }
    HttpReply reply = not_found();
    if (request.method == "POST" && parts.size() == 1) {
        reply = upload(request, parts[0]);
    } else if (request.method == "GET" && (parts.size() == 2 || parts.size() == 3)) {
        reply = read(parts[0], parts[1], parts.size() == 3 ? parts[2] : "");
    } else {
        core_.recorder.violation("unknown_route", 0, request.method + " " + request.path);
    }
    core_.recorder.note("rest", 0, request.method + " files" + request.path, reply.status);
    respond(std::move(reply));
}

}  // namespace rookery::sim::revolt
