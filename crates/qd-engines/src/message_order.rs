//! The order of mail as tables: where each message to the owner of a mailbox stands, and how good
//! that order was on their own past.

use std::collections::BTreeMap;

use arrow::array::{ListArray, RecordBatch};
use qd_tables::{MESSAGE_ORDER, MESSAGE_ORDER_FIGURES, Writer};

use crate::{
    Engine, EngineError, Input, Inputs,
    columns::{count, instant, text, words},
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
    let mut messages = messages(inputs)?;
    let mut mailboxes = BTreeMap::new();
    for row in 0..readers.rows() {
        let person = person.value(row).to_owned();
        let messages = messages.remove(&person).unwrap_or_default();
        let (addresses, names) = (words(&addresses, row), words(&names, row));
        let reader =
            Reader::of(addresses.iter().map(String::as_str), names.iter().map(String::as_str), &messages);
        let answers = answers(&messages, &reader);
        let is_item = |_: &Message, relation: Relation| relation != Relation::List;
        mailboxes.insert(person, items(&messages, &reader, &answers, inputs.as_of, &is_item));
    }
    Ok(mailboxes)
}

/// The messages of each reader.
fn messages(inputs: &Inputs) -> Result<BTreeMap<String, Vec<Message>>, EngineError> {
    let answer = inputs.answer("messages");
    let (person, id, at) = (answer.texts("person")?, answer.texts("id")?, answer.times("at")?);
    let (thread, parent) = (answer.texts("thread")?, answer.texts("in_reply_to")?);
    let (sender, name) = (answer.texts("sender")?, answer.texts("sender_name")?);
    let (subject, body) = (answer.texts("subject")?, answer.texts("text")?);
    let (references, to, cc) = (answer.lists("references")?, answer.lists("to")?, answer.lists("cc")?);
    let (asks, mentions) = (answer.lists("asks")?, answer.lists("mentions")?);
    let (recipients, chars) = (answer.integers("recipients")?, answer.integers("chars")?);
    let (attachments, is_robot) = (answer.integers("attachments")?, answer.booleans("is_robot")?);
    let small = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let list = |array: &ListArray, row| words(array, row);
    let mut messages: BTreeMap<String, Vec<Message>> = BTreeMap::new();
    for row in 0..answer.rows() {
        let owned = |array, row| text(array, row).map(str::to_owned);
        let message = Message {
            id: id.value(row).to_owned(),
            at: instant(at.value(row)),
            thread: thread.value(row).to_owned(),
            in_reply_to: owned(&parent, row),
            references: list(&references, row),
            sender: owned(&sender, row),
            sender_name: owned(&name, row),
            is_robot: is_robot.value(row),
            to: list(&to, row),
            cc: list(&cc, row),
            recipients: small(recipients.value(row)),
            subject: owned(&subject, row).unwrap_or_default(),
            text: owned(&body, row).unwrap_or_default(),
            asks: list(&asks, row),
            mentions: list(&mentions, row),
            chars: small(chars.value(row)),
            attachments: arrow::array::Array::is_valid(&attachments, row)
                .then(|| small(attachments.value(row))),
        };
        messages.entry(person.value(row).to_owned()).or_default().push(message);
    }
    Ok(messages)
}
