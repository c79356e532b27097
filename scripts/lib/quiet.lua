-- A message that calls nobody, whoever is named in it: quiet("text"), quiet { content = "text", ephemeral = true }.

return function(message)
    if type(message) ~= "table" then message = { content = message } end
    message.allowedMentions = { parse = {} }
    return message
end
