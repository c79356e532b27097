#include "plugin/c_tables/guard.hpp"
#include "plugin/c_tables/tables.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>

namespace rookery::plugin::c_tables {
namespace {

using model::Value;

rk_view_t to_c(rk_handle_t event, const model::View& view) noexcept {
    return {event, view.node().index(), view.mapping().id, 0};
}

rk_array_t to_c(rk_handle_t event, const model::ArrayView& array) noexcept {
    if (array.owner()) {
        return {to_c(event, array.owner()), array.field(), 0};
    }
    return {{event, array.node().index(), model::raw_mapping().id, 0}, RK_FIELD_RAW, 0};
}

}  // namespace

void set_value(rk_handle_t event, const Value& value, rk_value_t& out) noexcept {
    switch (value.kind) {
        case Value::Kind::absent:
            out.kind = RK_VALUE_ABSENT;
            break;
        case Value::Kind::null:
            out.kind = RK_VALUE_NULL;
            break;
        case Value::Kind::boolean:
            out.kind = RK_VALUE_BOOLEAN;
            out.as.integer = value.boolean ? 1 : 0;
            break;
        case Value::Kind::integer:
            out.kind = RK_VALUE_INTEGER;
            out.as.integer = value.integer;
            break;
        case Value::Kind::number:
            out.kind = RK_VALUE_NUMBER;
            out.as.number = value.number;
            break;
        case Value::Kind::text:
            out.kind = RK_VALUE_TEXT;
            out.as.text = c_tables::to_c(value.text);
            break;
        case Value::Kind::object:
            out.kind = RK_VALUE_OBJECT;
            out.as.object = to_c(event, value.object);
            break;
        case Value::Kind::array:
            out.kind = RK_VALUE_ARRAY;
            out.as.array = to_c(event, value.array);
            break;
    }
}

namespace {

/// set_value() with the text as it is lent.
void give_value(const rk_host_t& host, rk_handle_t event, const Value& value, rk_value_t& out,
                const char* function) {
    set_value(event, value, out);
    if (out.kind == RK_VALUE_TEXT) {
        out.as.text = lend(host, event, value.text, function);
    }
}

/// `body` gets the view, which is of the event or document that the handle names, and the place for
/// texts made for it.
template <class Body>
rk_status_t with_view(const rk_host_t* host, rk_view_t handle, const Body& body,
                      const Place& place = Place::current()) noexcept {
    return on_instance(
        host, kAlways, nullptr,
        [&](Plugin& plugin) {
            if (OpenEvent* const open = plugin.events().find(handle.event)) {
                const model::View view = open->ticket.event()->view_at(handle.node, handle.mapping);
                return view ? static_cast<rk_status_t>(body(open->scratch, view)) : RK_E_INVALID;
            }
            if (auto* const document = plugin.documents().find_plain(handle.event)) {
                const model::View view = document->view_at(handle.node, handle.mapping);
                return view ? static_cast<rk_status_t>(body(document->scratch(), view))
                            : RK_E_INVALID;
            }
            return static_cast<rk_status_t>(RK_E_STALE);
        },
        place);
}

rk_status_t get(const rk_host_t* host, rk_view_t handle, std::uint32_t field,
                rk_value_t* out) noexcept {
    return with_view(host, handle, [&](model::StringScratch& scratch, const model::View& view) {
        if (!has_room(out)) {
            return RK_E_INVALID;
        }
        const bool possible = field <= std::numeric_limits<model::FieldIndex>::max();
        give_value(
            *host, handle.event,
            possible ? view.get(static_cast<model::FieldIndex>(field), scratch) : Value::absent(),
            *out, "views.get");
        return RK_OK;
    });
}

rk_status_t get_named(const rk_host_t* host, rk_view_t handle, rk_text_t name,
                      rk_value_t* out) noexcept {
    return with_view(host, handle, [&](model::StringScratch& scratch, const model::View& view) {
        const auto text = text_of(name);
        if (!text || !has_room(out)) {
            return RK_E_INVALID;
        }
        give_value(*host, handle.event, view.get(*text, scratch), *out, "views.get_named");
        return RK_OK;
    });
}

model::ArrayView array_at(const rk_array_t& array, model::StringScratch& scratch,
                          const model::View& owner) {
    if (array.field == RK_FIELD_RAW) {
        return model::ArrayView(owner.node());
    }
    const Value value = array.field <= std::numeric_limits<model::FieldIndex>::max()
                            ? owner.get(static_cast<model::FieldIndex>(array.field), scratch)
                            : Value::absent();
    return value.kind == Value::Kind::array ? value.array : model::ArrayView{};
}

rk_status_t get_elements(const rk_host_t* host, rk_array_t array, std::uint32_t first,
                         rk_value_t* out, std::uint32_t capacity, std::uint32_t* total) noexcept {
    return with_view(
        host, array.owner,
        [&](model::StringScratch& scratch, const model::View& owner) -> rk_status_t {
            // Newer callers have larger elements: their size is the stride.
            if (capacity != 0 && !has_room(out)) {
                return RK_E_INVALID;
            }
            const model::ArrayView list = array_at(array, scratch, owner);
            if (total != nullptr) {
                *total = static_cast<std::uint32_t>(list.size());
            }
            const std::uint32_t most =
                std::min<std::uint32_t>(capacity, std::numeric_limits<rk_status_t>::max());
            std::byte* place = reinterpret_cast<std::byte*>(out);
            const std::size_t stride = capacity != 0 ? out->size : 0;
            model::ArrayCursor cursor(list);
            Value value;
            std::uint32_t written = 0;
            for (std::uint32_t i = 0; written < most && cursor.next(value, scratch); ++i) {
                if (i >= first) {
                    give_value(*host, array.owner.event, value,
                               *reinterpret_cast<rk_value_t*>(place), "views.get_elements");
                    place += stride;
                    ++written;
                }
            }
            return static_cast<rk_status_t>(written);
        });
}

rk_status_t write_json(const rk_host_t* host, rk_view_t handle, rk_sink_t sink,
                       void* user) noexcept {
    return with_view(host, handle, [&](model::StringScratch&, const model::View& view) {
        if (sink == nullptr) {
            return RK_E_INVALID;
        }
        std::string text;
        view.write_json(text);
        sink(user, lend(*host, 0, text, "views.write_json"));
        fence(*host, 0);
        settle(*host);
        return RK_OK;
    });
}

rk_status_t raw(const rk_host_t* host, rk_view_t handle, rk_text_t* out) noexcept {
    return with_view(host, handle, [&](model::StringScratch&, const model::View& view) {
        if (out == nullptr) {
            return RK_E_INVALID;
        }
        *out = lend(*host, handle.event, view.node().raw(), "views.raw");
        return RK_OK;
    });
}

rk_status_t shape(const rk_host_t* host, rk_view_t handle, rk_text_t* name,
                  std::uint32_t* fields) noexcept {
    return with_view(host, handle, [&](model::StringScratch&, const model::View& view) {
        if (name != nullptr) {
            *name = lend(*host, handle.event, view.shape(), "views.shape");
        }
        if (fields != nullptr) {
            *fields = static_cast<std::uint32_t>(view.fields().size());
        }
        return RK_OK;
    });
}

rk_status_t field_name(const rk_host_t* host, rk_view_t handle, std::uint32_t field,
                       rk_text_t* out) noexcept {
    return with_view(host, handle, [&](model::StringScratch&, const model::View& view) {
        if (out == nullptr) {
            return RK_E_INVALID;
        }
        if (field >= view.fields().size()) {
            return RK_E_NOT_FOUND;
        }
        *out = lend(*host, handle.event, view.fields()[field].name, "views.field_name");
        return RK_OK;
    });
}

rk_status_t event_info(const rk_host_t* host, rk_handle_t handle, rk_event_info_t* out) noexcept {
    return on_instance(host, kAlways, nullptr, [&](Plugin& plugin) {
        OpenEvent* const open = plugin.events().find(handle);
        if (open == nullptr) {
            return RK_E_STALE;
        }
        constexpr std::size_t kFirstForm = offsetof(rk_event_info_t, guild);
        if (out == nullptr || out->size < kFirstForm) {
            return RK_E_INVALID;
        }
        const model::Event& event = *open->ticket.event();
        const std::uint32_t size = out->size;
        const auto lent = [&](std::string_view text) {
            return lend(*host, handle, text, "views.event_info");
        };
        const rk_event_info_t info{size,
                                   event.late() ? RK_EVENT_LATE : 0,
                                   lent(event.name()),
                                   lent(event.raw_name()),
                                   lent(event.bot_name()),
                                   lent(event.platform()),
                                   event.seq(),
                                   event.guild_key(),
                                   event.channel_key(),
                                   lent(event.guild_text()),
                                   lent(event.channel_text())};
        std::memcpy(out, &info, std::min<std::size_t>(size, sizeof info));
        return RK_OK;
    });
}

}  // namespace

const rk_views kViews{sizeof(rk_views), 0,    &get,   &get_named,  &get_elements,
                      &write_json,      &raw, &shape, &field_name, &event_info};

}  // namespace rookery::plugin::c_tables
