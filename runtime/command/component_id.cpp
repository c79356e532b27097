#include "command/component_id.hpp"

#include "base/base64.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace rookery::command {
namespace {

using nlohmann::json;

// "rk1." and base64url of: 11 bytes of MAC, then flags, owner (5), place, length of the action, the
// action, where flagged the expiry (4) and the users, and the state, packed, or the name of what is
// stored (9). The MAC is over all that follows it.
constexpr std::string_view kPrefix = "rk1.";
constexpr std::size_t kMacSize = 11;
constexpr std::size_t kOwnerSize = 5;
constexpr std::size_t kExpirySize = 4;
constexpr std::size_t kRefSize = 9;
constexpr std::size_t kMostBytes = (kLongestCustomId - kPrefix.size()) * 6 / 8;
constexpr std::size_t kMostPayload = kMostBytes - kMacSize;
constexpr std::string_view kPurpose = "component/1:";
constexpr unsigned kDeepestState = 32;

constexpr unsigned kOnceComponent = 1;
constexpr unsigned kOnceMessage = 2;
constexpr unsigned kExpires = 4;
constexpr unsigned kOnly = 8;
constexpr unsigned kStored = 16;
constexpr unsigned kState = 32;
constexpr unsigned kKnownFlags = 63;

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Digest sha256(std::string_view text) {
    Digest digest{};
    SHA256(bytes_of(text), text.size(), digest.data());
    return digest;
}

std::string mac_of(const ComponentKey& key, std::string_view payload) {
    const std::string text = std::string(kPurpose) + std::string(payload);
    Digest digest{};
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
         digest.data(), &size);
    return {digest.begin(), digest.begin() + kMacSize};
}

std::string to_base64url(std::string_view bytes) {
    std::string out;
    append_base64(out, bytes);
    out.erase(std::find(out.begin(), out.end(), '='), out.end());
    std::replace(out.begin(), out.end(), '+', '-');
    std::replace(out.begin(), out.end(), '/', '_');
    return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
    if (text.find_first_of("+/=") != std::string_view::npos) {
        return std::nullopt;
    }
    std::string usual(text);
    std::replace(usual.begin(), usual.end(), '-', '+');
    std::replace(usual.begin(), usual.end(), '_', '/');
    usual.append((4 - usual.size() % 4) % 4, '=');
    return decode_base64(usual);
}

void append_number(std::string& out, std::uint64_t number, std::size_t size) {
    for (std::size_t i = size; i-- > 0;) {
        out.push_back(static_cast<char>(number >> (8 * i) & 0xFFU));
    }
}

unsigned depth_of(const json& value) {
    unsigned deepest = 0;
    if (value.is_structured()) {
        for (const auto& each : value) {
            deepest = std::max(deepest, depth_of(each));
            if (deepest >= kDeepestState) {
                break;
            }
        }
        ++deepest;
    }
    return deepest;
}

std::string pack(const json& value) {
    std::string out;
    json::to_msgpack(value, out);
    return out;
}

json unpack(std::string_view bytes) {
    return json::from_msgpack(bytes.begin(), bytes.end(), true, false);
}

/// A user's id: as a number where it is one in its only form, else as text.
void append_user(std::string& out, const std::string& id) {
    const bool digits = !id.empty() && id.size() < 20 && id.front() != '0' &&
                        id.find_first_not_of("0123456789") == std::string::npos;
    if (digits) {
        out.push_back('\0');
        append_number(out, std::stoull(id), 8);
        return;
    }
    out.push_back(static_cast<char>(id.size()));
    out += id;
}

/// Takes parts off the front of a text that is known to be ours.
class Reader {
  public:
    explicit Reader(std::string_view rest) : rest_(rest) {}

    std::string_view take(std::size_t size) {
        if (size > rest_.size()) {
            failed_ = true;
            return {};
        }
        const std::string_view part = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return part;
    }
    std::uint64_t number(std::size_t size) {
        std::uint64_t out = 0;
        for (const char each : take(size)) {
            out = out << 8U | static_cast<unsigned char>(each);
        }
        return out;
    }
    std::string user() {
        const std::size_t size = number(1);
        return size == 0 ? std::to_string(number(8)) : std::string(take(size));
    }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
    [[nodiscard]] bool failed() const noexcept { return failed_; }

  private:
    std::string_view rest_;
    bool failed_ = false;
};

Result<> check(const ComponentRecord& record) {
    if (auto action = check_action(record.action); !action) {
        return action.error().within("action");
    }
    if (depth_of(record.state) >= kDeepestState) {
        return Error(ErrorKind::invalid, "state: expected at most " +
                                             std::to_string(kDeepestState) +
                                             " tables within one another");
    }
    try {
        static_cast<void>(record.state.dump());  // finds texts that are no UTF-8
    } catch (const json::exception&) {
        return Error(ErrorKind::invalid, "state: expected texts in UTF-8");
    }
    const bool ids = std::all_of(record.only.begin(), record.only.end(), [](const auto& id) {
        return !id.empty() && id.size() <= std::numeric_limits<unsigned char>::max() / 2;
    });
    if (!ids || record.only.size() > kMostOnly) {
        return Error(ErrorKind::invalid,
                     "only: expected the id of a user, or up to " + std::to_string(kMostOnly));
    }
    return {};
}

/// Flags to action and expiry: what is always in the id itself.
std::string head_of(const ComponentRecord& record, unsigned flags) {
    flags |= record.once == Once::component ? kOnceComponent : 0U;
    flags |= record.once == Once::message ? kOnceMessage : 0U;
    flags |= record.expires != 0 ? kExpires : 0U;
    std::string out;
    out.push_back(static_cast<char>(flags));
    append_number(out, record.owner, kOwnerSize);
    out.push_back(static_cast<char>(record.place));
    out.push_back(static_cast<char>(record.action.size()));
    out += record.action;
    if (record.expires != 0) {
        constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
        append_number(out,
                      static_cast<std::uint64_t>(std::clamp<std::int64_t>(record.expires, 1, most)),
                      kExpirySize);
    }
    return out;
}

std::string whole_payload(const ComponentRecord& record) {
    std::string out = head_of(
        record, (record.only.empty() ? 0U : kOnly) | (record.state.is_null() ? 0U : kState));
    if (!record.only.empty()) {
        out.push_back(static_cast<char>(record.only.size()));
        for (const std::string& id : record.only) {
            append_user(out, id);
        }
    }
    if (!record.state.is_null()) {
        out += pack(record.state);
    }
    return out;
}

std::string signed_id(const ComponentKey& key, std::string_view payload) {
    return std::string(kPrefix) + to_base64url(mac_of(key, payload) + std::string(payload));
}

}  // namespace

std::uint64_t owner_tag(std::string_view extension) {
    const Digest digest = sha256(extension);
    std::uint64_t tag = 0;
    for (std::size_t i = 0; i < kOwnerSize; ++i) {
        tag = tag << 8U | digest.at(i);
    }
    return tag;
}

Result<> check_action(std::string_view action) {
    if (action.empty() || action.size() > kLongestAction) {
        return Error(ErrorKind::invalid, "expected 1 to " + std::to_string(kLongestAction) +
                                             " bytes, got " + std::to_string(action.size()));
    }
    const bool plain = std::none_of(action.begin(), action.end(), [](char each) {
        return static_cast<unsigned char>(each) < 0x20 || each == 0x7F;
    });
    if (!plain || json(action).dump(-1, ' ', false, json::error_handler_t::ignore).size() <
                      action.size() + 2) {
        return Error(ErrorKind::invalid, "expected a text in UTF-8 without control characters");
    }
    return {};
}

Result<SealedId> seal(const ComponentKey& key, const ComponentRecord& record) {
    if (auto checked = check(record); !checked) {
        return checked.error();
    }
    const std::string whole = whole_payload(record);
    if (whole.size() <= kMostPayload) {
        return SealedId{signed_id(key, whole), {}, {}};
    }
    if (whole.size() > kLargestState) {
        return Error(ErrorKind::limit, "state: expected at most " + std::to_string(kLargestState) +
                                           " bytes, got " + std::to_string(whole.size()));
    }
    // Named by its content: sent again it is the same entry, and no other's.
    SealedId out;
    out.stored = pack({{"only", record.only}, {"state", record.state}});
    const Digest digest = sha256(head_of(record, kStored) + out.stored);
    const std::string name(digest.begin(), digest.begin() + kRefSize);
    out.stored_as = to_base64url(name);
    out.custom_id = signed_id(key, head_of(record, kStored) + name);
    return out;
}

bool looks_sealed(std::string_view custom_id) noexcept { return custom_id.starts_with(kPrefix); }

Result<OpenedId> unseal(const ComponentKey& key, std::string_view custom_id) {
    const Error damaged(ErrorKind::invalid, "not an id that was made here");
    if (!looks_sealed(custom_id) || custom_id.size() > kLongestCustomId) {
        return damaged;
    }
    const auto bytes = from_base64url(custom_id.substr(kPrefix.size()));
    if (!bytes || bytes->size() < kMacSize) {
        return damaged;
    }
    const std::string_view payload = std::string_view(*bytes).substr(kMacSize);
    const std::string wanted = mac_of(key, payload);
    if (CRYPTO_memcmp(wanted.data(), bytes->data(), kMacSize) != 0) {
        return damaged;
    }
    Reader reader(payload);
    OpenedId out;
    const auto flags = static_cast<unsigned>(reader.number(1));
    out.record.owner = reader.number(kOwnerSize);
    out.record.place = static_cast<std::uint8_t>(reader.number(1));
    out.record.action = reader.take(reader.number(1));
    out.record.once = (flags & kOnceMessage) != 0     ? Once::message
                      : (flags & kOnceComponent) != 0 ? Once::component
                                                      : Once::no;
    if ((flags & kExpires) != 0) {
        out.record.expires = static_cast<std::int64_t>(reader.number(kExpirySize));
    }
    if ((flags & kStored) != 0) {
        out.stored_as = to_base64url(reader.take(kRefSize));
    }
    if ((flags & kOnly) != 0) {
        for (std::uint64_t left = reader.number(1); left > 0 && !reader.failed(); --left) {
            out.record.only.push_back(reader.user());
        }
    }
    if ((flags & kState) != 0) {
        out.record.state = unpack(reader.rest());
    }
    if (reader.failed() || flags > kKnownFlags || out.record.state.is_discarded()) {
        return damaged;  // of a newer version, most likely
    }
    return out;
}

bool take_stored(std::string_view stored, ComponentRecord& record) {
    const json both = unpack(stored);
    if (!both.is_object() || !both.contains("only") || !both.contains("state") ||
        !both["only"].is_array()) {
        return false;
    }
    record.only.clear();
    for (const auto& id : both["only"]) {
        if (!id.is_string()) {
            return false;
        }
        record.only.push_back(id);
    }
    record.state = both["state"];
    return true;
}

std::string used_mark(const ComponentRecord& record, std::string_view message) {
    std::string what;
    append_number(what, record.owner, kOwnerSize);
    if (record.once == Once::component) {
        what += record.action;
        what.push_back('\0');
        what += pack(record.state);
    }
    const Digest digest = sha256(what);
    return std::string(message) + "/" +
           to_base64url(std::string(digest.begin(), digest.begin() + kRefSize));
}

}  // namespace rookery::command
