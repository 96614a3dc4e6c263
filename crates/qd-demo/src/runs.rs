//! Results of tests (JUnit), what alerts posted, and what was learnt from them.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{
    Files,
    company::quoted,
    days::{at, working},
    dice::Dice,
    history::Landed,
    sha1::{hex, sha1},
    story::{ORGANISATION, Story},
};

/// Nights of which the results are kept.
const NIGHTS: i64 = 15;

/// Writes a report for each repository and night.
pub(crate) fn tests(story: &Story, place: usize, landed: &Landed, files: &mut Files) {
    let Some(repo) = story.repos.get(place) else { return };
    let mut dice = Dice::new(story.seed, &format!("tests of {}", repo.name));
    for night in 0..NIGHTS {
        let day = working(story.last_day(), -night);
        let when = at(day, 2 * 60 + 10);
        let Some((_, sha)) = landed.line.iter().rev().find(|(at, _)| *at < when) else { continue };
        let mut cases = String::new();
        let mut count = 0;
        for (area, things) in repo.areas {
            for thing in *things {
                for what in ["is priced", "is kept", "can be cancelled"] {
                    let seconds = dice.between(4, 900) as f64 / 1000.0;
                    let _ = writeln!(
                        cases,
                        "    <testcase classname=\"{area}\" name=\"a {thing} {what}\" time=\"{seconds:.3}\" file=\"src/{area}/{}.test.ts\"/>",
                        crate::changes::slug(thing)
                    );
                    count += 1;
                }
            }
        }
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"{name}\" tests=\"{count}\" failures=\"0\" \
             timestamp=\"{when}\">\n    <properties>\n      <property name=\"GITHUB_REPOSITORY\" value=\"{ORGANISATION}/{name}\"/>\n      \
             <property name=\"GITHUB_SHA\" value=\"{sha}\"/>\n      <property name=\"GITHUB_REF_NAME\" value=\"main\"/>\n      \
             <property name=\"GITHUB_RUN_ID\" value=\"{run}\"/>\n    </properties>\n{cases}  </testsuite>\n</testsuites>\n",
            name = repo.name,
            run = when.as_second() / 60 * 10 + place as i64,
        );
        files.insert(format!("sources/junit/{}/{day}.xml", repo.name), text.into_bytes());
    }
}

/// What alerts say, with their severity, and what was found to be the cause.
const ALERTS: &[(&str, &str, &str)] = &[
    ("Answers take longer than two seconds", "warning", "an index was missing after the last release"),
    ("More than one in a hundred requests fails", "critical", "a certificate of a partner had changed"),
    ("The disk of the database is nine tenths full", "warning", "logs of a night job were kept for ever"),
    ("No payment for half an hour", "critical", "the gateway had moved to another address"),
    ("The queue of messages grows", "warning", "one address bounced again and again"),
];

/// Writes what was posted when alerts fired and were over, and the reviews of all but the newest.
pub(crate) fn alerts(story: &Story, files: &mut Files) {
    let mut dice = Dice::new(story.seed, "alerts");
    let mut lines = String::new();
    let mut day = working(story.began, 6);
    let mut turn = 0_usize;
    while day < working(story.last_day(), -6) {
        let (title, severity, cause) = ALERTS[turn % ALERTS.len()];
        let place = if title.contains("payment") { story.payments() } else { dice.roll(story.clients.len()) };
        let service = if place == story.payments() { "payments" } else { story.clients[place].project.0 };
        let began = at(day, dice.between(7 * 60, 21 * 60));
        let over = began + SignedDuration::from_mins(dice.between(12, 95));
        let print = hex(&sha1(format!("{title} {service}").as_bytes())[..8]);
        for (when, is_over) in [(began, false), (over, true)] {
            let status = if is_over { "resolved" } else { "firing" };
            let end = if is_over { over.to_string() } else { "0001-01-01T00:00:00Z".to_owned() };
            let alert = json!({
                "status": status, "fingerprint": print, "startsAt": began, "endsAt": end,
                "labels": {"alertname": title, "service": service, "severity": severity, "environment": "production"},
                "annotations": {"summary": title},
            });
            let body =
                json!({"version": "4", "status": status, "receiver": "quarterdeck", "alerts": [alert]});
            let line = json!({"event": "alert", "at": when, "body": body});
            let _ = writeln!(lines, "{line}");
        }
        day = working(day, dice.between(9, 21));
        // The newest has not been talked over yet.
        if day < working(story.last_day(), -6) {
            let lead = story.team_of(place).map_or(0, |team| team.lead);
            let text = review(story, (title, cause, service), lead, began, &print);
            files.insert(
                format!("incidents/{}-{service}.toml", crate::days::local(began).0),
                text.into_bytes(),
            );
        }
        turn += 1;
    }
    files.insert("sources/alerts/webhooks.jsonl".to_owned(), lines.into_bytes());
}

/// What was talked over two working days later.
fn review(
    story: &Story,
    (title, cause, service): (&str, &str, &str),
    lead: usize,
    began: Timestamp,
    print: &str,
) -> String {
    let day = working(crate::days::local(began).0, 2);
    let id = story.people[lead].id;
    format!(
        "title = {}\nincidents = [\"{print}@{began}\"]\nservice = \"{service}\"\nowner = \"{id}\"\nis_change_failure = false\n\
         reviewed = {day}\ncause = {}\n\n[[actions]]\nid = \"alarm\"\ntitle = \"An alarm that comes before clients notice\"\n\
         owner = \"{id}\"\ndue = {}\ndone = true\n",
        quoted(title),
        quoted(cause),
        working(day, 8)
    )
}
