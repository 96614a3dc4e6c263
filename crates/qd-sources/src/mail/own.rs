//! An author's own words, apart from everything else that a message carries along.
//!
//! Quotes repeat others; signatures, footers and patches are nobody's words to somebody. A text is
//! gone through line by line. Lines of a quote are left out wherever they stand, so that answers
//! between them are kept; what ends the words (a signature, a whole message below, a patch) ends
//! the reading.

use std::sync::LazyLock;

use regex::Regex;

/// Characters that are kept.
const LONGEST: usize = 1000;
/// Lines of a text that are looked at; more is a log.
const LINES: usize = 20_000;

/// Words of "wrote" with which a line introduces a quote.
const WROTE: &[&str] = &[
    "wrote",
    "writes",
    "said",
    "schrieb",
    "écrit",
    "écrivait",
    "escribió",
    "escreveu",
    "scritto",
    "skrev",
    "napisał",
    "napisała",
    "napsal",
    "schreef",
    "geschreven",
    "kirjoitti",
    "пишет",
    "написал",
    "написала",
    "yazdı",
    "写道",
    "書きました",
];
/// Heads of a message that follows as a whole.
const ORIGINAL: &[&str] = &[
    "original message",
    "ursprüngliche nachricht",
    "original-nachricht",
    "message d'origine",
    "message original",
    "mensaje original",
    "mensagem original",
    "messaggio originale",
    "oorspronkelijk bericht",
    "forwarded message",
    "weitergeleitete nachricht",
    "message transféré",
    "begin forwarded message",
];
const FROM: &[&str] = &["from:", "von:", "de:", "de :", "da:", "van:"];
const SENT: &[&str] =
    &["sent:", "date:", "gesendet:", "datum:", "envoyé:", "envoyé :", "enviado:", "inviato:", "verzonden:"];
const TO: &[&str] = &["to:", "an:", "à:", "à :", "para:", "a:", "aan:"];
/// Beginnings of lines that end an author's words.
const ENDS: &[&str] = &[
    "diff --git ",
    "@@ -",
    "range-diff ",
    "-----begin pgp signature",
    "you received this message because",
    "to unsubscribe",
    "confidentiality notice",
    "this email and any attachments",
    "this e-mail and any attachments",
    "this message and any attachments",
    "this message is confidential",
    "diese e-mail enthält vertrauliche",
];
/// Beginnings of lines that are left out.
const ASIDES: &[&str] = &[
    "-----begin pgp signed message",
    "hash: sha",
    "sent from my ",
    "get outlook for ",
    "von meinem iphone",
    "envoyé de mon ",
    "enviado desde mi ",
    "base-commit: ",
    "change-id: ",
];

static TRAILER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:[A-Z][A-Za-z]+(?:-[a-z]+)*-[Bb]y|Cc|Fixes|Link|Closes|Message-I[dD]): \S").ok()
});
static DIFFSTAT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^ ?\S.* +\| +(?:\d+ *[-+]*|Bin\b.*)$|^ \d+ files? changed|^ (?:create|delete) mode |^ rename ",
    )
    .ok()
});

/// What an author wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own {
    /// All of it.
    pub text: String,
    /// Its length in characters.
    pub chars: usize,
}

impl Own {
    /// The beginning that is kept; nothing where nothing was written.
    #[must_use]
    pub fn beginning(&self) -> Option<&str> {
        let end = self.text.char_indices().nth(LONGEST).map_or(self.text.len(), |(at, _)| at);
        self.text.get(..end).map(str::trim_end).filter(|text| !text.is_empty())
    }
}

/// The author's own words in a plain text.
#[must_use]
pub fn own(text: &str) -> Own {
    let lines: Vec<&str> = text.lines().take(LINES).map(str::trim_end).collect();
    let mut kept = String::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or_default();
        match judge(line, rest) {
            Part::Own => {
                kept.push_str(line);
                kept.push('\n');
                at += 1;
            }
            Part::Other(count) => at += count.max(1),
            Part::End => break,
        }
        // A gap stays, as one empty line.
        if kept.ends_with("\n\n\n") {
            kept.pop();
        }
    }
    let text = kept.trim_matches('\n').trim_end().to_owned();
    let chars = text.chars().count();
    Own { text, chars }
}

/// What a line is.
enum Part {
    Own,
    /// It and so many lines in all are not the author's.
    Other(usize),
    End,
}

fn judge(line: &str, rest: &[&str]) -> Part {
    let bare = line.trim_start();
    if bare.is_empty() {
        return Part::Own;
    }
    if is_quote(bare) {
        return Part::Other(1);
    }
    if ends_words(line, bare, rest) {
        return Part::End;
    }
    if let Some(count) = attribution(rest) {
        let below = rest.get(count..).unwrap_or_default().iter().find(|line| !line.trim().is_empty());
        let is_marked = below.is_some_and(|line| is_quote(line.trim_start()));
        return if is_marked { Part::Other(count) } else { Part::End };
    }
    let is = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|one| one.is_match(line));
    let is_aside = line == "---" || begins(bare, ASIDES) || is(&TRAILER);
    if is_aside || (line.starts_with(' ') && is(&DIFFSTAT)) { Part::Other(1) } else { Part::Own }
}

fn is_quote(bare: &str) -> bool {
    bare.starts_with('>')
        || bare.split_once('>').is_some_and(|(name, _)| {
            (1..=3).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase())
        })
}

/// Whether the author's words end above this line.
fn ends_words(line: &str, bare: &str, rest: &[&str]) -> bool {
    // Mail programs mark a signature by `-- `; the space is often lost on the way.
    if line == "--" && rest.len() > 1 {
        return true;
    }
    if begins(bare, ENDS) {
        return true;
    }
    let next = rest.get(1).copied().unwrap_or_default();
    if bare.starts_with("--- ") && next.starts_with("+++ ") {
        return true;
    }
    if bare.len() > 20 && bare.bytes().all(|byte| byte == b'_') {
        return true;
    }
    if bare.starts_with("--") || begins(bare, &["begin forwarded message"]) {
        let title = bare.trim_matches(['-', ' ', ':']).to_lowercase();
        if ORIGINAL.contains(&title.as_str()) {
            return true;
        }
    }
    is_outlook(bare, rest)
}

/// Whether the head of a message stands here as Outlook writes it above what is answered.
fn is_outlook(bare: &str, rest: &[&str]) -> bool {
    let plain = |line: &str| line.trim_start().replace('*', "");
    if !begins(&plain(bare), FROM) {
        return false;
    }
    let head: Vec<String> = rest.iter().skip(1).take(6).map(|line| plain(line)).collect();
    let has = |names: &[&str]| head.iter().any(|line| begins(line, names));
    has(SENT) && has(TO)
}

/// Lines of an introduction to a quote (`On Monday, Ada wrote:`), which may be wrapped twice.
fn attribution(rest: &[&str]) -> Option<usize> {
    const LEADS: &[&str] =
        &["on ", "am ", "le ", "el ", "il ", "em ", "op ", "den ", "w dniu ", "dne ", "at ", "* "];
    for count in 1..=3 {
        let line = rest.get(count - 1)?.trim();
        if line.is_empty() || line.len() > 300 {
            return None;
        }
        if !line.ends_with([':', '：', '>']) && !line.ends_with("...") {
            continue;
        }
        let whole = rest.get(..count)?.join(" ").to_lowercase();
        let head = whole.trim_start();
        let says_wrote = WROTE.iter().any(|word| head.contains(word));
        let has_date = head.bytes().filter(u8::is_ascii_digit).count() >= 2;
        let is_short = whole.len() < 400 && line.ends_with([':', '：']);
        let above_quote = rest.get(count..)?.iter().find(|line| !line.trim().is_empty());
        let is_above_quote = above_quote.is_some_and(|line| is_quote(line.trim_start()));
        if says_wrote && is_short && (is_above_quote || (has_date && begins(head, LEADS))) {
            return Some(count);
        }
    }
    None
}

/// Whether `line` begins with one of `heads`, in any case.
fn begins(line: &str, heads: &[&str]) -> bool {
    heads.iter().any(|head| {
        if head.is_ascii() {
            return line
                .as_bytes()
                .get(..head.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(head.as_bytes()));
        }
        let mut lower = line.chars().flat_map(char::to_lowercase);
        head.chars().all(|wanted| lower.next() == Some(wanted))
    })
}
