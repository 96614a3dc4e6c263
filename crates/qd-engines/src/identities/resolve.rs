//! Which names and addresses are one person.
//!
//! Stronger reasons go first: what the company's files declare, what a `.mailmap` says, one
//! address, one name. A weaker one never joins two declared people, and one that would is
//! not used at all: which of the two it speaks for is not known. Names and addresses that
//! many share (`root`, `noreply@github.com`) are no reason. Within a reason all is done in
//! alphabetical order, so the order in which commits are told makes no difference.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use jiff::Timestamp;

use super::{
    mailmap::{Line, Mailmap, Proper},
    words::{address, compared, is_generic_address, is_generic_name, is_robot, login, slug},
};
use crate::groups::Groups;

/// A name and address as seen in commits.
#[derive(Debug, Clone)]
pub(super) struct Sighting {
    /// Lower case.
    pub email: String,
    pub name: String,
    pub commits: i64,
    pub first: Timestamp,
    pub last: Timestamp,
}

/// A declared person.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    pub id: String,
    pub name: Option<String>,
    pub mails: Vec<String>,
    pub logins: Vec<String>,
    /// Where declared.
    pub is_bot: Option<bool>,
}

/// What joined a sighting to its person, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    Declared,
    Mailmap,
    SameAddress,
    SameName,
    Observed,
}

impl Why {
    /// The word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Mailmap => "mailmap",
            Self::SameAddress => "same-address",
            Self::SameName => "same-name",
            Self::Observed => "observed",
        }
    }
}

/// A person, and what joined a sighting to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub person: String,
    pub name: String,
    pub is_bot: bool,
    pub is_declared: bool,
    pub why: Why,
}

/// Declared people by what tells them.
struct Directory {
    mails: BTreeMap<String, usize>,
    logins: BTreeMap<String, usize>,
    /// A name that two people have tells nobody.
    names: BTreeMap<String, Option<usize>>,
}

impl Directory {
    fn of(people: &[&Declared]) -> Self {
        let mut all = Self { mails: BTreeMap::new(), logins: BTreeMap::new(), names: BTreeMap::new() };
        for (number, person) in people.iter().enumerate() {
            for mail in &person.mails {
                all.mails.entry(address(&mail.to_lowercase())).or_insert(number);
            }
            for login in &person.logins {
                all.logins.entry(login.trim_start_matches('@').to_lowercase()).or_insert(number);
            }
            let name = person.name.as_deref().map(compared).filter(|name| !is_generic_name(name));
            if let Some(name) = name {
                all.names.entry(name).and_modify(|known| *known = None).or_insert(Some(number));
            }
        }
        all
    }

    fn by_mail(&self, email: &str) -> Option<usize> {
        let by_login = || login(email).and_then(|login| self.logins.get(login)).copied();
        self.mails.get(&address(email)).copied().or_else(by_login)
    }

    fn by_name(&self, name: &str) -> Option<usize> {
        self.names.get(&compared(name)).copied().flatten()
    }

    /// Whom a sighting is, and why.
    fn find(&self, seen: &Sighting, proper: Option<&Proper>) -> Option<(usize, Why)> {
        let mapped_mail = proper.and_then(|proper| proper.email.as_deref());
        let mapped_name = proper.and_then(|proper| proper.name.as_deref());
        let because = |why: Why| move |number: usize| (number, why);
        self.by_mail(&seen.email)
            .map(because(Why::Declared))
            .or_else(|| mapped_mail.and_then(|mail| self.by_mail(mail)).map(because(Why::Mailmap)))
            .or_else(|| self.by_name(&seen.name).map(because(Why::Declared)))
            .or_else(|| mapped_name.and_then(|name| self.by_name(name)).map(because(Why::Mailmap)))
    }
}

/// Sightings that share something, and how it joins each of them.
type Shared = BTreeMap<String, Vec<(usize, Why)>>;

/// What sightings share, by reason, the strongest first.
fn shared(seen: &[&Sighting], proper: &[Option<&Proper>]) -> [Shared; 3] {
    let mut mapped = Shared::new();
    let mut addresses = Shared::new();
    let mut names = Shared::new();
    for (number, (one, proper)) in seen.iter().zip(proper).enumerate() {
        let own = address(&one.email);
        let used = proper.and_then(|proper| proper.email.as_deref()).map(address);
        let why = if used.is_some() { Why::Mailmap } else { Why::SameAddress };
        let used = used.unwrap_or_else(|| own.clone());
        if !is_generic_address(&used) {
            mapped.entry(used).or_default().push((number, why));
        }
        if !is_generic_address(&own) {
            addresses.entry(own).or_default().push((number, Why::SameAddress));
        }
        let mut own_names = vec![compared(&one.name)];
        own_names.extend(proper.and_then(|proper| proper.name.as_deref()).map(compared));
        own_names.dedup();
        for name in own_names.into_iter().filter(|name| !is_generic_name(name)) {
            names.entry(name).or_default().push((number, Why::SameName));
        }
    }
    mapped.retain(|_, members| members.iter().any(|(_, why)| *why == Why::Mailmap));
    [mapped, addresses, names]
}

/// Joins what is shared; returns the person or the group each sighting ends in.
fn join(
    found: &[Option<(usize, Why)>],
    reasons: &[Shared; 3],
    people: usize,
) -> (Groups, Vec<Option<usize>>) {
    let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    // A declared person is a member of their group, and has the smallest number of it.
    let mut groups = Groups::of(people + found.len());
    for (index, found) in found.iter().enumerate() {
        if let Some((person, _)) = found {
            groups.join(number(*person), number(people + index));
        }
    }
    let declared = |root: u32| Some(root as usize).filter(|root| *root < people);
    for members in reasons.iter().flat_map(BTreeMap::values) {
        let roots: BTreeSet<u32> =
            members.iter().map(|(index, _)| groups.find(number(people + index))).collect();
        if roots.iter().filter(|root| declared(**root).is_some()).count() > 1 {
            continue;
        }
        let mut roots = roots.into_iter();
        if let Some(first) = roots.next() {
            roots.for_each(|other| {
                groups.join(first, other);
            });
        }
    }
    let persons = (0..found.len()).map(|index| declared(groups.find(number(people + index)))).collect();
    (groups, persons)
}

/// Resolves every sighting, in the order given.
pub(super) fn resolve(sightings: &[Sighting], lines: &[Line], people: &[Declared]) -> Vec<Identity> {
    let mut order: Vec<usize> = (0..sightings.len()).collect();
    order.sort_by_key(|index| (&sightings[*index].email, &sightings[*index].name));
    let seen: Vec<&Sighting> = order.iter().map(|index| &sightings[*index]).collect();
    let mut people: Vec<&Declared> = people.iter().collect();
    people.sort_by(|one, two| one.id.cmp(&two.id));
    let mailmap = Mailmap::of(lines);
    let proper: Vec<Option<&Proper>> = seen.iter().map(|one| mailmap.find(&one.email, &one.name)).collect();
    let directory = Directory::of(&people);
    let found: Vec<Option<(usize, Why)>> =
        seen.iter().zip(&proper).map(|(one, proper)| directory.find(one, *proper)).collect();
    let reasons = shared(&seen, &proper);
    let (mut groups, persons) = join(&found, &reasons, people.len());
    let offset = people.len();
    let roots: Vec<u32> =
        (0..seen.len()).map(|index| groups.find(u32::try_from(offset + index).unwrap_or(u32::MAX))).collect();
    let why = reasons_of(&found, &reasons, &roots);
    let strangers = strangers(&seen, &proper, &roots, &persons, &people);
    let mut identities: Vec<(usize, Identity)> = (0..seen.len())
        .filter_map(|index| {
            let identity = match persons[index] {
                Some(person) => {
                    let declared = people[person];
                    let name = declared.name.clone().unwrap_or_else(|| declared.id.clone());
                    let is_bot = declared.is_bot.unwrap_or_else(|| is_robot(&name, ""));
                    Identity { person: declared.id.clone(), name, is_bot, is_declared: true, why: why[index] }
                }
                None => Identity { why: why[index], ..strangers.get(&roots[index])?.clone() },
            };
            Some((order[index], identity))
        })
        .collect();
    identities.sort_by_key(|(index, _)| *index);
    identities.into_iter().map(|(_, identity)| identity).collect()
}

/// The strongest reason that joined each sighting to anything of its group.
fn reasons_of(found: &[Option<(usize, Why)>], reasons: &[Shared; 3], roots: &[u32]) -> Vec<Why> {
    let mut why: Vec<Why> = found.iter().map(|found| found.map_or(Why::Observed, |(_, why)| why)).collect();
    for members in reasons.iter().flat_map(BTreeMap::values) {
        let mut together: BTreeMap<u32, usize> = BTreeMap::new();
        for (index, _) in members {
            *together.entry(roots[*index]).or_default() += 1;
        }
        for (index, reason) in members {
            if together.get(&roots[*index]).is_some_and(|count| *count > 1) && found[*index].is_none() {
                why[*index] = why[*index].min(*reason);
            }
        }
    }
    why
}

/// The people nobody declared, by group. An id is taken by who was seen first.
fn strangers(
    seen: &[&Sighting],
    proper: &[Option<&Proper>],
    roots: &[u32],
    persons: &[Option<usize>],
    people: &[&Declared],
) -> BTreeMap<u32, Identity> {
    let mut groups: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (index, root) in roots.iter().enumerate().filter(|(index, _)| persons[*index].is_none()) {
        groups.entry(*root).or_default().push(index);
    }
    let mut groups: Vec<(u32, Vec<usize>)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, members)| {
        (members.iter().map(|index| seen[*index].first).min(), members.first().copied())
    });
    let mut taken: BTreeSet<String> = people.iter().map(|person| person.id.clone()).collect();
    let mut strangers = BTreeMap::new();
    for (root, members) in groups {
        let name = name_of(seen, proper, &members);
        let mail = members.first().map_or("", |index| seen[*index].email.as_str());
        let id = free(&name, mail, &mut taken);
        let commits = |index: &usize| seen[*index].commits.max(0);
        let robots: i64 = members
            .iter()
            .filter(|index| is_robot(&seen[**index].name, &seen[**index].email))
            .map(commits)
            .sum();
        let all: i64 = members.iter().map(commits).sum();
        let is_bot = robots > 0 && robots.saturating_mul(2) >= all;
        strangers.insert(root, Identity { person: id, name, is_bot, is_declared: false, why: Why::Observed });
    }
    strangers
}

/// The name to show: one of a `.mailmap` rather than one of commits, a full name rather than
/// a single word, and the one of the most commits.
fn name_of(seen: &[&Sighting], proper: &[Option<&Proper>], members: &[usize]) -> String {
    let mut names: BTreeMap<(bool, &str), i64> = BTreeMap::new();
    for index in members {
        let mapped = proper[*index].and_then(|proper| proper.name.as_deref());
        let name = mapped.unwrap_or(&seen[*index].name).trim();
        let commits = names.entry((mapped.is_some(), name)).or_default();
        *commits = commits.saturating_add(seen[*index].commits);
    }
    let best = names.into_iter().min_by_key(|((is_mapped, name), commits)| {
        (
            !is_mapped,
            name.is_empty(),
            is_generic_name(&compared(name)),
            !name.contains(' '),
            Reverse(*commits),
            *name,
        )
    });
    let name = best.map_or("", |((_, name), _)| name);
    let mail = members.first().map_or("", |index| seen[*index].email.as_str());
    [name, mail, "unknown"].into_iter().find(|words| !words.is_empty()).unwrap_or_default().to_owned()
}

/// An id nobody has yet: of the name, else of the address.
fn free(name: &str, mail: &str, taken: &mut BTreeSet<String>) -> String {
    let local = mail.split_once('@').map_or(mail, |(local, _)| local);
    let base = [slug(name), slug(local), "unnamed".to_owned()].into_iter().find(|id| !id.is_empty());
    let base = base.unwrap_or_default();
    let mut id = base.clone();
    let mut number = 1;
    while !taken.insert(id.clone()) {
        number += 1;
        id = format!("{base}-{number}");
    }
    id
}
