//! Reading what GitHub sends without trusting its shape, and writing rows of it.
//!
//! A field that is missing, null or of another type than documented is a case of every day, so
//! that reading never fails: it tells "not there" from "there and empty", which rows keep apart.

use std::collections::HashSet;

use jiff::Timestamp;
use qd_tables::{Declaration, Fact};
use serde_json::{Map, Value};

use crate::{Problem, exchange::Mapped, prose};

/// Login under which GitHub shows accounts that are gone.
const GHOST: &str = "ghost";

/// A value that was sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a>(pub(super) &'a Value);

impl<'a> Node<'a> {
    /// What stands at `path` (`user.login`); null where it is null, nothing where it is missing.
    pub(super) fn at(self, path: &str) -> Option<Self> {
        path.split('.').try_fold(self.0, |value, name| value.get(name)).map(Self)
    }

    /// What stands at the first of `paths` that is there.
    pub(super) fn any(self, paths: &[&str]) -> Option<Self> {
        let found = |wanted: fn(&Value) -> bool| {
            paths.iter().filter_map(|path| self.at(path)).find(|node| wanted(node.0))
        };
        found(|value| !value.is_null()).or_else(|| found(Value::is_null))
    }

    pub(super) fn is_null(self) -> bool {
        self.0.is_null()
    }

    pub(super) fn text(self, path: &str) -> Option<&'a str> {
        self.at(path)?.0.as_str().filter(|text| !text.is_empty())
    }

    /// A number or text that names something.
    pub(super) fn id(self, path: &str) -> Option<String> {
        self.at(path)?.as_id()
    }

    pub(super) fn as_id(self) -> Option<String> {
        match self.0 {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) if !number.is_f64() => Some(number.to_string()),
            _ => None,
        }
    }

    pub(super) fn flag(self, path: &str) -> Option<bool> {
        self.at(path)?.0.as_bool()
    }

    pub(super) fn time(self, path: &str) -> Option<Timestamp> {
        self.at(path)?.as_time()
    }

    /// A time as text or, in some events, in seconds.
    pub(super) fn as_time(self) -> Option<Timestamp> {
        match self.0 {
            Value::String(text) => text.parse().ok(),
            Value::Number(seconds) => Timestamp::from_second(seconds.as_i64()?).ok(),
            _ => None,
        }
    }

    /// What stands in the list at `path`; nothing where there is none.
    pub(super) fn list(self, path: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let list = self.at(path).and_then(|node| node.0.as_array());
        list.into_iter().flatten().map(Node).filter(|node| !node.is_null())
    }

    /// The account that this is: an object, or its login alone.
    pub(super) fn as_login(self) -> Option<String> {
        let login = self.0.as_str().or_else(|| self.text("login"))?;
        // GraphQL calls a robot `dependabot`, REST `dependabot[bot]`.
        let is_bare_bot = self.text("type") == Some("Bot") && !login.ends_with("[bot]");
        let suffix = if is_bare_bot { "[bot]" } else { "" };
        Some(format!("{login}{suffix}")).filter(|login| login != GHOST && !login.is_empty())
    }

    pub(super) fn login(self, path: &str) -> Option<String> {
        self.at(path)?.as_login()
    }

    /// Whether GitHub calls the account a robot.
    fn is_bot(self) -> Option<bool> {
        let login = self.0.as_str().or_else(|| self.text("login"))?;
        Some(login.ends_with("[bot]") || matches!(self.text("type"), Some("Bot" | "Mannequin")))
    }
}

/// A row in the making.
#[derive(Debug, Clone, Default)]
pub(super) struct Row(pub(super) Map<String, Value>);

impl Row {
    /// The row of something in a repository.
    pub(super) fn of(repo: &str) -> Self {
        let mut row = Self::default();
        row.set("repo", repo);
        row
    }

    /// The row of something that belongs to a change or an issue.
    pub(super) fn about(repo: &str, number: &str) -> Self {
        let mut row = Self::of(repo);
        row.set("number", number);
        row
    }

    pub(super) fn set(&mut self, column: &str, value: impl Into<Value>) {
        self.0.insert(column.to_owned(), value.into());
    }

    pub(super) fn set_time(&mut self, column: &str, time: Timestamp) {
        self.set(column, time.to_string());
    }

    pub(super) fn get_text(&self, column: &str) -> Option<&str> {
        self.0.get(column)?.as_str()
    }

    /// Sets what `read` finds in `node`: null where it is null there, nothing where it is missing or
    /// of a strange kind.
    fn seen<T: Into<Value>>(
        &mut self,
        column: &str,
        node: Option<Node<'_>>,
        read: impl Fn(Node<'_>) -> Option<T>,
    ) {
        let Some(node) = node else { return };
        if node.is_null() {
            self.set(column, Value::Null);
        } else if let Some(value) = read(node) {
            self.set(column, value);
        }
    }

    pub(super) fn text(&mut self, column: &str, node: Option<Node<'_>>) {
        self.seen(column, node, |node| node.0.as_str().map(str::to_owned));
    }

    /// A word of GitHub's, in lower case.
    pub(super) fn word(&mut self, column: &str, node: Option<Node<'_>>) {
        self.seen(column, node, |node| node.0.as_str().map(str::to_lowercase));
    }

    pub(super) fn id(&mut self, column: &str, node: Option<Node<'_>>) {
        self.seen(column, node, |node| node.as_id());
    }

    pub(super) fn flag(&mut self, column: &str, node: Option<Node<'_>>) {
        self.seen(column, node, |node| node.0.as_bool());
    }

    pub(super) fn count(&mut self, column: &str, node: Option<Node<'_>>) {
        self.seen(column, node, |node| node.0.as_i64());
    }

    pub(super) fn time(&mut self, column: &str, node: Option<Node<'_>>) {
        self.seen(column, node, |node| node.as_time().map(|time| time.to_string()));
    }

    /// The login of an account; null where it is gone.
    pub(super) fn login(&mut self, column: &str, node: Option<Node<'_>>) {
        if let Some(node) = node {
            self.set(column, node.as_login());
        }
    }

    /// Who wrote or opened something: `column`, whether that is a robot, and what they are there.
    pub(super) fn account(&mut self, column: &str, node: Node<'_>, account: Option<Node<'_>>) {
        self.login(column, account);
        if let Some(is_bot) = account.and_then(Node::is_bot) {
            self.set(&format!("{column}_is_bot"), is_bot);
        }
        self.word(&format!("{column}_role"), node.at("author_association"));
    }

    /// What was written, and whom it names.
    pub(super) fn prose(&mut self, node: Option<Node<'_>>) {
        let Some(node) = node else { return };
        let written = node.0.as_str().unwrap_or_default();
        self.set("text", prose::excerpt(written));
        self.set("mentions", prose::mentions(written));
    }

    /// A list of names.
    pub(super) fn names(
        &mut self,
        column: &str,
        node: Option<Node<'_>>,
        read: impl Fn(Node<'_>) -> Option<String>,
    ) {
        let Some(list) = node.and_then(|node| node.0.as_array()) else { return };
        self.set(column, list.iter().filter_map(|value| read(Node(value))).collect::<Vec<String>>());
    }
}

/// What an exchange says, as far as it is read.
#[derive(Debug, Default)]
pub(super) struct Pile {
    mapped: Mapped,
    /// Address that problems name.
    url: String,
    /// When it was answered.
    pub(super) at: Option<Timestamp>,
    /// Whether it is an answer, which tells how things stood then; an event tells of a moment before.
    pub(super) is_answer: bool,
    keys: HashSet<String>,
}

impl Pile {
    pub(super) fn new(url: &str, at: Option<Timestamp>) -> Self {
        Self { url: url.to_owned(), at, ..Self::default() }
    }

    pub(super) fn finish(self) -> Mapped {
        self.mapped
    }

    pub(super) fn problem(&mut self, message: impl Into<String>) {
        let problem = Problem { subject: self.url.clone(), message: message.into() };
        if !self.mapped.problems.contains(&problem) {
            self.mapped.problems.push(problem);
        }
    }

    /// Puts down an event of a type that nobody here knows.
    pub(super) fn unknown(&mut self, name: &str) {
        self.mapped.unknown.push(name.to_owned());
    }

    /// Puts a row on the pile. What every row of the table has is not empty but unknown where null.
    pub(super) fn fact(&mut self, table: &'static Declaration, mut row: Row) {
        let may_be_null = |name: &str| table.column(name).is_some_and(|column| column.optional);
        row.0.retain(|name, value| !value.is_null() || may_be_null(name));
        self.mapped.facts.push(Fact { table, row: row.0 });
    }

    /// Puts an event on the pile, the first time that it is met.
    pub(super) fn event(&mut self, table: &'static Declaration, row: Row) {
        let mut key = table.name.to_owned();
        for column in table.key {
            key.push('\u{1f}');
            key.push_str(&row.0.get(*column).map(Value::to_string).unwrap_or_default());
        }
        if self.keys.insert(key) {
            self.fact(table, row);
        }
    }

    /// A version of a state, as it was at `at`; where nobody says when, when it was answered.
    pub(super) fn version(&mut self, table: &'static Declaration, mut row: Row, at: Option<Timestamp>) {
        match at.or(self.at) {
            Some(at) => {
                row.set_time("observed_at", at);
                self.fact(table, row);
            }
            None => self.problem(format!(
                "a row of `{}` could not be kept: neither it nor the recording (`at`, or a `date` among its \
                 headers) says when it was so",
                table.name
            )),
        }
    }
}
