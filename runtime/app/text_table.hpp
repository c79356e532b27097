#pragma once

#include <string>
#include <vector>

namespace rookery::app {

using Row = std::vector<std::string>;

/// Columns padded to their widest cell; the last one is left as it is.
[[nodiscard]] std::string table(const std::vector<Row>& rows);

}  // namespace rookery::app
