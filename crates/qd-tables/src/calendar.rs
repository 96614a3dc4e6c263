//! What stands in calendars.

use crate::{
    Column, Declaration,
    Kind::{Boolean, Choice, Date, Text, Texts, Time},
    Role::State,
    may, must,
};

const fn addresses(name: &'static str, comment: &'static str) -> Column {
    may(name, Texts, "", comment)
}

/// Meetings, one row for each time they take place.
pub const MEETINGS: Declaration = Declaration {
    name: "meetings",
    role: State,
    comment: "An entry of a calendar; of a series, each instance has its own row.",
    key: &["source", "calendar", "uid", "instance"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("calendar", Text, "", "Name of the calendar."),
        must("uid", Text, "", "Id of the entry or of its series, the same in every calendar that holds it."),
        must(
            "instance",
            Text,
            "",
            "When the series planned this instance to begin, RFC 3339 in UTC; midnight UTC of the day for one \
             of all day. For an entry that does not repeat, when it begins.",
        ),
        must(
            "observed_at",
            Time,
            "",
            "Since when it is known to be so: the calendar's own time of its last change.",
        ),
        must("deleted", Boolean, "", "True in the version that says it is gone."),
        may("title", Text, "", "Its title; null where the entry is private."),
        must("starts_at", Time, "", "When it begins."),
        must("ends_at", Time, "", "When it ends."),
        must("is_all_day", Boolean, "", "True where it has days and no time of day."),
        may("day", Date, "", "First day of one of all day."),
        must("status", Choice(&["confirmed", "tentative", "cancelled"]), "", "How it stands."),
        may("organiser", Text, "", "Address of who called it, in lower case."),
        addresses("attendees", "Addresses of who is invited, in lower case; rooms and devices left out."),
        addresses("accepted", "Those of them who said yes."),
        addresses("declined", "Those of them who said no."),
        addresses("tentative", "Those of them who said perhaps."),
        addresses("unanswered", "Those of them who were asked and have not answered."),
        must("is_recurring", Boolean, "", "True for an instance of a series."),
        must(
            "is_moved",
            Boolean,
            "",
            "True where the instance begins at another time than its series planned.",
        ),
        may("location", Text, "", "Where, as written; null where the entry is private."),
        may("url", Text, "", "Where a person can look at it or join; null where the entry is private."),
        may("text", Text, "", "First 1,000 characters of its description; null where the entry is private."),
        must("busy", Boolean, "", "True where it takes the time of whose calendar it is."),
        must("private", Boolean, "", "True where the calendar says that it is nobody else's business."),
    ],
};
