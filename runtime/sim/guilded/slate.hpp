#pragma once

#include "sim/guilded/core.hpp"

namespace rookery::sim::guilded {

/// The document that a person's client makes of a text: a paragraph a line, marks for **bold**,
/// *italic*, ~~struck~~, ||hidden|| and `code`, mentions for `<@id>`.
[[nodiscard]] Json document_of(Core& core, const std::string& text);
/// The text of a document, as markdown. Documents of clients may be anything: what is no document
/// gives nothing.
[[nodiscard]] std::string text_of(const Json& document);
/// As the platform shows a sent document to others: `markdown-plain-text` becomes paragraphs.
[[nodiscard]] Json shown_document(Core& core, const Json& document);
[[nodiscard]] bool is_document(const Json& value);

}  // namespace rookery::sim::guilded
