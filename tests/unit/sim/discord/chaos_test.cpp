#include "unit/sim/discord/sim_fixture.hpp"

namespace rookery::sim::testing {
namespace {

class ChaosTest : public SimTest {
  protected:
    /// The faults of a run, by name.
    Json run(std::uint64_t seed) {
        fault({{"kind", "chaos"},
               {"seconds", 1},
               {"every_ms", 20},
               {"seed", seed},
               {"kinds", {"heartbeat_request", "unknown_event", "gap", "duplicate"}}});
        while (look("/_sim/chaos")["running"] == true) {
        }
        Json names = Json::array();
        for (const auto& record : look("/_sim/log?kind=fault&limit=1000")) {
            const auto text = record["text"].get<std::string>();
            if (text.starts_with("chaos: ")) {
                names.push_back(text);
            }
        }
        fault({{"kind", "clear"}});
        (void)control_->post("/_sim/reset", Json::object());
        return names;
    }
};

TEST_F(ChaosTest, equal_seeds_break_the_same_things) {
    start();
    auto first = run(7);
    auto second = run(7);
    const auto common = std::min(first.size(), second.size());
    ASSERT_GT(common, 5);
    first.get_ref<Json::array_t&>().resize(common);
    second.get_ref<Json::array_t&>().resize(common);
    EXPECT_EQ(first, second);
}

TEST_F(ChaosTest, unknown_kinds_are_refused) {
    start();
    EXPECT_FALSE(control_->post("/_sim/fault", {{"kind", "chaos"}, {"kinds", "everything"}}));
}

}  // namespace
}  // namespace rookery::sim::testing
