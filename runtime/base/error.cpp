#include "base/error.hpp"

namespace rookery {

std::string_view to_string(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::invalid:
            return "invalid";
        case ErrorKind::not_found:
            return "not_found";
        case ErrorKind::exists:
            return "exists";
        case ErrorKind::denied:
            return "denied";
        case ErrorKind::unsupported:
            return "unsupported";
        case ErrorKind::timeout:
            return "timeout";
        case ErrorKind::cancelled:
            return "cancelled";
        case ErrorKind::unavailable:
            return "unavailable";
        case ErrorKind::protocol:
            return "protocol";
        case ErrorKind::limit:
            return "limit";
        case ErrorKind::io:
            return "io";
        case ErrorKind::stale:
            return "stale";
        case ErrorKind::internal:
            return "internal";
    }
    return "unknown";
}

Error Error::within(std::string context) const {
    Error outer(kind_, std::move(context));
    outer.cause_ = std::make_shared<const Error>(*this);
    return outer;
}

const Refusal* Error::refusal() const noexcept {
    const Error* at = this;
    while (at->refusal_ == nullptr && at->cause() != nullptr) {
        at = at->cause();
    }
    return at->refusal_.get();
}

Error Error::with(Refusal refusal) const {
    Error out(*this);
    out.refusal_ = std::make_shared<const Refusal>(std::move(refusal));
    return out;
}

std::string Error::message() const {
    std::string text = context_;
    for (const Error* inner = cause(); inner != nullptr; inner = inner->cause()) {
        text += ": ";
        text += inner->context();
    }
    return text;
}

}  // namespace rookery
