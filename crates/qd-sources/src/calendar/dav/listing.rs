//! Which calendars a server has, and what they are called.

use std::collections::BTreeMap;

use super::multistatus::{self, Multistatus};
use crate::exchange::Exchange;

/// A calendar of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Calendar {
    /// Its path as the server writes it.
    pub(super) href: String,
    /// Its path as people read it.
    pub(super) place: String,
    pub(super) name: String,
    /// Changes when anything in it does.
    pub(super) tag: Option<String>,
    /// Stands for how it is now.
    pub(super) token: Option<String>,
    /// Whether the server tells what changed since a token.
    pub(super) is_synced: bool,
}

/// The calendars among `found` that may hold events. Two of the same name are told apart by their
/// paths.
pub(super) fn calendars(found: Multistatus) -> Vec<Calendar> {
    let calendar = |answer: multistatus::Answer| {
        let own = answer.properties;
        let has_events = own.components.is_empty() || own.components.iter().any(|kind| kind == "VEVENT");
        if !has_events || !own.kinds.iter().any(|kind| kind == "calendar") {
            return None;
        }
        let place = plain(&answer.href);
        let is_synced = own.token.is_some() || own.reports.iter().any(|report| report == "sync-collection");
        let name = own.name.unwrap_or_else(|| last(&place).to_owned());
        Some(Calendar { href: answer.href, place, name, tag: own.tag, token: own.token, is_synced })
    };
    let mut calendars: Vec<Calendar> = found.answers.into_iter().filter_map(calendar).collect();
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for calendar in &calendars {
        *count.entry(calendar.name.clone()).or_default() += 1;
    }
    for calendar in &mut calendars {
        if count.get(&calendar.name).is_some_and(|count| *count > 1) {
            calendar.name = format!("{} ({})", calendar.name, last(&calendar.place));
        }
    }
    calendars
}

/// What recorded calendars are called, by their paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Of the calendars that `exchanges` list.
    #[must_use]
    pub fn of(exchanges: impl Iterator<Item = Exchange>) -> Self {
        let found = exchanges.filter_map(|exchange| multistatus::read(exchange.body.as_str()?));
        Self(found.flat_map(calendars).map(|calendar| (calendar.place, calendar.name)).collect())
    }

    /// Of the calendar that the entry at `place` is in.
    pub(super) fn above<'a>(&'a self, place: &'a str) -> &'a str {
        let above = place.rfind('/').map_or("", |end| place.get(..=end).unwrap_or_default());
        self.0.get(above).map_or_else(|| last(above), String::as_str)
    }
}

/// Last part of a path.
fn last(place: &str) -> &str {
    place.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// A path as people read it, without a host before it: servers write the same one in several ways.
pub(super) fn plain(href: &str) -> String {
    let path = match href.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => href,
    };
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let coded =
            after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match coded.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
