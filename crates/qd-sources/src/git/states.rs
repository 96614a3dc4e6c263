//! What stands now: refs and the repository itself, in versions.
//!
//! Only what differs from the cursor is written; what is gone is written once more, as
//! deleted.

use std::collections::{BTreeMap, HashSet};

use gix::ObjectId;
use jiff::Timestamp;
use qd_tables::{REFS, REPOSITORIES};

use super::{
    Found,
    commit::{self, Tag},
    cursor::{Cursor, KnownRef},
    objects::Objects,
    open::{Opened, without_credentials},
    refs::{Ref, Refs, is_default, kind_and_name, short_default},
    rows::{Rows, Stopped},
};

/// Ids as the cursor keeps them.
pub(crate) fn sorted(ids: &HashSet<ObjectId>) -> Vec<String> {
    let mut hex: Vec<String> = ids.iter().map(ToString::to_string).collect();
    hex.sort_unstable();
    hex
}

/// Whether nothing moved since `cursor`.
pub(crate) fn is_same(cursor: &Cursor, refs: &Refs, opened: &Opened) -> bool {
    known_refs(refs) == cursor.refs
        && refs.head.map(|id| id.to_string()) == cursor.head
        && refs.default == cursor.default
        && sorted(&opened.shallow) == cursor.shallow
}

/// Refs as the cursor keeps them.
pub(crate) fn known_refs(refs: &Refs) -> BTreeMap<String, KnownRef> {
    refs.all
        .iter()
        .map(|one| (one.name.clone(), KnownRef::new(one.target, one.commit)))
        .collect()
}

/// Where rows of states go.
pub(crate) struct Place<'a, 'b> {
    pub(crate) rows: &'a mut Rows<'b>,
    pub(crate) found: &'a Found,
    pub(crate) observed_at: Timestamp,
    /// Rows written.
    pub(crate) written: u64,
}

/// Commits between a branch and the default branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Distance {
    /// Commits the branch has and the default branch has not.
    pub(crate) ahead: i64,
    /// The other way round.
    pub(crate) behind: i64,
    /// Commit time of the oldest commit ahead.
    pub(crate) ahead_since: Option<Timestamp>,
    /// Commit time of the oldest commit behind.
    pub(crate) behind_since: Option<Timestamp>,
}

/// Writes the refs that are new, moved or gone since `cursor`, and those whose distance to
/// the default branch is known, if that moved.
pub(crate) fn write_refs(
    place: &mut Place<'_, '_>,
    objects: &Objects,
    cursor: &Cursor,
    refs: &Refs,
    distances: &BTreeMap<String, Distance>,
) -> Result<(), Stopped> {
    let mut buffer = Vec::new();
    let default = refs.default.as_deref();
    let moved = cursor.present != refs.present.map(|id| id.to_string());
    for one in &refs.all {
        let Some(sha) = one.commit else { continue };
        let was = cursor.refs.get(&one.name);
        let same = was == Some(&KnownRef::new(one.target, one.commit))
            && is_default(&one.name, default) == is_default(&one.name, cursor.default.as_deref());
        let distance = distances.get(&one.name);
        if same && !(moved && distance.is_some()) {
            continue;
        }
        let tag = annotation(objects, one, &mut buffer);
        write_ref(place, one.name.as_str(), sha, is_default(&one.name, default), tag, distance)?;
    }
    for (name, was) in &cursor.refs {
        let now = refs.all.binary_search_by(|one| one.name.cmp(name)).ok();
        let is_gone = now.is_none_or(|now| refs.all[now].commit.is_none());
        if let (true, Some(sha)) = (is_gone, was.commit()) {
            place.gone_ref(name, sha)?;
        }
    }
    Ok(())
}

impl Place<'_, '_> {
    fn gone_ref(&mut self, name: &str, sha: ObjectId) -> Result<(), Stopped> {
        let (kind, short) = kind_and_name(name);
        self.written += 1;
        self.rows
            .row(&REFS, &self.found.name)?
            .text(short)
            .text(kind)
            .time(self.observed_at)
            .boolean(true)
            .text(&*sha.to_string())
            .boolean(false)
            .null()
            .null()
            .null()
            .null()
            .null()
            .null();
        Ok(())
    }
}

fn write_ref(
    place: &mut Place<'_, '_>,
    name: &str,
    sha: ObjectId,
    is_default: bool,
    tag: Option<Tag>,
    distance: Option<&Distance>,
) -> Result<(), Stopped> {
    let (kind, short) = kind_and_name(name);
    place.written += 1;
    place
        .rows
        .row(&REFS, &place.found.name)?
        .text(short)
        .text(kind)
        .time(place.observed_at)
        .boolean(false)
        .text(&*sha.to_string())
        .boolean(is_default)
        .time(tag.as_ref().and_then(|tag| tag.time))
        .text(tag.as_ref().map(|tag| tag.subject.as_str()))
        .integer(distance.map(|distance| distance.ahead))
        .integer(distance.map(|distance| distance.behind))
        .time(distance.and_then(|distance| distance.ahead_since))
        .time(distance.and_then(|distance| distance.behind_since));
    Ok(())
}

/// What the annotated tag behind `one` says; nothing for a branch or a light tag.
fn annotation(objects: &Objects, one: &Ref, buffer: &mut Vec<u8>) -> Option<Tag> {
    if Some(one.target) == one.commit {
        return None;
    }
    objects.read(one.target, buffer).ok()?;
    Some(commit::tag(buffer))
}

/// Writes the repository itself, if it differs from what `cursor` describes.
pub(crate) fn write_repository(
    place: &mut Place<'_, '_>,
    repository: &gix::Repository,
    is_shallow: bool,
    refs: &Refs,
    cursor: &mut Cursor,
) -> Result<(), Stopped> {
    let url = repository.config_snapshot().string("remote.origin.url");
    let url = url.map(|url| without_credentials(&url.to_string()));
    let path = place.found.path.display().to_string();
    let default = refs.default.as_deref().filter(|_| refs.present.is_some()).map(short_default);
    let head = refs.present.map(|id| id.to_string());
    let (commits, unmeasured) = (cursor.commits, cursor.unmeasured);
    let is_bare = repository.workdir().is_none();
    let row = format!("{path}|{default:?}|{head:?}|{url:?}|{is_bare}|{is_shallow}|{commits}|{unmeasured}");
    if row == cursor.repository {
        return Ok(());
    }
    place.written += 1;
    place
        .rows
        .row(&REPOSITORIES, &place.found.name)?
        .time(place.observed_at)
        .boolean(false)
        .text(&*path)
        .text(default)
        .text(head.as_deref())
        .text(url.as_deref())
        .boolean(is_bare)
        .boolean(is_shallow)
        .integer(i64::try_from(commits).unwrap_or(i64::MAX))
        .integer(i64::try_from(unmeasured).unwrap_or(i64::MAX));
    cursor.repository = row;
    Ok(())
}
