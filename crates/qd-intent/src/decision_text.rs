//! What the words of a decision record mean: its status, its day, its people.

use jiff::civil::{Date, date};

/// Words for each status, in the order in which they are tried at each word of the text.
const STATUS_WORDS: [(&str, &[&str]); 7] = [
    ("superseded", &["superseded", "superceded", "replaced"]),
    (
        "accepted",
        &[
            "accepted",
            "accept",
            "approved",
            "agreed",
            "adopted",
            "active",
            "decided",
            "implemented",
            "done",
            "complete",
            "completed",
            "ratified",
            "final",
            "current",
            "valid",
            "confirmed",
            "implementing",
        ],
    ),
    (
        "proposed",
        &[
            "proposed",
            "proposal",
            "propose",
            "pending",
            "review",
            "reviewing",
            "discussion",
            "discussing",
            "open",
            "experimental",
            "rfc",
            "suggested",
            "trial",
            "candidate",
        ],
    ),
    ("draft", &["draft", "wip", "incomplete", "in-progress", "progress", "unfinished", "todo", "drafting"]),
    (
        "rejected",
        &[
            "rejected",
            "reject",
            "declined",
            "denied",
            "refused",
            "abandoned",
            "withdrawn",
            "cancelled",
            "canceled",
            "discarded",
            "dropped",
        ],
    ),
    ("deferred", &["deferred", "hold", "on-hold", "postponed", "paused", "parked", "delayed"]),
    (
        "deprecated",
        &["deprecated", "obsolete", "retired", "outdated", "expired", "archived", "inactive", "obsoleted"],
    ),
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The text without the marks of Markdown, template braces and pictures.
pub(crate) fn plain(text: &str) -> String {
    let kept = |c: &char| {
        c.is_alphanumeric()
            || c.is_whitespace()
            || c.is_ascii_punctuation() && !"*_`~{}[]<>\\\"".contains(*c)
            || "’–—".contains(*c)
    };
    let words: String = text.chars().filter(kept).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ").trim_matches([',', ';', ':']).trim().to_owned()
}

/// Whether a text is what a template says and nobody has filled in: words in braces or
/// brackets as a whole, several choices, or the well-known phrases.
pub(crate) fn is_template(text: &str) -> bool {
    let text = text.trim();
    let wrapped = |open: char, close: char| {
        text.starts_with(open) && text.ends_with(close) && !text[1..].contains(open)
    };
    let lower = text.to_lowercase();
    // `{accepted}` is a status in a template's braces, `{short title}` is none.
    (wrapped('{', '}') || wrapped('[', ']') || wrapped('<', '>'))
        && read_status(text).is_none()
        && read_date(text).is_none()
        || is_choice(text)
        || lower.contains("yyyy")
        || ["short title", "what is the status", "title of the decision"]
            .iter()
            .any(|said| lower.contains(said))
}

/// Several statuses to choose from: `proposed | accepted | rejected`.
fn is_choice(text: &str) -> bool {
    let known = |part: &str| {
        plain(part).split(' ').next().is_some_and(|word| status_of(&word.to_lowercase()).is_some())
    };
    text.contains('|') && text.split('|').filter(|part| known(part)).count() > 1
        || text.to_lowercase().starts_with("what is the status")
}

fn status_of(word: &str) -> Option<&'static str> {
    STATUS_WORDS.iter().find(|(_, words)| words.contains(&word)).map(|(status, _)| *status)
}

/// The status in one of seven words; the first known word of the text decides, save
/// that what is superseded stays so whatever it was before.
pub(crate) fn read_status(text: &str) -> Option<&'static str> {
    if is_choice(text) {
        return None;
    }
    let text = plain(text).to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .map(|word| word.trim_matches('-'))
        .filter(|word| !word.is_empty())
        .collect();
    let follows = |place: usize, word: &str| words.get(place + 1).is_some_and(|next| *next == word);
    let replaced = |(place, word): (usize, &&str)| {
        matches!(*word, "superseded-by" | "superceded-by")
            || matches!(*word, "superseded" | "superceded" | "replaced") && follows(place, "by")
    };
    if words.iter().enumerate().any(replaced) {
        return Some("superseded");
    }
    for (place, word) in words.iter().enumerate() {
        let Some(status) = status_of(word) else { continue };
        let before = place.checked_sub(1).and_then(|place| words.get(place)).copied();
        return match before {
            Some("not") => Some("rejected"),
            Some("yet" | "be") => Some("proposed"),
            _ => Some(status),
        };
    }
    None
}

/// The day a text names, where only one day can be meant.
///
/// Year first, or a month by name, is clear. Of numbers with the year last, one of day
/// and month must be above 12 to tell which is which; a year of two digits never does.
pub(crate) fn read_date(text: &str) -> Option<Date> {
    let text = plain(text).to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'))
        .filter(|word| !word.is_empty())
        .collect();
    words.iter().find_map(|word| numeric(word)).or_else(|| named(&words))
}

fn day(year: i64, month: i64, day: i64) -> Option<Date> {
    let (year, month, day) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Date::new(year, month, day).ok().filter(|found| (date(1970, 1, 1)..date(2200, 1, 1)).contains(found))
}

/// `2026-10-01`, `2026/10/1`, `2026-10-01t12:00:00z`, `26.03.2018`.
fn numeric(word: &str) -> Option<Date> {
    let word = word.split_once('t').map_or(word, |(date, _)| date).trim_end_matches(['.', ';', ':']);
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    let [first, second, third] = parts[..] else { return None };
    let number =
        |part: &str| part.parse::<i64>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
    let month = |part: &str| number(part).or_else(|| month_of(part));
    if first.len() == 4 {
        return day(number(first)?, month(second)?, number(third)?);
    }
    if third.len() != 4 {
        return None;
    }
    let year = number(third)?;
    if number(second).is_none() {
        return day(year, month_of(second)?, number(first)?);
    }
    match (number(first)?, number(second)?) {
        (first, second) if first > 12 && second <= 12 => day(year, second, first),
        (first, second) if second > 12 && first <= 12 => day(year, first, second),
        _ => None,
    }
}

fn month_of(word: &str) -> Option<i64> {
    let word = word.trim_end_matches('.');
    let place = MONTHS.iter().position(|month| {
        word.len() >= 3 && (month.starts_with(word) || word == "sept" && *month == "september")
    })?;
    i64::try_from(place + 1).ok()
}

/// `september 20 2024`, `20th september 2024`.
fn named(words: &[&str]) -> Option<Date> {
    let ordinal = |word: &str| {
        let digits = word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h', '.']);
        digits.parse::<i64>().ok().filter(|day| (1..=31).contains(day))
    };
    words.windows(3).find_map(|three| {
        let year =
            three[2].trim_end_matches('.').parse::<i64>().ok().filter(|year| (1970..2200).contains(year))?;
        match (month_of(three[0]), month_of(three[1])) {
            (Some(month), None) => day(year, month, ordinal(three[1])?),
            (None, Some(month)) => day(year, month, ordinal(three[0])?),
            _ => None,
        }
    })
}

/// The names of a list written as one text.
pub(crate) fn split_names(text: &str) -> Vec<String> {
    let text = text.trim();
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let parts = inner
        .split([',', ';'])
        .flat_map(|part| part.split(" and "))
        .map(|part| part.trim().trim_matches(['"', '\'']).to_owned());
    parts.filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{is_template, read_date, read_status};

    #[test]
    fn a_status_is_one_of_seven_words_or_unknown() {
        for (text, status) in [
            ("Accepted", Some("accepted")),
            ("✅ Accepted (documenting an existing thing)", Some("accepted")),
            ("{ in-progress }", Some("draft")),
            ("on hold", Some("deferred")),
            ("Superceded by [2. Use Rust](0002-use-rust.md)", Some("superseded")),
            ("accepted, superseded by ADR-0062", Some("superseded")),
            ("Accepted. Supersedes ADR-0003", Some("accepted")),
            ("not accepted", Some("rejected")),
            ("under review", Some("proposed")),
            ("{proposed | rejected | accepted}", None),
            ("What is the status, such as proposed or accepted?", None),
            ("green", None),
        ] {
            assert_eq!(read_status(text), status, "{text}");
        }
        assert!(is_template("{short title of solved problem and solution}"));
        assert!(!is_template("{accepted}"));
    }

    #[test]
    fn a_day_is_read_only_where_it_can_be_no_other() {
        for (text, day) in [
            ("2026-10-01", Some("2026-10-01")),
            ("{ 2026-10-1 }", Some("2026-10-01")),
            ("2026-10-01T12:00:00Z", Some("2026-10-01")),
            ("September 20, 2024", Some("2024-09-20")),
            ("20th of May", None),
            ("Friday, 20 Sep. 2024", Some("2024-09-20")),
            ("20-Sep-2024", Some("2024-09-20")),
            ("26/03/2018", Some("2018-03-26")),
            ("03/26/2018", Some("2018-03-26")),
            ("05/02/2018", None),
            ("26/03/18", None),
            ("May 2024", None),
            ("2024-13-01", None),
        ] {
            assert_eq!(read_date(text).map(|day| day.to_string()).as_deref(), day, "{text}");
        }
    }
}
