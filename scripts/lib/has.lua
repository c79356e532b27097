-- Whether a list has a value: has(list, value). No list has none.

return function(list, wanted)
    for _, item in ipairs(list or {}) do
        if item == wanted then return true end
    end
    return false
end
