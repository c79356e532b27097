-- WhatsApp through a bridge: what README.md beside this file describes.
return {
    name = "whatsapp",
    title = "WhatsApp through a bridge",
    implied = false,
    ids = "text",
    context = {},
    mappings = {},
    events = {},
    derived = {},
    passed_through = {},
    operations = {},
}
