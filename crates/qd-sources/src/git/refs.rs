//! Branches and tags as they stand, and which of them is the default.

use gix::{ObjectId, objs::Kind};

use super::{cursor::Cursor, objects::Objects, open::reason};

/// A branch, remote branch or tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ref {
    /// Full name: `refs/heads/main`.
    pub(crate) name: String,
    /// Object it names; for an annotated tag the tag.
    pub(crate) target: ObjectId,
    /// Commit it leads to; nothing for a tag of something else.
    pub(crate) commit: Option<ObjectId>,
}

/// All that points into history.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refs {
    /// Branches, remote branches and tags, by name.
    pub(crate) all: Vec<Ref>,
    /// Commit of HEAD; nothing in a repository without commits.
    pub(crate) head: Option<ObjectId>,
    /// Full name of the branch that is the default.
    pub(crate) default: Option<String>,
    /// Commit that stands for the repository's present: the default branch's, or HEAD's.
    pub(crate) present: Option<ObjectId>,
    /// What could not be read.
    pub(crate) problems: Vec<String>,
}

const PREFIXES: [(&str, &str); 3] =
    [("refs/heads/", "branch"), ("refs/remotes/", "remote"), ("refs/tags/", "tag")];

/// Kind and short name of a full name: `branch`, `main`.
pub(crate) fn kind_and_name(full: &str) -> (&'static str, &str) {
    PREFIXES
        .iter()
        .find_map(|(prefix, kind)| Some((*kind, full.strip_prefix(prefix)?)))
        .unwrap_or(("branch", full))
}

/// Whether `full` is the default branch or, where that is a remote's, our branch of its name.
pub(crate) fn is_default(full: &str, default: Option<&str>) -> bool {
    default.is_some_and(|default| {
        full == default
            || (full.starts_with("refs/heads/") && short_default(default) == kind_and_name(full).1)
    })
}

/// Name of the default branch `full` as its own repository calls it: `main`.
pub(crate) fn short_default(full: &str) -> &str {
    match full.strip_prefix("refs/remotes/") {
        Some(name) => name.split_once('/').map_or(name, |(_, branch)| branch),
        None => kind_and_name(full).1,
    }
}

/// Reads the refs of `repository`. Where `cursor` knows what a ref's object leads to, it is
/// not read again.
pub(crate) fn read(repository: &gix::Repository, objects: &Objects, cursor: &Cursor) -> Refs {
    let mut refs = Refs::default();
    let mut symbolic: Vec<(String, String)> = Vec::new();
    for found in all(repository) {
        match found {
            Ok(reference) => add(&mut refs, &mut symbolic, reference),
            Err(message) => refs.problems.push(message),
        }
    }
    refs.all.sort_by(|a, b| a.name.cmp(&b.name));
    for (name, target) in &symbolic {
        let Ok(place) = refs.all.binary_search_by(|reference| reference.name.as_str().cmp(target)) else {
            continue;
        };
        if !is_remote_head(name) {
            let alias = Ref { name: name.clone(), ..refs.all[place].clone() };
            refs.all.push(alias);
        }
    }
    refs.all.sort_by(|a, b| a.name.cmp(&b.name));
    let mut buffer = Vec::new();
    for reference in &mut refs.all {
        if reference.commit.is_some() {
            continue;
        }
        reference.commit = match cursor.refs.get(&reference.name) {
            Some(known) if known.is_at(reference.target) => known.commit(),
            _ => peel(objects, reference, &mut buffer, &mut refs.problems),
        };
    }
    let head = repository.head().ok();
    let branch = head.as_ref().and_then(|head| head.referent_name()).map(|name| name.as_bstr().to_string());
    refs.head = head.as_ref().and_then(|head| head.id()).map(gix::Id::detach);
    refs.default = default(&refs, &symbolic, branch);
    let of_default = refs
        .default
        .as_deref()
        .and_then(|name| refs.all.iter().find(|reference| reference.name == name)?.commit);
    refs.present = of_default.or(refs.head);
    refs
}

/// All refs of the kinds we read, and complaints in the place of those that are garbled.
fn all(repository: &gix::Repository) -> Vec<Result<gix::refs::Reference, String>> {
    let complaint = |error: gix::Error| format!("refs are unreadable: {}", reason(&error));
    let platform = match repository.references() {
        Ok(platform) => platform,
        Err(error) => return vec![Err(complaint(error))],
    };
    let mut all = Vec::new();
    for (prefix, _) in PREFIXES {
        match platform.prefixed(prefix.as_bytes()) {
            Ok(found) => {
                all.extend(found.map(|found| found.map(gix::Reference::detach).map_err(complaint)));
            }
            Err(error) => all.push(Err(complaint(error))),
        }
    }
    all
}

fn is_remote_head(name: &str) -> bool {
    name.starts_with("refs/remotes/") && name.ends_with("/HEAD")
}

fn add(refs: &mut Refs, symbolic: &mut Vec<(String, String)>, reference: gix::refs::Reference) {
    let name = reference.name.as_bstr().to_string();
    match reference.target {
        gix::refs::Target::Symbolic(target) => symbolic.push((name, target.as_bstr().to_string())),
        // A clone by hand may hold a copy of the remote's HEAD that is no branch of it.
        gix::refs::Target::Object(_) if is_remote_head(&name) => {}
        gix::refs::Target::Object(target) => refs.all.push(Ref { name, target, commit: None }),
    }
}

/// The commit that `reference` leads to.
fn peel(
    objects: &Objects,
    reference: &Ref,
    buffer: &mut Vec<u8>,
    problems: &mut Vec<String>,
) -> Option<ObjectId> {
    let mut id = reference.target;
    // A tag of a tag of a tag is a curiosity; a longer chain is an attack.
    for _ in 0..8 {
        match objects.read(id, buffer) {
            Ok(Kind::Commit) => return Some(id),
            Ok(Kind::Tag) => id = super::commit::tag(buffer).target?,
            Ok(_) => return None,
            Err(error) => {
                problems.push(format!("ref `{}` leads nowhere: {error}", reference.name));
                return None;
            }
        }
    }
    None
}

/// The default branch: what the remote says, else the branch HEAD is on. A detached HEAD
/// says nothing, so the usual names are tried.
fn default(refs: &Refs, symbolic: &[(String, String)], head: Option<String>) -> Option<String> {
    let exists = |name: &String| refs.all.iter().any(|reference| reference.name == *name);
    let remote = symbolic
        .iter()
        .filter(|(name, _)| is_remote_head(name))
        .min_by_key(|(name, _)| (name != "refs/remotes/origin/HEAD", name))
        .map(|(_, target)| target.clone());
    let usual =
        ["refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master"];
    let detached = head.is_none();
    remote
        .filter(exists)
        .or(head.filter(exists))
        .or_else(|| usual.into_iter().map(str::to_owned).filter(|_| detached).find(exists))
}
