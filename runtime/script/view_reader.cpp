#include "script/view_reader.hpp"

#include <charconv>

namespace rookery::script {

const model::Event* ViewReader::event_of(const ViewAnchor* anchor) const noexcept {
    const bool known =
        anchor != nullptr && anchor->magic == ViewAnchor::kMagic && anchor->reader == this;
    return known ? events_.get(anchor->ref) : nullptr;
}

model::View ViewReader::view(const ViewAnchor* anchor, std::int32_t node,
                             std::int32_t mapping) const noexcept {
    const model::Event* event = event_of(anchor);
    const bool possible = mapping >= 0 && mapping <= UINT16_MAX;
    return event != nullptr && possible ? event->view_at(static_cast<std::uint32_t>(node),
                                                         static_cast<model::MappingId>(mapping))
                                        : model::View();
}

ViewValue::Kind ViewReader::read(const ViewAnchor* anchor, std::int32_t node, std::int32_t mapping,
                                 std::int32_t field) {
    scratch_.clear();
    lists_.clear();
    if (field >= Property::event_name) {
        const model::Event* event = event_of(anchor);
        return event != nullptr ? property(*event, field) : ViewValue::nothing;
    }
    const model::View seen = view(anchor, node, mapping);
    return seen && seen.mapping().shape != nullptr && field >= 0
               ? give(seen.get(static_cast<model::FieldIndex>(field), scratch_))
               : ViewValue::nothing;
}

ViewValue::Kind ViewReader::read(const ViewAnchor* anchor, std::int32_t node,
                                 std::string_view key) {
    scratch_.clear();
    lists_.clear();
    const model::View seen = view(anchor, node, model::raw_mapping().id);
    return seen ? give(seen.get(key, scratch_)) : ViewValue::nothing;
}

ViewValue::Kind ViewReader::next_item() {
    scratch_.clear();
    if (lists_.empty()) {
        return ViewValue::end;
    }
    model::Value item;
    if (!lists_.back().next(item, scratch_)) {
        lists_.pop_back();
        return ViewValue::end;
    }
    return give(item);
}

ViewValue::Kind ViewReader::give(const model::Value& value) {
    using Kind = model::Value::Kind;
    switch (value.kind) {
        case Kind::absent:
        case Kind::null:
            break;
        case Kind::boolean:
            return value.boolean ? ViewValue::yes : ViewValue::no;
        case Kind::integer:
        case Kind::number:
            value_.amount = value.number;
            return ViewValue::number;
        case Kind::text:
            return give(value.text);
        case Kind::object:
            value_.node = static_cast<std::int32_t>(value.object.node().index());
            value_.mapping = value.object.mapping().id;
            return ViewValue::object;
        case Kind::array:
            lists_.emplace_back(value.array);
            return ViewValue::list;
    }
    return ViewValue::nothing;
}

ViewValue::Kind ViewReader::give(std::string_view text) {
    value_.bytes = text.data();
    value_.size = static_cast<std::int32_t>(text.size());
    return ViewValue::text;
}

ViewValue::Kind ViewReader::give_id(std::string_view id) {
    return id.empty() ? ViewValue::nothing : give(id);
}

ViewValue::Kind ViewReader::property(const model::Event& event, std::int32_t property) {
    switch (property) {
        case Property::event_name:
            return give(event.name());
        case Property::bot_name:
            return give(event.bot_name());
        case Property::platform:
            return give(event.platform());
        case Property::guild_id:
            return give_id(event.guild_text());
        case Property::channel_id:
            return give_id(event.channel_text());
        case Property::late:
            return event.late() ? ViewValue::yes : ViewValue::no;
        default:
            return ViewValue::nothing;
    }
}

}  // namespace rookery::script
