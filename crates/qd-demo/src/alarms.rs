//! What went wrong: alerts as they were posted, pages of who was on call, and what was learnt from both.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    Files,
    company::quoted,
    days::{at, local, working},
    dice::Dice,
    recording::Recording,
    sha1::{hex, sha1},
    story::Story,
};

/// What alarms say, whether they wake somebody, and what was found to be the cause.
const ALARMS: &[(&str, bool, &str)] = &[
    ("Answers take longer than two seconds", false, "an index was missing after the last release"),
    ("More than one in a hundred requests fails", true, "a certificate of a partner had changed"),
    ("The disk of the database is nine tenths full", false, "logs of a night job were kept for ever"),
    ("No payment for half an hour", true, "the gateway had moved to another address"),
    ("The queue of messages grows", false, "one address bounced again and again"),
];

/// Something that went wrong.
struct Alarm {
    title: &'static str,
    cause: &'static str,
    /// The repository of its service.
    repo: usize,
    began: Timestamp,
    over: Timestamp,
}

/// Writes all of it: what wakes nobody is told by Alertmanager, the rest by PagerDuty, and the reviews of all
/// but the newest.
pub(crate) fn write(story: &Story, files: &mut Files) {
    let mut dice = Dice::new(story.seed, "alerts");
    let (mut alerts, mut pages, mut log) = (Recording::default(), Vec::new(), Vec::new());
    let mut day = working(story.began, 6);
    let mut turn = 0_usize;
    while day < working(story.last_day(), -6) {
        let (title, wakes, cause) = ALARMS[turn % ALARMS.len()];
        let repo = if title.contains("payment") { story.payments() } else { dice.roll(story.clients.len()) };
        let began = at(day, dice.between(7 * 60, 21 * 60));
        let over = began + SignedDuration::from_mins(dice.between(12, 95));
        let alarm = Alarm { title, cause, repo, began, over };
        let id = if wakes {
            page(story, &alarm, (turn, &mut dice), &mut pages, &mut log)
        } else {
            alert(story, &alarm, &mut alerts)
        };
        day = working(day, dice.between(9, 21));
        // The newest has not been talked over yet.
        if day < working(story.last_day(), -6) {
            let name = format!("incidents/{}-{}.toml", local(began).0, story.service_of(repo));
            files.insert(name, review(story, &alarm, &id).into_bytes());
        }
        turn += 1;
    }
    alerts.put("alerts/webhooks", files);
    let evening = at(story.last_day(), 18 * 60);
    let mut oncall = Recording::default();
    let told = |name: &str, list: Vec<Value>| json!({name: list, "limit": 100, "offset": 0, "more": false});
    oncall.tell("https://api.pagerduty.com/incidents", evening, &told("incidents", pages));
    oncall.tell("https://api.pagerduty.com/log_entries", evening, &told("log_entries", log));
    oncall.put("oncall/pages", files);
}

/// An alert as Alertmanager posts it, when it fires and when it is over; gives its id.
fn alert(story: &Story, alarm: &Alarm, posts: &mut Recording) -> String {
    let Alarm { title, repo, began, over, .. } = alarm;
    let service = story.service_of(*repo);
    let print = hex(&sha1(format!("{title} {service}").as_bytes())[..8]);
    for (when, is_over) in [(began, false), (over, true)] {
        let status = if is_over { "resolved" } else { "firing" };
        let end = if is_over { over.to_string() } else { "0001-01-01T00:00:00Z".to_owned() };
        let alert = json!({
            "status": status, "fingerprint": print, "startsAt": began, "endsAt": end,
            "labels": {"alertname": title, "service": service, "severity": "warning", "environment": "production"},
            "annotations": {"summary": title},
        });
        let body = json!({"version": "4", "status": status, "receiver": "quarterdeck", "alerts": [alert]});
        posts.posted("alert", *when, &body);
    }
    format!("{print}@{began}")
}

/// A page of whoever was on call, as PagerDuty tells it: the incident, and its log; gives its id.
fn page(
    story: &Story,
    alarm: &Alarm,
    (turn, dice): (usize, &mut Dice),
    pages: &mut Vec<Value>,
    log: &mut Vec<Value>,
) -> String {
    let Alarm { title, repo, began, over, .. } = alarm;
    let id = format!("Q{}", hex(&sha1(format!("{title} {began}").as_bytes())[..6]).to_uppercase());
    let called = story.team_of(*repo).and_then(|team| dice.pick(&team.members)).copied().unwrap_or_default();
    let called = json!({"id": format!("P{:06}", called + 1), "type": "user_reference", "summary": story.people[called].name()});
    let summary = format!("[#{}] {title}", turn + 1);
    pages.push(json!({
        "id": id, "type": "incident", "incident_number": turn + 1, "title": title, "summary": summary, "status": "resolved",
        "urgency": "high", "priority": {"id": "P1", "summary": "P1"}, "created_at": began, "last_status_change_at": over,
        "resolved_at": over, "html_url": format!("https://oncall.quill-lantern.example/incidents/{id}"),
        "service": {"id": format!("S{:06}", repo + 1), "type": "service_reference", "summary": story.repos[*repo].title},
        "assignments": [{"at": began, "assignee": called}], "teams": [],
    }));
    let taken = *began + SignedDuration::from_mins(dice.between(2, 9));
    for (kind, when) in [("trigger", *began), ("acknowledge", taken), ("resolve", *over)] {
        log.push(json!({"id": format!("R{id}{}", log.len()), "type": format!("{kind}_log_entry"), "created_at": when,
                        "agent": called, "incident": {"id": id, "type": "incident_reference", "summary": summary}}));
    }
    id
}

/// What was talked over two working days later.
fn review(story: &Story, alarm: &Alarm, incident: &str) -> String {
    let Alarm { title, cause, repo, began, .. } = alarm;
    let day = working(local(*began).0, 2);
    let lead = story.team_of(*repo).map_or(0, |team| team.lead);
    let id = story.people[lead].id;
    format!(
        "title = {}\nincidents = [\"{incident}\"]\nservice = \"{}\"\nowner = \"{id}\"\nis_change_failure = false\n\
         reviewed = {day}\ncause = {}\n\n[[actions]]\nid = \"alarm\"\ntitle = \"An alarm that comes before clients notice\"\n\
         owner = \"{id}\"\ndue = {}\ndone = true\n",
        quoted(title),
        story.service_of(*repo),
        quoted(cause),
        working(day, 8)
    )
}
