#include "cli/terminal.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace rookery::cli {
namespace {

constexpr std::array kCodes = {"",         "\x1b[2m",  "\x1b[1m", "\x1b[31m",
                               "\x1b[32m", "\x1b[33m", "\x1b[36m"};

termios& settings_before() {
    static termios before{};
    return before;
}

}  // namespace

bool colours_wanted() {
    const char* none = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): one thread
    const char* term = std::getenv("TERM");      // NOLINT(concurrency-mt-unsafe)
    const bool dumb = term != nullptr && std::string_view(term) == "dumb";
    return (none == nullptr || *none == '\0') && !dumb && ::isatty(STDOUT_FILENO) == 1;
}

std::string tinted(std::string_view text, Tint tint, bool coloured) {
    if (!coloured || tint == Tint::plain) {
        return std::string(text);
    }
    return std::string(kCodes[static_cast<std::size_t>(tint)]) + std::string(text) + "\x1b[0m";
}

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

TerminalSize terminal_size() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
        return {};
    }
    return {size.ws_col, size.ws_row};
}

RawInput::RawInput(bool signals) {
    if (::tcgetattr(STDIN_FILENO, &settings_before()) != 0) {
        return;
    }
    termios raw = settings_before();
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | IEXTEN | (signals ? 0 : ISIG));
    raw.c_iflag &= ~static_cast<tcflag_t>(ICRNL | IXON);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    changed_ = ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

RawInput::~RawInput() {
    if (changed_) {
        ::tcsetattr(STDIN_FILENO, TCSADRAIN, &settings_before());
    }
}

}  // namespace rookery::cli
