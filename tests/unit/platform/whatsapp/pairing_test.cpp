#include "platform/whatsapp/pairing.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace rookery::whatsapp {
namespace {

/// The picture's modules, row by row: '#' for black.
std::vector<std::string> modules(const std::string& picture) {
    std::vector<std::string> rows;
    std::string top;
    std::string bottom;
    bool in_sequence = false;
    for (std::size_t i = 0; i < picture.size(); ++i) {
        const char c = picture[i];
        if (c == '\x1b') {
            in_sequence = true;
        } else if (in_sequence) {
            in_sequence = c != 'm';
        } else if (c == '\n') {
            rows.push_back(std::exchange(top, {}));
            rows.push_back(std::exchange(bottom, {}));
        } else if (c == ' ') {
            top += '.';
            bottom += '.';
        } else {
            const auto cell = picture.substr(i, 3);
            top += cell == "▄" ? '.' : '#';
            bottom += cell == "▀" ? '.' : '#';
            i += 2;
        }
    }
    return rows;
}

TEST(WhatsAppPairing, the_picture_is_a_qr_code_with_its_quiet_zone) {
    const auto picture = qr_picture("2@abcdefghij,klmnop,qrstuv==");
    ASSERT_TRUE(picture);
    const auto rows = modules(*picture);
    const std::size_t width = rows.front().size();
    ASSERT_GE(rows.size(), width);
    for (const auto& row : rows) {
        EXPECT_EQ(row.size(), width);
        EXPECT_EQ(row.substr(0, 2), "..");
    }
    // The finder pattern in the upper left corner.
    const std::vector<std::string> finder{"#######", "#.....#", "#.###.#", "#.###.#",
                                          "#.###.#", "#.....#", "#######"};
    for (std::size_t y = 0; y < finder.size(); ++y) {
        EXPECT_EQ(rows[y + 2].substr(2, 7), finder[y]);
        EXPECT_EQ(rows[y + 2].substr(width - 9, 7), finder[y]);
    }
}

TEST(WhatsAppPairing, both_colours_are_named_so_that_any_terminal_shows_it) {
    const auto picture = qr_picture("x");
    ASSERT_TRUE(picture);
    EXPECT_TRUE(picture->starts_with("\x1b[38;5;16;48;5;231m"));
    EXPECT_TRUE(picture->ends_with("\x1b[0m\n"));
}

TEST(WhatsAppPairing, what_is_too_long_is_said) {
    const auto picture = qr_picture(std::string(4'000, 'x'));
    ASSERT_FALSE(picture);
    EXPECT_EQ(picture.error().kind(), ErrorKind::limit);
    EXPECT_NE(show_qr("main", std::string(4'000, 'x')).find("too long"), std::string::npos);
}

TEST(WhatsAppPairing, a_code_is_shown_with_what_to_do) {
    EXPECT_NE(show_pairing_code("main", "ABCD-EFGH").find("ABCD-EFGH"), std::string::npos);
}

TEST(WhatsAppPairing, a_code_cannot_drive_the_terminal) {
    const auto shown = show_pairing_code("main",
                                         "\x1b]0;x\x07\xc2\x9b"
                                         "2J" +
                                             std::string(90, 'A'));
    EXPECT_LE(shown.size(), show_pairing_code("main", "").size() + 40);
    EXPECT_EQ(shown.find('\x1b'), std::string::npos);
    EXPECT_EQ(shown.find('\x07'), std::string::npos);
    EXPECT_EQ(shown.find('\xc2'), std::string::npos);
}

}  // namespace
}  // namespace rookery::whatsapp
