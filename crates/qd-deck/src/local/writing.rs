//! What an answer to a row begins with, and how one is handed over.

use jiff::Timestamp;
use qd_model::{Deck as _, DeckError, Row, Value};
use qd_sources::mail::draft::{Asked, Draft, Mailbox};

use super::LocalDeck;
use crate::letters::{Answering, Letter};

/// A message that waits for an answer, with whose mailbox it lies in.
struct Told {
    sources: Vec<String>,
    id: String,
    at: Timestamp,
    sender: Mailbox,
    reply_to: Vec<String>,
    to: Vec<String>,
    cc: Vec<String>,
    subject: String,
    references: Vec<String>,
    /// The beginning of it, with the sentence that asks where that stands further up in the conversation.
    text: String,
    person: String,
    own: Vec<String>,
    sentence: Option<String>,
    since: Option<Timestamp>,
    relation: Option<String>,
}

impl Told {
    fn asked(&self) -> Asked<'_> {
        Asked {
            id: &self.id,
            at: self.at,
            sender: &self.sender,
            reply_to: &self.reply_to,
            to: &self.to,
            cc: &self.cc,
            subject: &self.subject,
            references: &self.references,
            text: &self.text,
        }
    }
}

impl LocalDeck {
    /// Where the row `id` is answered: for mail the draft of an answer to everybody, with nothing said in
    /// it yet.
    ///
    /// # Errors
    /// Where there is no such row, or its message is not there any more.
    pub fn answering(&self, id: &str) -> Result<Answering, DeckError> {
        let (row, ..) = self.find(id)?;
        let Some(conversation) = row.conversation() else {
            return Ok(Answering::Elsewhere { title: row.title.clone(), url: row.url.clone() });
        };
        let told = self.told(conversation, row)?;
        let draft = told.asked().answer(self.author(&told)?, &told.own);
        Ok(Answering::Mail(Box::new(self.letter(row, &told, draft))))
    }

    /// The drafts that hand the row `id`, and those it speaks for, over to a person; none of rows that are
    /// about no mail.
    ///
    /// # Errors
    /// Where there is no such row, or no letter can be written to the person.
    pub fn hand_over(&self, id: &str, to: &str) -> Result<Vec<Letter>, DeckError> {
        let mut letters = Vec::new();
        for (row, ..) in self.members(id)? {
            let Some(conversation) = row.conversation() else { continue };
            let told = self.told(conversation, row)?;
            let (person, name) =
                (self.person(to)?, self.evaluated().lines.name(&self.person(to)?).to_owned());
            let Some(mailbox) = self.mailbox(&person) else {
                return Err(DeckError::new(format!("`{person}` has no address to write to"))
                    .hint("declare `mails` of theirs, or leave the letter out with `--no-draft`"));
            };
            let words = words(&told, &name);
            let draft = told.asked().hand_over(self.author(&told)?, mailbox, words);
            letters.push(self.letter(row, &told, draft));
        }
        Ok(letters)
    }

    /// Who asks in the row `id`, as a promise to them names them: a relation, or a name.
    ///
    /// # Errors
    /// Where there is no such row.
    pub fn asker(&self, id: &str) -> Result<(Row, Option<String>), DeckError> {
        let (row, ..) = self.find(id)?;
        let fact = |name: &str| row.evidence.facts.get(name).and_then(Value::as_text).map(str::to_owned);
        let known = fact("relation").or_else(|| fact("whom")).or_else(|| fact("author"));
        Ok((row.clone(), known))
    }

    fn letter(&self, row: &Row, told: &Told, draft: Draft) -> Letter {
        let sources = self.opening.sources(&self.company);
        let held = told.sources.iter().filter_map(|name| sources.iter().find(|source| source.name == *name));
        let mut held: Vec<_> = held.cloned().collect();
        // A server has its drafts wherever its owner looks.
        held.sort_by_key(|source| source.url.is_none());
        Letter { row: row.id.clone(), draft, sources: held }
    }

    /// The owner of the mailbox, by the address that was written to.
    fn author(&self, told: &Told) -> Result<Mailbox, DeckError> {
        let person = self.company.people().find(|person| person.id() == told.person);
        let is_own = |address: &&String| told.own.iter().any(|own| own.eq_ignore_ascii_case(address));
        let written = told.to.iter().chain(&told.cc).find(is_own).map(String::as_str);
        let declared = person.and_then(|person| person.mails().first().map(String::as_str));
        let address = written.or(declared).or_else(|| told.own.first().map(String::as_str));
        let name = person.and_then(|person| person.name());
        address.and_then(|address| Mailbox::new(name, address)).ok_or_else(|| {
            DeckError::new(format!("`{}` has no address to write from", told.person))
                .hint("declare `mails` of theirs")
        })
    }

    fn mailbox(&self, person: &str) -> Option<Mailbox> {
        let person = self.company.people().find(|one| one.id() == person)?;
        Mailbox::new(person.name(), person.mails().first()?)
    }

    fn told(&self, conversation: &str, row: &Row) -> Result<Told, DeckError> {
        let quoted = |text: &str| text.replace('\'', "''");
        let query = format!(
            include_str!("../sql/letter.sql"),
            conversation = quoted(conversation),
            person = quoted(row.owner.as_deref().unwrap_or(&row.holder)),
        );
        let table = self.sql(&query, 100)?;
        let none = || {
            DeckError::new(format!("the message that `{}` is about is not there any more", row.id))
                .hint("`quarterdeck sync` reads the mailbox again")
        };
        let mut told = table.rows.first().and_then(|row| read(row)).ok_or_else(none)?;
        told.sources = table.rows.iter().filter_map(|row| text(row, 0)).collect();
        Ok(told)
    }
}

fn text(row: &[Value], place: usize) -> Option<String> {
    row.get(place)?.as_text().map(str::to_owned)
}

fn read(row: &[Value]) -> Option<Told> {
    let list = |place: usize| match row.get(place) {
        Some(Value::List(words)) => words.clone(),
        _ => Vec::new(),
    };
    let sentence = text(row, 13);
    let said = text(row, 10).unwrap_or_default();
    let has_sentence = |sentence: &&String| !flat(&said).contains(&flat(sentence));
    let before = sentence.as_ref().filter(has_sentence).map(|sentence| format!("{sentence}\n\n"));
    Some(Told {
        sources: Vec::new(),
        id: text(row, 1)?,
        at: row.get(2)?.as_time()?,
        sender: Mailbox::new(text(row, 4).as_deref(), &text(row, 3)?)?,
        reply_to: list(5),
        to: list(6),
        cc: list(7),
        subject: text(row, 8).unwrap_or_default(),
        references: list(9),
        text: before.unwrap_or_default() + &said,
        person: text(row, 11)?,
        own: list(12),
        sentence,
        since: row.get(14).and_then(Value::as_time),
        relation: text(row, 15),
    })
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is asked, by whom, since when, and what is expected.
fn words(told: &Told, name: &str) -> String {
    let first = name.split(' ').next().unwrap_or(name);
    let whom = told.sender.shown();
    let relation = told.relation.as_ref().map(|relation| format!(" ({relation})")).unwrap_or_default();
    let since = told.since.unwrap_or(told.at).strftime("%Y-%m-%d");
    let asked = match &told.sentence {
        Some(sentence) => format!("{whom}{relation} asks since {since}:\n\n    {}\n\n", flat(sentence)),
        None => format!("{whom}{relation} wrote on {since}, and has no answer.\n\n"),
    };
    format!(
        "Hello {first},\n\nwould you take this over, please? {asked}Please answer them yourself and send me a copy; \
         if it is not for you, tell me."
    )
}
