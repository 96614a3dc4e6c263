//! What came by mail: who wrote to whom, when, in answer to what, and what it asks.
//!
//! Bodies stay where they are. Of each message only the beginning of its author's own words is
//! kept, and those sentences of them that ask something.

use crate::{
    Column, Declaration,
    Kind::{Boolean, Integer, Text, Texts, Time},
    Role::Event,
    may, must,
};

const SOURCE: Column = must("source", Text, "", "Name of the source in company.toml.");

/// Messages.
pub const MESSAGES: Declaration = Declaration {
    name: "messages",
    role: Event("at"),
    comment: "A message that somebody sent; a copy in another folder is the same message.",
    key: &["source", "id"],
    columns: &[
        SOURCE,
        must("id", Text, "", "Its Message-ID without `<>`; `made-...` where it has none."),
        must("at", Time, "", "When it was sent; where its own date cannot be so, when it was received."),
        may("date_text", Text, "", "Its date as written, where `at` could not be taken from it."),
        must("thread", Text, "", "Id of the message its thread began with, as far as it says so itself."),
        may("in_reply_to", Text, "", "Id of the message it answers."),
        may("references", Texts, "", "Ids of the messages before it, oldest first; 50 at most."),
        may("sender", Text, "", "Address of its author, in lower case."),
        may("sender_name", Text, "", "Name its author goes by in it."),
        must("is_from_list", Boolean, "", "True where a mailing list passed it on."),
        may("list", Text, "", "Id of that list."),
        must("is_robot", Boolean, "", "True where no person wrote it to persons one by one."),
        must("to", Texts, "", "Addresses it is to, in lower case; 1,000 at most."),
        must("cc", Texts, "", "Addresses that get a copy, in lower case; 1,000 at most."),
        may(
            "reply_to",
            Texts,
            "",
            "Addresses its author wants answers at, in lower case, where those are not the author's own.",
        ),
        must("recipients", Integer, "", "Addresses in `to` and `cc`, all of them."),
        may("subject", Text, "", "Its subject, at most 500 characters."),
        may("folder", Text, "", "Folder it was first seen in."),
        may("labels", Texts, "", "Labels it carried when it was first seen."),
        may("is_answered", Boolean, "", "True where a mail program has marked it as answered: a hint only."),
        may(
            "text",
            Text,
            "",
            "Beginning of its author's own words, at most 1,000 characters, without quotes, signature, \
             patches and footers.",
        ),
        must(
            "asks",
            Texts,
            "",
            "Sentences of the own words that ask something: 5 at most, 200 characters each.",
        ),
        must(
            "mentions",
            Texts,
            "",
            "Names that its first 400 characters address: `@ada` (without the @), `Hi Ada,`.",
        ),
        must("bytes", Integer, "bytes", "Its size."),
        may(
            "attachments",
            Integer,
            "",
            "Files that hang on it; null where it was too large to look at them.",
        ),
        must("chars", Integer, "", "Length of the own words in characters."),
    ],
};
