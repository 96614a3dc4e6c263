//! Where the large company's hours went: meetings in calendars, and time sheets.

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
};
use qd_tables::{MEETINGS, TIME_ENTRIES};
use serde_json::json;

use super::{Sink, firm::Firm, put, seats::Chair};
use crate::{
    days::{at, is_working, plus, working},
    dice::Dice,
};

/// Days ahead for which calendars are full.
const AHEAD: i64 = 14;
/// Days for which nobody thought of the talk that lapsed.
const LAPSED: i64 = 50;

/// Tells all of it.
pub(super) fn tell<Error>(firm: &Firm, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
    let mut dice = Dice::new(firm.seed, "large hours");
    let end = plus(firm.today, AHEAD);
    let mut day = firm.began;
    while day <= end {
        if is_working(day) {
            meetings(firm, day, sink)?;
            if day <= firm.last_day() {
                sheets(firm, &mut dice, day, sink)?;
            }
        }
        day = working(day, 1);
    }
    Ok(())
}

/// A week of a lead: a stand-up each morning, a planning on Monday, and a talk with each of theirs in turn.
fn meetings<Error>(firm: &Firm, day: Date, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
    let weekday = i64::from(day.weekday().to_monday_zero_offset());
    let week = i64::from(day.iso_week_date().week());
    for (place, person) in firm.people.iter().enumerate() {
        let leads = matches!(person.chair, Chair::Cto | Chair::Area | Chair::Group | Chair::Lead);
        if !leads || person.is_away(day) {
            continue;
        }
        let reports: Vec<usize> =
            (0..firm.people.len()).filter(|other| firm.people[*other].manager == Some(place)).collect();
        let entry = |name: &str, from: i64, minutes: i64, who: &[usize]| Entry {
            uid: format!("{name}-{}", person.id),
            title: format!("{name} of {}", person.given),
            starts: at(day, from),
            ends: at(day, from + minutes),
            who: who.iter().map(|who| firm.people[*who].mail()).collect(),
        };
        let mut all = Vec::new();
        if person.chair == Chair::Lead {
            all.push(entry("Stand-up", 555, 15, &reports));
        }
        if day.weekday() == Weekday::Monday {
            // With two levels around the table: with few reports it would be a talk in pairs.
            let below = |other: &usize| {
                let manager = firm.people[*other].manager;
                manager.is_some_and(|manager| {
                    manager == place || (person.manager.is_none() && reports.contains(&manager))
                })
            };
            let all_below: Vec<usize> = (0..firm.people.len()).filter(below).collect();
            all.push(entry("Planning", 600, 60, &all_below));
        }
        // Each report has a half hour every other week, with the CTO every week, on a day of their own.
        for (turn, report) in reports.iter().enumerate() {
            let turn = turn as i64;
            let is_week = person.manager.is_none() || (week + turn / 5) % 2 == 0;
            let has_lapsed = super::stories::lapsed(firm) == *report && day > plus(firm.today, -LAPSED);
            if turn % 5 == weekday && is_week && !has_lapsed {
                let name = format!("Talk with {}", firm.people[*report].given);
                all.push(entry(&name, 840 + 30 * (turn / 5), 30, &[*report]));
            }
        }
        for entry in all {
            entry.tell(&person.mail(), firm, sink)?;
        }
    }
    Ok(())
}

/// An entry of somebody's calendar.
struct Entry {
    uid: String,
    title: String,
    starts: Timestamp,
    ends: Timestamp,
    who: Vec<String>,
}

impl Entry {
    fn tell<Error>(&self, owner: &str, firm: &Firm, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
        let none: [&str; 0] = [];
        put(
            sink,
            &MEETINGS,
            json!({
                "calendar": owner, "uid": self.uid, "instance": self.starts, "observed_at": at(firm.began, 0),
                "title": self.title, "starts_at": self.starts, "ends_at": self.ends, "is_all_day": false,
                "status": "confirmed", "organiser": owner, "attendees": self.who, "accepted": self.who,
                "declined": none, "tentative": none, "unanswered": none, "is_recurring": true, "is_moved": false,
                "location": "Room by the yard", "text": "What moved, what stands, what is next.", "busy": true, "private": false,
            }),
        )
    }
}

/// What people wrote down for a day: their team's project, and the rest.
fn sheets<Error>(firm: &Firm, dice: &mut Dice, day: Date, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
    for person in firm.people.iter().filter(|person| !person.is_away(day)) {
        let project = firm.projects.iter().find(|project| Some(project.team) == person.team);
        let most = dice.between(4, 8);
        let parts = [(project.map(|project| project.id.as_str()), most), (None, 8 - most)];
        for (place, (project, hours)) in parts.into_iter().enumerate().filter(|(_, (_, hours))| *hours > 0) {
            put(
                sink,
                &TIME_ENTRIES,
                json!({
                    "id": format!("{day}-{}-{place}", person.id), "observed_at": at(day, 18 * 60), "day": day.to_string(),
                    "person": person.id, "project": project, "hours": hours, "is_billable": project.is_some(),
                    "text": if project.is_some() { "work" } else { "meetings, mail, support" },
                }),
            )?;
        }
    }
    Ok(())
}
