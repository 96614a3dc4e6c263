//! Reports that changed since the last time.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Read as _, Seek as _},
    path::Path,
};

use jiff::Timestamp;
use qd_tables::Fact;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Context, Found, read};
use crate::{Problem, git::BoxError};

/// A file above this many bytes is no report but a mistake.
const LARGEST: u64 = 1 << 30;

/// What became of a sync.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synced {
    /// What was read, for the next sync; to be kept with the facts.
    pub cursor: String,
    /// Reports that were new or had changed.
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
}

/// Reads those of `files` that changed since `cursor`, and hands on their results file by file.
///
/// Size and time of a file tell whether to look at it, its content whether to read it again. The
/// file's name and time in `context` are set for each.
///
/// # Errors
/// Where the facts could not be handed on.
pub fn sync(
    files: &[Found],
    cursor: Option<&str>,
    context: &Context<'_>,
    sink: &mut dyn FnMut(Vec<Fact>) -> Result<(), BoxError>,
) -> Result<Synced, BoxError> {
    let known: BTreeMap<String, Known> =
        cursor.and_then(|cursor| serde_json::from_str(cursor).ok()).unwrap_or_default();
    let mut next = BTreeMap::new();
    let mut synced = Synced::default();
    for found in files {
        let path = found.path.display().to_string();
        match changed(&found.path, known.get(&path)) {
            Ok((now, None)) => {
                next.insert(path, now);
            }
            Ok((now, Some((mut input, modified)))) => {
                let context = Context { file: &found.name, modified, ..context.clone() };
                let (facts, problems) = read(&mut input, &context);
                synced.read += 1;
                synced.rows += facts.len() as u64;
                synced.problems.extend(problems);
                sink(facts)?;
                next.insert(path, now);
            }
            Err(error) => {
                let message = format!("the report cannot be read: {error}");
                synced.problems.push(Problem { subject: path, message });
            }
        }
    }
    synced.cursor = serde_json::to_string(&next)?;
    Ok(synced)
}

type Changed = (Known, Option<(BufReader<File>, Timestamp)>);

/// The file as it stands and, where its content is another than before, what to read.
fn changed(path: &Path, known: Option<&Known>) -> std::io::Result<Changed> {
    let mut file = File::open(path)?;
    let about = file.metadata()?;
    if about.len() > LARGEST {
        return Err(std::io::Error::other("it is larger than 1 GiB"));
    }
    let modified = Timestamp::try_from(about.modified()?).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut now = Known { size: about.len(), modified: modified.to_string(), hash: String::new() };
    if let Some(known) = known.filter(|known| known.size == now.size && known.modified == now.modified) {
        return Ok((known.clone(), None));
    }
    let mut digest = Sha256::new();
    let mut part = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut part)?;
        let Some(bytes) = part.get(..count).filter(|bytes| !bytes.is_empty()) else { break };
        digest.update(bytes);
    }
    now.hash = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    if known.is_some_and(|known| known.hash == now.hash) {
        return Ok((now, None));
    }
    file.rewind()?;
    Ok((now, Some((BufReader::new(file), modified))))
}
