// A simulator for a test that is not written in C++: prints its addresses as one line of JSON and
// lives until its standard input ends. Usage: sim_host [tls] [guilds=N] [members=N] [shards=N]
#include "sim/simulator.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace {

/// The number of an argument "name=number", or the fallback.
unsigned number_of(std::string_view argument, std::string_view name, unsigned fallback) {
    const bool fits =
        argument.starts_with(name) && argument.size() > name.size() && argument[name.size()] == '=';
    return fits ? static_cast<unsigned>(std::atol(argument.substr(name.size() + 1).data()))
                : fallback;
}

}  // namespace

int main(int argc, char** argv) {
    rookery::sim::Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        options.tls = options.tls || argument == "tls";
        options.guilds = number_of(argument, "guilds", options.guilds);
        options.members = number_of(argument, "members", options.members);
        options.shards = number_of(argument, "shards", options.shards);
    }
    options.identify_spacing = rookery::Millis{0};
    const auto simulator = rookery::sim::Simulator::start(options);
    if (!simulator) {
        std::cerr << simulator.error().message() << '\n';
        return 1;
    }
    const auto& addresses = (*simulator)->addresses();
    std::cout << nlohmann::json{{"api_url", addresses.api_url},
                                {"gateway_url", addresses.gateway_url},
                                {"control", addresses.control_url},
                                {"ca_file", addresses.ca_file},
                                {"token", options.tokens.front()}}
                     .dump()
              << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
    }
    return 0;
}
