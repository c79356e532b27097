#include "cli/line_editor.hpp"

#include <gtest/gtest.h>

namespace rookery::cli {
namespace {

using State = LineEditor::State;

/// The last state that the bytes led to.
State type(LineEditor& editor, std::string_view bytes) {
    State state = State::editing;
    for (const char byte : bytes) {
        state = editor.feed(byte);
    }
    return state;
}

LineEditor editor_with(std::vector<std::string> history = {}) {
    LineEditor editor(std::move(history));
    editor.begin();
    return editor;
}

TEST(LineEditor, what_is_typed_is_the_line) {
    auto editor = editor_with();
    EXPECT_EQ(type(editor, "print(1)\r"), State::accepted);
    EXPECT_EQ(editor.text(), "print(1)");
}

TEST(LineEditor, arrows_home_and_end_move_the_cursor) {
    auto editor = editor_with();
    type(editor, "bd\x1b[Dc\x1b[Ha\x1b[Fe\x1bOH\x1b[C!");
    EXPECT_EQ(editor.text(), "a!bcde");
    EXPECT_EQ(editor.column(), 2U);
}

TEST(LineEditor, a_letter_of_several_bytes_is_one) {
    auto editor = editor_with();
    type(editor, "grün");
    EXPECT_EQ(editor.column(), 4U);
    type(editor, "\x1b[D\x7f");
    EXPECT_EQ(editor.text(), "grn");
    type(editor, "ü\x1b[D\x1b[3~");
    EXPECT_EQ(editor.text(), "grn");
}

TEST(LineEditor, words_and_lines_are_deleted) {
    auto editor = editor_with();
    type(editor, "local x = 1\x17");
    EXPECT_EQ(editor.text(), "local x = ");
    type(editor, "\x01\x1b[C\x0b");
    EXPECT_EQ(editor.text(), "l");
    type(editor, "ong\x15");
    EXPECT_EQ(editor.text(), "");
}

TEST(LineEditor, the_history_is_gone_through_and_the_draft_comes_back) {
    auto editor = editor_with({"first", "second"});
    type(editor, "dra\x1b[A\x1b[A\x1b[A");
    EXPECT_EQ(editor.text(), "first");
    type(editor, "\x1b[B\x1b[B\x1b[B");
    EXPECT_EQ(editor.text(), "dra");
}

TEST(LineEditor, a_repeated_or_empty_line_is_remembered_once) {
    auto editor = editor_with();
    EXPECT_TRUE(editor.remember("a"));
    EXPECT_FALSE(editor.remember("a"));
    EXPECT_FALSE(editor.remember(""));
    EXPECT_EQ(editor.history().size(), 1U);
}

TEST(LineEditor, ctrl_c_gives_up_and_ctrl_d_ends_an_empty_line_only) {
    auto editor = editor_with();
    EXPECT_EQ(type(editor, "x\x03"), State::given_up);
    editor.begin();
    EXPECT_EQ(type(editor, "ab\x1b[D\x04"), State::editing);
    EXPECT_EQ(editor.text(), "a");
    editor.begin();
    EXPECT_EQ(type(editor, "\x04"), State::ended);
}

TEST(LineEditor, keys_that_it_does_not_know_do_nothing) {
    auto editor = editor_with();
    type(editor, "a\x1b[15~\x1b[1;5C\x1bxb\x1b[999999999999999999999~");
    EXPECT_EQ(editor.text().substr(0, 2), "ab");
}

}  // namespace
}  // namespace rookery::cli
