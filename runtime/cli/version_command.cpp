#include "cli/build_info.hpp"
#include "cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <boost/version.hpp>
#include <openssl/crypto.h>
#include <spdlog/fmt/fmt.h>

#include <iostream>

namespace rookery::cli {
namespace {

int print_version() {
    std::cout << fmt::format("rookery {}\n", kVersion);
    std::cout << fmt::format("  Boost {}.{}.{}\n", BOOST_VERSION / 100'000,
                             BOOST_VERSION / 100 % 1'000, BOOST_VERSION % 100);
    std::cout << fmt::format("  {}\n", kLuaVersion);
    std::cout << fmt::format("  {}\n", OpenSSL_version(OPENSSL_VERSION));
    std::cout << fmt::format("  plugin ABI {}.{}\n", kAbiMajor, kAbiMinor);
    return kExitOk;
}

}  // namespace

void add_version(CLI::App& app, CommandContext& context) {
    auto* command = app.add_subcommand(
        "version", "Print the versions of Rookery, its libraries and its plugin ABI");
    command->footer("Example:\n  rookery version");
    command->callback([&context] { context.action = print_version; });
}

}  // namespace rookery::cli
