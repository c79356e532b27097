#include "command/text_menu.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace rookery::command {
namespace {

using nlohmann::json;

constexpr int kTextSelect = 3;
constexpr int kChannels = 8;
constexpr std::string_view kEllipsis = "…";
constexpr std::size_t kMostMenuBytes = kLongestText - 200;  // some of the text is to be seen too

/// How long labels and descriptions may be, tried one after the other until the menu fits.
struct Cut {
    std::size_t label;
    std::size_t description;
};
constexpr std::array<Cut, 5> kCuts{{{400, 400}, {400, 0}, {60, 0}, {24, 0}, {9, 0}}};

std::string emoji_text(const json& emoji) {
    const bool plain = emoji.is_object() && !emoji.contains("id") && emoji.contains("name") &&
                       emoji["name"].is_string();
    return plain ? emoji["name"].get<std::string>() + " " : std::string();
}

std::string trimmed(std::string text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// One line: what comes from extensions may have several.
std::string line_of(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char each) { return each == '\n' || each == '\r'; }, ' ');
    return trimmed(std::move(text));
}

std::string heading(const Component& select) {
    if (select.max <= 1 && select.label.empty()) {
        return {};
    }
    const std::string count = select.min == select.max
                                  ? std::to_string(select.max)
                                  : std::to_string(select.min) + "–" + std::to_string(select.max);
    return line_of(select.label) + (select.max > 1 ? " (" + count + ")" : "") + ":\n";
}

/// Collects entries and lines with labels of a certain length.
class Renderer {
  public:
    explicit Renderer(Cut cut) : cut_(cut) {}

    void add(const Component& component) {
        switch (component.kind) {
            case Component::Kind::button:
                if (!component.disabled) {
                    number(emoji_text(component.emoji) + component.label, {},
                           {trimmed(emoji_text(component.emoji) + component.label),
                            component.custom_id,
                            {},
                            false,
                            0,
                            1,
                            1});
                }
                break;
            case Component::Kind::link:
                links_ += (component.label.empty() ? "" : line_of(component.label) + ": ") +
                          component.url + "\n";
                break;
            case Component::Kind::select:
                if (!component.disabled) {
                    add_select(component);
                }
                break;
            case Component::Kind::raw:
                break;
        }
    }

    [[nodiscard]] TextMenu take() {
        menu_.lines += links_;
        if (!menu_.lines.empty()) {
            menu_.lines.pop_back();
        }
        return std::move(menu_);
    }

  private:
    void add_select(const Component& select) {
        if (select.of != kTextSelect) {
            const std::string what = select.of == kChannels ? "#…" : "@…";
            number(what + (select.label.empty() ? "" : "  " + select.label), {},
                   {select.label, select.custom_id, {}, true, select.of, select.min, select.max});
            return;
        }
        menu_.lines += heading(select);
        for (const MenuChoice& choice : select.choices) {
            number(emoji_text(choice.emoji) + choice.name, choice.description,
                   {choice.name, select.custom_id, choice.value, true, 0, select.min, select.max});
        }
    }

    void number(const std::string& label, const std::string& description, MenuEntry entry) {
        menu_.entries.push_back(std::move(entry));
        menu_.lines +=
            std::to_string(menu_.entries.size()) + ". " + shortened(line_of(label), cut_.label);
        if (!description.empty() && cut_.description > 0) {
            menu_.lines += " (" + shortened(line_of(description), cut_.description) + ")";
        }
        menu_.lines += "\n";
    }

    Cut cut_;
    TextMenu menu_;
    std::string links_;
};

char folded(char each) { return each >= 'A' && each <= 'Z' ? static_cast<char>(each + 32) : each; }

bool same_text(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return folded(x) == folded(y); });
}

/// Words between spaces and commas.
std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const auto end = text.find_first_of(" ,;\t\r\n");
        if (end != 0) {
            words.push_back(text.substr(0, end));
        }
        if (end == std::string_view::npos) {
            break;
        }
        text.remove_prefix(end + 1);
    }
    return words;
}

/// The entry that a word like "2", "2." or "2)" means.
const MenuEntry* numbered(const TextMenu& menu, std::string_view word) {
    if (word.size() > 1 && (word.back() == '.' || word.back() == ')')) {
        word.remove_suffix(1);
    }
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool whole = error == std::errc() && end == word.data() + word.size();
    return whole && number >= 1 && number <= menu.entries.size() ? &menu.entries[number - 1]
                                                                 : nullptr;
}

/// "<@123>", "<#123>", "<@&123>" or the id alone.
std::string id_of_mention(std::string_view word) {
    if (word.size() > 2 && word.front() == '<' && word.back() == '>') {
        word = word.substr(1, word.size() - 2);
        const auto begin = word.find_first_not_of("@#&!");
        return begin == std::string_view::npos ? std::string() : std::string(word.substr(begin));
    }
    return std::string(word.substr(std::min(word.find_first_not_of("@#"), word.size())));
}

std::optional<Picked> checked(const MenuEntry& entry, std::vector<std::string> values) {
    const std::set<std::string> different(values.begin(), values.end());
    if (different.size() != values.size() || values.size() < std::max<std::size_t>(entry.min, 1) ||
        values.size() > entry.max) {
        return std::nullopt;
    }
    return Picked{entry.custom_id, std::move(values)};
}

std::optional<Picked> by_numbers(const TextMenu& menu, std::string_view written) {
    const auto words = words_of(written);
    const MenuEntry* const first = words.empty() ? nullptr : numbered(menu, words.front());
    if (first == nullptr) {
        return std::nullopt;
    }
    if (!first->select) {
        return words.size() == 1 ? std::optional(Picked{first->custom_id, {}}) : std::nullopt;
    }
    std::vector<std::string> values;
    for (const std::string_view word : words) {
        if (first->of != 0) {
            if (word.data() != words.front().data()) {
                values.push_back(id_of_mention(word));
            }
            continue;
        }
        const MenuEntry* const entry = numbered(menu, word);
        if (entry == nullptr || entry->custom_id != first->custom_id) {
            return std::nullopt;
        }
        values.push_back(entry->value);
    }
    return checked(*first, std::move(values));
}

}  // namespace

std::string shortened(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) {
        return std::string(text);
    }
    if (limit < kEllipsis.size()) {
        return {};
    }
    std::size_t size = limit - kEllipsis.size();
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    return std::string(text.substr(0, size)) + std::string(kEllipsis);
}

TextMenu menu_of(const Layout& layout) {
    TextMenu menu;
    for (const Cut cut : kCuts) {
        Renderer renderer(cut);
        for (const auto& row : layout.rows) {
            for (const Component& component : row) {
                renderer.add(component);
            }
        }
        menu = renderer.take();
        if (menu.lines.size() <= kMostMenuBytes) {
            return menu;
        }
    }
    menu.lines = shortened(menu.lines, kMostMenuBytes);
    return menu;
}

std::string with_menu(std::string_view text, const TextMenu& menu, std::size_t limit) {
    if (menu.lines.empty()) {
        return shortened(text, limit);
    }
    const std::string lines = shortened(menu.lines, limit);
    if (text.empty() || lines.size() + 1 >= limit) {
        return lines;
    }
    return shortened(text, limit - lines.size() - 1) + "\n" + lines;
}

std::optional<Picked> pick(const TextMenu& menu, std::string_view written) {
    if (written.size() > kLongestText) {
        return std::nullopt;
    }
    const std::string text = trimmed(std::string(written));
    if (text.empty()) {
        return std::nullopt;
    }
    for (const MenuEntry& entry : menu.entries) {
        if (entry.of == 0 && same_text(entry.label, text)) {
            return entry.select ? checked(entry, {entry.value})
                                : std::optional(Picked{entry.custom_id, {}});
        }
    }
    return by_numbers(menu, text);
}

json to_json(const TextMenu& menu) {
    json entries = json::array();
    for (const MenuEntry& entry : menu.entries) {
        entries.push_back({{"label", entry.label},
                           {"id", entry.custom_id},
                           {"value", entry.value},
                           {"select", entry.select},
                           {"of", entry.of},
                           {"min", entry.min},
                           {"max", entry.max}});
    }
    return {{"entries", std::move(entries)}, {"lines", menu.lines}};
}

std::optional<TextMenu> menu_from(const json& stored) {
    try {
        TextMenu menu;
        menu.lines = stored.at("lines").get<std::string>();
        for (const auto& each : stored.at("entries")) {
            menu.entries.push_back({each.at("label"), each.at("id"), each.at("value"),
                                    each.at("select"), each.at("of"), each.at("min"),
                                    each.at("max")});
        }
        return menu;
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

}  // namespace rookery::command
