//! What everybody's brief costs in one pass, and what of it takes the time.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Context;
use jiff::{Timestamp, tz::TimeZone};
use qd_deck::{LocalDeck, Opening, Outside, Place};
use qd_model::{BriefRequest, Deck as _};
use serde::Serialize;

use crate::cost;

/// Views and signals that are told of, the dearest first.
const SHOWN: usize = 30;

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Report {
    people: usize,
    rows: usize,
    /// Opening the deck; the first brief, which asks all signals; and those of everybody after it.
    opening: Spent,
    first: Spent,
    all: Spent,
    /// Each view that is kept, and each signal that spoke; what a view stands on is made for the first that does.
    parts: Vec<(String, Spent)>,
}

/// Seconds on the wall, and of all threads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
struct Spent {
    wall: f64,
    cpu: Option<f64>,
}

impl Spent {
    fn by<Given>(work: impl FnOnce() -> anyhow::Result<Given>) -> anyhow::Result<(Given, Self)> {
        let (begun, before) = (Instant::now(), cost::own_cpu());
        let given = work()?;
        let cpu = before.zip(cost::own_cpu()).map(|(before, after)| after - before);
        Ok((given, Self { wall: begun.elapsed().as_secs_f64(), cpu }))
    }

    fn text(self) -> String {
        let cpu = self.cpu.map_or(String::new(), |cpu| format!(" ({cpu:.2} s of processors)"));
        format!("{:.2} s{cpu}", self.wall)
    }
}

/// Nothing outside of the machine is needed for a brief.
const OUTSIDE: Outside = Outside {
    secret: |place, _| Err(format!("`{place}` is not asked")),
    keep: |place, _, _| Err(format!("`{place}` is not asked")),
    clock: Timestamp::now,
    wait: std::thread::sleep,
};

fn opening(company: &Path) -> Opening {
    let now = Timestamp::now();
    Opening {
        place: Place::Company(company.to_owned()),
        state: company.join(".quarterdeck"),
        home: None::<PathBuf>,
        reader: None,
        now,
        as_of: now,
        zone: TimeZone::UTC,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        mebibytes: 1024,
        outside: OUTSIDE,
    }
}

/// Asks for the brief of each person of `company`, once what engines make is there.
pub(crate) fn measure(company: &Path) -> anyhow::Result<Report> {
    // As after a sync.
    LocalDeck::open(opening(company))?.warm();
    let (deck, opened) = Spent::by(|| Ok(LocalDeck::open(opening(company))?))?;
    let (_, first) = Spent::by(|| Ok(deck.brief(&BriefRequest::default())?))?;
    let ids: Vec<String> = deck.company().people().map(|person| person.id().to_owned()).collect();
    let (rows, all) = Spent::by(|| {
        let mut rows = 0;
        for id in &ids {
            let request = BriefRequest { for_person: Some(id.clone()), ..BriefRequest::default() };
            rows += deck.brief(&request).with_context(|| format!("the brief of `{id}`"))?.rows.len();
        }
        Ok(rows)
    })?;
    let spoke = deck.signals().into_iter().filter(|signal| signal.rows.is_some());
    let signals =
        spoke.map(|signal| (signal.name.clone(), format!("signal.{}", signal.name.replace('-', "_"))));
    // What several signals need is made once, and so is told by itself.
    let kept = qd_deck::built_in_views().iter().filter(|(_, query)| query.starts_with("-- kept: yes"));
    let kept = kept.map(|(name, _)| (format!("view {name}"), (*name).to_owned()));
    let deck = LocalDeck::open(opening(company))?;
    let mut parts = Vec::new();
    for (name, table) in kept.chain(signals) {
        // One that fails is told of by the brief.
        let (_, spent) = Spent::by(|| Ok(deck.sql(&format!("SELECT * FROM {table}"), 1).ok()))?;
        parts.push((name, spent));
    }
    let key = |(_, spent): &(String, Spent)| spent.cpu.unwrap_or(spent.wall);
    parts.sort_by(|left, right| key(right).total_cmp(&key(left)));
    parts.truncate(SHOWN);
    Ok(Report { people: ids.len(), rows, opening: opened, first, all, parts })
}

impl Report {
    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "\ndeck opened in {}, first brief in {}, then the briefs of all {} people ({} rows) in {}\n\n",
            self.opening.text(),
            self.first.text(),
            self.people,
            self.rows,
            self.all.text()
        );
        for (name, spent) in &self.parts {
            let _ = writeln!(text, "{name:<34} {}", spent.text());
        }
        text
    }
}
