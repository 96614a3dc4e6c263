//! Conversations: messages that hang together by what answers what.
//!
//! A message belongs to the conversation of the one that it answers, as far as that one is there.
//! Two answers to a message that nobody has are not joined: an answer to one of them would then
//! count as an answer to the other, and a question would be lost.

use std::collections::HashMap;

use arrow::array::RecordBatch;
use qd_tables::{CONVERSATIONS, Writer};

use crate::{Engine, EngineError, Input, Inputs, columns::text};

/// The engine.
pub(crate) const ENGINE: Engine = Engine {
    output: &CONVERSATIONS,
    inputs: &[Input { name: "messages", query: include_str!("conversations.sql") }],
    run,
};

/// Where the way up from a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Not gone yet.
    New,
    /// Being gone: to come by it again is to go in a circle.
    Open,
    /// Its conversation began with this message.
    Ends(usize),
}

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let messages = inputs.answer("messages");
    let (id, parent) = (messages.texts("id")?, messages.texts("parent")?);
    let places: HashMap<&str, usize> = (0..messages.rows()).map(|row| (id.value(row), row)).collect();
    let above: Vec<Option<usize>> = (0..messages.rows())
        .map(|row| text(&parent, row).and_then(|parent| places.get(parent).copied()))
        .collect();
    let first = beginnings(&above);
    let mut rows = Writer::new(&CONVERSATIONS);
    for (row, first) in first.into_iter().enumerate() {
        rows.text(id.value(row)).text(id.value(first)).text(above[row].map(|above| id.value(above)));
    }
    Ok(rows.finish()?)
}

/// The first message of each one's conversation; of those that answer each other in a circle, the
/// one that the way enters it by first.
fn beginnings(above: &[Option<usize>]) -> Vec<usize> {
    let mut ways = vec![Way::New; above.len()];
    let mut way = Vec::new();
    for start in 0..above.len() {
        let mut at = start;
        let end = loop {
            match ways[at] {
                Way::Ends(end) => break end,
                Way::Open => break at,
                Way::New => {
                    ways[at] = Way::Open;
                    way.push(at);
                    match above[at] {
                        Some(next) => at = next,
                        None => break at,
                    }
                }
            }
        };
        way.drain(..).for_each(|gone| ways[gone] = Way::Ends(end));
    }
    ways.into_iter().enumerate().map(|(row, way)| if let Way::Ends(end) = way { end } else { row }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::expect;

    #[test]
    fn answers_are_of_what_they_answer() {
        expect(
            &ENGINE,
            &[(
                "messages",
                "
                id | parent
                a  | -
                b  | a
                c  | b
                d  | gone
                e  | gone
                f  | g
                g  | f
                h  | f
                i  | i
            ",
            )],
            "
            id | conversation | parent
            a  | a            | -
            b  | a            | a
            c  | a            | b
            d  | d            | -
            e  | e            | -
            f  | f            | g
            g  | f            | f
            h  | f            | f
            i  | i            | i
            ",
        );
    }

    proptest! {
        #[test]
        fn whoever_answers_is_in_the_same(above in prop::collection::vec(prop::option::of(0_usize..30), 30)) {
            let first = beginnings(&above);
            for (row, above) in above.iter().enumerate() {
                prop_assert!(above.is_none_or(|above| first[above] == first[row]));
                prop_assert_eq!(first[first[row]], first[row]);
            }
        }
    }
}
