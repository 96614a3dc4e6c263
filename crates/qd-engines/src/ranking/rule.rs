//! The fixed rule: how much a message asks of its reader, in points.

use super::{Features, Relation};

/// Days within which somebody whom the reader wrote to counts as in conversation with them.
const IN_CONVERSATION: f64 = 30.0;

/// Points of a message, in whole, half and quarter points. Which terms stand here was decided by the
/// mean over sixteen mailboxes, not by any one of them; `docs/ranking.md` says how it did on others.
///
/// - it is to the reader (1), by a person (1), an answer to the reader (1), and asks: a question (1),
///   a request (½);
/// - it names the reader (½), or greets somebody else (−½);
/// - the reader is in it already: wrote in the thread (½), wrote to the sender within 30 days (½);
/// - others may answer as well: −¼ for each doubling of the recipients. The more are asked, the
///   fewer answer (Barron and Yechiam, "Private e-mail requests and the diffusion of
///   responsibility", Computers in Human Behavior 18, 2002);
/// - it is under 100 characters, as thanks and approvals are (−½);
/// - others wait in the same thread already: −½ for each doubling of them and it. Of many messages that
///   come one after another, such as the parts of a series, one is answered and the rest with it.
///
/// What is unknown gives no point.
pub fn rule(features: &Features) -> f64 {
    let thread = &features.thread;
    let in_conversation = features.days_since_written.is_some_and(|days| days < IN_CONVERSATION);
    let points = [
        (features.relation == Relation::To, 1.0),
        (!features.is_robot, 1.0),
        (features.answers_reader == Some(true), 1.0),
        (features.has_question, 1.0),
        (features.has_request, 0.5),
        (features.names_reader, 0.5),
        (features.names_other && !features.names_reader, -0.5),
        (thread.mine > 0, 0.5),
        (in_conversation, 0.5),
        (features.is_short(), -0.5),
    ];
    let points: f64 = points.into_iter().filter(|(holds, _)| *holds).map(|(_, points)| points).sum();
    points
        - 0.25 * f64::from(features.recipients.max(1)).log2()
        - 0.5 * (1.0 + f64::from(thread.waiting)).log2()
}

#[cfg(test)]
mod tests {
    use super::super::Thread;
    use super::*;

    #[test]
    fn points_are_those_documented() {
        let note = Features { recipients: 1, chars: 300, ..Features::default() };
        let cases = [
            (note, 1.0),
            (Features { relation: Relation::To, has_question: true, ..note }, 3.0),
            (Features { relation: Relation::To, recipients: 8, ..note }, 1.25),
            (Features { is_robot: true, ..note }, 0.0),
            (Features { answers_reader: Some(true), has_request: true, ..note }, 2.5),
            (Features { names_reader: true, names_other: true, ..note }, 1.5),
            (Features { names_other: true, chars: 20, ..note }, 0.0),
            (Features { thread: Thread { waiting: 3, mine: 1, ..Thread::default() }, ..note }, 0.5),
            (Features { days_since_written: Some(29.0), ..note }, 1.5),
            (Features { days_since_written: Some(31.0), recipients: 0, ..note }, 1.0),
        ];
        for (features, points) in cases {
            assert_eq!(rule(&features), points, "{features:?}");
        }
    }
}
