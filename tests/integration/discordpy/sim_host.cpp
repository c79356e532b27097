// A simulator for a test that is not written in C++: prints its addresses as one line of JSON and
// lives until its standard input ends. Usage: sim_host [tls]
#include "sim/simulator.hpp"

#include <nlohmann/json.hpp>

#include <iostream>
#include <string>

int main(int argc, char** argv) {
    rookery::sim::Options options;
    options.tls = argc > 1 && std::string(argv[1]) == "tls";
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
