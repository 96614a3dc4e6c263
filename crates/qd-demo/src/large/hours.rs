//! Where the large company's hours went: meetings in calendars, and time sheets.

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
};
use qd_tables::{MEETINGS, TIME_ENTRIES};
use serde_json::json;

use super::{
    Sink,
    firm::{DOMAIN, Firm},
    put,
    seats::Chair,
};
use crate::{
    Files,
    days::{at, is_working, plus, working},
    diary::{Diary, Entry, first_monday, until},
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

/// The CTO's calendar, which is a file like anybody's: a planning on Monday with two levels around the table, since
/// with few reports it would be a talk in pairs, and a talk with each of the reports.
pub(super) fn calendar(firm: &Firm, files: &mut Files) {
    let reports: Vec<usize> =
        (0..firm.people.len()).filter(|place| firm.people[*place].manager == Some(0)).collect();
    let below =
        |manager: Option<usize>| manager.is_some_and(|manager| manager == 0 || reports.contains(&manager));
    let named = |place: usize| (firm.people[place].name.clone(), firm.people[place].mail());
    let monday = first_monday(firm.began);
    let mut entries = vec![Entry {
        uid: "planning".to_owned(),
        title: format!("Planning of {}", firm.people[0].given),
        purpose: "What moved, what stands, what is next.",
        day: monday,
        minute: 600,
        minutes: 60,
        rule: "FREQ=WEEKLY".to_owned(),
        with: (1..firm.people.len()).filter(|place| below(firm.people[*place].manager)).map(named).collect(),
    }];
    for (turn, report) in reports.iter().enumerate() {
        let has_lapsed = super::stories::lapsed(firm) == *report;
        entries.push(Entry::talk(
            format!("talk-{}", firm.id(*report)),
            format!("Talk with {}", firm.people[*report].given),
            named(*report),
            (plus(monday, (turn % 5) as i64), 840 + 30 * (turn / 5) as i64),
            if has_lapsed { until("FREQ=WEEKLY", firm.today, LAPSED) } else { "FREQ=WEEKLY".to_owned() },
        ));
    }
    let diary = Diary { owner: named(0), domain: DOMAIN, began: firm.began, today: firm.today };
    files.insert(format!("sources/calendar/{}.ics", firm.id(0)), diary.written(&entries));
}

/// A week of a lead: a stand-up each morning, a planning on Monday, and a talk with each of theirs in turn.
fn meetings<Error>(firm: &Firm, day: Date, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
    let weekday = i64::from(day.weekday().to_monday_zero_offset());
    let week = i64::from(day.iso_week_date().week());
    for (place, person) in firm.people.iter().enumerate() {
        let leads = matches!(person.chair, Chair::Area | Chair::Group | Chair::Lead);
        if !leads || person.is_away(day) {
            continue;
        }
        let reports: Vec<usize> =
            (0..firm.people.len()).filter(|other| firm.people[*other].manager == Some(place)).collect();
        let entry = |name: &str, from: i64, minutes: i64, who: &[usize]| Held {
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
            all.push(entry("Planning", 600, 60, &reports));
        }
        // Each report has a half hour every other week, on a day of their own.
        for (turn, report) in reports.iter().enumerate() {
            let turn = turn as i64;
            if turn % 5 == weekday && (week + turn / 5) % 2 == 0 {
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
struct Held {
    uid: String,
    title: String,
    starts: Timestamp,
    ends: Timestamp,
    who: Vec<String>,
}

impl Held {
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
