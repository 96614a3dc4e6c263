//! The order of mail as tables: where each message to the owner of a mailbox stands, and how good
//! that order was on their own past.

use std::{borrow::Cow, collections::BTreeMap};

use arrow::array::{
    Array as _, BooleanArray, Int64Array, ListArray, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use qd_tables::{MESSAGE_ORDER, MESSAGE_ORDER_FIGURES, Writer};

use crate::{
    Engine, EngineError, Input, Inputs,
    columns::{borrowed_words, count, instant, text, words},
    ranking::{Figures, Learned, Mailbox, Message, Reader, Relation, answers, items, rule},
};

const INPUTS: &[Input] = &[
    Input { name: "messages", query: include_str!("message_order.sql") },
    Input { name: "readers", query: include_str!("message_order_readers.sql") },
];

/// The order.
pub(crate) const ENGINE: Engine = Engine { output: &MESSAGE_ORDER, inputs: INPUTS, run: order };
/// How good it was.
pub(crate) const FIGURES: Engine = Engine { output: &MESSAGE_ORDER_FIGURES, inputs: INPUTS, run: figures };

fn order(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let mut rows = Writer::new(&MESSAGE_ORDER);
    for (person, mailbox) in mailboxes(inputs)? {
        let learned = Learned::of(&mailbox.items);
        for item in &mailbox.items {
            let place = learned.place(&item.features, mailbox.activity);
            rows.text(person.as_str())
                .text(item.id.as_str())
                .number(rule(&item.features))
                .number(place.probability)
                .number(place.score);
        }
    }
    Ok(rows.finish()?)
}

fn figures(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let mut rows = Writer::new(&MESSAGE_ORDER_FIGURES);
    for (person, mailbox) in mailboxes(inputs)? {
        let past = Learned::of(&mailbox.items).evaluation;
        let orders: [(&str, Figures, Option<bool>); 3] = [
            ("to before cc", past.to_before_cc, None),
            ("rule", past.rule, Some(!past.chooses_model)),
            ("model", past.model, Some(past.chooses_model)),
        ];
        for (name, figures, is_used) in orders {
            rows.text(person.as_str())
                .text(name)
                .boolean(is_used.unwrap_or(false))
                .integer(count(past.scored))
                .integer(count(past.answered))
                .number(figures.area_under_curve)
                .number(figures.average_precision)
                .number(figures.calibration_error)
                .number(figures.share_shown);
        }
    }
    Ok(rows.finish()?)
}

/// What may wait for each reader, and what they do.
fn mailboxes(inputs: &Inputs) -> Result<BTreeMap<String, Mailbox>, EngineError> {
    let readers = inputs.answer("readers");
    let person = readers.texts("person")?;
    let (addresses, names) = (readers.lists("addresses")?, readers.lists("names")?);
    let mail = Mail::of(inputs)?;
    let mut messages = mail.messages();
    let mut mailboxes = BTreeMap::new();
    for row in 0..readers.rows() {
        let person = person.value(row).to_owned();
        let messages = messages.remove(person.as_str()).unwrap_or_default();
        let (addresses, names) = (words(&addresses, row), words(&names, row));
        let reader =
            Reader::of(addresses.iter().map(String::as_str), names.iter().map(String::as_str), &messages);
        let answers = answers(&messages, &reader);
        let is_item = |_: &Message<'_>, relation: Relation| relation != Relation::List;
        mailboxes.insert(person, items(&messages, &reader, &answers, inputs.as_of, &is_item));
    }
    Ok(mailboxes)
}

/// The columns of the mail.
struct Mail {
    rows: usize,
    person: StringArray,
    id: StringArray,
    at: TimestampMicrosecondArray,
    thread: StringArray,
    parent: StringArray,
    references: ListArray,
    sender: StringArray,
    name: StringArray,
    is_robot: BooleanArray,
    to: ListArray,
    cc: ListArray,
    recipients: Int64Array,
    subject: StringArray,
    text: StringArray,
    asks: ListArray,
    mentions: ListArray,
    chars: Int64Array,
    attachments: Int64Array,
}

impl Mail {
    fn of(inputs: &Inputs) -> Result<Self, EngineError> {
        let answer = inputs.answer("messages");
        Ok(Self {
            rows: answer.rows(),
            person: answer.texts("person")?,
            id: answer.texts("id")?,
            at: answer.times("at")?,
            thread: answer.texts("thread")?,
            parent: answer.texts("in_reply_to")?,
            references: answer.lists("references")?,
            sender: answer.texts("sender")?,
            name: answer.texts("sender_name")?,
            is_robot: answer.booleans("is_robot")?,
            to: answer.lists("to")?,
            cc: answer.lists("cc")?,
            recipients: answer.integers("recipients")?,
            subject: answer.texts("subject")?,
            text: answer.texts("text")?,
            asks: answer.lists("asks")?,
            mentions: answer.lists("mentions")?,
            chars: answer.integers("chars")?,
            attachments: answer.integers("attachments")?,
        })
    }

    /// The messages of each reader.
    fn messages(&self) -> BTreeMap<&str, Vec<Message<'_>>> {
        let small = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        let some = |array, row| text(array, row).map(Cow::Borrowed);
        let mut messages: BTreeMap<&str, Vec<Message<'_>>> = BTreeMap::new();
        for row in 0..self.rows {
            let message = Message {
                id: self.id.value(row).into(),
                at: instant(self.at.value(row)),
                thread: self.thread.value(row).into(),
                in_reply_to: some(&self.parent, row),
                references: borrowed_words(&self.references, row),
                sender: some(&self.sender, row),
                sender_name: some(&self.name, row),
                is_robot: self.is_robot.value(row),
                to: borrowed_words(&self.to, row),
                cc: borrowed_words(&self.cc, row),
                recipients: small(self.recipients.value(row)),
                subject: some(&self.subject, row).unwrap_or_default(),
                text: some(&self.text, row).unwrap_or_default(),
                asks: borrowed_words(&self.asks, row),
                mentions: borrowed_words(&self.mentions, row),
                chars: small(self.chars.value(row)),
                attachments: self.attachments.is_valid(row).then(|| small(self.attachments.value(row))),
            };
            messages.entry(self.person.value(row)).or_default().push(message);
        }
        messages
    }
}
