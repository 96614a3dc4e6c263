//! Issues that what was written says it closes.
//!
//! GitHub counts its own issues itself, GitLab reads lists of them, and an issue of another tracker (`Fixes ATLAS-12`)
//! is written alike on either. Whether there is an issue of that name is not known here: a reference that
//! nothing answers to closes nothing.

use std::sync::LazyLock;

use regex::Regex;

/// A verb, and the references behind it, as GitLab reads them.
static CLOSES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?):? +",
        r"(?:issues? +)?((?:(?:,? *(?:and +)?)(?:[\w./-]*#\d+|(?-i:[A-Z][A-Z0-9_]+-[\w-]+)))+)",
    ))
    .ok()
});

static REFERENCE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\w./-]*#\d+|\b[A-Z][A-Z0-9_]+-[\w-]+").ok());

/// References that `written` says it closes, each once, in order: `12`, `acme/api#12`, `ATLAS-12`.
pub(crate) fn closed(written: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for list in CLOSES.iter().flat_map(|regex| regex.captures_iter(written)) {
        let list = list.get(1).map_or("", |list| list.as_str());
        for reference in REFERENCE.iter().flat_map(|regex| regex.find_iter(list)) {
            let reference = reference.as_str();
            let own = reference.strip_prefix('#').unwrap_or(reference).to_owned();
            if (own.contains('#') || own.starts_with(|first: char| first.is_ascii_digit()) || is_key(&own))
                && !found.contains(&own)
            {
                found.push(own);
            }
        }
    }
    found
}

/// Those of them that are keys of a tracker beside the forge: `ATLAS-12`.
pub(crate) fn keys(written: &str) -> impl Iterator<Item = String> {
    closed(written).into_iter().filter(|reference| is_key(reference))
}

/// A project's key and a number; `CVE-2026-1234` is neither.
fn is_key(reference: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    reference.split_once('-').is_some_and(|(project, number)| !project.contains('#') && digits(number))
}

#[cfg(test)]
mod tests {
    use super::{closed, keys};

    #[test]
    fn what_is_closed_is_told_once_and_in_order() {
        for (written, expected) in [
            ("Closes #4, #5 and acme/web#6. Fixes #4", vec!["4", "5", "acme/web#6"]),
            ("Fixes ATLAS-12", vec!["ATLAS-12"]),
            ("Resolves: ATLAS-12, WEB_2-3 and #7", vec!["ATLAS-12", "WEB_2-3", "7"]),
            ("See ATLAS-12; part of ATLAS-13", vec![]),
            ("fixes utf-8 names", vec![]),
            ("Fixes CVE-2026-1234", vec![]),
            ("Fixes ATLAS-12b", vec![]),
        ] {
            assert_eq!(closed(written), expected, "{written}");
        }
        assert_eq!(keys("Fixes #1, ATLAS-12, acme/api#3").collect::<Vec<_>>(), ["ATLAS-12"]);
    }
}
