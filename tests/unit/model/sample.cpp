#include "unit/model/sample.hpp"

#include <algorithm>
#include <bit>
#include <set>
#include <utility>
#include <vector>

namespace rookery::model {
namespace {

using Json = nlohmann::ordered_json;
using Pointer = nlohmann::ordered_json::json_pointer;

/// An object of the payload or of the context.
struct Place {
    bool in_context = false;
    Pointer at;
};

class Builder {
  public:
    explicit Builder(const RawEventInfo& event) {
        const Place root;
        fill(*event.mapping, descend(root, event.at));
        for (const RawPath* const path : {&event.guild, &event.channel}) {
            put(root, *path, kId);
        }
        for (const RawPath& path : event.dedupe) {
            put(root, path, kId);
        }
    }
    Sample take() && { return std::move(sample_); }

  private:
    Json& value(const Place& place) {
        return (place.in_context ? sample_.context : sample_.payload)[place.at];
    }

    /// Where the path leads; what it passes is made to be objects.
    Place descend(const Place& from, const RawPath& path) {
        Place place =
            path.origin == Origin::own ? from : Place{path.origin == Origin::context, Pointer()};
        for (const std::string_view key : path.keys) {
            Json& parent = value(place);
            if (parent.is_array()) {
                place.at /= 0;
            } else if (!parent.is_object()) {
                parent = Json::object();
            }
            place.at /= std::string(key);
        }
        return place;
    }

    void put(const Place& from, const RawPath& path, const Json& what) {
        if (path.origin == Origin::key) {
            return;  // there already
        }
        Json& target = value(descend(from, path));
        if (target.is_null()) {
            target = what;
        }
    }

    /// An object with one member.
    Place put_entry(const Place& from, const RawPath& path) {
        const Place all = descend(from, path);
        if (!value(all).is_object()) {
            value(all) = Json::object();
        }
        return {all.in_context, all.at / kUlid};
    }

    Place put_list(const Place& from, const RawPath& path) {
        const Place list = descend(from, path);
        if (!value(list).is_array()) {
            value(list) = Json::array({Json::object()});
        }
        return {list.in_context, list.at / 0};
    }

    void fill(const Mapping& mapping, const Place& place) {
        if (!value(place).is_object()) {
            value(place) = Json::object();
        }
        if (mapping.shape == nullptr || !filled_.insert({&mapping, place.in_context}).second) {
            return;
        }
        // Objects and lists first: plain values take what room is left.
        for (const bool leaves : {false, true}) {
            for (std::size_t i = 0; i < mapping.sources.size(); ++i) {
                fill(mapping.sources[i], mapping.shape->fields[i], place, leaves);
            }
        }
    }

    void fill(const FieldSource& source, const FieldInfo& field, const Place& place, bool leaves) {
        if (source.kind != nullptr) {
            put(place, *source.kind, std::countr_zero(source.kinds));
        }
        if (source.unless_missing != nullptr && leaves) {
            put(place, *source.unless_missing, "given");
        }
        for (const FieldSource& alternative : source.alternatives) {
            fill(alternative, field, place, leaves);
        }
        if (fill_container(source, field, place) || !leaves) {
            return;
        }
        for (std::size_t i = 0; i < source.paths.size(); ++i) {
            put(place, source.paths[i], leaf(source, field, i));
        }
    }

    /// Whether the source reads an object or a list.
    bool fill_container(const FieldSource& source, const FieldInfo& field, const Place& place) {
        switch (source.op) {
            case Op::object:
                fill(*source.mapping,
                     source.paths.empty() ? place : descend(place, source.paths[0]));
                return true;
            case Op::objects:
                fill(*source.mapping, put_list(place, source.paths[0]));
                return true;
            case Op::entries:
                fill(*source.mapping, put_entry(place, source.paths[0]));
                return true;
            case Op::nested: {
                const Place item = put_list(place, source.paths[0]);
                Json& object = value(item);
                object[std::string(source.text)] = "key";
                object["type"] = source.kinds != 0 ? std::countr_zero(source.kinds) : 3;
                if (source.mapping != nullptr) {
                    fill(*source.mapping, item);
                }
                return true;
            }
            case Op::list:
                fill_list(source, field, place);
                return true;
            default:
                return false;
        }
    }

    void fill_list(const FieldSource& source, const FieldInfo& field, const Place& place) {
        if (!source.text.empty()) {
            value(put_list(place, source.paths[0]))[std::string(source.text)] = kId;
        } else if (field.element == FieldType::integer) {
            put(place, source.paths[0], Json::array({1, 2}));
        } else {
            put(place, source.paths[0], Json::array({kId, "b"}));
        }
        for (std::size_t i = 1; i < source.paths.size(); ++i) {
            put(place, source.paths[i], kId);
        }
    }

    static Json leaf(const FieldSource& source, const FieldInfo& field, std::size_t path) {
        switch (source.op) {
            case Op::iso_time:
                return kTime;
            case Op::time_after:
                return path == 0 ? Json(kTime) : Json(60);
            case Op::epoch_seconds:
            case Op::epoch_millis:
            case Op::hex_colour:
            case Op::number_text:
                return 1'700'000'000;
            case Op::name_of:
                return source.names.back().number;
            case Op::text_of:
            case Op::number_of:
                return source.texts.empty() ? Json("other") : Json(source.texts.back().from);
            case Op::equals:
                return source.text;
            case Op::has_bit:
            case Op::bit_text:
                return 4'194'305;
            case Op::colour_of:
                return "#ff8000";
            case Op::ulid_time:
            case Op::if_ulid:
                return kUlid;
            case Op::bare_jid:
                return "4915112345678:12@s.whatsapp.net";
            case Op::size:
            case Op::not_empty:
                return Json::array({1, "x"});
            case Op::slate:
            case Op::clean_slate:
                return slate();
            case Op::markup:
            case Op::clean_text:
                return path == 0 ? Json("**see** <#123456789012345678>")
                                 : Json{{"123456789012345678", "general"}};
            case Op::any_of:
            case Op::none_of:
                return true;
            case Op::present:
                return nullptr;
            case Op::integer_of:
                return "4";
            case Op::permission_names:
                return "2147483656";
            case Op::spoiler_url:
                return "https://cdn.example/1/SPOILER_a.png?b=c";
            case Op::channel_mentions:
            case Op::clean_content:
                return path == 0 ? Json("see <#123456789012345678>")
                                 : Json{{"123456789012345678", "general"}};
            case Op::copy:
                break;
            default:
                return kId;
        }
        switch (field.type) {
            case FieldType::integer:
                return 7;
            case FieldType::number:
                return 0.5;
            case FieldType::boolean:
                return true;
            case FieldType::json:
                return Json{{"x", Json::array({1, "y", nullptr})}};
            case FieldType::id:
                return kId;
            default:
                return "text";
        }
    }

    static Json slate() {
        return Json::parse(R"({"object":"value","document":{"object":"document","nodes":[
            {"object":"block","type":"paragraph","nodes":[
                {"object":"text","leaves":[{"object":"leaf","text":"words","marks":[]}]}]}]}})");
    }

    static constexpr const char* kUlid = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    static constexpr const char* kId = "17592884729911706367";  // of 20 digits
    static constexpr const char* kTime = "2024-05-06T07:08:09.123456+00:00";

    Sample sample_;
    std::set<std::pair<const Mapping*, bool>> filled_;
};

}  // namespace

Sample make_sample(const RawEventInfo& event) { return Builder(event).take(); }

}  // namespace rookery::model
