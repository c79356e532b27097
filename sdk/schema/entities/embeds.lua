return {
    {
        name = "Embed",
        doc = "A box under a message.",
        fields = {
            { "title", "text?" },
            { "description", "text?" },
            { "url", "text?" },
            { "color", "integer?" },
            { "timestamp", "text?", "As the platform sends it, not normalised." },
            { "footer", "EmbedFooter?" },
            { "image", "EmbedImage?" },
            { "thumbnail", "EmbedImage?" },
            { "author", "EmbedAuthor?" },
            { "fields", "EmbedField[]" },
            { "type", "text", "rich, image, video, gifv, article, link, poll_result, ...", optional = true },
            { "video", "EmbedImage", optional = true },
            { "provider", "EmbedProvider", optional = true },
        },
    },
    {
        name = "EmbedFooter",
        doc = "Last line of an embed.",
        fields = {
            { "text", "text" },
            { "iconUrl", "text", optional = true },
        },
    },
    {
        name = "EmbedImage",
        doc = "Picture of an embed.",
        fields = {
            { "url", "text" },
            { "width", "integer", optional = true },
            { "height", "integer", optional = true },
            { "proxyUrl", "text", optional = true },
            { "description", "text", "Alternative text.", optional = true },
        },
    },
    {
        name = "EmbedAuthor",
        doc = "First line of an embed.",
        fields = {
            { "name", "text" },
            { "url", "text", optional = true },
            { "iconUrl", "text", optional = true },
        },
    },
    {
        name = "EmbedField",
        doc = "Named paragraph of an embed.",
        fields = {
            { "name", "text" },
            { "value", "text" },
            { "inline", "boolean" },
        },
    },
    {
        name = "EmbedProvider",
        doc = "The site that an embed comes from.",
        fields = {
            { "name", "text", optional = true },
            { "url", "text", optional = true },
        },
    },
}
