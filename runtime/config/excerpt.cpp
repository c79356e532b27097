#include "config/excerpt.hpp"

#include "config/values.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace rookery::config {
namespace {

constexpr std::array<std::string_view, 7> kSecretWords = {
    "token", "secret", "password", "passwd", "key", "credential", "auth"};
constexpr std::size_t kWindow = 160;
// A run of token letters as long as this is no word that a person wrote.
constexpr std::size_t kTokenRun = 40;

bool continues_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

bool blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (blank(text.back()) || text.back() == '\r')) {
        text.remove_suffix(1);
    }
    return text;
}

std::string_view line_of(std::string_view text, std::size_t number) {
    for (; number > 1; --number) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) {
            return {};
        }
        text.remove_prefix(end + 1);
    }
    auto line = text.substr(0, text.find('\n'));
    while (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
    }
    return line;
}

/// The key that ends at `equals`, with its dots and quotes.
std::string_view key_before(std::string_view line, std::size_t equals) {
    const auto text = trimmed(line.substr(0, equals));
    const auto start = text.find_last_of(" \t,{[");
    return start == std::string_view::npos ? text : text.substr(start + 1);
}

/// Where the string that opens at `at` ends (one past its closing quote), or the line's end.
std::size_t skip_string(std::string_view line, std::size_t at) {
    const char quote = line[at];
    for (++at; at < line.size(); ++at) {
        if (line[at] == '\\' && quote == '"') {
            ++at;
        } else if (line[at] == quote) {
            return at + 1;
        }
    }
    return line.size();
}

/// { env = "..." } and { file = "..." } say where a secret is, not what it is.
bool is_reference(std::string_view value) {
    value.remove_prefix(1);
    value = trimmed(value);
    return value.starts_with("env") || value.starts_with("file");
}

void mask(std::string& line, std::size_t from, std::size_t to) {
    std::string stars;
    for (std::size_t at = from; at < to; ++at) {
        if (line[at] == '"' || line[at] == '\'' || blank(line[at])) {
            stars += line[at];
        } else if (!continues_code_point(line[at])) {
            stars += '*';
        }
    }
    line.replace(from, to - from, stars);
}

/// Where the value that begins at `at` ends as far as one line can tell; the line's end when in
/// doubt.
std::size_t value_end(std::string_view line, std::size_t at) {
    const char first = line[at];
    const bool multi_line =
        line.substr(at).starts_with("\"\"\"") || line.substr(at).starts_with("'''");
    if ((first == '"' || first == '\'') && !multi_line) {
        const auto end = skip_string(line, at);
        // Text that follows a closed string is what a stray quote inside a secret looks like.
        const auto rest = trimmed(line.substr(end));
        return rest.empty() || rest.front() == ',' || rest.front() == '}' || rest.front() == '#'
                   ? end
                   : line.size();
    }
    return line.size();
}

/// For a line that the grammar cannot explain: if any key that could be meant sounds secret,
/// everything behind the first "=" goes, or behind the first word when there is none.
bool mask_bluntly(std::string& line) {
    std::string before;
    bool secret = false;
    for (const char c : line) {
        if (c == '=') {
            secret = secret || sounds_secret(before);
        } else {
            before += c;
        }
    }
    const auto equals = line.find('=');
    auto from = equals == std::string::npos ? line.find_first_of(" \t\"'.") : equals + 1;
    from = std::min(from, line.size());
    if (!secret && !sounds_secret(line.substr(0, from))) {
        return false;
    }
    mask(line, from, line.size());
    return true;
}

bool mask_values(std::string& line) {
    bool masked = false;
    for (std::size_t at = 0; at < line.size();) {
        if (line[at] == '"' || line[at] == '\'') {
            at = skip_string(line, at);
            continue;
        }
        if (line[at] != '=' || !sounds_secret(key_before(line, at))) {
            ++at;
            continue;
        }
        do {
            ++at;
        } while (at < line.size() && blank(line[at]));
        if (at == line.size() ||
            (line[at] == '{' && is_reference(std::string_view(line).substr(at)))) {
            continue;
        }
        const auto end = value_end(line, at);
        const auto tail = line.size() - end;
        mask(line, at, end);
        masked = true;
        at = line.size() - tail;
    }
    return masked;
}

/// Whatever has the form of a token, wherever it stands: one pasted under a wrong key, or under
/// none.
bool mask_token_runs(std::string& line) {
    const auto of_token = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.' || c == '+';
    };
    bool masked = false;
    for (std::size_t at = 0; at < line.size();) {
        const auto end = static_cast<std::size_t>(
            std::find_if_not(line.begin() + static_cast<std::ptrdiff_t>(at), line.end(), of_token) -
            line.begin());
        if (end - at >= kTokenRun) {
            mask(line, at, end);
            masked = true;
        }
        at = end + 1;
    }
    return masked;
}

/// True for a line that may belong to a value begun further up under a secret's key: a multi-line
/// string or array.
bool continues_secret(std::string_view text, std::size_t number) {
    if (line_of(text, number).find('=') != std::string_view::npos) {
        return false;
    }
    for (; number > 1; --number) {
        const auto above = trimmed(line_of(text, number - 1));
        const auto equals = above.find('=');
        if (equals != std::string_view::npos) {
            const auto value = trimmed(above.substr(equals + 1));
            const bool open = value.empty() || value.starts_with("\"\"\"") ||
                              value.starts_with("'''") || value.starts_with("[");
            return open && sounds_secret(key_before(above, equals));
        }
    }
    return false;
}

/// How many bytes the UTF-8 sequence at `at` has; 0 when it is none.
std::size_t sequence_length(std::string_view line, std::size_t at) {
    const auto lead = static_cast<unsigned char>(line[at]);
    const std::size_t length = lead < 0x80U   ? 1
                               : lead < 0xc2U ? 0
                               : lead < 0xe0U ? 2
                               : lead < 0xf0U ? 3
                               : lead < 0xf5U ? 4
                                              : 0;
    const auto rest = line.substr(at + 1, length == 0 ? 0 : length - 1);
    return rest.size() + 1 >= length && std::all_of(rest.begin(), rest.end(), continues_code_point)
               ? length
               : 0;
}

void make_printable(std::string& line) {
    for (std::size_t at = 0; at < line.size();) {
        const auto length = sequence_length(line, at);
        if (length == 0) {
            line[at] = '?';
        } else if (static_cast<unsigned char>(line[at]) < 0x20U || line[at] == '\x7f') {
            line[at] = ' ';
        }
        at += std::max<std::size_t>(length, 1);
    }
}

}  // namespace

bool sounds_secret(std::string_view key) {
    std::string letters;
    for (const char c : key) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            letters += static_cast<char>(c | 0x20);
        }
    }
    return std::any_of(kSecretWords.begin(), kSecretWords.end(), [&](std::string_view word) {
        return letters.find(word) != std::string::npos ||
               edit_distance(letters, word) <= (word.size() + 1) / 3;
    });
}

Excerpt excerpt(std::string_view text, std::size_t number, std::size_t column, Grammar grammar) {
    Excerpt result;
    std::string line(line_of(text, number));
    if (continues_secret(text, number)) {
        mask(line, 0, line.size());
        result.masked = true;
    } else {
        result.masked = grammar == Grammar::kept ? mask_values(line) : mask_bluntly(line);
        result.masked = mask_token_runs(line) || result.masked;
    }
    make_printable(line);

    std::size_t caret = column > 0 ? column - 1 : 0;
    std::vector<std::size_t> starts;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (!continues_code_point(line[at])) {
            starts.push_back(at);
        }
    }
    caret = std::min(caret, starts.size());
    starts.push_back(line.size());
    const auto points = starts.size() - 1;
    const auto first = points > kWindow && caret > kWindow / 2
                           ? std::min(caret - kWindow / 2, points - kWindow)
                           : 0;
    const auto last = std::min(points, first + kWindow);
    result.line = line.substr(starts[first], starts[last] - starts[first]);
    result.caret = caret - first;
    return result;
}

}  // namespace rookery::config
