//! A query of the console, written down as a signal.

use maud::{Markup, html};
use qd_model::DeckError;

use super::super::ask::{Ask, Fields};

/// Classes of price, as a signal's head names them, and what each says.
const PRICES: [(&str, &str); 6] = [
    ("waits", "somebody waits: people, share"),
    ("slips", "something becomes late: probability, value_per_day"),
    ("breaks", "something may go wrong: probability_per_day, impact"),
    ("leaks", "money runs out: amount_per_day"),
    ("forgets", "knowledge gets lost: probability_per_day, relearn_days"),
    ("promise", "somebody was promised something: value_per_day, age"),
];

/// What a head needs and a person writes: its key, what to ask for, and an example.
const HEAD: [(&str, &str, &str); 5] = [
    ("duty", "The duty it serves", "delivery-promises"),
    ("says", "What is the matter; {column} is filled in", "{title} of {project} waits"),
    ("asks", "What to do", "ask who takes it"),
    ("patience", "How long a row may wait at one level", "3d"),
    ("minutes", "Minutes that dealing with a row takes", "10"),
];

/// The form that makes a signal of a query.
pub(crate) fn form(ask: &Ask<'_>, asked: &str) -> Markup {
    let mut duties: Vec<String> = ask.deck.signals().into_iter().map(|signal| signal.duty).collect();
    duties.sort();
    duties.dedup();
    html! {
        details {
            summary { "Save as a signal" }
            p {
                "The query is asked each day, and each of its rows needs somebody. It has to return " code { "subject" }
                ", what its price is made of, and what its sentence names."
            }
            form.fields data-still action="/sql/signal" method="post" {
                input type="hidden" name="token" value=(ask.viewer.token);
                input type="hidden" name="query" value=(asked);
                label for="signal" { "Its name" }
                input #signal name="signal" placeholder="task-nobody-does" pattern="[a-z0-9\\-]+" required;
                @for (key, says, example) in HEAD {
                    label for=(key) { (says) }
                    input id=(key) name=(key) placeholder=(example) list=[(key == "duty").then_some("duties")] required;
                }
                datalist #duties { @for duty in &duties { option value=(duty) {} } }
                label for="price" { "What a day of waiting costs" }
                select #price name="price" {
                    @for (class, says) in PRICES { option value=(class) { (class) ": " (says) } }
                }
                button type="submit" { "Show what would be written" }
            }
        }
    }
}

/// The file that a filled form asks for, and its text.
///
/// # Errors
/// Where the name is none.
pub(crate) fn written(form: &Fields) -> Result<(String, String), DeckError> {
    let name = form.get("signal");
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if name.is_empty() || !name.chars().all(is_plain) {
        return Err(DeckError::new(format!("`{name}` is no name of a signal"))
            .hint("small letters, digits and hyphens: `task-nobody-does`"));
    }
    let mut text = format!("-- signal: {name}\n");
    for key in ["duty", "asks", "says", "price", "patience", "minutes"] {
        // A head's line is one line.
        let value = form.get(key).split_whitespace().collect::<Vec<_>>().join(" ");
        text.push_str(&format!("-- {key}: {value}\n"));
    }
    text.push_str(&format!(
        "--\n-- Asked in the console first.\n{}\n",
        form.get("query").replace("\r\n", "\n")
    ));
    Ok((format!("signals/own/{name}.sql"), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_cannot_be_broken_out_of() {
        let form = Fields::of(
            b"signal=late&duty=reviews&asks=a%0A--+price:+x&says={a}&price=waits&patience=1d&minutes=5&query=SELECT+1",
        );
        let (file, text) = written(&form).expect("it is written");
        assert_eq!(file, "signals/own/late.sql");
        assert!(
            text.starts_with("-- signal: late\n-- duty: reviews\n-- asks: a -- price: x\n-- says: {a}\n"),
            "{text}"
        );
        assert!(text.ends_with("\nSELECT 1\n"), "{text}");
        assert!(written(&Fields::of(b"signal=../a")).is_err() && written(&Fields::of(b"")).is_err());
    }
}
