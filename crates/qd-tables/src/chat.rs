//! What came by chat: who wrote where, in answer to what, whom it named, and who acknowledged it.
//!
//! A mailbox holds what one person got; an export of a chat holds what everybody wrote. So a
//! message here says who could read it, and who owes an answer is asked of each of them.

use crate::{
    Column, Declaration,
    Kind::{Boolean, Choice, Integer, Text, Texts, Time},
    Role::State,
    may, must,
};

const SOURCE: Column = must("source", Text, "", "Name of the source in company.toml.");

/// Messages of a chat.
pub const CHAT_MESSAGES: Declaration = Declaration {
    name: "chat_messages",
    role: State,
    comment: "A message in a channel, a thread or a conversation of a few; people stand by mail address where \
              the export tells it, else by handle.",
    key: &["source", "id"],
    columns: &[
        SOURCE,
        must("id", Text, "", "Its channel and when it was written, as the chat writes that."),
        must(
            "observed_at",
            Time,
            "",
            "Since when it is known to be so: when it was written, edited, or reacted to; where the chat does \
             not say when, the time of the export.",
        ),
        must("deleted", Boolean, "", "True in the version that says it is gone."),
        must("at", Time, "", "When it was written."),
        must("channel", Text, "", "Id of the channel or of the conversation of a few."),
        may("channel_name", Text, "", "What it is called; of a conversation of a few, who takes part."),
        may(
            "channel_kind",
            Choice(&["public", "private", "direct", "group"]),
            "",
            "Who may read it: everybody, members, two, or a few; null where the export does not list it.",
        ),
        may(
            "conversation",
            Text,
            "",
            "Id of the message that its thread began with; null outside of threads.",
        ),
        may("parent", Text, "", "Id of the message it answers: the one its thread began with."),
        may("sender", Text, "", "Who wrote it; null where the chat does not say."),
        may("sender_name", Text, "", "Name they go by in it."),
        may("is_robot", Boolean, "", "True where a program wrote it."),
        may("recipients", Texts, "", "Who takes part in a conversation of two or a few; null in channels."),
        may("mentions", Texts, "", "Whom its own words name."),
        may("calls_all", Boolean, "", "True where it calls everybody who is there (`@here`, `@channel`)."),
        may(
            "text",
            Text,
            "",
            "Beginning of its own words, at most 1,000 characters, without quotes and code.",
        ),
        may(
            "asks",
            Texts,
            "",
            "Sentences of the own words that ask something: 5 at most, 200 characters each.",
        ),
        may(
            "reactions",
            Texts,
            "",
            "Who reacted to it with a sign, each once, 100 at most; null where nobody is known to have.",
        ),
        may("is_edited", Boolean, "", "True where it was changed after it was written."),
        may("files", Integer, "", "Files that hang on it."),
    ],
};
