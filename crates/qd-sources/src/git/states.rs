//! What stands now: refs and the repository itself, in versions.
//!
//! Only what differs from the cursor is written; what is gone is written once more, as
//! deleted.

use std::collections::{BTreeMap, HashSet};

use gix::ObjectId;
use jiff::Timestamp;
use qd_tables::{CODE_OWNERS, Declaration, FILES, MAILMAP, PIPELINES, REFS, REPOSITORIES, Writer};

use super::{
    Found,
    commit::{self, Commit, Tag},
    cursor::{Cursor, KnownFile, KnownRef},
    distance::Distance,
    generated,
    objects::{Objects, ReadError},
    open::{Opened, without_credentials},
    people::{self, Owners},
    pipelines::{self, Pipeline},
    refs::{Ref, Refs, is_default, kind_and_name, short_default},
    rows::{Rows, Stopped},
    trees::{self, Difference, Mode},
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
    refs.all.iter().map(|one| (one.name.clone(), KnownRef::new(one.target, one.commit))).collect()
}

/// Where rows of states go.
pub(crate) struct Place<'a, 'b> {
    pub(crate) rows: &'a mut Rows<'b>,
    pub(crate) found: &'a Found,
    pub(crate) observed_at: Timestamp,
    /// Rows written.
    pub(crate) written: u64,
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

/// Writes the files of the present tree: those that differ from the last one, all the
/// first time, and all again when the repository changes its mind on what is generated.
pub(crate) fn write_files(
    place: &mut Place<'_, '_>,
    objects: &Objects,
    cursor: &Cursor,
    refs: &Refs,
) -> Result<Vec<ReadError>, Stopped> {
    let mut errors = Vec::new();
    let mut tree_of = |commit: Option<ObjectId>| {
        let read = commit.map(|commit| root(objects, commit)).transpose();
        read.unwrap_or_else(|error| {
            errors.push(error);
            None
        })
    };
    let new = tree_of(refs.present);
    let before = cursor.present.as_ref().and_then(|hex| ObjectId::from_hex(hex.as_bytes()).ok());
    let old = if before == refs.present { new } else { tree_of(before) };
    if old == new || (refs.present.is_some() && new.is_none()) {
        return Ok(errors);
    }
    let attributes = |tree: Option<ObjectId>| {
        tree.and_then(|tree| trees::at(objects, tree, ".gitattributes").ok().flatten())
    };
    let rules = attributes(new).and_then(|side| {
        let mut content = Vec::new();
        objects.read(side.id, &mut content).ok()?;
        Some(generated::Rules::read(&content))
    });
    let rules = rules.unwrap_or_default();
    let mut differences = match trees::compare(objects, old, new) {
        Ok(differences) => differences,
        Err(error) => {
            errors.push(error);
            return Ok(errors);
        }
    };
    if old.is_some() && attributes(old).map(|side| side.id) != attributes(new).map(|side| side.id) {
        differences.retain(|difference| difference.new.is_none());
        match trees::compare(objects, None, new) {
            Ok(all) => differences.extend(all),
            Err(error) => errors.push(error),
        }
    }
    for Difference { path, old, new } in differences {
        let Some(side) = new.or(old) else { continue };
        let is_file = new.is_some_and(|side| side.mode != Mode::Submodule);
        let bytes = is_file.then(|| objects.size(side.id).ok()).flatten();
        place.written += 1;
        place
            .rows
            .row(&FILES, &place.found.name)?
            .text(&*String::from_utf8_lossy(&path))
            .time(place.observed_at)
            .boolean(new.is_none())
            .text(&*side.id.to_string())
            .integer(bytes.and_then(|bytes| i64::try_from(bytes).ok()))
            .boolean(rules.is_generated(&path));
    }
    Ok(errors)
}

/// The tree of `commit`.
fn root(objects: &Objects, commit: ObjectId) -> Result<ObjectId, ReadError> {
    let mut buffer = Vec::new();
    objects.read(commit, &mut buffer)?;
    let reason = "it names no tree".to_owned();
    Commit::parse(commit, &buffer).tree.ok_or(ReadError::Unreadable { id: commit, reason })
}

/// Writes the lines of `CODEOWNERS` and `.mailmap` where the file changed.
pub(crate) fn write_people(
    place: &mut Place<'_, '_>,
    objects: &Objects,
    refs: &Refs,
    cursor: &mut Cursor,
) -> Result<Vec<ReadError>, Stopped> {
    let mut errors = Vec::new();
    let mut find = |paths: &[&str]| -> Option<Result<(String, Vec<u8>), ()>> {
        let tree = root(objects, refs.present?).ok()?;
        let side = paths.iter().find_map(|path| trees::at(objects, tree, path).ok().flatten())?;
        let mut content = Vec::new();
        match objects.read(side.id, &mut content) {
            Ok(_) => Some(Ok((side.id.to_string(), content))),
            Err(error) => {
                errors.push(error);
                Some(Err(()))
            }
        }
    };
    let (owners, mailmap) = (find(&people::OWNERS_PATHS), find(&[".mailmap"]));
    if let Some((now, gone)) = turn(owners, &mut cursor.code_owners) {
        let owners = people::owners(&now);
        for line in gone.iter().filter(|line| !owners.iter().any(|owners| owners.line == **line)) {
            let none: [&str; 0] = [];
            place.start(&CODE_OWNERS, *line, true)?.text("").texts(none);
        }
        for Owners { line, pattern, owners } in &owners {
            place.start(&CODE_OWNERS, *line, false)?.text(&**pattern).texts(owners);
        }
        keep_lines(&mut cursor.code_owners, owners.iter().map(|owners| owners.line));
    }
    if let Some((now, gone)) = turn(mailmap, &mut cursor.mailmap) {
        let aliases = people::mailmap(&now);
        for line in gone.iter().filter(|line| !aliases.iter().any(|alias| alias.line == **line)) {
            place.start(&MAILMAP, *line, true)?.null().null().null().text("");
        }
        for alias in &aliases {
            place
                .start(&MAILMAP, alias.line, false)?
                .text(alias.proper_name.as_deref())
                .text(alias.proper_email.as_deref())
                .text(alias.commit_name.as_deref())
                .text(&*alias.commit_email);
        }
        keep_lines(&mut cursor.mailmap, aliases.iter().map(|alias| alias.line));
    }
    Ok(errors)
}

/// Writes the pipelines that are new, gone, or read otherwise than before.
pub(crate) fn write_pipelines(
    place: &mut Place<'_, '_>,
    objects: &Objects,
    refs: &Refs,
    cursor: &mut Cursor,
) -> Result<Option<ReadError>, Stopped> {
    let found = match refs.present.map(|present| root(objects, present)).transpose() {
        Ok(tree) => tree.map_or(Ok(Vec::new()), |tree| pipelines::find(objects, tree)),
        Err(error) => Err(error),
    };
    let found = match found {
        Ok(found) => found,
        Err(error) => return Ok(Some(error)),
    };
    let mut gone = std::mem::take(&mut cursor.pipelines);
    for Pipeline { path, system, runs_tests } in found {
        let now = (system.to_owned(), runs_tests);
        if gone.remove(&path).as_ref() != Some(&now) {
            place.pipeline(&path, false, system, runs_tests)?;
        }
        cursor.pipelines.insert(path, now);
    }
    for (path, (system, _)) in gone {
        place.pipeline(&path, true, &system, None)?;
    }
    Ok(None)
}

/// The content of a file and the lines it had before, if it is another than the one known,
/// which is replaced.
fn turn(
    found: Option<Result<(String, Vec<u8>), ()>>,
    known: &mut Option<KnownFile>,
) -> Option<(Vec<u8>, Vec<u32>)> {
    let (blob, content) = match found {
        Some(Err(())) => return None,
        Some(Ok((blob, content))) => (Some(blob), content),
        None => (None, Vec::new()),
    };
    if blob.as_ref() == known.as_ref().map(|known| &known.blob) {
        return None;
    }
    let lines = known.take().map(|known| known.lines).unwrap_or_default();
    *known = blob.map(|blob| KnownFile { blob, lines: Vec::new() });
    Some((content, lines))
}

fn keep_lines(known: &mut Option<KnownFile>, lines: impl Iterator<Item = u32>) {
    if let Some(known) = known {
        known.lines = lines.collect();
    }
}

impl Place<'_, '_> {
    fn pipeline(
        &mut self,
        path: &str,
        deleted: bool,
        system: &str,
        runs_tests: Option<bool>,
    ) -> Result<(), Stopped> {
        self.written += 1;
        self.rows
            .row(&PIPELINES, &self.found.name)?
            .text(path)
            .time(self.observed_at)
            .boolean(deleted)
            .text(system)
            .boolean(runs_tests);
        Ok(())
    }

    /// Starts a row of a table that is kept line by line.
    fn start(
        &mut self,
        table: &'static Declaration,
        line: u32,
        deleted: bool,
    ) -> Result<&mut Writer, Stopped> {
        self.written += 1;
        let writer = self.rows.row(table, &self.found.name)?;
        Ok(writer.integer(i64::from(line)).time(self.observed_at).boolean(deleted))
    }
}
