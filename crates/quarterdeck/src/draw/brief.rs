//! A brief as one screen of text, and as Markdown.

use std::fmt::Write;

use jiff::{Timestamp, tz::TimeZone};
use qd_model::{Brief, Held, ProjectLine, Silent, SourceAge};

use super::{
    meeting,
    style::{FAINT, HEADING, ID, NEW, WARNING, styled},
    words::{ago, count, small_print},
};

/// Rows that others hold, and silent signals, that the text names one by one.
const NAMED: usize = 3;

/// What is shown of a brief beside its rows, in sentences that text and page share.
pub(crate) struct Sentences {
    pub(crate) heading: String,
    pub(crate) rest: Option<String>,
    /// What stands below the rows: heading and lines, none of them empty.
    pub(crate) sections: Vec<(&'static str, Vec<String>)>,
}

pub(crate) fn sentences(brief: &Brief, zone: &TimeZone, now: Timestamp) -> Sentences {
    let at = brief.as_of.to_zoned(zone.clone());
    let mut heading = format!("{} · {}", at.strftime("%A %-d %B %Y, %H:%M"), brief.company);
    if brief.is_inferred {
        heading.push_str(" (inferred)");
    }
    let _ = write!(heading, " · for {}", brief.for_name);
    if let (Some(minutes), Some(fits)) = (brief.minutes, brief.fits) {
        let until = brief.until.as_ref().map_or_else(String::new, |meeting| {
            format!(" until {} ({})", meeting.title, meeting.at.to_zoned(zone.clone()).strftime("%H:%M"))
        });
        let rows = count(brief.rows.len(), "row", "rows");
        let _ = write!(heading, " · {minutes} minutes{until}: {fits} of {rows} fit");
    }
    let rest = (brief.rest > 0).then(|| format!("{} more with --all", brief.rest));
    let mut held: Vec<String> = brief.held_by_others.iter().take(NAMED).map(held_line).collect();
    if brief.held_by_others.len() > NAMED {
        held.push(format!("{} more", brief.held_by_others.len() - NAMED));
    }
    let mut sections = vec![
        ("Today", today(brief, zone)),
        ("Others", held),
        ("Projects", brief.projects.iter().map(project_line).collect()),
        ("Changed", brief.changed.clone()),
        ("Checked", checked(brief)),
        ("Sources", brief.sources.iter().map(|source| source_line(source, now)).collect()),
        ("Note", brief.notes.clone()),
        ("Next", next(brief)),
    ];
    sections.retain(|(_, lines)| !lines.is_empty());
    Sentences { heading, rest, sections }
}

/// Meetings and what only tells something.
fn today(brief: &Brief, zone: &TimeZone) -> Vec<String> {
    let mut lines: Vec<String> = brief.meetings.iter().map(|known| meeting::line(known, zone)).collect();
    if let Some(first) = brief.meetings.first() {
        let at = first.meeting.at.to_zoned(zone.clone());
        lines.push(format!("`quarterdeck prepare {}` opens one", at.strftime("%H:%M")));
    }
    lines.extend(brief.offers.iter().map(|offer| {
        let hours = offer.free / 60;
        let free = if hours > 0 { format!("{hours} h") } else { format!("{} min", offer.free) };
        format!("{} does not fit: {} owns it and has {free} free today", offer.id, offer.to)
    }));
    if brief.notices > 0 {
        let told = count(
            brief.notices,
            "message or event only tells you something",
            "messages and events only tell you something",
        );
        lines.push(format!("{told}; `quarterdeck show unanswered`"));
    }
    lines
}

fn held_line(held: &Held) -> String {
    format!("{} {}: {} ({})", held.id, held.holder, held.title, held_rises(held))
}

/// When what another holds would come to whom.
pub(crate) fn held_rises(held: &Held) -> String {
    match (held.rises, &held.rises_to) {
        (Some(day), Some(to)) => format!("rises to {to} on {day}"),
        _ => "does not rise".to_owned(),
    }
}

fn project_line(project: &ProjectLine) -> String {
    let mut parts = vec![project.status.clone()];
    parts.extend(project.deadline.map(|day| format!("due {day}")));
    parts.extend(project.tasks.map(|(done, all)| format!("{done} of {} done", count(all, "task", "tasks"))));
    parts.push(match project.commits {
        Some(commits) => format!("{} in 14 days", count(commits, "commit", "commits")),
        None => "no repositories declared".to_owned(),
    });
    parts.extend(project.lead.as_ref().map(|lead| format!("led by {lead}")));
    format!("{}: {}", project.name, parts.join(", "))
}

fn checked(brief: &Brief) -> Vec<String> {
    let checked = &brief.checked;
    let mut lines =
        vec![format!("{} asked, {} could speak", count(checked.asked, "signal", "signals"), checked.spoke)];
    let mut wants: Vec<(&str, usize)> = Vec::new();
    for Silent { why, .. } in checked.silent.iter().filter(|silent| !silent.failed && !silent.why.is_empty())
    {
        match wants.iter_mut().find(|(known, _)| known == why) {
            Some((_, times)) => *times += 1,
            None => wants.push((why, 1)),
        }
    }
    wants.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(right.0)));
    let wanted: Vec<String> =
        wants.iter().take(NAMED).map(|(why, times)| format!("{why} ({times})")).collect();
    if !wanted.is_empty() {
        lines.push(format!("more could speak with: {}", wanted.join("; ")));
    }
    let failed: Vec<&str> =
        checked.silent.iter().filter(|silent| silent.failed).map(|silent| silent.signal.as_str()).collect();
    if !failed.is_empty() {
        lines.push(format!("failed: {}", failed.join(", ")));
    }
    lines
}

/// The one next thing worth declaring.
fn next(brief: &Brief) -> Vec<String> {
    if !brief.is_inferred {
        return Vec::new();
    }
    let silent = brief.checked.silent.iter().filter(|silent| !silent.failed).count();
    vec![format!(
        "`quarterdeck init company --repos PATH` writes down who works here; rows then go to their owners, and up to {} can speak",
        count(silent, "more signal", "more signals")
    )]
}

fn source_line(source: &SourceAge, now: Timestamp) -> String {
    let (one, many) = units_of(&source.kind);
    let units = count(source.units, one, many);
    let mut line = match source.synced_at {
        Some(at) => format!("{} ({}, {units}) read {}", source.name, source.kind, ago(at, now)),
        None => format!("{} ({}) never read", source.name, source.kind),
    };
    if let Some(error) = &source.error {
        let _ = write!(line, "; {error}");
    }
    line
}

/// What a source of this kind is counted in.
pub(crate) fn units_of(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "git" => ("repository", "repositories"),
        "table" | "junit" | "ledger" | "focus" => ("file", "files"),
        "calendar" => ("calendar", "calendars"),
        "mail" => ("mailbox", "mailboxes"),
        "feed" => ("feed", "feeds"),
        // Exports, or conversations where Slack itself was asked.
        "chat" => ("part", "parts"),
        _ => ("part", "parts"),
    }
}

/// `text` broken into lines of at most `width` characters, each after the first behind
/// `indent` blanks.
fn wrap(text: &str, width: usize, indent: usize) -> String {
    let mut lines = String::new();
    let mut used = indent;
    for (place, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if place > 0 && used + 1 + length > width {
            let _ = write!(lines, "\n{:indent$}", "");
            used = indent;
        } else if place > 0 {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += length;
    }
    lines
}

/// The brief as text for a screen of `width` columns.
pub(crate) fn text(brief: &Brief, zone: &TimeZone, now: Timestamp, width: usize) -> String {
    let said = sentences(brief, zone, now);
    let mut out = format!("{}\n\n", styled(HEADING, &said.heading));
    if brief.rows.is_empty() {
        out.push_str("Nothing needs you now.\n");
    }
    for row in &brief.rows {
        let mark = if row.new { format!("{} ", styled(NEW, "new")) } else { String::new() };
        let indent = 12;
        let _ = writeln!(
            out,
            "{:>2}  {}  {mark}{}",
            row.rank,
            styled(ID, &row.id),
            wrap(&row.title, width, indent)
        );
        let _ = writeln!(out, "{:indent$}{}", "", styled(FAINT, wrap(&small_print(row), width, indent)));
        let _ = writeln!(out, "{:indent$}→ {}", "", wrap(&row.asks, width, indent + 2));
    }
    if let Some(rest) = &said.rest {
        let _ = writeln!(out, "{:12}{}", "", styled(FAINT, rest));
    }
    out.push('\n');
    for (name, lines) in &said.sections {
        for (place, line) in lines.iter().enumerate() {
            let name = if place == 0 { name } else { "" };
            let _ = writeln!(out, "{}{}", styled(HEADING, format!("{name:<10}")), wrap(line, width, 10));
        }
    }
    for problem in &brief.problems {
        let _ = writeln!(out, "{} {}", styled(WARNING, "warning:"), wrap(problem, width, 9));
    }
    out
}

/// The brief as Markdown.
pub(crate) fn markdown(brief: &Brief, zone: &TimeZone, now: Timestamp) -> String {
    let said = sentences(brief, zone, now);
    let mut out = format!("# {}\n\n", said.heading);
    if brief.rows.is_empty() {
        out.push_str("Nothing needs you now.\n");
    }
    for row in &brief.rows {
        let new = if row.new { "**new** " } else { "" };
        let _ = writeln!(out, "{}. {new}{} `{}`  ", row.rank, escape(&row.title), row.id);
        let _ = writeln!(out, "   {}  ", escape(&small_print(row)));
        let _ = writeln!(out, "   → {}", escape(&row.asks));
    }
    if let Some(rest) = &said.rest {
        let _ = writeln!(out, "\n{rest}");
    }
    let problems = ("Problems", brief.problems.clone());
    for (name, lines) in said.sections.iter().chain([&problems]) {
        if !lines.is_empty() {
            let _ = writeln!(out, "\n## {name}\n");
            for line in lines {
                let _ = writeln!(out, "- {}", escape(line));
            }
        }
    }
    out
}

/// Words from outside must not become markup.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '*' | '_' | '`' | '<' | '>' | '[' | ']' | '#' | '|' | '\\') {
            escaped.push('\\');
        }
        escaped.push(if letter == '\n' { ' ' } else { letter });
    }
    escaped
}
