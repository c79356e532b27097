#pragma once

#include <rookery/host.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery {

/// A JSON value that the host holds: the settings, or the answer of an operation. Paths are names
/// and numbers joined by dots: "roles.0.name". It holds as long as one copy of it lives; a default
/// one is empty.
class Document {
  public:
    Document() = default;
    Document(const Host& host, rk_handle_t handle, detail::Hold hold = {}) noexcept
        : host_(&host), handle_(handle), hold_(std::move(hold)) {}

    /// Nothing when there is no such value or when it is of another type.
    [[nodiscard]] std::optional<std::string> text(std::string_view path) const {
        const rk_value_t found = value(path);
        return found.kind == RK_VALUE_TEXT
                   ? std::optional<std::string>(detail::to_view(found.as.text))
                   : std::nullopt;
    }
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view path) const {
        const rk_value_t found = value(path);
        return found.kind == RK_VALUE_INTEGER ? std::optional(found.as.integer) : std::nullopt;
    }
    [[nodiscard]] std::optional<double> number(std::string_view path) const {
        const rk_value_t found = value(path);
        if (found.kind == RK_VALUE_INTEGER) {
            return static_cast<double>(found.as.integer);
        }
        return found.kind == RK_VALUE_NUMBER ? std::optional(found.as.number) : std::nullopt;
    }
    [[nodiscard]] std::optional<bool> boolean(std::string_view path) const {
        const rk_value_t found = value(path);
        return found.kind == RK_VALUE_BOOLEAN ? std::optional(found.as.integer != 0) : std::nullopt;
    }

    /// With a value for when there is none. Throws Error for a value of another type: a mistake in
    /// the configuration should not pass unseen.
    [[nodiscard]] std::string text(std::string_view path, std::string_view otherwise) const {
        return checked(path, text(path), "text").value_or(std::string(otherwise));
    }
    [[nodiscard]] std::int64_t integer(std::string_view path, std::int64_t otherwise) const {
        return checked(path, integer(path), "an integer").value_or(otherwise);
    }
    [[nodiscard]] double number(std::string_view path, double otherwise) const {
        return checked(path, number(path), "a number").value_or(otherwise);
    }
    [[nodiscard]] bool boolean(std::string_view path, bool otherwise) const {
        return checked(path, boolean(path), "true or false").value_or(otherwise);
    }

    /// Throws Error when there is no such text.
    [[nodiscard]] std::string required_text(std::string_view path) const {
        auto found = checked(path, text(path), "text");
        if (!found) {
            throw Error(RK_E_INVALID, std::string(path) + " is missing");
        }
        return *std::move(found);
    }

    /// A list of texts; empty when there is no such list. Elements of another type are left out.
    [[nodiscard]] std::vector<std::string> texts(std::string_view path) const {
        std::vector<std::string> out;
        for (std::uint32_t i = 0, count = size(path); i < count; ++i) {
            if (auto found = text(std::string(path) + "." + std::to_string(i))) {
                out.push_back(*std::move(found));
            }
        }
        return out;
    }

    [[nodiscard]] bool has(std::string_view path) const {
        return value(path).kind != RK_VALUE_ABSENT;
    }
    /// Members of an object, elements of a list, else 0.
    [[nodiscard]] std::uint32_t size(std::string_view path = {}) const {
        std::uint32_t out = 0;
        if (handle_ != 0) {
            static_cast<void>(
                host_->documents->count(host_->raw, handle_, detail::to_text(path), &out));
        }
        return out;
    }
    /// Names of an object's members.
    [[nodiscard]] std::vector<std::string> keys(std::string_view path = {}) const {
        std::vector<std::string> out;
        rk_text_t name{};
        for (std::uint32_t i = 0;
             handle_ != 0 &&
             host_->documents->key(host_->raw, handle_, detail::to_text(path), i, &name) == RK_OK;
             ++i) {
            out.emplace_back(detail::to_view(name));
        }
        return out;
    }
    /// The value as JSON text; empty when there is none.
    [[nodiscard]] std::string json(std::string_view path = {}) const {
        std::string out;
        const auto append = [](void* user, rk_text_t piece) {
            static_cast<std::string*>(user)->append(piece.data, piece.len);
        };
        if (handle_ != 0) {
            static_cast<void>(host_->documents->write_json(host_->raw, handle_,
                                                           detail::to_text(path), append, &out));
        }
        return out;
    }

  private:
    [[nodiscard]] rk_value_t value(std::string_view path) const {
        rk_value_t out{};
        out.size = sizeof(out);
        out.kind = RK_VALUE_ABSENT;
        if (handle_ != 0) {
            static_cast<void>(
                host_->documents->get(host_->raw, handle_, detail::to_text(path), &out));
        }
        return out;
    }
    template <class T>
    [[nodiscard]] std::optional<T> checked(std::string_view path, std::optional<T> found,
                                           const char* expected) const {
        if (!found && has(path)) {
            throw Error(RK_E_INVALID,
                        std::string(path) + ": expected " + expected + ", got " + json(path));
        }
        return found;
    }

    const Host* host_ = nullptr;
    rk_handle_t handle_ = 0;
    detail::Hold hold_;
};

}  // namespace rookery
