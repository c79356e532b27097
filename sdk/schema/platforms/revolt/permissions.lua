-- Bits of permissions, and the bits that stand for the same in the normalised sets. What has no counterpart is left
-- out: changing avatars (12, 13), masquerades (28), listening (36), mentioning roles (38).
return {
    [0] = "4", [1] = "5", [2] = "28", [3] = "28", [4] = "30", [6] = "1", [7] = "2", [8] = "40", [9] = "28", [10] = "26",
    [11] = "27", [20] = "10", [21] = "16", [22] = "11", [23] = "13", [24] = "29", [25] = "0", [26] = "14", [27] = "15",
    [29] = "6", [30] = "20", [31] = "21", [32] = "9", [33] = "22", [34] = "23", [35] = "24", [37] = "17", [39] = "52",
    [40] = "7",
}
