//! The deck's values in the words of the screen.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use qd_intent::Company;
use qd_model::{About, Brief, Evening, Explanation, Held, Named, Row};
use qd_tui::{Entry, Kind, Label, Listing, TextLine};

use crate::{
    commands::todo,
    draw::{
        brief::{held_rises, sentences},
        explanation,
        style::{HEADING, ID},
        words::{date, price, small_print},
    },
};

/// The brief.
pub(super) fn listing(brief: &Brief, company: &Company, zone: &TimeZone) -> Listing {
    let named = named(company);
    let names = &named.people;
    let failed = brief.sources.iter().filter(|source| source.error.is_some());
    Listing {
        heading: sentences(brief, zone, brief.as_of).heading,
        rows: brief.rows.iter().map(|row| entry(row, brief.as_of, &named)).collect(),
        rest: brief.rest,
        others: brief.held_by_others.iter().map(|held| other(held, names)).collect(),
        as_of: brief.as_of.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
        failed: failed.map(|source| source.name.clone()).collect(),
        problems: brief.problems.clone(),
        people: named.people.clone().into_iter().collect(),
    }
}

fn entry(row: &Row, as_of: Timestamp, named: &Named) -> Entry {
    Entry {
        id: row.id.clone(),
        rank: Some(row.rank),
        is_new: row.new,
        title: row.title.clone(),
        asks: row.asks.clone(),
        small: small_print(row),
        age: row.since.map(|since| age(since, as_of)).unwrap_or_default(),
        price: price(row)
            .replace("/day", "")
            .trim_end_matches(", assumed")
            .replace("price unknown", "unknown"),
        minutes: row.minutes.to_string(),
        url: row.url.clone(),
        labels: labels(row, named),
    }
}

/// What a row can be narrowed by.
fn labels(row: &Row, named: &Named) -> Vec<Label> {
    let label = |(about, name)| {
        let kind = match about {
            About::Project => Kind::Project,
            About::Person => Kind::Person,
            About::Repository => Kind::Repository,
            About::Duty => Kind::Duty,
        };
        Label { kind, name }
    };
    named.labels(row).into_iter().map(label).collect()
}

/// What people and projects are called.
fn named(company: &Company) -> Named {
    let name = |id: &str, name: Option<&str>| name.unwrap_or(id).to_owned();
    let people = company.people().map(|one| (one.id().to_owned(), name(one.id(), one.name())));
    let projects = company.projects().map(|one| {
        let repositories = one.repositories().iter().map(|repo| (*repo).to_string()).collect();
        (one.id().to_owned(), (name(one.id(), one.name()), repositories))
    });
    Named { people: people.collect(), projects: projects.collect() }
}

fn other(held: &Held, names: &BTreeMap<String, String>) -> Entry {
    let holder = names.get(&held.holder).map_or(held.holder.as_str(), String::as_str);
    Entry {
        id: held.id.clone(),
        title: held.title.clone(),
        small: format!("held by {holder} · {}", held_rises(held)),
        labels: vec![Label { kind: Kind::Person, name: holder.to_owned() }],
        ..Entry::default()
    }
}

/// Who waits for an answer.
pub(super) fn unanswered(evening: &Evening) -> Vec<Entry> {
    let entry = |asked: &qd_model::Unanswered| {
        let mut small = vec![format!("since {}", date(asked.since))];
        small.extend(asked.relation.clone());
        small.extend(asked.place.clone());
        small.extend(asked.url.clone());
        Entry {
            title: format!("{}: {}", asked.whom, asked.what),
            small: small.join(" · "),
            age: age(asked.since, evening.as_of),
            url: asked.url.clone(),
            labels: vec![Label { kind: Kind::Person, name: asked.whom.clone() }],
            ..Entry::default()
        }
    };
    evening.unanswered.iter().map(entry).collect()
}

/// An entry of the reader's own list.
pub(super) fn todo(todo: &todo::Entry, today: Date) -> Entry {
    let mut small = Vec::new();
    small.extend(todo.to.as_ref().map(|to| format!("for {to}")));
    small.extend(todo.due.map(|due| format!("by {due}{}", if due < today { ", late" } else { "" })));
    let labels = todo.to.iter().map(|to| Label { kind: Kind::Person, name: to.clone() }).collect();
    Entry {
        id: todo.id.clone(),
        title: todo.title.clone(),
        small: small.join(" · "),
        labels,
        ..Entry::default()
    }
}

/// How long something waits, in as few letters as can be.
fn age(since: Timestamp, as_of: Timestamp) -> String {
    let hours = as_of.duration_since(since).as_hours();
    match hours {
        ..=0 => "now".to_owned(),
        1..48 => format!("{hours}h"),
        48..1440 => format!("{}d", hours / 24),
        1440..17_520 => format!("{}w", hours / 168),
        _ => format!("{}y", hours / 8766),
    }
}

/// What `explain` prints, line by line.
pub(super) fn explained(explanation: &Explanation) -> Vec<TextLine> {
    let marks = [HEADING, ID].map(|style| style.to_string());
    let text = explanation::text(explanation);
    text.lines()
        .map(|line| TextLine {
            is_heading: marks.iter().any(|mark| line.starts_with(mark)),
            text: anstream::adapter::strip_str(line).to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::age;

    #[test]
    fn ages_are_short_and_grow_coarser() {
        let told =
            |hours| age(Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours));
        let ages = [-5, 0, 5, 47, 48, 24 * 59, 24 * 60, 24 * 365 * 3].map(told);
        assert_eq!(ages, ["now", "now", "5h", "47h", "2d", "59d", "8w", "2y"]);
    }
}
