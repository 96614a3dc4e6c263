//! The elements of a report.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
};

use jiff::{Timestamp, tz::TimeZone};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::lossy::Lossy;
use crate::{times, values::line};

/// Levels of elements below which nothing is looked at: no report is that deep.
const DEPTH: usize = 256;
/// Characters of text kept of a failure; its first line is in them.
const TEXT: usize = 4096;
/// Characters of a name.
const NAME: usize = 1000;

/// What a report holds.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) tests: Vec<Test>,
    /// Properties of all suites, by name in lower case with `_` for `.` and `-`; the first one of a
    /// name counts.
    pub(super) properties: BTreeMap<String, String>,
    /// Times of its suites.
    pub(super) times: Vec<Timestamp>,
    pub(super) problems: Vec<String>,
}

/// A test, with each time it was run.
#[derive(Debug, Default)]
pub(super) struct Test {
    pub(super) suite: String,
    pub(super) name: String,
    pub(super) file: Option<String>,
    pub(super) at: Option<Timestamp>,
    pub(super) attempts: Vec<Attempt>,
}

#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) outcome: Outcome,
    pub(super) seconds: Option<f64>,
    pub(super) at: Option<Timestamp>,
    pub(super) message: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    Passed,
    Skipped,
    Failed,
    Error,
}

impl Outcome {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Error => "error",
        }
    }
}

/// What an element inside a test says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// How the test ended.
    Verdict(Outcome),
    /// A failure before it passed in the end (Surefire, nextest).
    Flaky(Outcome),
    /// A failure after the first one (Surefire, nextest).
    Rerun(Outcome),
}

fn role(element: &str) -> Option<Role> {
    Some(match element {
        "failure" => Role::Verdict(Outcome::Failed),
        "error" => Role::Verdict(Outcome::Error),
        "skipped" | "disabled" | "ignored" => Role::Verdict(Outcome::Skipped),
        "flakyFailure" => Role::Flaky(Outcome::Failed),
        "flakyError" => Role::Flaky(Outcome::Error),
        "rerunFailure" => Role::Rerun(Outcome::Failed),
        "rerunError" => Role::Rerun(Outcome::Error),
        _ => return None,
    })
}

#[derive(Debug, Default)]
struct Suite {
    name: String,
    at: Option<Timestamp>,
    file: Option<String>,
}

/// A test that is being read.
#[derive(Debug)]
struct Open {
    test: Test,
    seconds: Option<f64>,
    is_unrun: bool,
    parts: Vec<(Role, Attempt)>,
    /// Depth of its element.
    depth: usize,
}

/// Reads until the end or until it makes no sense any more.
pub(super) fn parse(input: &mut dyn BufRead, zone: &TimeZone) -> Report {
    let mut reader = Reader::from_reader(BufReader::new(Lossy::new(input)));
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut state = State {
        zone,
        report: Report::default(),
        suites: Vec::new(),
        open: None,
        text: None,
        nameless: 0,
        root: None,
    };
    let mut path: Vec<String> = Vec::new();
    let mut buffer = Vec::new();
    let broken = loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element)) => {
                if path.len() >= DEPTH {
                    break Some(format!("elements stand inside each other more than {DEPTH} deep"));
                }
                state.start(&element, path.len(), path.last().map(String::as_str));
                path.push(element.name().as_ref().to_owned());
            }
            Ok(Event::Empty(element)) => {
                state.start(&element, path.len(), path.last().map(String::as_str));
                state.end(element.name().as_ref(), path.len());
            }
            Ok(Event::End(element)) => {
                if path.pop().is_none_or(|open| open != element.name().as_ref()) {
                    break Some("an element ends that did not begin".to_owned());
                }
                state.end(element.name().as_ref(), path.len());
            }
            Ok(Event::Text(text)) => state.text(&text),
            Ok(Event::CData(text)) => state.text(&text),
            Ok(Event::GeneralRef(name)) => state.text(match &*name {
                "lt" => "<",
                "gt" => ">",
                "amp" => "&",
                "quot" => "\"",
                "apos" => "'",
                "#10" | "#xA" | "#xa" => "\n",
                _ => " ",
            }),
            Ok(Event::Eof) if path.is_empty() => break None,
            Ok(Event::Eof) => break Some("the file breaks off".to_owned()),
            Ok(_) => {}
            Err(error) => break Some(format!("it is no well-formed XML: {error}")),
        }
    };
    state.finish(broken, reader.error_position().max(reader.buffer_position()))
}

struct State<'a> {
    zone: &'a TimeZone,
    report: Report,
    suites: Vec<Suite>,
    open: Option<Open>,
    /// Text of the failure or property that is being read.
    text: Option<String>,
    nameless: u64,
    root: Option<String>,
}

impl State<'_> {
    fn start(&mut self, element: &BytesStart<'_>, depth: usize, parent: Option<&str>) {
        let name = element.local_name();
        if depth == 0 && self.root.is_none() {
            self.root = Some(name.as_ref().to_owned());
        }
        match name.as_ref() {
            "testsuites" | "testsuite" => self.suite(&Attributes::new(element)),
            "testcase" if self.open.is_none() => self.case(&Attributes::new(element), depth),
            "property" if parent == Some("properties") && self.open.is_none() => {
                self.property(&Attributes::new(element));
            }
            other => {
                let Some(open) = self.open.as_mut().filter(|open| depth == open.depth + 1) else { return };
                let Some(role) = role(other) else { return };
                let attributes = Attributes::new(element);
                let outcome = match role {
                    Role::Verdict(outcome) | Role::Flaky(outcome) | Role::Rerun(outcome) => outcome,
                };
                open.parts.push((
                    role,
                    Attempt {
                        outcome,
                        seconds: attributes.seconds(),
                        at: attributes.time(self.zone),
                        message: attributes.get("message").and_then(|text| line(&text, 500)),
                    },
                ));
                self.text = Some(String::new());
            }
        }
    }

    fn suite(&mut self, attributes: &Attributes) {
        let above = self.suites.last();
        let at = attributes.time(self.zone);
        let suite = Suite {
            name: attributes
                .name("name")
                .or_else(|| above.map(|above| above.name.clone()))
                .unwrap_or_default(),
            at: at.or_else(|| above.and_then(|above| above.at)),
            file: attributes.file().or_else(|| above.and_then(|above| above.file.clone())),
        };
        self.report.times.extend(at);
        self.suites.push(suite);
    }

    fn case(&mut self, attributes: &Attributes, depth: usize) {
        let suite = self.suites.last();
        let class = attributes.name("classname").or_else(|| attributes.name("class"));
        let status = [attributes.get("status"), attributes.get("result")];
        let is_unrun = status.into_iter().flatten().any(|word| {
            matches!(&word.to_lowercase()[..], "notrun" | "disabled" | "skipped" | "suppressed" | "ignored")
        });
        let test = Test {
            suite: class.or_else(|| suite.map(|suite| suite.name.clone())).unwrap_or_default(),
            name: attributes.name("name").unwrap_or_default(),
            file: attributes.file().or_else(|| suite.and_then(|suite| suite.file.clone())),
            at: attributes.time(self.zone).or_else(|| suite.and_then(|suite| suite.at)),
            attempts: Vec::new(),
        };
        self.open = Some(Open { test, seconds: attributes.seconds(), is_unrun, parts: Vec::new(), depth });
    }

    fn property(&mut self, attributes: &Attributes) {
        let Some(name) = attributes.get("name") else { return };
        let name = name.to_lowercase().replace(['.', '-', ' '], "_");
        let name = name.strip_prefix("env_").unwrap_or(&name).to_owned();
        if let Some(value) = attributes.name("value") {
            self.report.properties.entry(name).or_insert(value);
        }
    }

    fn text(&mut self, more: &str) {
        if let Some(text) = self.text.as_mut().filter(|text| text.len() < TEXT) {
            text.extend(more.chars().take(TEXT));
        }
    }

    fn end(&mut self, name: &str, depth: usize) {
        match name {
            "testsuites" | "testsuite" => {
                self.suites.pop();
            }
            "testcase" => {
                if self.open.as_ref().is_some_and(|open| open.depth == depth) {
                    self.finish_case();
                }
            }
            _ => {
                let Some(open) = self.open.as_mut().filter(|open| depth == open.depth + 1) else { return };
                let Some(text) = self.text.take() else { return };
                if let Some((_, part)) = open.parts.last_mut()
                    && part.message.is_none()
                {
                    part.message = line(&text, 500);
                }
            }
        }
    }

    fn finish_case(&mut self) {
        self.text = None;
        let Some(mut open) = self.open.take() else { return };
        if open.test.name.is_empty() {
            self.nameless += 1;
            return;
        }
        open.test.attempts = attempts(open.parts, open.seconds, open.is_unrun);
        self.report.tests.push(open.test);
    }

    fn finish(mut self, broken: Option<String>, position: u64) -> Report {
        let problems = &mut self.report.problems;
        if self.nameless > 0 {
            problems.push(format!("{} tests have no name and were left out", self.nameless));
        }
        if let Some(reason) = broken {
            let count = self.report.tests.len();
            problems.push(format!("{reason}, at byte {position}; {count} tests before it were read"));
        } else if !matches!(self.root.as_deref(), Some("testsuites" | "testsuite"))
            && self.report.tests.is_empty()
        {
            let root =
                self.root.map_or_else(|| "has no element".to_owned(), |root| format!("begins with `{root}`"));
            problems.push(format!("it is no JUnit report: it {root}, not with `testsuites` or `testsuite`"));
        }
        self.report
    }
}

/// The runs of a test, in order. What passed in the end after failures ran once more than it
/// failed; what failed ran first and again for each `rerun...`.
fn attempts(parts: Vec<(Role, Attempt)>, seconds: Option<f64>, is_unrun: bool) -> Vec<Attempt> {
    let (mut flaky, mut reruns, mut verdict) = (Vec::new(), Vec::new(), None::<Attempt>);
    for (role, attempt) in parts {
        match role {
            Role::Flaky(_) => flaky.push(attempt),
            Role::Rerun(_) => reruns.push(attempt),
            // The gravest counts: a test may fail and then fail to clean up.
            Role::Verdict(outcome) => {
                if verdict.as_ref().is_none_or(|known| known.outcome < outcome) {
                    verdict = Some(attempt);
                }
            }
        }
    }
    let silent = if is_unrun { Outcome::Skipped } else { Outcome::Passed };
    let is_only_rerun = verdict.is_none() && !reruns.is_empty();
    let mut last = verdict.unwrap_or(Attempt { outcome: silent, seconds: None, at: None, message: None });
    last.seconds = last.seconds.or(seconds);
    let mut all = flaky;
    if !is_only_rerun {
        all.push(last);
    }
    all.extend(reruns);
    all
}

/// Attributes of an element; one that cannot be read is as if it were not there.
struct Attributes(Vec<(String, String)>);

impl Attributes {
    fn new(element: &BytesStart<'_>) -> Self {
        let mut list = Vec::new();
        for attribute in element.attributes().with_checks(false).flatten() {
            let raw = attribute.value;
            // An entity of the file's own is not expanded: it may stand for a billion others.
            let text = quick_xml::escape::unescape(&raw)
                .map_or_else(|_| raw.to_string(), std::borrow::Cow::into_owned);
            list.push((attribute.key.local_name().as_ref().to_owned(), text));
        }
        Self(list)
    }

    fn get(&self, name: &str) -> Option<String> {
        let found = self.0.iter().find(|(own, _)| own == name)?;
        Some(found.1.trim().to_owned()).filter(|text| !text.is_empty())
    }

    fn name(&self, name: &str) -> Option<String> {
        self.get(name).map(|text| text.chars().take(NAME).collect())
    }

    fn file(&self) -> Option<String> {
        ["file", "filepath"].into_iter().find_map(|name| self.name(name))
    }

    fn time(&self, zone: &TimeZone) -> Option<Timestamp> {
        let time = times::read(&self.get("timestamp")?, zone).ok()?;
        Some(time).filter(|time| time.as_second() > 0)
    }

    /// Seconds in `time`: `1.5`, or as some locales write it `1,5` and `1,234.5`.
    fn seconds(&self) -> Option<f64> {
        let text = self.get("time").or_else(|| self.get("duration"))?;
        let text = if text.contains('.') { text.replace(',', "") } else { text.replace(',', ".") };
        let seconds: f64 = text.trim_end_matches('s').parse().ok()?;
        Some(seconds).filter(|seconds| seconds.is_finite() && *seconds >= 0.0)
    }
}
