#include "server/rest/router.hpp"

#include <algorithm>

namespace rookery::server::rest {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return out;
}

}  // namespace

void Router::add(const Route& route) {
    Node* node = &root_;
    Node::End end{&route, {}};
    std::string_view rest = route.path.substr(1);
    while (!rest.empty()) {
        const std::string_view segment = rest.substr(0, rest.find('/'));
        rest.remove_prefix(std::min(segment.size() + 1, rest.size()));
        const bool parameter = segment.starts_with(':');
        auto& next = parameter ? node->parameter : node->literals[lower(segment)];
        if (parameter) {
            end.names.push_back(segment.substr(1));
        }
        if (!next) {
            next = std::make_unique<Node>();
        }
        node = next.get();
    }
    node->ends.emplace(route.method, std::move(end));
}

// Literals first, then back to parameters: "guilds" may be a word here and an id there.
bool Router::walk(const Node& node, std::string_view method, std::span<const std::string> segments,
                  std::size_t at, std::vector<std::size_t>& taken, const Node::End*& end) {
    if (at == segments.size()) {
        const auto found = node.ends.find(method);
        end = found == node.ends.end() ? nullptr : &found->second;
        return end != nullptr;
    }
    const auto literal = node.literals.find(lower(segments[at]));
    if (literal != node.literals.end() &&
        walk(*literal->second, method, segments, at + 1, taken, end)) {
        return true;
    }
    if (!node.parameter || segments[at].empty()) {
        return false;
    }
    taken.push_back(at);
    if (walk(*node.parameter, method, segments, at + 1, taken, end)) {
        return true;
    }
    taken.pop_back();
    return false;
}

std::optional<Router::Match> Router::find(std::string_view method,
                                          std::span<const std::string> segments) const {
    while (!segments.empty() && segments.back().empty()) {
        segments = segments.first(segments.size() - 1);
    }
    std::vector<std::size_t> taken;
    const Node::End* end = nullptr;
    if (!walk(root_, method, segments, 0, taken, end)) {
        return std::nullopt;
    }
    Match match{end->route, {}};
    for (std::size_t i = 0; i < taken.size(); ++i) {
        match.parameters.emplace_back(end->names[i], segments[taken[i]]);
    }
    return match;
}

}  // namespace rookery::server::rest
