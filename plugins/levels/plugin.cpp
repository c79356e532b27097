// Points for writing, ranks, a leaderboard, and roles for levels.

#include "levels.hpp"

void Levels::start() {
    settings().declare(R"({
        "on": {"type": "boolean", "default": true, "doc": "Whether messages count."},
        "cooldown": {"type": "integer", "default": 60, "min": 0, "max": 3600,
                     "doc": "Seconds between two messages that count."},
        "announce": {"type": "boolean", "default": true, "doc": "Whether a level is told."},
        "roles": {"type": "table", "default": {}, "doc": "Roles by level."}
    })");
    on<rookery::MessageCreate>(
        rookery::Filter{.bot = false},
        [this](const rookery::MessageCreate& message) { return count(&message); });
    declare_ranks();
    declare_settings();
}

ROOKERY_PLUGIN(Levels)
