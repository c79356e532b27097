#pragma once

#include "server/rest/route.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rookery::server::rest {

/// Which route a path is. Literal segments go before parameters and compare without case.
class Router {
  public:
    /// The route must outlive the router.
    void add(const Route& route);

    struct Match {
        const Route* route = nullptr;
        std::vector<std::pair<std::string_view, std::string>> parameters;  ///< as in the path
    };
    /// `segments` without the slashes; empty ones at the end do not count.
    [[nodiscard]] std::optional<Match> find(std::string_view method,
                                            std::span<const std::string> segments) const;

  private:
    struct Node {
        std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
        std::unique_ptr<Node> parameter;
        struct End {
            const Route* route;
            std::vector<std::string_view> names;
        };
        std::map<std::string_view, End> ends;  ///< by method
    };
    static bool walk(const Node& node, std::string_view method,
                     std::span<const std::string> segments, std::size_t at,
                     std::vector<std::size_t>& taken, const Node::End*& end);

    Node root_;
};

}  // namespace rookery::server::rest
