//! A company's first text, and the texts for people seen for the first time.
//!
//! What is written teaches the format: a file says in comments what else it could hold.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use qd_model::Files;
use qd_tables::PEOPLE;

use crate::{
    company::Company,
    edit::{self, Edit},
    record::Value,
};

/// What was found about a company that has no text yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// Currency, ISO 4217, where known.
    pub currency: Option<String>,
    /// Time zone, IANA name, where known.
    pub timezone: Option<String>,
    /// Id of the person whose brief it is by default.
    pub me: Option<String>,
    /// Sources of facts: id and paths of repositories.
    pub sources: Vec<(String, Vec<String>)>,
    /// People and robots.
    pub people: Vec<DraftPerson>,
    /// Teams.
    pub teams: Vec<DraftTeam>,
}

/// A person found in the facts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftPerson {
    /// Id, made fit for a file's name by [`id_for`].
    pub id: String,
    /// Name.
    pub name: String,
    /// Mail addresses.
    pub mails: Vec<String>,
    /// Logins at forges.
    pub logins: Vec<String>,
    /// Whether it is a robot.
    pub is_bot: bool,
}

/// A team found or guessed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftTeam {
    /// Id, made fit for a file's name by [`id_for`].
    pub id: String,
    /// Ids of its people.
    pub members: Vec<String>,
    /// What it owns: `api`, `api:billing/`.
    pub owns: Vec<String>,
    /// Whether nobody has confirmed it.
    pub is_guess: bool,
}

/// An id fit for a file's name, from any words: `Ada Lovelace` is `ada-lovelace`.
#[must_use]
pub fn id_for(words: &str) -> String {
    let mut id = String::new();
    for letter in words.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() || letter == '_' {
            id.push(letter);
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let id = id.trim_end_matches('-');
    if id.is_empty() { "unnamed".to_owned() } else { id.to_owned() }
}

/// The files of a new company.
#[must_use]
pub fn write_company(draft: &Draft) -> Files {
    let mut files = Files::new();
    let mut taken = BTreeSet::new();
    let mut ids = BTreeMap::new();
    for person in &draft.people {
        let id = free_id(&person.id, &mut taken);
        files.insert(format!("people/{id}.toml"), person_text(person));
        ids.insert(person.id.as_str(), id);
    }
    let mut taken = BTreeSet::new();
    for team in &draft.teams {
        let id = free_id(&team.id, &mut taken);
        let members = team.members.iter().filter_map(|member| ids.get(member.as_str()));
        files.insert(
            format!("teams/{id}.toml"),
            team_text(team, &members.map(String::as_str).collect::<Vec<_>>()),
        );
    }
    let me = draft.me.as_ref().and_then(|me| ids.get(me.as_str()));
    files.insert("company.toml".to_owned(), company_text(draft, me.map(String::as_str)));
    files
}

fn free_id(words: &str, taken: &mut BTreeSet<String>) -> String {
    let id = id_for(words);
    let numbered = (2..).map(|number| format!("{id}-{number}"));
    let free = [id.clone()].into_iter().chain(numbered).find(|id| !taken.contains(id)).unwrap_or(id);
    taken.insert(free.clone());
    free
}

/// Words as TOML writes them.
#[must_use]
pub fn quoted(words: &str) -> String {
    toml_edit::Value::from(words).to_string()
}

fn list<T: AsRef<str>>(words: &[T]) -> String {
    format!("[{}]", words.iter().map(|word| quoted(word.as_ref())).collect::<Vec<_>>().join(", "))
}

/// `key = value`, or the same as a comment where there is no value yet.
fn line(text: &mut String, key: &str, value: Option<String>, example: &str, comment: &str) {
    let line = match value {
        Some(value) => format!("{key} = {value}"),
        None => format!("# {key} = {example}"),
    };
    let _ =
        if comment.is_empty() { writeln!(text, "{line}") } else { writeln!(text, "{line:<36}# {comment}") };
}

fn company_text(draft: &Draft, me: Option<&str>) -> String {
    let mut text = String::from(
        "# The company. `quarterdeck check` names every mistake in this folder; every key\n\
         # is described in docs/reference, and completed by editors that read JSON Schema.\n\n",
    );
    line(&mut text, "name", Some(quoted(&draft.name)), "", "");
    line(&mut text, "currency", draft.currency.as_deref().map(quoted), "\"CHF\"", "of the books, ISO 4217");
    line(
        &mut text,
        "timezone",
        draft.timezone.as_deref().map(quoted),
        "\"Europe/Zurich\"",
        "of the working day",
    );
    line(&mut text, "me", me.map(quoted), "\"ada\"", "whose brief this is by default");
    line(&mut text, "day_rate", None, "\"CHF 1200\"", "prices waiting in money instead of hours");
    line(&mut text, "holidays", None, "[2026-12-25]", "days nobody works");
    text.push_str("\n# Where facts come from. Any number of sources, each with a name of your own.\n");
    for (id, paths) in &draft.sources {
        let _ = writeln!(
            text,
            "[sources.{}]\nkind = \"git\"\npaths = {}\n",
            toml_edit::Key::new(id_for(id)),
            list(paths)
        );
    }
    text.push_str(
        "# People stand in people/, teams in teams/, projects in projects/, decision records\n\
         # in decisions/. Small tables may stand here too, for example:\n\
         #\n\
         # [services.shop]\n\
         # owner = \"payments\"\n\
         # repositories = [\"shop\"]\n\
         #\n\
         # [relations.acme]\n\
         # kind = \"client\"\n",
    );
    line(&mut text, "value_per_day", None, "\"CHF 300\"", "what a day of their waiting costs");
    text
}

fn person_text(person: &DraftPerson) -> String {
    let mut text = String::new();
    line(&mut text, "name", Some(quoted(&person.name)), "", "");
    line(&mut text, "mails", Some(list(&person.mails)), "", "");
    if !person.logins.is_empty() {
        line(&mut text, "logins", Some(list(&person.logins)), "", "");
    }
    if person.is_bot {
        line(&mut text, "is_bot", Some("true".to_owned()), "", "");
        return text;
    }
    line(&mut text, "reports_to", None, "\"ada\"", "what nobody handles rises along these lines");
    line(&mut text, "rate", None, "\"CHF 1200\"", "what a day of their work costs");
    line(&mut text, "left", None, "2026-12-31", "leavers stay, with their last day");
    text.push_str("#\n# [[absences]]\n# from = 2026-10-01\n# to = 2026-10-14\n");
    text
}

fn team_text(team: &DraftTeam, members: &[&str]) -> String {
    let mut text = String::new();
    if team.is_guess {
        text.push_str("# Guessed from who changes the same files. Mend it, then take `is_guess` away.\n");
        line(&mut text, "is_guess", Some("true".to_owned()), "", "");
    }
    line(&mut text, "members", Some(list(members)), "", "");
    line(&mut text, "owns", Some(list(&team.owns)), "", "");
    line(&mut text, "lead", None, "\"ada\"", "who hears first of what the team owns");
    line(&mut text, "mission", None, "\"...\"", "what it is for");
    text
}

/// The edits that declare people who were seen but are not declared.
///
/// Somebody whose name is that of exactly one declared person gets their addresses added
/// to that person; everybody else a file of their own. Whose mail or login is declared
/// already is passed over.
#[must_use]
pub fn reconcile(company: &Company, files: &Files, seen: &[DraftPerson]) -> Vec<Edit> {
    let known: BTreeSet<String> = company
        .people()
        .flat_map(|person| person.mails().iter().chain(person.logins()))
        .map(|identity| identity.to_lowercase())
        .collect();
    let mut taken: BTreeSet<String> = company.people().map(|person| person.id().to_owned()).collect();
    let mut texts = BTreeMap::new();
    for person in seen {
        let is_new = |identity: &&String| !known.contains(&identity.to_lowercase());
        let mails: Vec<String> = person.mails.iter().filter(is_new).cloned().collect();
        if mails.len() < person.mails.len() || !person.logins.iter().all(|login| is_new(&login)) {
            continue;
        }
        let mut same_name = company.people().filter(|declared| declared.name() == Some(person.name.as_str()));
        let declared = same_name.next().filter(|_| same_name.next().is_none());
        let Some(declared) = declared else {
            texts.insert(format!("people/{}.toml", free_id(&person.id, &mut taken)), person_text(person));
            continue;
        };
        let all: Vec<String> = declared.mails().iter().cloned().chain(mails).collect();
        let file = &declared.0.file;
        let own_file = file.contains('/').then_some(vec!["mails"]);
        match files.get(file).filter(|_| file.ends_with(".toml")) {
            Some(present) => {
                let path = own_file.unwrap_or_else(|| vec![PEOPLE.name, declared.id(), "mails"]);
                let text = texts.entry(file.clone()).or_insert_with(|| present.clone());
                if let Ok(changed) = edit::set(text, &path, &Value::Texts(all)) {
                    *text = changed;
                }
            }
            // A catalog's user: the company's own file about them goes before it.
            None => {
                let merged = DraftPerson { mails: all, ..person.clone() };
                texts.insert(format!("people/{}.toml", declared.id()), person_text(&merged));
            }
        }
    }
    let edits = texts.into_iter().map(|(file, text)| {
        let present = files.get(&file).map(String::as_str);
        (present != Some(text.as_str())).then(|| Edit::new(&file, present, text))
    });
    edits.flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Draft, DraftPerson, DraftTeam, reconcile, write_company};
    use crate::read;

    fn person(id: &str, name: &str, mail: &str) -> DraftPerson {
        DraftPerson {
            id: id.to_owned(),
            name: name.to_owned(),
            mails: vec![mail.to_owned()],
            ..DraftPerson::default()
        }
    }

    fn draft() -> Draft {
        Draft {
            name: "Example \"Ltd\"".to_owned(),
            currency: None,
            timezone: Some("Europe/Zurich".to_owned()),
            me: Some("ada@example.org".to_owned()),
            sources: vec![("code".to_owned(), vec!["~/src/*".to_owned()])],
            people: vec![
                person("ada@example.org", "Ada", "ada@example.org"),
                person("ada.example.org", "Ada B.", "ada.b@example.org"),
                DraftPerson { is_bot: true, ..person("robot", "Robot[bot]", "robot@example.org") },
            ],
            teams: vec![DraftTeam {
                id: "API".to_owned(),
                members: vec!["ada.example.org".to_owned()],
                owns: vec!["api".to_owned()],
                is_guess: true,
            }],
        }
    }

    #[test]
    fn a_first_text_reads_back_without_a_complaint() {
        let files = write_company(&draft());
        let intent = read(&files, &BTreeMap::new());
        assert_eq!(intent.diagnostics, []);
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "company.toml",
                "people/ada-example-org-2.toml",
                "people/ada-example-org.toml",
                "people/robot.toml",
                "teams/api.toml"
            ]
        );
        assert_eq!(intent.company.me(), Some("ada-example-org"));
        for text in files.values() {
            assert_eq!(crate::fmt(text), *text);
        }
    }

    #[test]
    fn who_is_seen_for_the_first_time_is_proposed() {
        let files = write_company(&draft());
        let company = read(&files, &BTreeMap::new()).company;
        let seen = [
            person("ada", "Ada", "ada@elsewhere.example"),
            person("bob", "Bob", "bob@example.org"),
            person("robot", "Somebody", "ROBOT@example.org"),
        ];
        let edits = reconcile(&company, &files, &seen);
        let shown: Vec<String> = edits
            .iter()
            .map(|edit| edit.diff(files.get(&edit.file).map(String::as_str)))
            .map(|diff| diff.lines().take(6).map(|line| format!("{line}\n")).collect())
            .collect();
        assert_eq!(
            shown,
            [
                "\
--- a/people/ada-example-org.toml
+++ b/people/ada-example-org.toml
@@ -1,5 +1,5 @@
 name = \"Ada\"
-mails = [\"ada@example.org\"]
+mails = [\"ada@example.org\", \"ada@elsewhere.example\"]
",
                "\
--- /dev/null
+++ b/people/bob.toml
@@ -0,0 +1,9 @@
+name = \"Bob\"
+mails = [\"bob@example.org\"]
+# reports_to = \"ada\"                # what nobody handles rises along these lines
",
            ]
        );
    }
}
