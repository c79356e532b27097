#pragma once

#include "base/result.hpp"
#include "model/json_index.hpp"
#include "model/string_scratch.hpp"
#include "model/view.hpp"

#include <memory>
#include <string>

namespace rookery::model {

/// A JSON text that is in the normalised form already, as a result of an operation is: shown
/// through the same views as events. Belongs to one thread.
class PlainDocument {
  public:
    /// `shape` is of the outermost object, or of the elements when it is a list; null: raw. Errors:
    /// as of JsonIndex::build.
    [[nodiscard]] static Result<std::unique_ptr<PlainDocument>> make(std::string text,
                                                                     const Shape* shape);

    /// The outermost value; absent when it is neither object nor list.
    [[nodiscard]] Value root();
    /// As of Event::view_at().
    [[nodiscard]] View view_at(std::uint32_t node, MappingId mapping) const noexcept;
    /// For the texts made for its views, which hold as long as it.
    [[nodiscard]] StringScratch& scratch() noexcept { return scratch_; }

  private:
    PlainDocument(std::string text, const Shape* shape) : text_(std::move(text)), shape_(shape) {}

    std::string text_;
    const Shape* shape_;
    std::optional<JsonIndex> index_;
    StringScratch scratch_;
};

}  // namespace rookery::model
