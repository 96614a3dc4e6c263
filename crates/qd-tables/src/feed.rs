//! What others publish, for a list to read.

use crate::{
    Declaration,
    Kind::{Text, Time},
    Role::Event,
    may, must,
};

/// Entries of feeds.
pub const FEED_ENTRIES: Declaration = Declaration {
    name: "feed_entries",
    role: Event("at"),
    comment: "An entry of a feed (RSS, Atom): an article, a release.",
    key: &["source", "feed", "id"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("feed", Text, "", "The feed's address, without what in it is named like a secret."),
        must("id", Text, "", "Its id; its address or a hash of its title where it has none."),
        must(
            "at",
            Time,
            "",
            "When it was published; when it was first read, where it does not say or says a later time.",
        ),
        may("feed_title", Text, "", "The feed's title."),
        may("title", Text, "", "Its title."),
        may("url", Text, "", "Where a person can read it."),
        may("text", Text, "", "First 1,000 characters of its summary, or else of its text; without markup."),
    ],
};
