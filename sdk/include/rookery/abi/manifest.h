/* What a plugin says of itself, for whoever asks without running any of its code: a JSON object in
 * a section of the library. Since 1.2.
 *
 * { "name": "karma", "version": "1.0.0", "license": "MIT", "description": "...",
 *   "needs": { "rookery": "1.2" }, "capabilities": ["kv", "rest:members.ban"],
 *   "config": { "greeting": { "type": "string", "default": "Hi", "doc": "..." } },
 *   "intents": ["guilds"] }
 *
 * Every part may be left out. Name and version must be those of the entry; a plugin that lists
 * capabilities is held to them; where there is a `config`, the host checks [plugins.NAME] against
 * it. At most 64 KiB. */
#ifndef ROOKERY_ABI_MANIFEST_H
#define ROOKERY_ABI_MANIFEST_H

#define RK_MANIFEST_SECTION ".rookery.manifest"

#if defined(__has_attribute)
#if __has_attribute(retain)
#define RK_MANIFEST_PLACE __attribute__((section(RK_MANIFEST_SECTION), used, retain, aligned(1)))
#endif
#endif
#ifndef RK_MANIFEST_PLACE
#define RK_MANIFEST_PLACE __attribute__((section(RK_MANIFEST_SECTION), used, aligned(1)))
#endif

/* Once in a library, at file scope: RK_MANIFEST("{\"name\": \"karma\"}"); */
#define RK_MANIFEST(json) static const char rk_manifest_text[] RK_MANIFEST_PLACE = json

#endif
