#include "hostapi/route_pattern.hpp"

#include <algorithm>

namespace rookery::hostapi {
namespace {

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

Error wrong(std::string what) { return {ErrorKind::invalid, "the pattern " + std::move(what)}; }

}  // namespace

Result<RoutePattern> RoutePattern::parse(std::string_view text) {
    if (!text.starts_with('/')) {
        return wrong("must begin with /");
    }
    if (text.size() > kLongest) {
        return wrong("is longer than 512 bytes");
    }
    RoutePattern pattern;
    std::string_view left = text.substr(1);
    while (!left.empty()) {
        const std::size_t slash = std::min(left.find('/'), left.size());
        const std::string_view segment = left.substr(0, slash);
        left.remove_prefix(std::min(slash + 1, left.size()));
        if (segment.empty() || segment == "." || segment == "..") {
            return wrong("has an empty segment, \".\" or \"..\"");
        }
        if (segment == "*") {
            if (!left.empty()) {
                return wrong("may have * at its end only");
            }
            pattern.rest_ = true;
            pattern.order_ += '3';
            break;
        }
        const bool literal = !segment.starts_with(':');
        if (!literal && !is_name(segment.substr(1))) {
            return wrong("has a parameter whose name is not of letters, digits and _");
        }
        const std::string name(literal ? segment : segment.substr(1));
        if (!literal &&
            std::any_of(pattern.segments_.begin(), pattern.segments_.end(),
                        [&](const Segment& one) { return !one.literal && one.text == name; })) {
            return wrong("has two parameters :" + name);
        }
        pattern.order_ += literal ? '1' : '2';
        pattern.shape_ += literal ? "/" + name : "/:";
        pattern.segments_.push_back({literal, name});
    }
    if (text.size() > 1 && text.ends_with('/')) {
        return wrong("must not end with /");
    }
    if (pattern.segments_.size() > kMostSegments) {
        return wrong("has more than 32 segments");
    }
    if (pattern.rest_) {
        pattern.shape_ += "/*";
    }
    return pattern;
}

bool RoutePattern::match(std::span<const std::string> segments, Params& params) const {
    if (segments.size() < segments_.size() || (!rest_ && segments.size() > segments_.size())) {
        return false;
    }
    for (std::size_t i = 0; i < segments_.size(); ++i) {
        if (segments_[i].literal ? segments_[i].text != segments[i] : segments[i].empty()) {
            return false;
        }
    }
    params.clear();
    for (std::size_t i = 0; i < segments_.size(); ++i) {
        if (!segments_[i].literal) {
            params.emplace_back(segments_[i].text, segments[i]);
        }
    }
    if (rest_) {
        std::string rest;
        for (std::size_t i = segments_.size(); i < segments.size(); ++i) {
            rest += (i == segments_.size() ? "" : "/") + segments[i];
        }
        params.emplace_back("*", std::move(rest));
    }
    return true;
}

}  // namespace rookery::hostapi
