//! What would be if: a short sentence, as the overlay that it means.
//!
//! A sentence is a verb, what it is about, and clauses (`on 2027-01-15`, `in February`, `for atlas`). Names are
//! ids, or what people are called; a clause is taken off the end only where it can be understood, so
//! that a project may be called "Berths for Saltmere".

use jiff::{ToSpan, civil::Date};
use qd_model::{DeckError, Skill, nearest};
use qd_tables::{Declaration, PEOPLE, PROJECTS, RELATIONS, TASKS};

use crate::{
    company::Company,
    draft::{id_for, quoted},
    record::Record,
    value,
};

/// A sentence that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The sentence in full.
    pub title: String,
    /// What it lays over the company's text.
    pub overlay: String,
}

/// What can be asked, one line each: for help and for errors.
const FORMS: &[&str] = &[
    "lose PERSON on DATE",
    "hire [NUMBER] SKILL in MONTH [for PROJECT]",
    "move PROJECT[/TASK] to DATE",
    "drop PROJECT[/TASK]",
    "pause PROJECT",
    "take PROJECT [from DATE]",
    "give PROJECT/TASK to PERSON",
    "estimate PROJECT/TASK LOW LIKELY HIGH",
];

/// Reads a sentence about `company`; months without a year are the next ones from `today` on.
///
/// # Errors
/// Where it cannot be understood: what of it, and what can be asked.
pub fn question(company: &Company, today: Date, sentence: &str) -> Result<Question, DeckError> {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let Some((verb, rest)) = words.split_first() else { return Err(misunderstood(sentence)) };
    let asked = Asked { company, today, sentence };
    let (title, overlay) = match verb.to_lowercase().as_str() {
        "lose" | "without" => asked.lose(rest)?,
        "hire" => asked.hire(rest)?,
        "move" | "promise" => asked.promise(rest)?,
        "drop" | "cancel" => asked.drop(rest)?,
        "pause" => asked.pause(rest)?,
        "take" | "win" => asked.take(rest)?,
        "give" | "assign" => asked.give(rest)?,
        "estimate" => asked.estimate(rest)?,
        _ => return Err(misunderstood(sentence)),
    };
    Ok(Question { title, overlay })
}

fn misunderstood(sentence: &str) -> DeckError {
    DeckError::new(format!("`{sentence}` cannot be understood"))
        .hint(format!("ask one of: {}; or give a file that is laid over the company's", FORMS.join(" | ")))
}

struct Asked<'a> {
    company: &'a Company,
    today: Date,
    sentence: &'a str,
}

/// A title and an overlay.
type Meant = Result<(String, String), DeckError>;

/// What a sentence says beside what it is about.
#[derive(Default)]
struct Clauses<'a> {
    day: Option<Date>,
    project: Option<&'a Record>,
}

impl<'a> Asked<'a> {
    fn lose(&self, words: &[&str]) -> Meant {
        let (name, clauses) = self.clauses(words, false);
        let person = self.find(&PEOPLE, "person", &name)?;
        let day = clauses.day.unwrap_or(self.today);
        let called = called(person);
        Ok((format!("without {called} from {day} on"), row("people", &person.id, &format!("left = {day}"))))
    }

    fn hire(&self, words: &[&str]) -> Meant {
        let (what, clauses) = self.clauses(words, true);
        let mut words: Vec<&str> = what.split_whitespace().collect();
        let number: usize = match words.first().and_then(|word| word.parse().ok()) {
            Some(number @ 1..=50) => {
                words.remove(0);
                number
            }
            Some(_) => return Err(misunderstood(self.sentence)),
            None => 1,
        };
        words.retain(|word| !matches!(word.to_lowercase().as_str(), "a" | "an" | "another" | "one"));
        if words.len() > 1 {
            words.pop_if(|last| {
                ["engineer", "developer", "person", "people"]
                    .iter()
                    .any(|role| last.to_lowercase().starts_with(role))
            });
        }
        let skill = self.skill(&words.join(" "))?;
        let joined = clauses.day.unwrap_or(self.today);
        let mut overlay = String::new();
        let mut ids = Vec::new();
        for place in 1..=number {
            let id = self.free_id(&format!("new-{}-{place}", id_for(&skill)));
            let name = if number == 1 { format!("New {skill}") } else { format!("New {skill} {place}") };
            overlay += &row(
                "people",
                &id,
                &format!("name = {}\nskills = [{}]\njoined = {joined}", quoted(&name), quoted(&skill)),
            );
            ids.push(id);
        }
        for project in self.open_projects() {
            let is_wanted = clauses
                .project
                .map_or_else(|| self.asks_for(project, &skill), |wanted| std::ptr::eq(wanted, project));
            // Where nobody is named, anybody with the skill is asked already.
            if is_wanted
                && (clauses.project.is_some()
                    || !project.texts("people").is_empty()
                    || project.text("team").is_some())
            {
                let people: Vec<String> =
                    project.texts("people").iter().chain(&ids).map(|id| quoted(id)).collect();
                overlay += &row("projects", &project.id, &format!("people = [{}]", people.join(", ")));
            }
        }
        let whom =
            if number == 1 { format!("one more for {skill}") } else { format!("{number} more for {skill}") };
        let of = clauses.project.map(|project| format!(", for {}", called(project))).unwrap_or_default();
        Ok((format!("{whom} from {joined} on{of}"), overlay))
    }

    fn promise(&self, words: &[&str]) -> Meant {
        let mut words: Vec<&str> = words.to_vec();
        words.retain(|word| !matches!(*word, "the" | "deadline" | "of"));
        let (name, clauses) = self.clauses(&words, true);
        let day = clauses.day.ok_or_else(|| {
            DeckError::new(format!("`{}` does not say to which day", self.sentence))
                .hint("for example `move atlas to 2027-03-01`")
        })?;
        if let Some(project) = clauses.project.filter(|_| name.is_empty()) {
            return Ok(self.deadline(project, day));
        }
        match self.task(&name) {
            Some(task) => {
                Ok((format!("{} due on {day}", task.id), task_row(task, &format!("deadline = {day}"))))
            }
            None => Ok(self.deadline(self.find(&PROJECTS, "project", &name)?, day)),
        }
    }

    fn deadline(&self, project: &Record, day: Date) -> (String, String) {
        let called = called(project);
        (format!("{called} promised for {day}"), row("projects", &project.id, &format!("deadline = {day}")))
    }

    fn drop(&self, words: &[&str]) -> Meant {
        let name = words.join(" ");
        if let Some(task) = self.task(&name) {
            return Ok((format!("without {}", task.id), task_row(task, "done = true")));
        }
        let project = self.find(&PROJECTS, "project or task", &name)?;
        Ok((format!("without {}", called(project)), row("projects", &project.id, "status = \"cancelled\"")))
    }

    fn pause(&self, words: &[&str]) -> Meant {
        let project = self.find(&PROJECTS, "project", &words.join(" "))?;
        Ok((format!("{} paused", called(project)), row("projects", &project.id, "status = \"paused\"")))
    }

    fn take(&self, words: &[&str]) -> Meant {
        let words = match words {
            ["client" | "project", rest @ ..] => rest,
            words => words,
        };
        let (name, clauses) = self.clauses(words, false);
        let project = match self.lookup(&PROJECTS, &name) {
            Some(project) => project,
            None => self.for_client(&name)?,
        };
        let from = clauses.day.map(|day| format!("\nstarted = {day}")).unwrap_or_default();
        let when = clauses.day.map(|day| format!(" from {day} on")).unwrap_or_default();
        Ok((
            format!("with {}{when}", called(project)),
            row("projects", &project.id, &format!("status = \"active\"{from}")),
        ))
    }

    /// The project that is declared for a client and not worked on yet.
    fn for_client(&self, name: &str) -> Result<&'a Record, DeckError> {
        let client = self.lookup(&RELATIONS, name).map(|client| client.id.as_str());
        let proposed = |project: &&Record| {
            project.text("status") == Some("proposed")
                && project.text("client").is_some_and(|of| Some(of) == client || of == name)
        };
        match self.company.records(&PROJECTS).iter().find(proposed) {
            Some(project) => Ok(project),
            None if client.is_some() => Err(DeckError::new(format!("nothing is proposed to `{name}`")).hint(
                "declare it in `projects/` with `status = \"proposed\"`, or give a file with `[projects.NAME]` \
                 and its `[[projects.NAME.tasks]]`",
            )),
            None => self.find(&PROJECTS, "project", name),
        }
    }

    fn give(&self, words: &[&str]) -> Meant {
        let text = words.join(" ");
        let parts = text.rsplit_once(" to ").ok_or_else(|| misunderstood(self.sentence))?;
        let (task, person) = (self.known_task(parts.0)?, self.find(&PEOPLE, "person", parts.1)?);
        Ok((
            format!("{} done by {}", task.id, called(person)),
            task_row(task, &format!("owner = {}", quoted(&person.id))),
        ))
    }

    fn estimate(&self, words: &[&str]) -> Meant {
        let (name, points) = words.split_first().ok_or_else(|| misunderstood(self.sentence))?;
        let task = self.known_task(name)?;
        let points = points.join(" ");
        if points.is_empty() {
            return Err(misunderstood(self.sentence));
        }
        Ok((
            format!("{} estimated at {points}", task.id),
            task_row(task, &format!("estimate = {}", quoted(&points))),
        ))
    }

    /// Takes clauses off the end, as long as they can be understood.
    fn clauses(&self, words: &[&str], with_project: bool) -> (String, Clauses<'a>) {
        let mut clauses = Clauses::default();
        let mut end = words.len();
        while let Some(place) = words[..end].iter().rposition(|word| {
            matches!(
                word.to_lowercase().as_str(),
                "on" | "in" | "from" | "at" | "to" | "for" | "by" | "until"
            )
        }) {
            let said = words[place + 1..end].join(" ");
            if let Some(day) = day(&said, self.today).filter(|_| clauses.day.is_none()) {
                clauses.day = Some(day);
            } else if let Some(project) = self.lookup(&PROJECTS, &said).filter(|_| {
                with_project && clauses.project.is_none() && words[place].eq_ignore_ascii_case("for")
            }) {
                clauses.project = Some(project);
            } else {
                break;
            }
            end = place;
        }
        (words[..end].join(" "), clauses)
    }

    /// A row by its id, its name, or the first word of its name where nobody else's begins so.
    fn lookup(&self, table: &'static Declaration, name: &str) -> Option<&'a Record> {
        let records = self.company.records(table);
        let is = |record: &&Record| {
            record.id == name || record.text("name").is_some_and(|own| own.eq_ignore_ascii_case(name))
        };
        let begins = |record: &&Record| {
            let first = record.text("name").and_then(|own| own.split_whitespace().next());
            record.id.eq_ignore_ascii_case(name)
                || first.is_some_and(|first| first.eq_ignore_ascii_case(name))
        };
        records.iter().find(is).or_else(|| {
            let mut near = records.iter().filter(begins);
            near.next().filter(|_| near.next().is_none())
        })
    }

    fn find(&self, table: &'static Declaration, kind: &str, name: &str) -> Result<&'a Record, DeckError> {
        if name.is_empty() {
            return Err(misunderstood(self.sentence));
        }
        self.lookup(table, name).ok_or_else(|| {
            let records = self.company.records(table);
            let known =
                records.iter().flat_map(|record| [Some(record.id.as_str()), record.text("name")]).flatten();
            let error = DeckError::new(format!("no {kind} `{name}` is declared"));
            match nearest(name, known) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error
                    .hint(format!("`quarterdeck sql \"SELECT id, name FROM {}\"` lists them", table.name)),
            }
        })
    }

    /// A task by `project/task`, or by its id where no other task has it.
    fn task(&self, name: &str) -> Option<&'a Record> {
        let tasks = self.company.records(&TASKS);
        if let Some(task) = tasks.iter().find(|task| task.id == name) {
            return Some(task);
        }
        let mut same = tasks.iter().filter(|task| task.id.split_once('/').is_some_and(|(_, id)| id == name));
        same.next().filter(|_| same.next().is_none())
    }

    fn known_task(&self, name: &str) -> Result<&'a Record, DeckError> {
        self.task(name).ok_or_else(|| {
            let known = self.company.records(&TASKS).iter().map(|task| task.id.as_str());
            let error = DeckError::new(format!("no task `{name}` is declared"));
            match nearest(name, known) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("tasks are named `PROJECT/TASK`"),
            }
        })
    }

    /// A skill as the company writes it, with the level that is wanted (`sql:3`).
    fn skill(&self, word: &str) -> Result<String, DeckError> {
        if word.is_empty() {
            return Err(misunderstood(self.sentence));
        }
        let asked = self.company.records(&TASKS).iter().flat_map(asked);
        let had = self.company.records(&PEOPLE).iter().flat_map(|person| person.texts("skills"));
        let known: Vec<&str> = asked.chain(had.map(|skill| Skill::parse(skill).name)).collect();
        let wanted = Skill::parse(word);
        match known.iter().find(|skill| wanted.is(skill)) {
            Some(skill) if wanted.level > 1 => Ok(format!("{skill}:{}", wanted.level)),
            Some(skill) => Ok((*skill).to_owned()),
            None => {
                let error = DeckError::new(format!("no task asks for `{word}`, and nobody has it"));
                Err(match nearest(word, known.iter().copied()) {
                    Some(near) => error.hint(format!("did you mean `{near}`?")),
                    None => error.hint("name a skill of a task or of a person"),
                })
            }
        }
    }

    fn open_projects(&self) -> impl Iterator<Item = &'a Record> {
        let projects = self.company.records(&PROJECTS).iter();
        projects.filter(|project| matches!(project.text("status"), None | Some("active" | "proposed")))
    }

    /// Whether a task of the project that is not done asks for a skill.
    fn asks_for(&self, project: &Record, skill: &str) -> bool {
        self.company.records(&TASKS).iter().any(|task| {
            task.text("project") == Some(&project.id)
                && task.boolean("done") != Some(true)
                && asked(task).any(|asked| Skill::parse(skill).is(asked))
        })
    }

    fn free_id(&self, wanted: &str) -> String {
        let mut id = wanted.to_owned();
        while self.company.record(&PEOPLE, &id).is_some() {
            id.push('b');
        }
        id
    }
}

/// The skills that a task asks for.
fn asked(task: &Record) -> impl Iterator<Item = &str> {
    let together = task.texts("skills").iter().map(String::as_str);
    task.text("skill").into_iter().chain(together).map(|skill| Skill::parse(skill).name)
}

/// What people call a row.
fn called(record: &Record) -> &str {
    record.text("name").unwrap_or(&record.id)
}

fn row(table: &str, id: &str, values: &str) -> String {
    format!("[{table}.{}]\n{values}\n", quoted(id))
}

fn task_row(task: &Record, values: &str) -> String {
    let (project, id) = task.id.split_once('/').unwrap_or(("", &task.id));
    format!("[[projects.{}.tasks]]\nid = {}\n{values}\n", quoted(project), quoted(id))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `2027-01-15`, `2027-01`, `February`, `February 2027`, `today`, `next month`.
fn day(said: &str, today: Date) -> Option<Date> {
    let said = said.to_lowercase();
    let first = |year: i16, month: i8| Date::new(year, month, 1).ok();
    if let Some(day) = value::date(&said) {
        return Some(day);
    }
    match said.as_str() {
        "today" | "now" => return Some(today),
        "next month" => return today.first_of_month().checked_add(1.month()).ok(),
        _ => {}
    }
    if let Some((year, month)) = said.split_once('-') {
        return first(year.parse().ok().filter(|_| year.len() == 4)?, month.parse().ok()?);
    }
    let (name, year) = said.split_once(' ').map_or((said.as_str(), None), |(name, year)| (name, Some(year)));
    let is_month = |month: &str| name.len() >= 3 && month.starts_with(name);
    let month = MONTHS.iter().position(|month| is_month(month))? as i8 + 1;
    match year {
        Some(year) => first(year.parse().ok().filter(|_| year.len() == 4)?, month),
        // The month that runs is the present one until its last day.
        None if month == today.month() => Some(today),
        None => first(if month > today.month() { today.year() } else { today.year() + 1 }, month),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;
    use qd_model::Files;

    use super::{day, question};
    use crate::{Company, overlay, read};

    fn files() -> Files {
        let company =
            "name = \"Example\"\n[people.ana]\nname = \"Ana Sousa\"\nskills = [\"Backend\"]\n[people.bo]\n";
        let berths = "name = \"Berths for Saltmere\"\npeople = [\"ana\"]\n[[tasks]]\nid = \"api\"\nskill = \"backend\"\n";
        let tide = "status = \"proposed\"\nclient = \"brannoch\"\n[[tasks]]\nid = \"gauge\"\n";
        let relations = "[relations.brannoch]\nkind = \"client\"\nname = \"Port of Brannoch\"\n";
        [
            ("company.toml", company),
            ("projects/berths.toml", berths),
            ("projects/tide.toml", tide),
            ("relations.toml", relations),
        ]
        .map(|(file, text)| (file.to_owned(), text.to_owned()))
        .into()
    }

    fn company(files: &Files) -> Company {
        read(files, &BTreeMap::new()).company
    }

    #[test]
    fn a_sentence_is_an_overlay() {
        let files = files();
        let company = company(&files);
        for (sentence, title, part) in [
            (
                "lose Ana on 2027-01-15",
                "without Ana Sousa from 2027-01-15 on",
                "[people.\"ana\"]\nleft = 2027-01-15",
            ),
            (
                "hire a backend engineer in February",
                "one more for backend from 2027-02-01 on",
                "people = [\"ana\", \"new-backend-1\"]",
            ),
            (
                "hire 2 backend developers from 2027-03 for berths",
                "2 more for backend from 2027-03-01 on, for Berths for Saltmere",
                "\"new-backend-2\"]",
            ),
            (
                "move deadline of Berths for Saltmere to 2027-02-01",
                "Berths for Saltmere promised for 2027-02-01",
                "deadline = 2027-02-01",
            ),
            (
                "move deadline to 2027-02-01 for berths",
                "Berths for Saltmere promised for 2027-02-01",
                "deadline = 2027-02-01",
            ),
            (
                "move berths/api to 2027-02-01",
                "berths/api due on 2027-02-01",
                "[[projects.\"berths\".tasks]]\nid = \"api\"\ndeadline",
            ),
            ("drop api", "without berths/api", "done = true"),
            ("drop berths", "without Berths for Saltmere", "cancelled"),
            (
                "take client Port of Brannoch from March",
                "with tide from 2027-03-01 on",
                "status = \"active\"\nstarted = 2027-03-01",
            ),
            ("give berths/api to bo", "berths/api done by bo", "owner = \"bo\""),
            (
                "estimate berths/api 5d 10d 30d",
                "berths/api estimated at 5d 10d 30d",
                "estimate = \"5d 10d 30d\"",
            ),
        ] {
            let meant = question(&company, date(2026, 11, 23), sentence).expect(sentence);
            assert_eq!(meant.title, title);
            assert!(meant.overlay.contains(part), "{sentence}: {}", meant.overlay);
            let mut laid = files.clone();
            for edit in overlay(&company, &files, &meant.overlay).expect(sentence) {
                laid.insert(edit.file.clone(), edit.text);
            }
            assert_eq!(read(&laid, &BTreeMap::new()).diagnostics, [], "{sentence}: {laid:?}");
        }
    }

    #[test]
    fn what_is_not_understood_says_what_can_be() {
        let company = company(&files());
        for (sentence, wrong) in [
            ("", "cannot be understood"),
            ("sing", "cannot be understood"),
            ("hire", "cannot be understood"),
            ("hire 1000 backend", "cannot be understood"),
            ("lose anna", "no person `anna`"),
            ("hire a bakend engineer", "`bakend`"),
            ("move berths", "to which day"),
            ("drop berths/apis", "no project or task"),
            ("give api", "cannot be understood"),
            ("estimate berths/api", "cannot be understood"),
        ] {
            let error = question(&company, date(2026, 11, 23), sentence).expect_err(sentence);
            assert!(error.message.contains(wrong) && error.hint.is_some(), "{sentence}: {error:?}");
        }
    }

    #[test]
    fn months_are_the_next_ones() {
        let today = date(2026, 11, 23);
        for (said, expected) in [
            ("2027-01-15", Some(date(2027, 1, 15))),
            ("2027-02", Some(date(2027, 2, 1))),
            ("February", Some(date(2027, 2, 1))),
            ("nov", Some(today)),
            ("December", Some(date(2026, 12, 1))),
            ("march 2028", Some(date(2028, 3, 1))),
            ("next month", Some(date(2026, 12, 1))),
            ("2027-13", None),
            ("soon", None),
            ("9-9", None),
        ] {
            assert_eq!(day(said, today), expected, "{said}");
        }
    }
}
