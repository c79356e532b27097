#pragma once

#include "config/excerpt.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::config {

/// A place in the file; both count from 1, columns in code points.
struct Place {
    std::size_t line = 0;
    std::size_t column = 0;
};

/// Collects what is wrong with one file. The text must outlive it.
class Diagnostics {
  public:
    Diagnostics(std::filesystem::path file, std::string_view text)
        : file_(std::move(file)), text_(text) {}

    /// The text is not TOML: its lines are shown with that in mind.
    void set_grammar_broken() noexcept { grammar_ = Grammar::broken; }

    void error(Place place, std::string reason) { errors_.push_back({place, std::move(reason)}); }
    void warning(Place place, std::string reason) {
        warnings_.push_back({place, std::move(reason)});
    }

    [[nodiscard]] bool failed() const noexcept { return !errors_.empty(); }

    /// Every error in the file's order: `file:line:col: reason`, the line, the caret; separated by
    /// line breaks, none at the end.
    [[nodiscard]] std::string errors() const;
    /// One line each, without excerpt.
    [[nodiscard]] std::vector<std::string> warnings() const;

    /// The line as errors() would show it.
    [[nodiscard]] Excerpt shown(Place place) const {
        return excerpt(text_, place.line, place.column, grammar_);
    }

  private:
    struct Finding {
        Place place;
        std::string reason;
    };

    [[nodiscard]] std::string headline(const Finding& finding) const;

    std::filesystem::path file_;
    std::string_view text_;
    Grammar grammar_ = Grammar::kept;
    std::vector<Finding> errors_;
    std::vector<Finding> warnings_;
};

}  // namespace rookery::config
