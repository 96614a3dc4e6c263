//! Whether the order of what waits for an answer in mail was right: a mailbox gone through once
//! more, with the truth of what its owner answered.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    fmt::Write as _,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, anyhow, ensure};
use jiff::Timestamp;
use qd_engines::ranking::{self, Answers, Evaluation, Figures, Message, Reader};
use qd_sources::mail::{self, Options};
use serde::Serialize;
use serde_json::{Map, Value};

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    messages: usize,
    /// Rows of the truth whose message is not in the mailbox.
    missing: usize,
    #[serde(flatten)]
    evaluation: Evaluation,
    /// Seconds that the replay took, without reading the mailbox.
    seconds: f64,
}

/// Goes through `mbox` as the one whose addresses and names are given; `truth` says what they answered.
pub(crate) fn measure(
    mbox: &Path,
    truth: &Path,
    persons: &[String],
    names: &[String],
) -> anyhow::Result<Report> {
    let messages = messages(mbox)?;
    let truth = std::fs::read_to_string(truth).context("the truth file cannot be read")?;
    let (rows, answers) = answers(&truth)?;
    let as_of = messages.iter().map(|message| message.at).max().context("the mailbox holds no message")?;
    let start = Instant::now();
    let reader = Reader::of(persons.iter().map(String::as_str), names.iter().map(String::as_str), &messages);
    ensure!(
        messages.iter().any(|message| reader.wrote(message)),
        "the mailbox holds nothing that they wrote"
    );
    let is_item = |message: &Message<'_>, _| rows.contains(&*message.id);
    let mailbox = ranking::items(&messages, &reader, &answers, as_of, &is_item);
    let evaluation = ranking::replay(&mailbox.items);
    let seconds = start.elapsed().as_secs_f64();
    let known: HashSet<&str> = messages.iter().map(|message| &*message.id).collect();
    ensure!(!mailbox.items.is_empty(), "no message of the truth file is in the mailbox and by somebody else");
    let missing = rows.iter().filter(|id| !known.contains(*id)).count();
    Ok(Report { messages: messages.len(), missing, evaluation, seconds })
}

/// The messages of an mbox, each once.
fn messages(mbox: &Path) -> anyhow::Result<Vec<Message<'static>>> {
    ensure!(mbox.exists(), "there is no such mailbox");
    let paths: [PathBuf; 1] = [mbox.to_owned()];
    let options = Options { private: &[], observed_at: Timestamp::now() };
    let mut found = Vec::new();
    mail::sync(&paths, None, &options, &mut |facts| {
        found.extend(facts.into_iter().filter_map(|fact| message(&fact.row)));
        Ok(())
    })
    .map_err(|error| anyhow!(error))?;
    Ok(found)
}

fn message(row: &Map<String, Value>) -> Option<Message<'static>> {
    let text = |name: &str| Some(Cow::Owned(row.get(name)?.as_str()?.to_owned()));
    let texts = |name: &str| -> Vec<Cow<'static, str>> {
        let values = row.get(name).and_then(Value::as_array);
        values.into_iter().flatten().filter_map(Value::as_str).map(|text| text.to_owned().into()).collect()
    };
    let count =
        |name: &str| row.get(name).and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok());
    Some(Message {
        id: text("id")?,
        at: text("at")?.parse().ok()?,
        thread: text("thread")?,
        in_reply_to: text("in_reply_to"),
        references: texts("references"),
        sender: text("sender"),
        sender_name: text("sender_name"),
        is_robot: row.get("is_robot").and_then(Value::as_bool)?,
        to: texts("to"),
        cc: texts("cc"),
        recipients: count("recipients")?,
        subject: text("subject").unwrap_or_default(),
        text: text("text").unwrap_or_default(),
        asks: texts("asks"),
        mentions: texts("mentions"),
        chars: count("chars")?,
        attachments: count("attachments"),
    })
}

/// Ids of the rows of a truth file, and what was answered after how many seconds. The file has a
/// head; of its columns (between tabs) `message_id`, `replied_direct` (0 or 1) and `latency_h` are read.
fn answers(truth: &str) -> anyhow::Result<(HashSet<&str>, Answers)> {
    let mut lines = truth.lines();
    let head: HashMap<&str, usize> =
        lines.next().unwrap_or_default().split('\t').enumerate().map(|(at, name)| (name, at)).collect();
    let column = |name: &str| head.get(name).copied().with_context(|| format!("no column `{name}`"));
    let (id, replied, latency) = (column("message_id")?, column("replied_direct")?, column("latency_h")?);
    let (mut rows, mut answers) = (HashSet::new(), Answers::new());
    for (number, line) in lines.enumerate().filter(|(_, line)| !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: usize| cells.get(at).map_or("", |cell| cell.trim());
        let id = cell(id).trim_matches(['<', '>']);
        if cell(replied) == "1" {
            let hours: f64 =
                cell(latency).parse().with_context(|| format!("line {}: no `latency_h`", number + 2))?;
            answers.insert(id.to_owned(), (hours * 3600.0) as i64);
        }
        rows.insert(id);
    }
    Ok((rows, answers))
}

impl Report {
    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let Evaluation { items, warm_up, scored, answered, .. } = self.evaluation;
        let mut text = format!(
            "{} messages, {items} items; the first {warm_up} warm up, {scored} are scored, {answered} of them \
             answered ({:.0}%)\n",
            self.messages,
            100.0 * answered as f64 / scored.max(1) as f64
        );
        if self.missing > 0 {
            let _ = writeln!(text, "{} rows of the truth file have no message", self.missing);
        }
        let _ = writeln!(
            text,
            "\n{:<14}{:>8}{:>12}{:>14}{:>22}",
            "", "AUROC", "av. prec.", "calibration", "shown at 90% recall"
        );
        for (name, figures) in [
            ("to before cc", self.evaluation.to_before_cc),
            ("rule", self.evaluation.rule),
            ("model", self.evaluation.model),
        ] {
            let _ = writeln!(text, "{}", line(name, &figures));
        }
        let used = if self.evaluation.chooses_model { "model" } else { "rule" };
        let _ = writeln!(text, "\nthe {used} is used; replay in {:.3} s", self.seconds);
        text
    }
}

fn line(name: &str, figures: &Figures) -> String {
    let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.3}"));
    let shown = figures.share_shown.map_or("-".to_owned(), |share| format!("{:.0}%", 100.0 * share));
    format!(
        "{name:<14}{:>8}{:>12}{:>14}{shown:>22}",
        number(figures.area_under_curve),
        number(figures.average_precision),
        number(figures.calibration_error)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truth_file_is_read_by_its_head() {
        let truth = "latency_h\tmessage_id\treplied_direct\n\t<a@x>\t0\n2.50\t<b@x>\t1\n200\tc@x\t1\n\n";
        let (rows, answers) = answers(truth).unwrap();
        assert_eq!(rows, HashSet::from(["a@x", "b@x", "c@x"]));
        assert_eq!(answers, Answers::from([("b@x".to_owned(), 9000), ("c@x".to_owned(), 720_000)]));
        assert!(super::answers("message_id\treplied_direct\n").is_err());
        assert!(super::answers("message_id\treplied_direct\tlatency_h\na\t1\t\n").is_err());
    }
}
