//! What a recording may hold, and what is said of the rest.

use std::io::Write as _;

use super::*;

fn told(name: &str, content: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    std::fs::write(&file, content).expect("it is written");
    read(&file)
        .map(|(place, exchange)| {
            let line = place.rsplit(':').next().unwrap_or_default().to_owned();
            match exchange {
                Ok(exchange) => format!(
                    "{line} {} {} {} {}",
                    exchange.method, exchange.url, exchange.status, exchange.body
                ),
                Err(problem) => format!("{line} ! {}", problem.message),
            }
        })
        .collect()
}

const LINES: &str = "\u{feff}{\"url\":\"/a\",\"body\":[1]}\n\n{\"method\":\"post\",\"url\":\"/graphql\",\"status\":200,\
    \"headers\":{\"X-A\":\"b\"},\"request\":{\"query\":\"q\"},\"body\":{\"data\":null}}\nnonsense\n[7]\n\
    {\"url\":\"/b\",\"status\":502,\"body\":\"bad\"}\n{\"url\":\"/c\",\"status\":500}\n{\"url\":\"/c\",\"body\":\"{\\\"x\\\":1}\"}\n\
    {\"event\":\"push\",\"body\":{}}\n{\"body\":1}\n{\"url\":\"/d\"}\n{\"url\":\"/e\",\"body\":[1,";

const TOLD: [&str; 9] = [
    "1 GET /a 200 [1]",
    "3 POST /graphql 200 {\"data\":null}",
    "4 ! the line is no JSON and is left out: expected ident at line 1 column 2",
    "5 ! the line is no object and is left out",
    "8 GET /c 200 {\"x\":1}",
    "9 EVENT push 200 {}",
    "10 ! the line has neither `url` nor `event` and is left out",
    "11 ! the line of `/d` has no `body` and is left out",
    "12 ! the line ends too early and is left out: EOF while parsing a value at line 1 column 22",
];

#[test]
fn a_broken_line_stops_nothing() {
    let mut expected: Vec<String> = TOLD.map(str::to_owned).to_vec();
    expected.push("6 ! `/b` answered 502, and no later line has an answer".to_owned());
    assert_eq!(told("a.jsonl", LINES.as_bytes()), expected);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(LINES.as_bytes()).expect("it is packed");
    assert_eq!(told("a.ndjson.gz", &packed.finish().expect("it is packed")), expected);
}

#[test]
fn a_json_file_may_be_one_value() {
    let whole = "[\n {\"url\": \"/a\",\n \"body\": 1},\n {\"url\": \"/b\", \"body\": 2}\n]\n";
    assert_eq!(told("a.json", whole.as_bytes()), ["1 GET /a 200 1", "1 GET /b 200 2"]);
    let half = "{\"url\": \"/a\",\n{\"url\": \"/b\", \"body\": 2}\n";
    let answers = told("a.json", half.as_bytes());
    assert_eq!(answers.len(), 2, "{answers:?}");
    assert_eq!(answers[1], "2 GET /b 200 2");
}

#[test]
fn the_date_of_an_answer_is_its_time() {
    let line =
        serde_json::json!({"url": "/a", "body": 1, "headers": [["Date", "Mon, 01 Jan 2024 10:00:00 GMT"]]});
    let answer = exchange(line).expect("it is an exchange");
    assert_eq!(answer.at.map(|at| at.to_string()).as_deref(), Some("2024-01-01T10:00:00Z"));
}

#[test]
fn a_folder_is_read_in_order_of_names() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["b.jsonl", "a.ndjson.gz", "c.txt", ".hidden.jsonl"] {
        std::fs::write(folder.path().join(name), "").expect("it is written");
    }
    let names: Vec<_> = files(folder.path())
        .expect("there are some")
        .into_iter()
        .filter_map(|file| Some(file.file_name()?.to_owned()))
        .collect();
    assert_eq!(names, ["a.ndjson.gz", "b.jsonl"]);
    assert!(files(&folder.path().join("c.txt")).is_ok());
    assert!(files(&folder.path().join("none")).is_err());
}

#[test]
fn no_bytes_make_it_panic() {
    use proptest::prelude::*;
    proptest!(|(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[{}\\[\\]\",:a-z0-9\n ]{0,120}")| {
        for name in ["a.json", "a.jsonl", "a.json.gz"] {
            told(name, &bytes);
            told(name, text.as_bytes());
        }
    });
}
