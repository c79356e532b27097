#pragma once

namespace rookery::spec {

/// Whether bytes are between two TCP sockets of this process: sent and not yet received, or
/// received and not yet read. What has been sent over loopback is not always there at once.
[[nodiscard]] bool bytes_under_way();

}  // namespace rookery::spec
