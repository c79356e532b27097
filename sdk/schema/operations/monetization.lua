local p = require "params"

local all = "/applications/{application_id}/entitlements"
local one = all .. "/{entitlement_id}"
local entitlement = { "entitlementId", "id", doc = "The entitlement." }
local sku = { "skuId", "id", doc = "The SKU." }

return {
    {
        name = "entitlements.list",
        doc = "What users and guilds have bought.",
        params = {
            { "userId", "id", doc = "By this user." }, { "guildId", "id", doc = "By this guild." },
            { "skuIds", "ids", list = "comma", doc = "Of these SKUs." }, p.before, p.after, p.limit(100),
            { "excludeEnded", "boolean", doc = "Only what still holds." },
            { "excludeDeleted", "boolean", doc = "Only what was not taken back." },
        },
        page = { by = "after", at = "id", most = 100 },
        result = "Entitlement[]", discord = { "GET " .. all },
    },
    { name = "entitlements.get", doc = "One entitlement.", params = { entitlement }, result = "Entitlement", discord = { "GET " .. one } },
    {
        name = "entitlements.createTest",
        doc = "Gives an entitlement for testing.",
        params = {
            p.required(sku), { "ownerId", "id", required = true, doc = "The user or guild." },
            { "ownerType", "choice", names = { guild = 1, user = 2 }, required = true, doc = "Which it is." },
        },
        result = "Entitlement", discord = { "POST " .. all },
    },
    { name = "entitlements.deleteTest", doc = "Takes it back.", params = { entitlement }, discord = { "DELETE " .. one } },
    {
        name = "entitlements.consume", doc = "Marks a one-time purchase as used up.", params = { entitlement },
        discord = { "POST " .. one .. "/consume" },
    },
    { name = "skus.list", doc = "What the bot sells.", params = {}, discord = { "GET /applications/{application_id}/skus" } },
    {
        name = "subscriptions.list",
        doc = "Subscriptions to a SKU.",
        params = { sku, p.required(p.with(p.user, { to = "query:user_id" })), p.before, p.after, p.limit(100) },
        page = { by = "after", at = "id", most = 100 },
        result = "AppSubscription[]", discord = { "GET /skus/{sku_id}/subscriptions" },
    },
    {
        name = "subscriptions.get",
        doc = "One subscription.",
        params = { sku, { "subscriptionId", "id", doc = "The subscription." }, p.with(p.user, { to = "query:user_id" }) },
        result = "AppSubscription", discord = { "GET /skus/{sku_id}/subscriptions/{subscription_id}" },
    },
}
