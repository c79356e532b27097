#include "hostapi/scope.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rookery::hostapi {
namespace {

class ScopeTest : public ::testing::Test {
  protected:
    EffectId add(const std::string& name, EffectId parent = 0) {
        return scope_.add(
            name, [this, name] { undone_.push_back(name); }, parent);
    }
    Scope scope_;
    std::vector<std::string> undone_;
};

TEST_F(ScopeTest, undoes_in_reverse_order) {
    add("a");
    add("b");
    add("c");
    scope_.undo_all();
    EXPECT_EQ(undone_, (std::vector<std::string>{"c", "b", "a"}));
    EXPECT_TRUE(scope_.empty());
}

TEST_F(ScopeTest, children_go_before_their_parent) {
    const EffectId parent = add("parent");
    add("child 1", parent);
    add("child 2", parent);
    add("other");
    EXPECT_EQ(scope_.list(),
              (std::vector<std::string>{"parent", "  child 1", "  child 2", "other"}));
    EXPECT_TRUE(scope_.undo(parent));
    EXPECT_EQ(undone_, (std::vector<std::string>{"child 2", "child 1", "parent"}));
    scope_.undo_all();
}

TEST_F(ScopeTest, an_effect_is_undone_once) {
    const EffectId effect = add("a");
    EXPECT_TRUE(scope_.undo(effect));
    EXPECT_FALSE(scope_.undo(effect));
    EXPECT_EQ(undone_.size(), 1U);
}

TEST_F(ScopeTest, a_forgotten_effect_is_not_undone) {
    const EffectId effect = add("timer");
    EXPECT_TRUE(scope_.forget(effect));
    scope_.undo_all();
    EXPECT_TRUE(undone_.empty());
}

TEST_F(ScopeTest, an_undo_may_change_the_scope) {
    const EffectId first = add("first");
    scope_.add("second", [&] {
        undone_.push_back("second");
        scope_.undo(first);
    });
    scope_.undo_all();
    EXPECT_EQ(undone_, (std::vector<std::string>{"second", "first"}));
}

TEST(ScopeDeathTest, ending_a_scope_that_holds_something_is_a_defect) {
    EXPECT_DEATH(
        {
            Scope scope;
            scope.add("left over", [] {});
        },
        "effects_.empty");
}

}  // namespace
}  // namespace rookery::hostapi
