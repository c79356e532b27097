return {
    {
        name = "Poll",
        doc = "A question with answers to vote for.",
        fields = {
            { "question", "PollMedia" },
            { "answers", "PollAnswer[]" },
            { "expiresAt", "time?", "Null: never." },
            { "allowMultiselect", "boolean" },
            { "layoutType", "integer" },
            { "results", "PollResults?", "Null: not known." },
        },
    },
    {
        name = "PollMedia",
        doc = "What a question or an answer shows.",
        fields = {
            { "text", "text?" },
            { "emoji", "EmojiRef?" },
        },
    },
    {
        name = "PollAnswer",
        doc = "One answer of a poll.",
        fields = {
            { "answerId", "integer" },
            { "text", "text?" },
            { "emoji", "EmojiRef?" },
        },
    },
    {
        name = "PollResults",
        doc = "How the votes stand.",
        fields = {
            { "isFinalized", "boolean", "Counted exactly." },
            { "answerCounts", "PollAnswerCount[]" },
        },
    },
    {
        name = "PollAnswerCount",
        doc = "Votes for one answer.",
        fields = {
            { "answerId", "integer" },
            { "count", "integer" },
            { "meVoted", "boolean" },
        },
    },
}
