#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rookery::sim {

struct FormPart {
    std::string name;
    std::string filename;
    std::string content_type;
    std::string data;
};

/// The parts of a multipart/form-data body; strict about boundaries and headers.
[[nodiscard]] Result<std::vector<FormPart>> parse_multipart(std::string_view content_type,
                                                            std::string_view body);

}  // namespace rookery::sim
