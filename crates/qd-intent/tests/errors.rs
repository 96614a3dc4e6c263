//! One small company for each complaint, what is said of it, and the pages made of both
//! and of the declarations.
//!
//! `UPDATE=1 cargo test -p qd-intent --test errors` writes what is said now; read the
//! difference before it is committed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use qd_intent::{CODES, Example, diagnostics_reference, read, render, unreadable_file};
use qd_model::Files;

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All files below a folder, by their path from it.
fn bytes_below(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = format!("{prefix}{}", path.file_name().and_then(|name| name.to_str()).expect("a name"));
        if path.is_dir() {
            bytes_below(&path, &format!("{name}/"), found);
        } else {
            found.insert(name, fs::read(&path).expect("a file"));
        }
    }
}

/// What is said of the company in a folder, and its texts as the page shows them.
fn example(folder: &Path) -> Example {
    let mut bytes = BTreeMap::new();
    bytes_below(&folder.join("input"), "", &mut bytes);
    let (mut files, mut shown, mut diagnostics) = (Files::new(), Files::new(), Vec::new());
    for (path, bytes) in bytes {
        shown.insert(path.clone(), String::from_utf8_lossy(&bytes).into_owned());
        match String::from_utf8(bytes) {
            Ok(text) => drop(files.insert(path, text)),
            Err(problem) => {
                let place = problem.utf8_error().valid_up_to();
                diagnostics.push(unreadable_file(&path, &format!("it is not UTF-8 from byte {place} on")));
            }
        }
    }
    diagnostics.extend(read(&files, &BTreeMap::new()).diagnostics);
    let code = folder.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
    Example { code, input: shown, expected: render(&files, &diagnostics) }
}

fn examples() -> Vec<Example> {
    let mut bytes: Vec<PathBuf> = fs::read_dir(project().join("tests/errors"))
        .expect("the examples")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    bytes.sort();
    bytes.iter().map(|folder| example(folder)).collect()
}

fn same_or_update(path: &Path, text: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, text).expect("a file to write");
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(written, text, "{} is stale; run with UPDATE=1 and read the difference", path.display());
}

#[test]
fn each_complaint_has_an_example_that_makes_it() {
    let examples = examples();
    for example in &examples {
        let code = &example.code;
        assert!(
            example.expected.contains(&format!("[{code}]")),
            "{code} is not among:\n{}",
            example.expected
        );
        same_or_update(&project().join("tests/errors").join(code).join("expected.txt"), &example.expected);
    }
    let shown: BTreeSet<&str> = examples.iter().map(|example| example.code.as_str()).collect();
    let declared: BTreeSet<&str> = CODES.iter().map(|(code, _)| *code).collect();
    assert_eq!(shown, declared);
}

#[test]
fn the_reference_page_is_up_to_date() {
    same_or_update(&project().join("docs/reference/diagnostics.md"), &diagnostics_reference(&examples()));
}

#[test]
fn the_schema_for_editors_is_up_to_date() {
    let schema = serde_json::to_string_pretty(&qd_intent::json_schema()).expect("a schema") + "\n";
    same_or_update(&project().join("docs/reference/company.schema.json"), &schema);
}
