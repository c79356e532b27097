return {
    {
        name = "api.request",
        doc = "Any request of the platform's API: the raw way out. The answer comes as the platform gives it.",
        params = {
            {
                "method", "text", required = true, min = 3, max = 7, to = "raw:method",
                doc = "GET, POST, PUT, PATCH or DELETE.",
            },
            {
                "path", "text", required = true, min = 1, max = 2000, to = "raw:path",
                doc = 'Below the version, with its query, and with ids in place: "/channels/1/messages?limit=5".',
            },
            { "body", "json", to = "raw:body", doc = "Sent as JSON." },
            { "reason", "text", max = 512, to = "header:X-Audit-Log-Reason", doc = "For the audit log." },
            {
                "files", "files", max = 10, to = "files:attachments",
                doc = "Files to attach: as files of messages.send.",
            },
        },
        scope = "api:write",
        discord = { raw = true },
    },
}
