//! What was known of a message when it came, on mailboxes made by hand.

use super::*;

const READER: &str = "owner@example.org";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// `id sender to time [answered id]`
fn message(id: &str, sender: &str, to: &str, time: &str, parent: Option<&str>) -> Message<'static> {
    Message {
        id: id.to_owned().into(),
        at: at(time),
        thread: parent.unwrap_or(id).to_owned().into(),
        in_reply_to: parent.map(|id| id.to_owned().into()),
        sender: Some(format!("{sender}@example.org").into()),
        to: vec![format!("{to}@example.org").into()],
        recipients: 1,
        ..Message::default()
    }
}

fn mailbox(messages: &[Message<'_>], as_of: &str) -> Mailbox {
    let reader = Reader::of([READER], ["Olga Owner"], messages);
    let answers = answers(messages, &reader);
    items(messages, &reader, &answers, at(as_of), &|_, relation| relation != Relation::List)
}

/// Ada asks, the owner answers in a day; Ada answers; Bob writes to both twice.
fn talk() -> Vec<Message<'static>> {
    vec![
        message("a1", "ada", "owner", "2026-01-01T10:00:00Z", None),
        message("o1", "owner", "ada", "2026-01-02T10:00:00Z", Some("a1")),
        message("a2", "ada", "owner", "2026-01-04T10:00:00Z", Some("o1")),
        message("b1", "bob", "owner", "2026-01-05T10:00:00Z", Some("gone")),
        message("a3", "ada", "owner", "2026-01-10T10:00:00Z", Some("a2")),
    ]
}

#[test]
fn an_item_knows_what_was_before_it() {
    let found = mailbox(&talk(), "2026-01-12T00:00:00Z");
    let ids: Vec<&str> = found.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["a1", "a2", "b1", "a3"]);
    let features: Vec<Features> = found.items.iter().map(|item| item.features).collect();
    let [first, second, other, third] = features[..] else { panic!("four items") };
    assert_eq!(first.answers_reader, Some(false));
    assert_eq!((first.received, first.days_since_written, first.activity), (0, None, Activity::default()));
    assert_eq!(second.answers_reader, Some(true));
    let thread =
        Thread { messages: 2, people: 1, mine: 1, days_since_mine: Some(2.0), has_sender: true, waiting: 0 };
    assert_eq!((second.thread, second.days_since_written), (thread, Some(2.0)));
    assert_eq!(second.activity, Activity { days_since: Some(2.0), week: Some(1) });
    // What Bob's message answers is not there.
    assert_eq!((other.answers_reader, other.thread, other.received), (None, Thread::default(), 0));
    assert_eq!((third.received, third.thread.waiting, third.thread.messages), (2, 1, 3));
    // 2026-01-10 is a Saturday, at ten.
    assert_eq!((third.is_weekend, third.hour, second.relation), (true, 10.0, Relation::To));
}

#[test]
fn labels_come_when_the_item_is_seven_days_old() {
    let found = mailbox(&talk(), "2026-01-12T00:00:00Z");
    let answered: Vec<Option<bool>> = found.items.iter().map(|item| item.answered).collect();
    assert_eq!(answered, [Some(true), Some(false), None, None]);
    // On the 4th nothing was seven days old; on the 10th the first was.
    let known = |at: usize| found.items[at].features.sender;
    assert_eq!(known(1), Share::default());
    assert_eq!(known(3), Share { known: 1, answered: 1 });
    assert_eq!(found.items[3].features.all, Share { known: 1, answered: 1 });
}

#[test]
fn what_came_after_is_not_seen() {
    let before = mailbox(&talk(), "2026-01-05T12:00:00Z");
    let after = mailbox(&talk(), "2026-03-01T00:00:00Z");
    for (one, two) in before.items.iter().zip(&after.items) {
        assert_eq!((&one.id, one.features), (&two.id, two.features));
    }
    assert_eq!(before.items.len(), 3);
    assert_eq!(after.activity, Activity { days_since: Some(57.0 + 14.0 / 24.0), week: Some(0) });
}

#[test]
fn an_answer_after_a_week_is_none_and_a_copy_is_no_second_message() {
    let mut messages = vec![
        message("a1", "ada", "owner", "2026-01-01T10:00:00Z", None),
        message("o1", "owner", "ada", "2026-01-08T10:00:01Z", Some("a1")),
    ];
    messages.push(messages[0].clone());
    let found = mailbox(&messages, "2026-02-01T00:00:00Z");
    assert_eq!(found.items.len(), 1);
    assert_eq!(found.items[0].answered, Some(false));
}

#[test]
fn names_and_words_are_seen_as_far_as_they_are_known() {
    let list = Message {
        to: vec!["list@example.org".into()],
        cc: vec![READER.into()],
        recipients: 2,
        subject: " [PATCH] x".into(),
        text: "Hi Olga, is it so".into(),
        asks: vec!["Please say.".into()],
        mentions: vec!["Olga".into()],
        attachments: Some(1),
        ..message("l1", "ada", "list", "2026-01-01T10:00:00Z", None)
    };
    let named = Message { id: "l2".into(), cc: Vec::new(), ..list.clone() };
    let mentions = vec!["Bob".into()];
    let text = format!("{}Olga", "é ".repeat(200)).into();
    let other =
        Message { id: "l3".into(), text, mentions, asks: Vec::new(), attachments: None, ..list.clone() };
    let unnamed = Message { id: "l4".into(), cc: Vec::new(), ..other.clone() };
    let found = mailbox(&[list, named, other, unnamed], "2026-02-01T00:00:00Z");
    let [first, second, third] = &found.items[..] else { panic!("three items") };
    let features = first.features;
    assert_eq!((features.relation, features.is_first, features.recipients), (Relation::Cc, false, 2));
    assert!(features.names_reader && !features.names_other && features.is_tagged && features.has_request);
    assert!(!features.has_question);
    assert_eq!((features.has_attachment, second.features.relation), (Some(true), Relation::Mentioned));
    let features = third.features;
    assert_eq!((features.names_reader, features.names_other, features.has_attachment), (false, true, None));
}
