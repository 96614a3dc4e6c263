//! What the large company said to one another: a chat of all, and the CTO's mail.

use jiff::{SignedDuration, Timestamp, civil::Date};
use qd_tables::{CHAT_MESSAGES, MESSAGES};
use serde_json::{Value, json};

use super::{Sink, firm::Firm, put, stories::BANK_QUESTION, work::member};
use crate::{
    clients::CLIENTS,
    days::{after, at},
    dice::Dice,
    words::{LETTERS, NEWS, TALK, filled},
};

/// Threads in a team's channel on a day.
const THREADS: usize = 6;
/// Letters to the CTO on a day.
const LETTERS_A_DAY: usize = 40;

/// Tells all of it.
pub(super) fn tell<Error>(firm: &Firm, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
    let mut talk =
        Talk { firm, dice: Dice::new(firm.seed, "large talk"), next: 0, end: at(firm.last_day(), 18 * 60) };
    for day in firm.days() {
        for team in 0..firm.teams.len() {
            for _ in 0..THREADS {
                talk.thread(team, day, sink)?;
            }
        }
        for _ in 0..LETTERS_A_DAY.min(firm.people.len() / 20) {
            talk.letter(day, sink)?;
        }
    }
    talk.bank(sink)
}

struct Talk<'a> {
    firm: &'a Firm,
    dice: Dice,
    next: u64,
    end: Timestamp,
}

impl Talk<'_> {
    /// News with a word to it, or a question with its answer, in a team's channel.
    fn thread<Error>(&mut self, team: usize, day: Date, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
        let firm = self.firm;
        let own = &firm.teams[team];
        let Some(repo) = own.repos.first().copied() else { return Ok(()) };
        let people = (member(firm, &mut self.dice, repo), member(firm, &mut self.dice, repo));
        let (Some(first), Some(second)) = people else { return Ok(()) };
        if first == second || firm.people[first].is_away(day) || firm.people[second].is_away(day) {
            return Ok(());
        }
        let is_question = self.dice.percent(50);
        let (said, answer) = match self.dice.pick(if is_question { TALK } else { NEWS }) {
            Some(pair) => *pair,
            None => return Ok(()),
        };
        let text = filled(said, firm.repos[repo].thing);
        let text = if is_question { format!("@{} {text}", firm.people[second].given) } else { text };
        let asked = at(day, self.dice.between(545, 1030));
        let (root, channel) = (format!("{}-{}", own.id, self.next), own.id.clone());
        self.next += 1;
        let mentions: Vec<String> = if is_question { vec![firm.people[second].mail()] } else { Vec::new() };
        let asks: Vec<&str> = if is_question { vec![text.as_str()] } else { Vec::new() };
        let replies: usize = if self.dice.percent(98) { 1 } else { 0 };
        let row = |id: &str, at: Timestamp, by: usize, text: &str| -> Value {
            json!({
                "id": id, "observed_at": at, "at": at, "channel": channel, "channel_name": channel,
                "channel_kind": "public", "sender": firm.people[by].mail(), "sender_name": firm.people[by].name,
                "is_robot": false, "calls_all": false, "text": text, "is_edited": false, "files": 0,
                "conversation": root,
            })
        };
        let mut opening = row(&root, asked, first, &text);
        opening["mentions"] = mentions.into();
        opening["asks"] = asks.into();
        put(sink, &CHAT_MESSAGES, opening)?;
        let mut next = asked;
        for turn in 0..replies + if replies > 0 && self.dice.percent(30) { 1 } else { 0 } {
            next = after(next, self.dice.between(2, 120));
            if next >= self.end {
                break;
            }
            let (by, text) = if turn == 0 { (second, answer) } else { (first, "Thanks.") };
            let mut reply = row(&format!("{root}-{turn}"), next, by, text);
            reply["parent"] = root.clone().into();
            reply["mentions"] = json!([]);
            reply["asks"] = json!([]);
            put(sink, &CHAT_MESSAGES, reply)?;
        }
        Ok(())
    }

    /// A letter to the CTO; what asks something is answered, but for a few.
    fn letter<Error>(&mut self, day: Date, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
        let firm = self.firm;
        let cto = &firm.people[0];
        let from = self.dice.roll(firm.people.len() - 1) + 1;
        let outside = self.dice.pick(CLIENTS).filter(|_| self.dice.clone().percent(35));
        let (sender, name) = match outside {
            Some(client) => (format!("{}@{}", client.contact.1, client.domain), client.contact.0.to_owned()),
            None => (firm.people[from].mail(), firm.people[from].name.clone()),
        };
        let Some((subject, question, answer)) = self.dice.pick(LETTERS).copied() else { return Ok(()) };
        let thing = self.dice.pick(&firm.repos).map_or("", |repo| repo.thing);
        let (subject, question) = (filled(subject, thing), filled(question, thing));
        let asked = at(day, self.dice.between(480, 1070));
        let id = format!("letter-{}@{}", self.next, super::firm::DOMAIN);
        self.next += 1;
        self.mail(
            &id,
            None,
            (asked, &sender, &name, &cto.mail()),
            (&subject, &question, &[&question]),
            sink,
        )?;
        let back = after(asked, self.dice.between(20, 700));
        if back >= self.end || self.dice.percent(2) {
            return Ok(());
        }
        let (again, subject) = (format!("re-{id}"), format!("Re: {subject}"));
        self.mail(&again, Some(&id), (back, &cto.mail(), &cto.name, &sender), (&subject, answer, &[]), sink)
    }

    fn mail<Error>(
        &self,
        id: &str,
        before: Option<&str>,
        (at, sender, name, to): (Timestamp, &str, &str, &str),
        (subject, text, asks): (&str, &str, &[&str]),
        sink: &mut Sink<'_, Error>,
    ) -> Result<(), Error> {
        put(
            sink,
            &MESSAGES,
            json!({
                "id": id, "at": at, "thread": before.unwrap_or(id), "in_reply_to": before,
                "references": before.into_iter().collect::<Vec<_>>(), "sender": sender, "sender_name": name,
                "is_from_list": false, "is_robot": false, "to": [to], "cc": [], "recipients": 1, "subject": subject,
                "folder": if before.is_some() { "Sent" } else { "INBOX" }, "labels": [], "text": text, "asks": asks,
                "mentions": [], "bytes": 900 + text.len(), "attachments": 0, "chars": text.chars().count(),
            }),
        )
    }

    /// The bank's question, which nobody has answered.
    fn bank<Error>(&mut self, sink: &mut Sink<'_, Error>) -> Result<(), Error> {
        let asked = self.end - SignedDuration::from_hours(73);
        let text = format!("We prepare the yearly call. {BANK_QUESTION}");
        let cto = self.firm.people[0].mail();
        let sender = "andrea.graf@lakebank.example";
        self.mail(
            "bank-1@lakebank.example",
            None,
            (asked, sender, "Andrea Graf", &cto),
            ("Order book", &text, &[BANK_QUESTION]),
            sink,
        )
    }
}
