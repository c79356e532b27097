#include "base/log.hpp"
#include "contract/world.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    const char* const level = std::getenv("ROOKERY_CONTRACT_LOG");
    rookery::log::configure({level == nullptr ? "off" : level, false});
    const int result = RUN_ALL_TESTS();
    rookery::contract::Tally::print();
    return result;
}
