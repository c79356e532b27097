#include "cli/config_file.hpp"

#include "app/run.hpp"
#include "base/log.hpp"

#include <iostream>

namespace rookery::cli {

std::optional<config::Config> load_or_explain(const std::filesystem::path& file) {
    auto config = config::load(file, app::load_options());
    if (!config) {
        std::cerr << log::redacted(config.error().message()) << '\n';
        return std::nullopt;
    }
    for (const auto& warning : config->warnings) {
        std::cerr << "warning: " << log::redacted(warning) << '\n';
    }
    return *std::move(config);
}

}  // namespace rookery::cli
