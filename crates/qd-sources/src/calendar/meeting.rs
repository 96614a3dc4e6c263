//! An instance as rows of `meetings`.

use jiff::{Timestamp, civil::Time, tz::TimeZone};
use qd_tables::{Fact, MEETINGS};
use serde_json::Value;

use super::{
    event::stamp,
    lines::{Component, Property},
    series::Instance,
};
use crate::values::{Row, address, line};

/// Most characters of a description that are kept.
const LONGEST: usize = 1000;

/// What is the same for all entries of a calendar.
#[derive(Debug, Clone)]
pub(super) struct About<'a> {
    /// Its name.
    pub(super) calendar: &'a str,
    /// What it is sent for, where it is a message: `REQUEST`, `CANCEL`.
    pub(super) method: &'a str,
    /// When its file was last changed.
    pub(super) modified: Timestamp,
    /// When it was read.
    pub(super) observed_at: Timestamp,
}

/// Text of the key of an instance.
pub(super) fn key(instance: &Instance<'_>) -> String {
    let is_all_day = instance.series.unwrap_or(instance.event).is_all_day;
    if !is_all_day {
        return instance.planned.at.to_string();
    }
    // The same wherever the company is.
    let midnight = instance.planned.clock.date().to_datetime(Time::midnight());
    TimeZone::UTC.to_timestamp(midnight).unwrap_or(instance.planned.at).to_string()
}

/// What is known of an instance: how it is and, where its calendar tells since when it stands there,
/// how it was planned then.
pub(super) fn facts(instance: &Instance<'_>, about: &About<'_>) -> impl Iterator<Item = Fact> {
    let observed = observed_at(instance.event.component, about);
    let planned = created(instance).filter(|created| *created < observed);
    let planned = planned.map(|created| as_planned(instance, about, created));
    planned.into_iter().chain([as_it_is(instance, about, observed)])
}

/// When the calendar says that the entry was last changed. A calendar that is published stamps its
/// entries with the time of each download, which says nothing of them.
fn observed_at(component: &Component, about: &About<'_>) -> Timestamp {
    let stamped = || stamp(component, "DTSTAMP").filter(|_| about.method != "PUBLISH");
    let told = stamp(component, "LAST-MODIFIED").or_else(stamped).unwrap_or(about.modified);
    told.min(about.observed_at)
}

fn created(instance: &Instance<'_>) -> Option<Timestamp> {
    stamp(instance.series?.component, "CREATED")
}

/// The columns that do not depend on what became of it.
fn common(instance: &Instance<'_>, about: &About<'_>, component: &Component) -> Row {
    let is_private = is_private(component);
    let title = component.text("SUMMARY").filter(|_| !is_private);
    Row::default()
        .put("calendar", about.calendar)
        .put("uid", instance.event.uid.as_str())
        .put("instance", key(instance))
        .put("title", title.and_then(|title| line(&title, 300)))
        .put("is_recurring", instance.is_recurring)
        .put("private", is_private)
        .put("organiser", component.get("ORGANIZER").and_then(mail))
}

/// As it was planned when it was put down; who was asked then, nobody knows.
fn as_planned(instance: &Instance<'_>, about: &About<'_>, created: Timestamp) -> Fact {
    let series = instance.series.unwrap_or(instance.event);
    let day = series.is_all_day.then(|| instance.planned.clock.date().to_string());
    let status = if status(series.component, "") == "tentative" { "tentative" } else { "confirmed" };
    common(instance, about, series.component)
        .at("observed_at", Some(created))
        .at("starts_at", Some(instance.planned.at))
        .at("ends_at", Some(instance.planned_end))
        .put("is_all_day", series.is_all_day)
        .put("day", day)
        .put("status", status)
        .put("is_moved", false)
        .put("busy", is_busy(series.component))
        .fact(&MEETINGS)
}

fn as_it_is(instance: &Instance<'_>, about: &About<'_>, observed: Timestamp) -> Fact {
    let component = instance.event.component;
    let is_open = !is_private(component);
    let status = status(component, about.method);
    let day = instance.event.is_all_day.then(|| instance.start.clock.date().to_string());
    let text = component.text("DESCRIPTION").filter(|_| is_open);
    let text = text.map(|text| text.chars().take(LONGEST).collect::<String>().trim_end().to_owned());
    let location = component.text("LOCATION").filter(|_| is_open);
    let row = common(instance, about, component)
        .at("observed_at", Some(observed))
        .at("starts_at", Some(instance.start.at))
        .at("ends_at", Some(instance.end))
        .put("is_all_day", instance.event.is_all_day)
        .put("day", day)
        .put("status", status)
        .put("is_moved", instance.start.at != instance.planned.at)
        .put("busy", status != "cancelled" && is_busy(component))
        .put("location", location.and_then(|location| line(&location, 300)))
        .put("url", link(component).filter(|_| is_open))
        .put("text", text);
    answers(row, component, about.method).fact(&MEETINGS)
}

fn status(component: &Component, method: &str) -> &'static str {
    match &component.word("STATUS")[..] {
        _ if method == "CANCEL" => "cancelled",
        "CANCELLED" => "cancelled",
        "TENTATIVE" => "tentative",
        _ => "confirmed",
    }
}

fn is_private(component: &Component) -> bool {
    matches!(&component.word("CLASS")[..], "PRIVATE" | "CONFIDENTIAL")
}

fn is_busy(component: &Component) -> bool {
    match &component.word("X-MICROSOFT-CDO-BUSYSTATUS")[..] {
        "FREE" | "WORKINGELSEWHERE" => false,
        "BUSY" | "OOF" | "TENTATIVE" => true,
        _ => component.word("TRANSP") != "TRANSPARENT",
    }
}

/// Where to join or look.
fn link(component: &Component) -> Option<String> {
    let names = ["URL", "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"];
    names.iter().find_map(|name| address(&component.text(name)?))
}

/// Who was asked and what they said.
fn answers(row: Row, component: &Component, method: &str) -> Row {
    let mut lists: [Vec<Value>; 5] = Default::default();
    for attendee in component.all("ATTENDEE") {
        if matches!(&attendee.word("CUTYPE")[..], "ROOM" | "RESOURCE") {
            continue;
        }
        let Some(mail) = mail(attendee).map(Value::from) else { continue };
        let [attendees, accepted, declined, tentative, unanswered] = &mut lists;
        let own = match &attendee.word("PARTSTAT")[..] {
            "ACCEPTED" => Some(accepted),
            "DECLINED" => Some(declined),
            "TENTATIVE" => Some(tentative),
            "NEEDS-ACTION" => Some(unanswered),
            // Calendars that are published often leave answers out: that is no silence.
            "" if attendee.word("RSVP") == "TRUE" || method == "REQUEST" => Some(unanswered),
            _ => None,
        };
        for list in own.into_iter().chain([attendees]) {
            if !list.contains(&mail) {
                list.push(mail.clone());
            }
        }
    }
    let names = ["attendees", "accepted", "declined", "tentative", "unanswered"];
    names.into_iter().zip(lists).fold(row, |row, (name, list)| row.put(name, list))
}

/// Address of a person, in lower case; none where it is no mail address.
fn mail(property: &Property) -> Option<String> {
    let value = property.value.trim();
    let is_mail = value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    let plain = if is_mail { value.get(7..) } else { property.parameter("EMAIL").or(Some(value)) };
    let plain = plain?.split('?').next()?.trim().to_lowercase();
    let is_address = plain.contains('@') && !plain.contains([' ', '/', '<', '>']) && plain.len() <= 320;
    is_address.then_some(plain)
}

/// The version that says that an instance is gone.
pub(super) fn tombstone(key: &super::Key, at: Timestamp) -> Fact {
    Row::default()
        .put("calendar", key.calendar.as_str())
        .put("uid", key.uid.as_str())
        .put("instance", key.instance.as_str())
        .at("observed_at", Some(at))
        .put("deleted", true)
        .fact(&MEETINGS)
}
