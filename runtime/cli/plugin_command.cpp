#include "app/plugin_file.hpp"
#include "base/log.hpp"
#include "cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <spdlog/fmt/fmt.h>

#include <iostream>
#include <memory>

namespace rookery::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kShown = 20;  ///< symbols; a plugin exports one

struct ShowArguments {
    std::string file;
    bool json = false;
};

std::string joined(const std::vector<std::string>& list) {
    std::string out;
    for (std::size_t i = 0; i < list.size() && i < kShown; ++i) {
        out += (i == 0 ? "" : ", ") + log::clipped(list[i]);
    }
    return list.size() > kShown ? out + fmt::format(", {} more", list.size() - kShown) : out;
}

void print_text(const std::string& file, const app::PluginFile& plugin) {
    const auto manifest = Json::parse(plugin.manifest, nullptr, false);
    std::cout << fmt::format("{}\n", file);
    if (manifest.is_object()) {
        for (const auto& [key, value] : manifest.items()) {
            const auto text = value.is_string() ? value.get<std::string>() : value.dump();
            std::cout << fmt::format("  {:<13} {}\n", log::clipped(key, 40),
                                     log::clipped(text, 2'000));
        }
    } else {
        std::cout << "  has no manifest\n";
    }
    std::cout << fmt::format("  {:<13} {}\n", "interface", plugin.abi);
    std::cout << fmt::format("  {:<13} {}\n", "exports", joined(plugin.exported));
    std::cout << fmt::format("  {:<13} {}\n", "libraries", joined(plugin.needed));
    std::cout << fmt::format("  {:<13} {} bytes\n", "size", plugin.bytes);
    if (!plugin.unique_symbol.empty()) {
        std::cout << fmt::format(
            "  stays in memory after unloading, because of the process-wide symbol {}: build it "
            "with -fno-gnu-unique\n",
            log::clipped(plugin.unique_symbol));
    }
}

void print_json(const app::PluginFile& plugin) {
    const Json out = {
        {"manifest", plugin.manifest.empty() ? Json() : Json::parse(plugin.manifest)},
        {"abi", plugin.abi},
        {"exported", plugin.exported},
        {"needed", plugin.needed},
        {"unique_symbol", plugin.unique_symbol.empty() ? Json() : Json(plugin.unique_symbol)},
        {"bytes", plugin.bytes}};
    std::cout << out.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

int show(const ShowArguments& arguments) {
    const auto plugin = app::read_plugin_file(arguments.file);
    if (!plugin) {
        std::cerr << fmt::format("rookery plugin show: {}\n", plugin.error().message());
        return kExitFailed;
    }
    if (arguments.json) {
        print_json(*plugin);
    } else {
        print_text(arguments.file, *plugin);
    }
    return kExitOk;
}

}  // namespace

void add_plugin(CLI::App& app, CommandContext& context) {
    auto* family = app.add_subcommand("plugin", "Look at a plugin's file");
    family->require_subcommand(1);
    auto* command = family->add_subcommand(
        "show", "Print a plugin's manifest, interface, symbols and libraries, running none of it");
    command->footer("Example:\n  rookery plugin show plugins/karma.so");
    const auto arguments = std::make_shared<ShowArguments>();
    command->add_option("file", arguments->file, "The library")->required();
    command->add_flag("--json", arguments->json, "As JSON");
    command->callback(
        [&context, arguments] { context.action = [arguments] { return show(*arguments); }; });
}

}  // namespace rookery::cli
