#include "model/plain.hpp"

#include "model/event_names.hpp"
#include "model/operations.hpp"

#include <map>
#include <vector>

namespace rookery::model {
namespace {

/// Mappings in which each field lies under its own name. Numbers of their own, which mean nothing
/// in an event; 0 is the raw mapping there and here.
struct PlainShape {
    explicit PlainShape(const Shape& of) : shape(&of) {}

    const Shape* shape;
    std::vector<std::string_view> names;
    std::vector<RawPath> paths;
    std::vector<FieldSource> sources;
    Mapping mapping{};

    // A list of such objects: an object of one field that lies where the object itself does.
    FieldInfo item{};
    Shape list_shape{};
    RawPath here{};
    FieldSource list_source{};
    Mapping list_mapping{};
};

class PlainShapes {
  public:
    PlainShapes() {
        for (const EventInfo& event : event_infos()) {
            add(*event.shape);
        }
        for (const OperationInfo& operation : operations()) {
            if (operation.result != nullptr) {
                add(*operation.result->shape);
            }
        }
        for (const auto& [shape, plain] : by_shape_) {
            fill(*plain);
        }
    }

    [[nodiscard]] const PlainShape* find(const Shape* shape) const {
        const auto found = by_shape_.find(shape);
        return found == by_shape_.end() ? nullptr : found->second.get();
    }
    /// Null when there is none of that number.
    [[nodiscard]] const Mapping* at(MappingId id) const noexcept {
        return id < by_id_.size() ? by_id_[id] : nullptr;
    }

  private:
    void add(const Shape& shape) {
        auto& place = by_shape_[&shape];
        if (place != nullptr) {
            return;
        }
        place = std::make_unique<PlainShape>(shape);
        PlainShape& plain = *place;
        for (Mapping* const mapping : {&plain.mapping, &plain.list_mapping}) {
            mapping->id = static_cast<MappingId>(by_id_.size());
            by_id_.push_back(mapping);
        }
        for (const FieldInfo& field : shape.fields) {
            if (field.shape != nullptr) {
                add(*field.shape);
            }
        }
    }

    void fill(PlainShape& plain) const {
        const auto fields = plain.shape->fields;
        plain.names.reserve(fields.size());
        plain.paths.reserve(fields.size());
        for (const FieldInfo& field : fields) {
            plain.names.push_back(field.name);
            plain.paths.push_back({std::span(&plain.names.back(), 1), Origin::own});
            FieldSource source;
            source.op = field.type == FieldType::object  ? Op::object
                        : field.type != FieldType::array ? Op::copy
                        : field.shape != nullptr         ? Op::objects
                                                         : Op::list;
            source.paths = std::span(&plain.paths.back(), 1);
            source.mapping = field.shape != nullptr ? &find(field.shape)->mapping : nullptr;
            plain.sources.push_back(source);
        }
        plain.mapping.shape = plain.shape;
        plain.mapping.sources = plain.sources;
        plain.item = {"items", FieldType::array, FieldType::object, false, false, plain.shape, ""};
        plain.list_shape = {"list", std::span(&plain.item, 1)};
        plain.list_source.op = Op::objects;
        plain.list_source.paths = std::span(&plain.here, 1);
        plain.list_source.mapping = &plain.mapping;
        plain.list_mapping.shape = &plain.list_shape;
        plain.list_mapping.sources = std::span(&plain.list_source, 1);
    }

    std::map<const Shape*, std::unique_ptr<PlainShape>> by_shape_;
    std::vector<const Mapping*> by_id_{&raw_mapping()};
};

const PlainShapes& plain_shapes() {
    static const PlainShapes shapes;
    return shapes;
}

}  // namespace

Result<std::unique_ptr<PlainDocument>> PlainDocument::make(std::string text, const Shape* shape) {
    std::unique_ptr<PlainDocument> out(new PlainDocument(std::move(text), shape));
    auto index = JsonIndex::build(out->text_);
    if (!index) {
        return index.error();
    }
    out->index_.emplace(*std::move(index));
    return out;
}

Value PlainDocument::root() {
    const JsonNode node = index_->root();
    if (!node.is_object() && !node.is_array()) {
        return Value::absent();
    }
    const PlainShape* const plain = shape_ == nullptr ? nullptr : plain_shapes().find(shape_);
    if (plain == nullptr) {
        return Value::of_raw(node, scratch_);
    }
    if (node.is_array()) {
        return Value::of(ArrayView(View(node, plain->list_mapping), 0, plain->list_source));
    }
    return Value::of(View(node, plain->mapping));
}

View PlainDocument::view_at(std::uint32_t node, MappingId mapping) const noexcept {
    const Mapping* const found = plain_shapes().at(mapping);
    if (found == nullptr) {
        return {};
    }
    if (node == JsonNode::kAbsent) {
        return {index_->root().absent(), *found};
    }
    if (node >= index_->tokens().size()) {
        return {};
    }
    const char first = text_[index_->tokens()[node].position];
    if (first == '}' || first == ']') {
        return {};
    }
    return {JsonNode(text_.data(), index_->tokens().data(), node), *found};
}

}  // namespace rookery::model
