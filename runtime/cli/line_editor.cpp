#include "cli/line_editor.hpp"

#include "cli/terminal.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace rookery::cli {
namespace {

constexpr std::size_t kLongestLine = std::size_t{16} << 10U;
constexpr char kEscape = '\x1b';

constexpr char ctrl(char letter) { return static_cast<char>(letter & 0x1f); }

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::vector<std::string> lines_of(const std::filesystem::path& path) {
    std::vector<std::string> lines;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
        if (lines.size() > LineEditor::kMostHistory) {
            lines.erase(lines.begin());
        }
    }
    return lines;
}

/// At once: whoever interrupts a call with Ctrl-C wants to find it again.
void append(const std::filesystem::path& path, const std::string& line) {
    const int file =
        ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    const std::string whole = line + "\n";
    // A history that cannot be written is no reason to stop.
    [[maybe_unused]] const auto written = ::write(file, whole.data(), whole.size());
    ::close(file);
}

}  // namespace

void LineEditor::begin() {
    text_.clear();
    draft_.clear();
    sequence_.clear();
    cursor_ = 0;
    entry_ = history_.size();
}

std::size_t LineEditor::column() const {
    return columns_of(std::string_view(text_).substr(0, cursor_));
}

bool LineEditor::remember(const std::string& line) {
    if (line.empty() || (!history_.empty() && history_.back() == line)) {
        return false;
    }
    history_.push_back(line);
    if (history_.size() > kMostHistory) {
        history_.erase(history_.begin());
    }
    return true;
}

void LineEditor::left() {
    while (cursor_ > 0 && continues(text_[--cursor_])) {
    }
}

void LineEditor::right() {
    if (cursor_ < text_.size()) {
        ++cursor_;
    }
    while (cursor_ < text_.size() && continues(text_[cursor_])) {
        ++cursor_;
    }
}

void LineEditor::erase_before() {
    const std::size_t end = cursor_;
    left();
    text_.erase(cursor_, end - cursor_);
}

void LineEditor::erase_at() {
    const std::size_t begin = cursor_;
    right();
    text_.erase(begin, cursor_ - begin);
    cursor_ = begin;
}

void LineEditor::erase_word() {
    const std::size_t end = cursor_;
    while (cursor_ > 0 && text_[cursor_ - 1] == ' ') {
        --cursor_;
    }
    while (cursor_ > 0 && text_[cursor_ - 1] != ' ') {
        --cursor_;
    }
    text_.erase(cursor_, end - cursor_);
}

void LineEditor::recall(std::size_t entry) {
    if (entry_ == history_.size()) {
        draft_ = text_;
    }
    entry_ = entry;
    text_ = entry == history_.size() ? draft_ : history_[entry];
    cursor_ = text_.size();
}

/// The rest of an arrow key or the like: "[A", "OH", "[3~".
void LineEditor::escape(char byte) {
    sequence_ += byte;
    const bool begun = sequence_.size() == 1 && (byte == '[' || byte == 'O');
    const bool parameter = sequence_.size() > 1 && ((byte >= '0' && byte <= '9') || byte == ';');
    if ((begun || parameter) && sequence_.size() < 16) {
        return;
    }
    const std::string key = std::exchange(sequence_, {}).substr(1);
    if (key == "A" && entry_ > 0) {
        recall(entry_ - 1);
    } else if (key == "B" && entry_ < history_.size()) {
        recall(entry_ + 1);
    } else if (key == "C") {
        right();
    } else if (key == "D") {
        left();
    } else if (key == "H" || key == "1~") {
        cursor_ = 0;
    } else if (key == "F" || key == "4~") {
        cursor_ = text_.size();
    } else if (key == "3~") {
        erase_at();
    }
}

void LineEditor::control(char byte) {
    switch (byte) {
        case ctrl('A'):
            cursor_ = 0;
            break;
        case ctrl('B'):
            left();
            break;
        case ctrl('D'):
            erase_at();
            break;
        case ctrl('E'):
            cursor_ = text_.size();
            break;
        case ctrl('F'):
            right();
            break;
        case ctrl('H'):
        case '\x7f':
            erase_before();
            break;
        case ctrl('K'):
            text_.erase(cursor_);
            break;
        case ctrl('N'):
            escape('[');
            escape('B');
            break;
        case ctrl('P'):
            escape('[');
            escape('A');
            break;
        case ctrl('U'):
            text_.erase(0, std::exchange(cursor_, 0));
            break;
        case ctrl('W'):
            erase_word();
            break;
        default:
            break;
    }
}

LineEditor::State LineEditor::feed(char byte) {
    if (!sequence_.empty()) {
        if (sequence_.front() == kEscape) {
            sequence_.clear();
        }
        escape(byte);
        return State::editing;
    }
    if (byte == kEscape) {
        sequence_ = byte;
    } else if (byte == '\r' || byte == '\n') {
        return State::accepted;
    } else if (byte == ctrl('C')) {
        return State::given_up;
    } else if (byte == ctrl('D') && text_.empty()) {
        return State::ended;
    } else if (static_cast<unsigned char>(byte) < 0x20 || byte == '\x7f') {
        if (byte == '\t') {
            text_.insert(cursor_, "    ");
            cursor_ += 4;
        } else {
            control(byte);
        }
    } else if (text_.size() < kLongestLine) {
        text_.insert(cursor_++, 1, byte);
    }
    return State::editing;
}

LineReader::LineReader(bool people, std::filesystem::path history)
    : people_(people), path_(std::move(history)), editor_(lines_of(path_)) {}

LineReader::Line LineReader::read(const std::string& prompt) {
    if (people_) {
        return read_edited(prompt);
    }
    std::string line;
    return std::getline(std::cin, line) ? Line{Kind::line, std::move(line)} : Line{Kind::end, {}};
}

LineReader::Line LineReader::read_edited(const std::string& prompt) {
    const RawInput raw(false);
    editor_.begin();
    while (true) {
        // What does not fit is scrolled out on the left, so that the line stays one row.
        const std::size_t room =
            std::max<std::size_t>(terminal_size().columns, prompt.size() + 8) - prompt.size() - 1;
        std::string_view visible = editor_.text();
        std::size_t column = editor_.column();
        for (; column >= room; --column) {
            visible.remove_prefix(1);
            while (!visible.empty() && continues(visible.front())) {
                visible.remove_prefix(1);
            }
        }
        while (columns_of(visible) > room) {
            visible.remove_suffix(1);
        }
        std::cout << "\r\x1b[K" << prompt << visible << '\r' << "\x1b[" << prompt.size() + column
                  << 'C' << std::flush;
        char byte = 0;
        const auto count = ::read(STDIN_FILENO, &byte, 1);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        const auto state = count == 1 ? editor_.feed(byte) : LineEditor::State::ended;
        if (state == LineEditor::State::editing) {
            continue;
        }
        std::cout << (state == LineEditor::State::given_up ? "^C\n" : "\n") << std::flush;
        if (state == LineEditor::State::accepted) {
            if (editor_.remember(editor_.text())) {
                append(path_, editor_.text());
            }
            return {Kind::line, editor_.text()};
        }
        return {state == LineEditor::State::given_up ? Kind::given_up : Kind::end, {}};
    }
}

}  // namespace rookery::cli
