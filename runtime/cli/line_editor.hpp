#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::cli {

/// Edits one line from the bytes of a terminal: UTF-8, arrows, Home and End, word and line deletion
/// (Ctrl-A, E, K, U, W), and a history. No input and output of its own.
class LineEditor {
  public:
    static constexpr std::size_t kMostHistory = 1000;

    enum class State { editing, accepted, given_up, ended };

    /// Oldest first.
    explicit LineEditor(std::vector<std::string> history) : history_(std::move(history)) {}

    void begin();
    /// One byte of the input. given_up: Ctrl-C; ended: Ctrl-D on an empty line.
    State feed(char byte);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// Columns in front of the cursor.
    [[nodiscard]] std::size_t column() const;

    [[nodiscard]] const std::vector<std::string>& history() const noexcept { return history_; }
    /// Adds a line, unless it is empty or the same as the last one: then false.
    bool remember(const std::string& line);

  private:
    void escape(char byte);
    void control(char byte);
    void recall(std::size_t entry);
    void left();
    void right();
    void erase_before();
    void erase_at();
    void erase_word();

    std::string text_;
    std::size_t cursor_ = 0;  ///< byte
    std::string sequence_;    ///< of an escape that has begun
    std::vector<std::string> history_;
    std::size_t entry_ = 0;  ///< what of the history is shown; its size: the line itself
    std::string draft_;      ///< the line itself, while the history is shown
};

/// Lines for `rookery repl`: edited when `people` are at it, otherwise as they come. The history is
/// kept in a file, which only its owner can read.
class LineReader {
  public:
    enum class Kind { line, given_up, end };
    struct Line {
        Kind kind;
        std::string text;
    };

    LineReader(bool people, std::filesystem::path history);

    [[nodiscard]] Line read(const std::string& prompt);

  private:
    [[nodiscard]] Line read_edited(const std::string& prompt);

    bool people_;
    std::filesystem::path path_;
    LineEditor editor_;
};

}  // namespace rookery::cli
