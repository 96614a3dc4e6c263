//! A first company out of nothing but repositories: who is there, and who works together.

use std::collections::{BTreeMap, BTreeSet};

use qd_intent::{Draft, DraftPerson, DraftTeam, Edit, id_for};
use qd_model::{Deck, DeckError, Table, Value};

use crate::local::LocalDeck;

/// Most people of a team that one would guess: a larger group is split by folders.
const LARGEST_TEAM: usize = 9;
/// Commits in a year from which on somebody is taken to work here.
const LEAST_COMMITS: i64 = 3;
/// Rows that are looked at.
const ROWS: usize = 100_000;

/// People seen in the last year and not declared, the busiest first.
///
/// # Errors
/// Where the facts cannot be asked.
pub(crate) fn seen_people(deck: &LocalDeck) -> Result<Vec<DraftPerson>, DeckError> {
    let query = format!(include_str!("sql/draft_people.sql"), least = LEAST_COMMITS);
    let table = deck.sql(&query, ROWS)?;
    Ok(table.rows.iter().filter_map(|row| person(row)).collect())
}

fn person(row: &[Value]) -> Option<DraftPerson> {
    let [Value::Text(id), Value::Text(name), Value::List(mails), is_bot, ..] = row else {
        return None;
    };
    let mails: BTreeSet<String> = mails.iter().cloned().collect();
    // A forge's no-reply address tells the login.
    let logins: BTreeSet<String> = mails
        .iter()
        .filter_map(|mail| mail.strip_suffix("@users.noreply.github.com"))
        .map(|user| user.rsplit('+').next().unwrap_or(user).to_owned())
        .collect();
    Some(DraftPerson {
        id: id_for(id),
        name: name.clone(),
        mails: mails.into_iter().collect(),
        logins: logins.into_iter().collect(),
        is_bot: *is_bot == Value::Boolean(true),
    })
}

/// The edits that would make the declared equal to the observed: people who were seen and
/// are not declared, and repositories that no team, project or service names.
///
/// # Errors
/// Where the facts cannot be asked, or the company's own file is no TOML.
pub fn reconcile(deck: &LocalDeck) -> Result<Vec<Edit>, DeckError> {
    let (_, files) = deck.check();
    let mut edits = qd_intent::reconcile(deck.company(), files, &seen_people(deck)?);
    let repositories = deck.sql(include_str!("sql/undeclared_repositories.sql"), ROWS)?;
    let file = "company.toml";
    let present = files.get(file).map(String::as_str);
    let proposed = edits.iter().position(|edit| edit.file == file);
    let mut text =
        proposed.map_or_else(|| present.unwrap_or_default().to_owned(), |at| edits[at].text.clone());
    let before = text.clone();
    for repo in repositories.rows.iter().filter_map(|row| row.first()?.as_text()) {
        let values = [("repositories", qd_intent::Value::Texts(vec![repo.to_owned()]))];
        match qd_intent::insert(&text, &["services", &id_for(repo)], &values) {
            Ok(with_service) => text = with_service,
            // A service of that name is declared already, without the repository: that is
            // for a person to say.
            Err(qd_intent::EditError::Exists(_)) => {}
            Err(error) => return Err(DeckError::new(format!("`{file}` cannot be edited: {error}"))),
        }
    }
    if text != before {
        let edit = Edit::new(file, present, text);
        match proposed {
            Some(at) => edits[at] = edit,
            None => edits.push(edit),
        }
    }
    Ok(edits)
}

/// The draft of a company: people of the last year, and teams guessed from what they share.
///
/// # Errors
/// Where the facts cannot be asked.
pub fn draft(
    deck: &LocalDeck,
    name: &str,
    timezone: Option<String>,
    sources: Vec<(String, Vec<String>)>,
) -> Result<Draft, DeckError> {
    let people = seen_people(deck)?;
    let known: BTreeSet<&str> =
        people.iter().filter(|person| !person.is_bot).map(|person| person.id.as_str()).collect();
    let work = deck.sql(include_str!("sql/draft_work.sql"), ROWS)?;
    let teams = teams(&work, &known);
    let me = deck.brief_reader().filter(|me| known.contains(me.as_str()));
    Ok(Draft { name: name.to_owned(), currency: None, timezone, me, sources, people, teams })
}

/// Groups of people whose most work is in the same place: a repository, or a folder at
/// its top where more than nine share the repository.
fn teams(work: &Table, known: &BTreeSet<&str>) -> Vec<DraftTeam> {
    let mut by_repo: BTreeMap<String, BTreeMap<String, BTreeMap<String, i64>>> = BTreeMap::new();
    for row in &work.rows {
        if let [Value::Text(repo), Value::Text(folder), Value::Text(person), Value::Integer(commits)] =
            row.as_slice()
        {
            let person = id_for(person);
            if known.contains(person.as_str()) {
                let folders = by_repo.entry(repo.clone()).or_default();
                *folders.entry(folder.clone()).or_default().entry(person).or_default() += commits;
            }
        }
    }
    // Place → person → commits.
    let mut places: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for (repo, folders) in by_repo {
        let crew: BTreeSet<&String> = folders.values().flat_map(BTreeMap::keys).collect();
        let is_split = crew.len() > LARGEST_TEAM;
        for (folder, people) in folders {
            let place =
                if is_split && !folder.is_empty() { format!("{repo}:{folder}") } else { repo.clone() };
            for (person, commits) in people {
                *places.entry(place.clone()).or_default().entry(person).or_default() += commits;
            }
        }
    }
    let mut home: BTreeMap<&str, (&str, i64)> = BTreeMap::new();
    for (place, people) in &places {
        for (person, commits) in people {
            let best = home.entry(person).or_insert((place, *commits));
            if *commits > best.1 {
                *best = (place, *commits);
            }
        }
    }
    let mut members: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (person, (place, _)) in home {
        members.entry(place).or_default().push(person.to_owned());
    }
    members
        .into_iter()
        .filter(|(_, members)| members.len() >= 2)
        .map(|(place, members)| DraftTeam {
            id: id_for(place.trim_end_matches('/').rsplit(':').next().unwrap_or(place)),
            members,
            owns: vec![place.to_owned()],
            is_guess: true,
        })
        .collect()
}
