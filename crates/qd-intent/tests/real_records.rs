//! Real decision records of several dialects against labels made apart from the reader.
//!
//! The records are not part of the project; where they are absent the test says so.

#![expect(clippy::print_stdout, reason = "the test says which records differ")]

use std::{collections::BTreeMap, fs, path::Path};

use qd_intent::decision_record;

/// Share of records whose number, title, status and date must all agree.
const WANTED: f64 = 0.97;

#[test]
fn number_title_status_and_date_agree_with_the_labels() {
    let roots = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let Some(folder) = roots.map(|root| root.join("shared/data/adr")).find(|folder| folder.is_dir()) else {
        println!("skipped: no folder shared/data/adr beside the project");
        return;
    };
    let labels = fs::read_to_string(folder.join("adr_expected.csv")).expect("labels");
    let mut rows = records(&labels).into_iter();
    let header = rows.next().expect("a header");
    let (mut total, mut wrong) = (0, Vec::new());
    for row in rows {
        let label: BTreeMap<&str, &str> =
            header.iter().map(String::as_str).zip(row.iter().map(String::as_str)).collect();
        let path = folder.join(label["repo"]).join(label["path"].replace('/', "__"));
        let text = String::from_utf8_lossy(&fs::read(&path).expect("a record")).into_owned();
        let (record, _) = decision_record(label["path"], &text);
        total += 1;
        let found = [
            ("number", record.integer("number").map(|number| number.to_string()), number(label["number"])),
            ("title", record.text("title").map(ToOwned::to_owned), filled(label["title"])),
            ("status", record.text("status").map(ToOwned::to_owned), filled(label["status_norm"])),
            ("date", record.date("date").map(|date| date.to_string()), filled(label["date_iso"])),
        ];
        for (what, found, wanted) in found {
            if found != wanted {
                wrong.push((
                    path.clone(),
                    format!("{}: {what} is {found:?}, labelled {wanted:?}", label["path"]),
                ));
            }
        }
    }
    for (_, line) in &wrong {
        println!("{line}");
    }
    let mut files: Vec<_> = wrong.iter().map(|(path, _)| path).collect();
    files.dedup();
    let agreeing = total - files.len();
    println!("{agreeing} of {total} records agree in number, title, status and date");
    assert!(total > 0 && agreeing as f64 >= WANTED * total as f64, "{agreeing} of {total} records agree");
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn number(text: &str) -> Option<String> {
    text.parse::<i64>().ok().map(|number| number.to_string())
}

/// The rows of a CSV text with quoted cells.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let row = rows.last_mut().expect("a row");
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                row.last_mut().expect("a cell").push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            '\r' if !quoted => {}
            other => row.last_mut().expect("a cell").push(other),
        }
    }
    rows.retain(|row| row.len() > 1);
    rows
}
