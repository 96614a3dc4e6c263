//! Files of calendars that changed since the last time, and what is gone from them.

use std::{collections::BTreeMap, path::Path};

use jiff::Timestamp;
use qd_tables::Fact;
use serde::{Deserialize, Serialize};

use super::{
    Context, Found,
    held::{Gone, Held, Part, is_old, tombstones},
    reading,
};
use crate::{Problem, git::BoxError, values::hash};

/// A file above this many bytes is no calendar but a mistake.
const LARGEST: u64 = 1 << 28;

/// What became of a sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synced {
    /// What was read, for the next sync; to be kept with the facts.
    pub cursor: String,
    /// Files that were new or had changed, or whose window had moved on.
    pub read: u64,
    /// Facts handed on.
    pub rows: u64,
    /// What could not be read; the rest was.
    pub problems: Vec<Problem>,
}

/// A file as it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    size: u64,
    modified: String,
    hash: String,
    /// When it was read, in seconds since 1970.
    read_at: i64,
    meetings: Held,
}

/// Reads those of `files` that changed since `cursor`, hands on their meetings file by file, and at
/// last says of those that are gone that they are. The file's name, time and calendar in `context`
/// are set for each.
///
/// Gone is what a whole file no longer holds, or what stood in a file that is no more. What lies
/// before everything that a calendar still holds was left behind by it and is not gone: many publish
/// a few weeks only. The same goes for what the window has left.
///
/// # Errors
/// Where the facts could not be handed on.
pub fn sync(
    files: &[Found],
    cursor: Option<&str>,
    context: &Context<'_>,
    sink: &mut dyn FnMut(Vec<Fact>) -> Result<(), BoxError>,
) -> Result<Synced, BoxError> {
    let mut known: BTreeMap<String, Known> =
        cursor.and_then(|cursor| serde_json::from_str(cursor).ok()).unwrap_or_default();
    let mut next: BTreeMap<String, Known> = BTreeMap::new();
    let mut gone = Gone::new();
    let mut synced = Synced::default();
    for found in files {
        let path = found.path.display().to_string();
        let before = known.remove(&path);
        match changed(&found.path, before.as_ref(), context.observed_at) {
            Ok((now, None)) => {
                next.insert(path, now);
            }
            Ok((mut now, Some((bytes, modified)))) => {
                let calendar = context.calendar.or(found.calendar.as_deref());
                let context = Context { file: &found.name, calendar, modified, ..context.clone() };
                let reading = reading(&bytes, &context);
                synced.read += 1;
                synced.rows += reading.facts.len() as u64;
                let held = before.as_ref().map(|before| &before.meetings);
                let is_entry = found.calendar.is_some() && reading.entries() < 2;
                let part = if is_entry { Part::Entry } else { Part::Whole };
                now.meetings = Held::after(held, &reading, part, &context, &mut gone);
                synced.problems.extend(reading.problems);
                sink(reading.facts)?;
                next.insert(path, now);
            }
            Err(error) => {
                let message = format!("the calendar cannot be read: {error}");
                synced.problems.push(Problem { subject: found.name.clone(), message });
                next.extend(before.map(|before| (path, before)));
            }
        }
    }
    // Of what is not asked for any more nothing is said; a file that was removed is another matter.
    for (_, before) in known.iter().filter(|(path, _)| is_removed(Path::new(path))) {
        gone.extend(before.meetings.keys().map(|(key, _)| (key, context.observed_at)));
    }
    let tombstones = tombstones(&gone, next.values().map(|known| &known.meetings));
    if !tombstones.is_empty() {
        synced.rows += tombstones.len() as u64;
        sink(tombstones)?;
    }
    synced.cursor = serde_json::to_string(&next)?;
    Ok(synced)
}

/// Whether a file is no more while its folder still is: a disk that is not there removes nothing.
fn is_removed(path: &Path) -> bool {
    !path.exists() && path.parent().is_some_and(Path::is_dir)
}

type Changed = (Known, Option<(Vec<u8>, Timestamp)>);

/// The file as it stands and, where it is to be read, its bytes and time.
fn changed(path: &Path, known: Option<&Known>, at: Timestamp) -> std::io::Result<Changed> {
    let about = std::fs::metadata(path)?;
    if about.len() > LARGEST {
        return Err(std::io::Error::other("it is larger than 256 MiB"));
    }
    let modified = Timestamp::try_from(about.modified()?).unwrap_or(Timestamp::UNIX_EPOCH);
    let fresh = known.filter(|known| !is_old(known.read_at, at));
    let (size, time) = (about.len(), modified.to_string());
    if let Some(known) = fresh.filter(|known| known.size == size && known.modified == time) {
        return Ok((known.clone(), None));
    }
    let bytes = std::fs::read(path)?;
    let hash = hash([&bytes[..]]);
    if let Some(known) = fresh.filter(|known| known.hash == hash) {
        return Ok((Known { size, modified: time, ..known.clone() }, None));
    }
    let now = Known { size, modified: time, hash, read_at: at.as_second(), meetings: Held::default() };
    Ok((now, Some((bytes, modified))))
}
