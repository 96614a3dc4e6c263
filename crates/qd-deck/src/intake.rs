//! The intake log: what comes in other than from git, kept before it is acknowledged.
//!
//! JSON Lines, one event a line: a row (`{"table": "actions", "row": {...}}`, of an observed table
//! also with `source`) or what a source posted (`{"source", "kind", "event", "headers", "body", "at"}`).
//! A line is on the disk before the caller hears "done"; from there it is folded into the lake's
//! tables in batches, with the place it was read up to as the cursor. The lake can be rebuilt from
//! the log.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use qd_lake::{Committed, Lake, Session};
use qd_tables::{Declaration, Fact, SYNCS, Writer, from_json};
use serde_json::{Value, json};

use crate::{
    fold::fold,
    posted::{self, Told},
};

/// Name under which the log's cursor stands in `syncs`.
pub(crate) const UNIT: &str = "intake";

/// Bytes of the log that are folded in one step, to the end of the line there: what a step holds
/// in memory is several times that.
const PORTION: u64 = 16 << 20;

/// The log of one company.
#[derive(Debug, Clone)]
pub(crate) struct Intake {
    path: PathBuf,
}

/// What folding met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Folding {
    /// Events that became rows.
    pub rows: usize,
    /// What could not be understood, by source; it stays in the log.
    pub told: BTreeMap<String, Told>,
    /// Byte that the log was read up to.
    pub until: u64,
}

impl Intake {
    /// The log in the folder of facts `state`.
    #[must_use]
    pub(crate) fn of(state: &Path) -> Self {
        Self { path: state.join("intake").join("events.jsonl") }
    }

    /// Adds events of `table` and brings them to the disk.
    ///
    /// # Errors
    /// Where the log cannot be written; nothing is added then that a reader would see.
    pub(crate) fn add(&self, table: &Declaration, rows: &[Value]) -> std::io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let lines: Vec<Value> = rows.iter().map(|row| json!({"table": table.name, "row": row})).collect();
        self.add_lines(&lines)
    }

    /// Adds lines and brings them to the disk.
    ///
    /// # Errors
    /// Where the log cannot be written; nothing is added then that a reader would see.
    pub(crate) fn add_lines(&self, lines: &[Value]) -> std::io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        // One write of whole lines in append mode: two writers do not mix theirs.
        let mut file = OpenOptions::new().create(true).append(true).read(true).open(&self.path)?;
        let end = file.seek(SeekFrom::End(0))?;
        if end > 0 {
            // A line cut off by a crash is closed, so that it spoils no other.
            file.seek(SeekFrom::End(-1))?;
            let mut last = [0];
            file.read_exact(&mut last)?;
            if last != [b'\n'] {
                text.insert(0, '\n');
            }
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        match self.path.parent() {
            // The log's name is on the disk only when its folder is.
            Some(folder) if end == 0 => File::open(folder)?.sync_all(),
            _ => Ok(()),
        }
    }

    /// Length of the log, in bytes; 0 where there is none.
    #[must_use]
    pub(crate) fn length(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |metadata| metadata.len())
    }

    /// Folds a portion of what stands after byte `from` into the lake; `session` sees what is
    /// stored. Where the folding ends at `from`, there was no more.
    ///
    /// # Errors
    /// In words, where the log cannot be read or the lake cannot be written.
    pub(crate) fn fold(
        &self,
        lake: &Lake,
        session: &Session,
        from: u64,
        now: jiff::Timestamp,
    ) -> Result<Folding, String> {
        let mut folding = Folding { until: from, ..Folding::default() };
        if self.length() <= from {
            return Ok(folding);
        }
        let failed = |error: std::io::Error| format!("cannot read `{}`: {error}", self.path.display());
        let mut file = BufReader::new(File::open(&self.path).map_err(failed)?);
        file.seek(SeekFrom::Start(from)).map_err(failed)?;
        let mut bytes = Vec::new();
        file.by_ref().take(PORTION).read_to_end(&mut bytes).map_err(failed)?;
        if !bytes.ends_with(b"\n") {
            file.read_until(b'\n', &mut bytes).map_err(failed)?;
        }
        // The last line may still be being written.
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        if whole == 0 {
            return Ok(folding);
        }
        folding.until = from + whole as u64;
        let mut names = posted::Names::new(session);
        let mut rows: BTreeMap<&'static str, Vec<Value>> = BTreeMap::new();
        let mut facts: BTreeMap<String, Vec<Fact>> = BTreeMap::new();
        for (number, line) in bytes[..whole].split(|byte| *byte == b'\n').enumerate() {
            if line.is_empty() {
                continue;
            }
            let place = || format!("`{}`, line {} after byte {from}", self.path.display(), number + 1);
            match entry(line, &mut names) {
                Ok(Entry::Kept(table, row)) => rows.entry(table.name).or_default().push(row),
                Ok(Entry::Observed(source, fact)) => facts.entry(source).or_default().push(fact),
                Ok(Entry::Posted(source, mut mapped)) => {
                    folding.told.entry(source.clone()).or_default().add(&mapped);
                    facts.entry(source).or_default().append(&mut mapped.facts);
                }
                Err(reason) => {
                    folding.told.entry(UNIT.to_owned()).or_default().fault(format!("{}: {reason}", place()));
                }
            }
        }
        let mut append = lake.append(UNIT).map_err(|error| crate::sync::chain(&error))?;
        for (name, rows) in rows {
            let Some(table) = qd_tables::declaration(name) else { continue };
            let batch = from_json(table, &rows)
                .map_err(|error| format!("events of `{name}` do not fit their table: {error}"))?;
            folding.rows += batch.num_rows();
            append.write(table, &batch).map_err(|error| crate::sync::chain(&error))?;
        }
        for (source, facts) in facts {
            let folded = fold(session, &source, facts).map_err(|error| crate::sync::chain(&error))?;
            let told = folding.told.entry(source).or_default();
            folded.problems.into_iter().for_each(|problem| told.fault(problem));
            folding.rows += folded.rows;
            for (table, batch) in folded.batches {
                append.write(table, &batch).map_err(|error| crate::sync::chain(&error))?;
            }
        }
        let mut cursor = Writer::new(&SYNCS);
        cursor
            .text(UNIT)
            .text(UNIT)
            .time(now)
            .text(UNIT)
            .integer(folding.rows as i64)
            .text(folding.until.to_string().as_str())
            .text(None);
        let cursor = cursor.finish().map_err(|error| crate::sync::chain(&error))?;
        append.write(&SYNCS, &cursor).map_err(|error| crate::sync::chain(&error))?;
        match append.commit(now).map_err(|error| crate::sync::chain(&error))? {
            Committed::Snapshot(_) | Committed::Nothing => Ok(folding),
            // Who was quicker has folded the same lines.
            Committed::Overtaken => Ok(Folding { until: from, ..folding }),
        }
    }
}

/// What a line holds.
enum Entry {
    /// A row of a table that Quarterdeck keeps itself.
    Kept(&'static Declaration, Value),
    /// A row of an observed table, and the source it came by.
    Observed(String, Fact),
    /// What a source posted, by the source's name.
    Posted(String, qd_sources::exchange::Mapped),
}

fn entry(line: &[u8], names: &mut posted::Names<'_>) -> Result<Entry, String> {
    let mut event: Value = serde_json::from_slice(line).map_err(|error| format!("it is no JSON: {error}"))?;
    let source = event.get("source").and_then(Value::as_str).map(str::to_owned);
    if event.get("table").is_none() {
        let source = source.ok_or("it has neither `table` nor `source`")?;
        return Ok(Entry::Posted(source, posted::map(&event, names)?));
    }
    let name = event.get("table").and_then(Value::as_str).unwrap_or_default().to_owned();
    let table = qd_tables::declaration(&name).ok_or_else(|| format!("there is no table `{name}`"))?;
    let row = event.get_mut("row").map(Value::take).unwrap_or_default();
    if let (Some(source), Value::Object(row)) = (source, &row) {
        return Ok(Entry::Observed(source, Fact { table, row: row.clone() }));
    }
    for column in table.columns.iter().filter(|column| !column.optional) {
        if row.get(column.name).is_none_or(Value::is_null) {
            return Err(format!("`{name}` needs `{}`", column.name));
        }
    }
    from_json(table, std::slice::from_ref(&row))
        .map_err(|error| format!("it does not fit `{name}`: {error}"))?;
    Ok(Entry::Kept(table, row))
}
