//! Truck factors against the published algorithm (Avelino et al. 2016): of small histories that can be
//! reckoned by hand, and of public repositories against the published numbers.
//!
//! Those histories are not part of the project; where they are absent the test says so. They
//! stand beside the published numbers or under `target/truckfactor`: for a system
//! `owner/name` the file `owner+name.tsv` with the columns `sha`, `commit_time` (seconds),
//! `author_email`, `author_name`, `change`, `path` and `previous_path` up to the commit of
//! that day, and `owner+name.files.tsv` with `path` and `is_generated` (true for what the
//! published study left out).

#![expect(clippy::print_stdout, reason = "the test says what it found")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::{
    array::{
        ArrayRef, AsArray, BooleanArray, Int64Array, ListArray, RecordBatch, StringArray,
        TimestampMicrosecondArray,
    },
    datatypes::{Field, Int64Type},
};
use jiff::{Timestamp, civil::date};
use qd_engines::{ENGINES, Inputs};

const AS_OF: &str = "2015-02-25T00:00:00Z";

fn ancestor(of: &str) -> Option<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|root| root.join(of)).find(|folder| folder.is_dir())
}

fn rows(text: &str) -> Vec<Vec<&str>> {
    text.lines().skip(1).map(|line| line.split('\t').collect()).collect()
}

fn texts<'a>(values: impl IntoIterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn times(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from_iter_values(values).with_timezone("UTC"))
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true)))
        .expect("a batch")
}

fn run(table: &str, batches: BTreeMap<&'static str, RecordBatch>) -> RecordBatch {
    let engine = ENGINES.iter().find(|engine| engine.output.name == table).expect("an engine");
    let as_of: Timestamp = AS_OF.parse().expect("a time");
    (engine.run)(&Inputs { batches, as_of, today: date(2015, 2, 25), is_stopped: &|| false })
        .expect("a table")
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> &'a StringArray {
    batch[name].as_string::<i32>()
}

/// Identities, and the person of each address: the one of most commits.
fn persons(changes: &[Vec<&str>]) -> BTreeMap<String, (String, bool)> {
    let mut seen: BTreeMap<(String, &str), BTreeSet<(i64, &str)>> = BTreeMap::new();
    for row in changes {
        let key = (row[2].to_lowercase(), row[3]);
        seen.entry(key).or_default().insert((row[1].parse().expect("seconds"), row[0]));
    }
    let times_of =
        |pick: fn(&BTreeSet<(i64, &str)>) -> i64| times(seen.values().map(pick).map(|time| time * 1_000_000));
    let authors = batch([
        ("email", texts(seen.keys().map(|(email, _)| email.as_str()))),
        ("name", texts(seen.keys().map(|(_, name)| *name))),
        ("commits", Arc::new(seen.values().map(|commits| commits.len() as i64).collect::<Int64Array>())),
        ("first_seen", times_of(|commits| commits.first().expect("a commit").0)),
        ("last_seen", times_of(|commits| commits.last().expect("a commit").0)),
    ]);
    let mailmap =
        batch(["proper_name", "proper_email", "commit_name", "commit_email"].map(|name| (name, texts([]))));
    let lists = || -> ArrayRef {
        let item = Arc::new(Field::new("element", arrow::datatypes::DataType::Utf8, true));
        Arc::new(ListArray::new_null(item, 0))
    };
    let people = batch([
        ("id", texts([])),
        ("name", texts([])),
        ("mails", lists()),
        ("logins", lists()),
        ("is_bot", Arc::new(BooleanArray::from(Vec::<bool>::new()))),
    ]);
    let inputs = BTreeMap::from([("authors", authors), ("mailmap", mailmap), ("people", people)]);
    let identities = run("identities", inputs);
    let mut best: BTreeMap<String, (i64, String, bool)> = BTreeMap::new();
    for row in 0..identities.num_rows() {
        let commits = identities["commits"].as_primitive::<Int64Type>().value(row);
        let is_bot = identities["is_bot"].as_boolean().value(row);
        let person = column(&identities, "person").value(row).to_owned();
        let entry = best.entry(column(&identities, "email").value(row).to_owned()).or_default();
        if commits > entry.0 {
            *entry = (commits, person, is_bot);
        }
    }
    best.into_iter().map(|(email, (_, person, is_bot))| (email, (person, is_bot))).collect()
}

/// Low, high and the files of a system.
fn measure(changes: &[Vec<&str>], files: &[Vec<&str>]) -> (i64, i64, i64, Vec<String>) {
    let persons = persons(changes);
    let person = |row: &Vec<&str>| persons[&row[2].to_lowercase()].clone();
    let time = |row: &Vec<&str>| row[1].parse::<i64>().expect("seconds") * 1_000_000;
    let previous = |row: &Vec<&str>| Some(row[6].to_owned()).filter(|path| !path.is_empty());
    let constant = |word: &'static str, count: usize| texts(std::iter::repeat_n(word, count));
    let told = batch([
        ("source", constant("s", changes.len())),
        ("repo", constant("r", changes.len())),
        ("sha", texts(changes.iter().map(|row| row[0]))),
        ("commit_time", times(changes.iter().map(time))),
        ("author_time", Arc::new(TimestampMicrosecondArray::new_null(changes.len()).with_timezone("UTC"))),
        ("path", texts(changes.iter().map(|row| row[5]))),
        ("previous_path", Arc::new(StringArray::from_iter(changes.iter().map(previous)))),
        ("change", texts(changes.iter().map(|row| row[4]))),
        ("person", Arc::new(StringArray::from_iter_values(changes.iter().map(|row| person(row).0)))),
        ("is_bot", Arc::new(BooleanArray::from_iter(changes.iter().map(|row| Some(person(row).1))))),
    ]);
    let tree = batch([
        ("source", constant("s", files.len())),
        ("repo", constant("r", files.len())),
        ("path", texts(files.iter().map(|row| row[0]))),
        ("bytes", Arc::new(Int64Array::new_null(files.len()))),
        ("is_generated", Arc::new(BooleanArray::from_iter(files.iter().map(|row| Some(row[1] == "true"))))),
    ]);
    let ownership = run("ownership", BTreeMap::from([("changes", told), ("files", tree)]));
    let is_author = ownership["is_author"].as_boolean();
    let authors = arrow::compute::filter_record_batch(&ownership, is_author).expect("rows");
    let paths: BTreeSet<&str> = column(&ownership, "path").iter().flatten().collect();
    let since = AS_OF.parse::<Timestamp>().expect("a time").as_microsecond() - 365 * 86_400_000_000;
    let active: BTreeSet<String> =
        changes.iter().filter(|row| time(row) >= since).map(|row| person(row).0).collect();
    let factors = run(
        "truck_factors",
        BTreeMap::from([
            ("authors", authors),
            (
                "files",
                batch([
                    ("source", texts(["s"])),
                    ("repo", texts(["r"])),
                    ("files", Arc::new(Int64Array::from(vec![paths.len() as i64]))),
                ]),
            ),
            (
                "active",
                batch([
                    ("source", constant("s", active.len())),
                    ("repo", constant("r", active.len())),
                    ("person", texts(active.iter().map(String::as_str))),
                ]),
            ),
        ]),
    );
    let integer = |name: &str| factors[name].as_primitive::<Int64Type>().value(0);
    let people = factors["people"].as_list::<i32>().value(0);
    let people = people.as_string::<i32>().iter().flatten().map(ToOwned::to_owned).collect();
    (integer("low"), integer("high"), integer("files"), people)
}

/// A history of `author path` steps, a commit a day, and the present files it leads to.
fn history(steps: &[(&str, &str)]) -> (String, String) {
    let first: i64 = "2014-10-01T00:00:00Z".parse::<Timestamp>().expect("a time").as_second();
    let mut changes = "sha\tcommit_time\tauthor_email\tauthor_name\tchange\tpath\tprevious_path\n".to_owned();
    let mut paths = BTreeSet::new();
    for (day, (author, path)) in (0_i64..).zip(steps) {
        let change = if paths.insert(*path) { "added" } else { "modified" };
        let time = first + day * 86_400;
        changes.push_str(&format!("{day:040}\t{time}\t{author}@x\t{author}\t{change}\t{path}\t\n"));
    }
    let files = paths.iter().map(|path| format!("{path}\tfalse\n")).collect::<String>();
    (changes, format!("path\tis_generated\n{files}"))
}

fn measured(steps: &[(&str, &str)]) -> (i64, i64, i64, Vec<String>) {
    let (changes, files) = history(steps);
    measure(&rows(&changes), &rows(&files))
}

/// Reckoned by hand from the paper: the degree of authorship of a file is 3.293 + 1.098 for its
/// first author + 0.164 for each change of one's own - 0.321 ln(1 + changes of others); authors have
/// more than 0.75 of the highest and at least 3.293.
#[test]
fn small_histories_have_the_truck_factor_of_the_paper() {
    // Eve began `t`, Ben changed it twelve times: Ben 3.293 + 1.968 - 0.223 = 5.04, Eve at most
    // 4.391 + 0.164 - 0.823 = 3.73, 0.74 of it: no author any more. Ada began `s`, Dan changed it three
    // times: Ada 4.391 + 0.164 - 0.445 = 4.11, Dan 3.293 + 0.492 - 0.223 = 3.56, 0.87 of it: two authors.
    // So of ten files Ada has 4, Ben 3, Eve 2, Dan 2. Without Ada 7 are left, without Ben 4: fewer than
    // half. Were Eve an author of `t`, five would be left, and the factor were 3.
    let alone = ["ada a1", "ada a2", "ada a3", "ben b1", "ben b2", "eve e1", "eve e2", "dan d1"];
    let mut steps: Vec<(&str, &str)> = alone.iter().filter_map(|step| step.split_once(' ')).collect();
    steps.extend([("eve", "t"), ("ada", "s")]);
    steps.extend([("ben", "t"); 12]);
    steps.extend([("dan", "s"); 3]);
    assert_eq!(measured(&steps), (2, 2, 10, vec!["ada".to_owned(), "ben".to_owned()]));

    // Dan, author of `s` beside Ada, keeps it: of four files two are left without Ada, which is half and
    // not fewer; without Dan none. Were Dan none of its authors, the factor were 1.
    let mut steps = vec![("ada", "a1"), ("ada", "a2"), ("ada", "s"), ("dan", "d1")];
    steps.extend([("dan", "s"); 3]);
    assert_eq!(measured(&steps), (2, 2, 4, vec!["ada".to_owned(), "dan".to_owned()]));

    // One author of everything.
    assert_eq!(measured(&[("ada", "a"), ("ada", "b")]), (1, 1, 2, vec!["ada".to_owned()]));
}

#[test]
fn truck_factors_are_near_the_published_ones() {
    let Some(folder) = ancestor("shared/data/governance/truckfactor") else {
        println!("skipped: no folder shared/data/governance/truckfactor beside the project");
        return;
    };
    let published = fs::read_to_string(folder.join("reproduced.csv")).expect("published numbers");
    let made = ancestor("target/truckfactor");
    let (mut near, mut total) = (0, 0);
    for line in published.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let name = cells[0].replace('/', "+");
        let read = |ending: &str| {
            let places = [Some(&folder), made.as_ref()];
            let file = format!("{name}.{ending}");
            places.into_iter().flatten().find_map(|place| fs::read_to_string(place.join(&file)).ok())
        };
        let (Some(changes), Some(files)) = (read("tsv"), read("files.tsv")) else { continue };
        let wanted: i64 = cells[4].parse().expect("a number");
        let (low, high, files, people) = measure(&rows(&changes), &rows(&files));
        println!("{name}: {low} to {high} over {files} files, published {wanted}: {}", people.join(", "));
        assert!(low <= high);
        total += 1;
        near += i32::from((high - wanted).abs() <= 1);
    }
    if total < 8 {
        println!("skipped: {total} of 8 histories are there");
        return;
    }
    assert!(near >= 6, "{near} of {total} are within 1 of the published number");
}
