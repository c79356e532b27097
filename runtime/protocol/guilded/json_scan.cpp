#include "protocol/guilded/json_scan.hpp"

#include <algorithm>
#include <initializer_list>

namespace rookery::protocol::guilded {
namespace {

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kTooDeepNode =
    R"({"object":"text","leaves":[{"object":"leaf","text":"[nested too deeply]","marks":[]}]})";

/// Behind the string that begins at `at`; npos when it does not end.
std::size_t after_string(std::string_view text, std::size_t at) {
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        i = text.find_first_of("\"\\", i);
        if (i == std::string_view::npos) {
            return i;
        }
        if (text[i] == '"') {
            return i + 1;
        }
        ++i;  // what is escaped
    }
    return std::string_view::npos;
}

/// Behind the value that begins at `at`; npos when it does not end.
std::size_t after_value(std::string_view text, std::size_t at) {
    if (at >= text.size()) {
        return std::string_view::npos;
    }
    if (text[at] == '"') {
        return after_string(text, at);
    }
    if (text[at] != '{' && text[at] != '[') {
        const auto end = std::min(text.find_first_of(",]} \t\r\n", at), text.size());
        return end == at ? std::string_view::npos : end;
    }
    std::size_t open = 0;
    for (std::size_t i = at; i < text.size();) {
        i = text.find_first_of("{}[]\"", i);
        if (i == std::string_view::npos) {
            return i;
        }
        if (text[i] == '"') {
            i = after_string(text, i);
            if (i == std::string_view::npos) {
                return i;
            }
            continue;
        }
        open += text[i] == '{' || text[i] == '[' ? 1 : 0;
        open -= text[i] == '}' || text[i] == ']' ? 1 : 0;
        ++i;
        if (open == 0) {
            return i;
        }
    }
    return std::string_view::npos;
}

}  // namespace

MemberScan::MemberScan(std::string_view object) : text_(object) {
    at_ = std::min(text_.find_first_not_of(kBlank), text_.size());
    if (at_ == text_.size() || text_[at_] != '{') {
        failed_ = true;
    } else {
        ++at_;
    }
}

bool MemberScan::fail() {
    failed_ = true;
    return false;
}

bool MemberScan::next() {
    const auto skip = [&] {
        at_ = std::min(text_.find_first_not_of(kBlank, at_), text_.size());
        return at_ < text_.size() ? text_[at_] : '\0';
    };
    if (failed_) {
        return false;
    }
    char c = skip();
    if (c == '}') {
        return false;
    }
    if (!first_) {
        if (c != ',') {
            return fail();
        }
        ++at_;
        c = skip();
    }
    first_ = false;
    const std::size_t key_end = c == '"' ? after_string(text_, at_) : std::string_view::npos;
    if (key_end == std::string_view::npos) {
        return fail();
    }
    key_ = text_.substr(at_ + 1, key_end - at_ - 2);
    at_ = key_end;
    if (skip() != ':') {
        return fail();
    }
    ++at_;
    skip();
    const std::size_t end = after_value(text_, at_);
    if (end == std::string_view::npos) {
        return fail();
    }
    value_ = text_.substr(at_, end - at_);
    at_ = end;
    return true;
}

std::string_view member(std::string_view object, std::string_view key) {
    for (MemberScan scan(object); scan.next();) {
        if (scan.key() == key) {
            return scan.value();
        }
    }
    return {};
}

std::string_view member_at(std::string_view object, std::initializer_list<std::string_view> keys) {
    for (const auto key : keys) {
        object = member(object, key);
    }
    return object;
}

std::string_view plain_text(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        return value.substr(1, value.size() - 2);
    }
    const bool digits = !value.empty() && value.find_first_not_of("0123456789") == value.npos;
    return digits ? value : std::string_view();
}

std::optional<std::string> limit_depth(std::string_view json, unsigned most) {
    std::optional<std::string> out;
    std::size_t copied = 0;
    std::size_t depth = 0;
    for (std::size_t i = 0; i < json.size();) {
        i = json.find_first_of("{}[]\"", i);
        if (i == std::string_view::npos) {
            break;
        }
        const char c = json[i];
        if (c == '"') {
            i = std::min(after_string(json, i), json.size());
            continue;
        }
        if (c == '}' || c == ']') {
            depth -= depth > 0 ? 1 : 0;
            ++i;
            continue;
        }
        if (depth < most) {
            ++depth;
            ++i;
            continue;
        }
        const std::size_t end = std::min(after_value(json, i), json.size());
        out = out.value_or(std::string());
        out->append(json.substr(copied, i - copied));
        out->append(c == '{' ? std::string(kTooDeepNode) : "[" + std::string(kTooDeepNode) + "]");
        copied = i = end;
    }
    if (out) {
        out->append(json.substr(copied));
    }
    return out;
}

}  // namespace rookery::protocol::guilded
