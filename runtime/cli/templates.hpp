#pragma once

#include <span>
#include <string_view>

namespace rookery::cli {

/// One file of sdk/template/<kind>/, as the build embedded it. Path and text hold @NAME@ and the
/// like.
struct TemplateFile {
    std::string_view kind;
    std::string_view path;
    std::string_view text;
};

[[nodiscard]] std::span<const TemplateFile> template_files();

}  // namespace rookery::cli
