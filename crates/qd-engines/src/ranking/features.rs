//! What is known of a message when it arrives.

use serde::{Deserialize, Serialize};

use super::rule::rule;

/// Numbers that the model sees of an item, with the constant.
pub(super) const COUNT: usize = 32;
/// Days after which an act counts for a third of itself: in a thread, and between two people.
const THREAD_DAYS: f64 = 3.0;
const PAIR_DAYS: f64 = 30.0;
/// The reader's usual share weighs as much as so many messages of a sender.
const USUAL: f64 = 3.0;

/// How the reader stands to a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// It is to them.
    To,
    /// They get a copy.
    Cc,
    /// It names them and does not come to them by address.
    Mentioned,
    /// It came by a list only.
    #[default]
    List,
}

/// How many of some messages the reader answered; only those old enough to be known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Messages whose label is known.
    pub known: u32,
    /// Those of them that were answered.
    pub answered: u32,
}

/// The thread before the message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// Messages in it.
    pub messages: u32,
    /// People who wrote them, without the reader.
    pub people: u32,
    /// Messages of the reader in it.
    pub mine: u32,
    /// Days since the reader last wrote in it; none where they did not.
    pub days_since_mine: Option<f64>,
    /// Whether the sender had written in it.
    pub has_sender: bool,
    /// Items in it that came since the reader last wrote in it.
    pub waiting: u32,
}

/// How much the reader writes at the moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// Days since they last wrote anything; none where nothing of theirs is seen yet.
    pub days_since: Option<f64>,
    /// Messages that they wrote within seven days; none where nothing of theirs is seen yet.
    pub week: Option<u32>,
}

/// What is known of a message when it arrives; none of it is learned later.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// How the reader stands to it.
    pub relation: Relation,
    /// Whether the reader is the first it is to.
    pub is_first: bool,
    /// Addresses it went to.
    pub recipients: u32,
    /// Whether no person wrote it.
    pub is_robot: bool,
    /// Whether it answers the reader; none where the message it answers is not there.
    pub answers_reader: Option<bool>,
    /// Whether a question mark stands in its own words.
    pub has_question: bool,
    /// Whether a sentence without a question mark asks for something.
    pub has_request: bool,
    /// Whether its first 400 characters name the reader.
    pub names_reader: bool,
    /// Whether a greeting or an `@` there means somebody, and not the reader.
    pub names_other: bool,
    /// Length of the own words in characters.
    pub chars: u32,
    /// Whether its subject begins with a tag (`[PATCH]`, `[URGENT]`, `[team]`).
    pub is_tagged: bool,
    /// Whether a file hangs on it; none where that is not known.
    pub has_attachment: Option<bool>,
    /// Hour of the day, UTC, with its part.
    pub hour: f64,
    /// Whether it is Saturday or Sunday, UTC.
    pub is_weekend: bool,
    /// The thread before it.
    pub thread: Thread,
    /// Messages of the sender that came before, addressed to the reader or not.
    pub received: u32,
    /// How many of the sender's items the reader answered.
    pub sender: Share,
    /// How many of all items the reader answered.
    pub all: Share,
    /// Days since the reader last wrote to the sender; none where they did not.
    pub days_since_written: Option<f64>,
    /// What the reader does at the moment.
    pub activity: Activity,
}

impl Features {
    /// What the model sees: the constant, the rule, and the features as numbers around 0. What is
    /// unknown is 0 and so says nothing.
    pub(super) fn vector(&self) -> [f64; COUNT] {
        let thread = &self.thread;
        let near = |days: Option<f64>, scale: f64| days.map_or(0.0, |days| (-days / scale).exp());
        let many = |count: u32| f64::from(count).ln_1p();
        let angle = self.hour / 24.0 * std::f64::consts::TAU;
        let flags = [
            self.relation == Relation::To,
            self.is_first,
            self.is_robot,
            self.answers_reader == Some(true),
            self.has_question,
            self.has_request,
            self.names_reader,
            self.names_other,
            thread.mine > 0,
            thread.has_sender,
            self.received == 0,
            self.days_since_written.is_none(),
            self.is_short(),
            self.is_tagged,
            self.has_attachment == Some(true),
            self.is_weekend,
        ];
        let numbers = [
            f64::from(self.recipients.max(1)).log2() - 2.0,
            many(thread.mine),
            near(thread.days_since_mine, THREAD_DAYS),
            many(thread.messages),
            many(thread.people),
            many(thread.waiting),
            many(self.received),
            self.sender_log_odds(),
            near(self.days_since_written, PAIR_DAYS),
            self.activity.days_since.map_or(0.0, |days| days.ln_1p() - 0.7),
            self.activity.week.map_or(0.0, |week| many(week) - 2.0),
            ((f64::from(self.chars) + 50.0) / 400.0).log2(),
            angle.sin(),
            angle.cos(),
        ];
        let mut vector = [0.0; COUNT];
        let all = [1.0, rule(self) - 1.5].into_iter();
        let all = all.chain(flags.map(|flag| f64::from(u8::from(flag)))).chain(numbers);
        vector.iter_mut().zip(all).for_each(|(place, value)| *place = value);
        vector
    }

    /// Whether its own words are so few that they hardly ask for anything.
    pub(super) fn is_short(&self) -> bool {
        self.chars < 100
    }

    /// By how much the sender's items are answered more often than others, in log odds. A sender
    /// of few items is taken for a usual one.
    fn sender_log_odds(&self) -> f64 {
        let log_odds = |share: f64| {
            let share = share.clamp(0.01, 0.99);
            (share / (1.0 - share)).ln()
        };
        let usual = (f64::from(self.all.answered) + 1.0) / (f64::from(self.all.known) + 4.0);
        let own = (f64::from(self.sender.answered) + USUAL * usual) / (f64::from(self.sender.known) + USUAL);
        log_odds(own) - log_odds(usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_says_nothing_and_a_sender_is_usual_until_known() {
        let unknown = Features::default();
        assert_eq!(unknown.sender_log_odds(), 0.0);
        let answered = Features { sender: Share { known: 6, answered: 6 }, ..unknown };
        // Usual is 1/4; (6 + 3/4) / 9 = 3/4; the odds go from 1/3 to 3.
        assert!((answered.sender_log_odds() - 9.0_f64.ln()).abs() < 1e-12);
        let none = Features { has_attachment: Some(false), answers_reader: Some(false), ..unknown };
        assert_eq!(none.vector(), unknown.vector());
        assert!(unknown.vector().iter().all(|value| value.is_finite()));
    }

    #[test]
    fn every_number_has_a_place() {
        let late = Features { hour: 18.0, recipients: 4, ..Features::default() };
        let last = late.vector()[COUNT - 2..].to_vec();
        assert!((last[0] + 1.0).abs() < 1e-9 && last[1].abs() < 1e-9, "{last:?}");
    }
}
