//! Whom the beginning of a text speaks to.

use crate::prose::named;

/// Words that open a greeting.
const GREETINGS: &[&str] = &[
    "hi",
    "hello",
    "hey",
    "dear",
    "good morning",
    "good afternoon",
    "good evening",
    "morning",
    "thanks",
    "hallo",
    "liebe",
    "lieber",
    "guten tag",
    "guten morgen",
    "moin",
    "bonjour",
    "bonsoir",
    "salut",
    "cher",
    "chère",
    "hola",
    "buenos días",
    "estimado",
    "estimada",
    "ciao",
    "caro",
    "cara",
    "olá",
    "hej",
    "beste",
    "cześć",
];
/// Who is nobody in particular.
const ANYBODY: &[&str] = &[
    "all",
    "everyone",
    "everybody",
    "team",
    "folks",
    "there",
    "list",
    "guys",
    "sir",
    "madam",
    "maintainers",
    "colleagues",
    "friends",
    "customer",
    "alle",
    "zusammen",
    "tous",
    "todos",
    "tutti",
    "both",
    "again",
    "regards",
    "cheers",
    "best",
    "kind",
    "sincerely",
    "cordialement",
    "yes",
    "no",
    "ok",
    "okay",
    "well",
    "sure",
    "so",
    "also",
    "note",
    "however",
    "right",
    "agreed",
    "done",
    "changes",
    "see",
    "you",
    "thanks",
];
/// Lines in which a greeting is looked for.
const LINES: usize = 4;
/// Longest greeting, in bytes.
const LONGEST: usize = 60;

/// The names that `text` addresses, as written, each once: with an `@`, or in a greeting at the top
/// (`Hi Ada and Bob,`, or only `Ada,`).
pub(super) fn mentions(text: &str) -> Vec<String> {
    let mut found = named(text);
    let top = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(LINES);
    for name in top.enumerate().filter_map(|(at, line)| greeted(line, at == 0)).flatten() {
        if !found.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            found.push(name);
        }
    }
    found
}

/// The names in a line, if it is a greeting; `is_first` of all lines.
fn greeted(line: &str, is_first: bool) -> Option<Vec<String>> {
    let end = line.find([',', '!', ':', ';', '.']).unwrap_or(line.len());
    let (head, rest) = line.split_at_checked(end).filter(|(head, _)| head.len() <= LONGEST)?;
    let lower = head.to_lowercase();
    let greeting = GREETINGS.iter().filter(|word| {
        lower.strip_prefix(**word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    });
    let skipped = greeting.map(|word| word.chars().count()).max();
    // Without a greeting it is one only where a line holds nothing but names (`Ada,`).
    let stands_alone = is_first && rest.len() == 1 && rest.starts_with([',', ':', '!']);
    if skipped.is_none() && !(stands_alone && head.split_whitespace().count() <= 2) {
        return None;
    }
    let names: String = head.chars().skip(skipped.unwrap_or(0)).collect();
    let names: String = names.trim().trim_start_matches(',').to_owned();
    let names = names
        .replace(" & ", " and ")
        .replace(" und ", " and ")
        .replace(" et ", " and ")
        .replace('/', " and ");
    let parts = names.split(" and ").map(str::trim).filter(|name| is_name(name));
    Some(parts.map(str::to_owned).collect())
}

fn is_name(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_word = |word: &&str| {
        word.starts_with(char::is_uppercase)
            && word.chars().all(|one| one.is_alphabetic() || matches!(one, '-' | '\'' | '’' | '.'))
    };
    (1..=3).contains(&words.len())
        && words.iter().all(is_word)
        && !words.iter().any(|word| ANYBODY.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_and_marks_name_people() {
        let cases: &[(&str, &[&str])] = &[
            ("Hi Ada,\n\nsee below", &["Ada"]),
            ("Hello Ada and Bob!\nText", &["Ada", "Bob"]),
            ("Ada,\nplease", &["Ada"]),
            ("@ada can you?\nada@example.org", &["ada"]),
            ("Hi all,\nAda is ill.", &[]),
            ("Guten Tag Frau Müller,\n", &["Frau Müller"]),
            ("However, it works.", &[]),
            ("hi!\n", &[]),
            ("", &[]),
        ];
        for (text, wanted) in cases {
            assert_eq!(mentions(text), *wanted, "{text}");
        }
    }
}
