//! The chat, as Slack exports it: lists of people and channels, and a file for each day of each channel.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    Files,
    course::slug,
    days::{after, at, is_working, local, plus},
    dice::Dice,
    story::Story,
    words::{NEWS, TALK, filled},
};

/// Writes the export.
pub(crate) fn write(story: &Story, files: &mut Files) {
    let id = |person: usize| format!("U{:04}", person + 1);
    let users: Vec<Value> = story
        .people
        .iter()
        .enumerate()
        .map(|(place, person)| {
            json!({"id": id(place), "name": person.id, "profile": {"real_name": person.name(), "email": person.mail()}})
        })
        .collect();
    files.insert("sources/chat/users.json".to_owned(), pretty(&users.into()));
    let everybody: Vec<String> = (0..story.people.len()).map(id).collect();
    let mut channels = vec![json!({"id": "C0001", "name": "general", "members": everybody})];
    let mut days: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
    for (place, team) in story.teams.iter().enumerate() {
        let name = format!("team-{}", slug(team.name));
        let members: Vec<String> = team.members.iter().map(|member| id(*member)).collect();
        channels.push(json!({"id": format!("C{:04}", place + 2), "name": name, "members": members}));
        for (when, message) in talk(story, place) {
            days.entry((name.clone(), local(when).0.to_string())).or_default().push(message);
        }
    }
    for (when, message) in releases(story) {
        days.entry(("general".to_owned(), local(when).0.to_string())).or_default().push(message);
    }
    files.insert("sources/chat/channels.json".to_owned(), pretty(&channels.into()));
    for ((channel, day), messages) in days {
        files.insert(format!("sources/chat/{channel}/{day}.json"), pretty(&messages.into()));
    }
}

fn pretty(value: &Value) -> Vec<u8> {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default().into_bytes();
    text.push(b'\n');
    text
}

fn ts(at: Timestamp, turn: usize) -> String {
    format!("{}.{:06}", at.as_second(), 100 + turn)
}

/// Questions of a team and their answers.
fn talk(story: &Story, place: usize) -> Vec<(Timestamp, Value)> {
    let team = &story.teams[place];
    let mut dice = Dice::new(story.seed, &format!("chat of {}", team.id));
    let end = at(story.last_day(), 18 * 60);
    // Each question is asked once in the whole company: nobody asks the same thing each week.
    let own = TALK.iter().skip(place).step_by(story.teams.len().max(1));
    let mut questions: Vec<(&str, &str)> = own.copied().collect();
    dice.shuffle(&mut questions);
    let mut told = Vec::new();
    let mut day = plus(story.began, 2);
    while day <= story.last_day() {
        if is_working(day) && dice.percent(35) {
            let repo = &story.repos[team.repos[dice.roll(team.repos.len())]];
            let area = dice.roll(repo.areas.len());
            let thing = dice.word(repo.areas[area].1);
            let question = dice.percent(20).then(|| questions.pop()).flatten();
            let (question, answer) = question.unwrap_or_else(|| NEWS[dice.roll(NEWS.len())]);
            let here: Vec<usize> =
                team.members.iter().copied().filter(|member| !story.people[*member].is_away(day)).collect();
            let asker = dice.roll(here.len());
            let other = (asker + 1 + dice.roll(here.len().saturating_sub(1))) % here.len().max(1);
            let asked = at(day, dice.between(9 * 60, 16 * 60));
            let answered = after(asked, dice.between(3, 75));
            if here.len() > 1 && answered < end {
                let thread = ts(asked, place);
                let user = |turn: usize| format!("U{:04}", here[turn] + 1);
                told.push((
                    asked,
                    json!({"type": "message", "user": user(asker), "ts": thread, "thread_ts": thread,
                                         "text": filled(question, thing)}),
                ));
                told.push((
                    answered,
                    json!({"type": "message", "user": user(other), "ts": ts(answered, place),
                                            "thread_ts": thread, "text": answer}),
                ));
            }
        }
        day = plus(day, 1);
    }
    told.sort_by_key(|(when, _)| *when);
    told
}

/// What leads tell everybody: releases.
fn releases(story: &Story) -> Vec<(Timestamp, Value)> {
    let mut dice = Dice::new(story.seed, "releases");
    let mut told = Vec::new();
    let mut day = plus(story.began, 7);
    while day <= story.last_day() {
        let place = dice.roll(story.clients.len());
        if is_working(day) && dice.percent(20) {
            let when = at(day, 15 * 60 + dice.between(0, 90));
            let text = format!(
                "{} is live in its new version. Thanks to everybody who tried it out.",
                story.clients[place].project.2
            );
            let user = format!("U{:04}", story.lead_of(place) + 1);
            told.push((when, json!({"type": "message", "user": user, "ts": ts(when, 0), "text": text})));
        }
        day = plus(day, 1);
    }
    told
}
