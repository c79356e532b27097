local metadata = "/applications/{application_id}/role-connections/metadata"

return {
    {
        name = "application.get", doc = "The bot's application.", params = {},
        discord = { "GET /applications/@me" },
    },
    {
        name = "application.edit",
        doc = "Changes the bot's application.",
        params = {
            { "description", "text", max = 400, doc = "About it." },
            { "icon", "image", nullable = true, doc = "Its picture." },
            { "coverImage", "image", nullable = true, doc = "Its cover." },
            { "tags", "texts", max = 5, doc = "Words that describe it." },
            { "customInstallUrl", "text", doc = "Where it is added." },
            { "interactionsEndpointUrl", "text", nullable = true, doc = "Where interactions go instead of the gateway." },
            { "roleConnectionsVerificationUrl", "text", nullable = true, doc = "Where linked roles are verified." },
            { "flags", "integer", doc = "Bit set." },
            { "installParams", "object", doc = "What it asks for when it is added." },
            { "integrationTypesConfig", "object", doc = "How it can be added." },
            { "eventWebhooksUrl", "text", nullable = true, doc = "Where webhook events go." },
            { "eventWebhooksStatus", "integer", min = 1, max = 2, doc = "2 for on." },
            { "eventWebhooksTypes", "texts", doc = "Which of them." },
        },
        discord = { "PATCH /applications/@me" },
    },
    {
        name = "application.roleConnections", doc = "What linked roles may ask for.", params = {},
        discord = { "GET " .. metadata },
    },
    {
        name = "application.setRoleConnections",
        doc = "Sets what linked roles may ask for.",
        params = { { "metadata", "list", required = true, max = 5, to = "body:*", doc = "In the platform's form." } },
        discord = { "PUT " .. metadata },
    },
    {
        name = "application.activityInstance", doc = "An activity that is going on.",
        params = { { "instanceId", "text", max = 200, doc = "The activity." } },
        discord = { "GET /applications/{application_id}/activity-instances/{instance_id}" },
    },
    {
        name = "application.gateway", doc = "The gateway's address and how often the bot may still log in.", params = {},
        discord = { "GET /gateway/bot" },
    },
}
