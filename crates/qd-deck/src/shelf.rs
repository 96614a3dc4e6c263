//! Tables that are computed when a statement names them: views, signals, engines.
//!
//! The shelf knows how each is made and what it is made of; [`Shelf::prepare`] makes what
//! a statement needs, each thing once, its parts first. Engines' results are kept in files
//! beside the lake, under a name made of everything they depend on.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use qd_engines::{ENGINES, Engine, Input, Inputs};
use qd_lake::{Limits, QueryError, Session};
use qd_tables::Declaration;

/// Results that are kept of one engine: yesterday's serves nobody, a few replays do.
const KEPT_RESULTS: usize = 4;

/// Views over views over views: as deep as any of ours, and more.
const DEEPEST: usize = 32;

/// First line of a view that is computed once, the first time it is named: what many others
/// name is not computed for each of them.
const KEPT: &str = "-- kept: yes";

/// Says so once nobody waits for what is being made.
type IsStopped<'a> = &'a (dyn Fn() -> bool + Sync);

/// Puts what was made elsewhere under a name into a session; false where it is to be made here.
pub(crate) type Lend = dyn Fn(&Session, &str) -> Result<bool, QueryError> + Send + Sync;

/// What is not stored, and how to make it.
pub struct Shelf {
    views: BTreeMap<String, String>,
    ready: Mutex<BTreeSet<String>>,
    cache: Option<PathBuf>,
    version: u64,
    has_engines: bool,
    lend: Option<Box<Lend>>,
}

impl std::fmt::Debug for Shelf {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Shelf").field("views", &self.views.len()).finish_non_exhaustive()
    }
}

impl Shelf {
    /// A shelf of `views` (name and query). Engines' results are kept in the folder
    /// `cache`, as long as `inputs` (what they depend on) hash the same.
    #[must_use]
    pub fn new(views: BTreeMap<String, String>, cache: Option<PathBuf>, inputs: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        inputs.hash(&mut hasher);
        env!("CARGO_PKG_VERSION").hash(&mut hasher);
        qd_engines::VERSION.hash(&mut hasher);
        for engine in ENGINES {
            engine.inputs.iter().for_each(|input| input.query.hash(&mut hasher));
        }
        Self {
            views,
            ready: Mutex::default(),
            cache,
            version: hasher.finish(),
            has_engines: true,
            lend: None,
        }
    }

    /// A shelf of views alone: the engines' tables are the caller's own, who [forgets](Self::forget) what was made when
    /// rows were added.
    #[must_use]
    pub fn of_views(views: BTreeMap<String, String>) -> Self {
        Self { has_engines: false, ..Self::new(views, None, ()) }
    }

    /// The same views over what `lend` puts into a session: what engines made elsewhere, and some views.
    pub(crate) fn lent(&self, lend: Box<Lend>) -> Self {
        Self { lend: Some(lend), ..Self::new(self.views.clone(), None, ()) }
    }

    fn engine(&self, name: &str) -> Option<&'static Engine> {
        if self.has_engines { ENGINES.iter().find(|engine| engine.output.name == name) } else { None }
    }

    /// Makes everything that `sql` names, directly or through views.
    ///
    /// # Errors
    /// Where a view or an engine fails.
    pub fn prepare(&self, session: &Session, sql: &str) -> Result<(), QueryError> {
        self.prepare_until(session, sql, &|| false)
    }

    /// The same until `is_stopped`, which is an error.
    pub(crate) fn prepare_until(
        &self,
        session: &Session,
        sql: &str,
        is_stopped: IsStopped<'_>,
    ) -> Result<(), QueryError> {
        for name in Session::tables_in(sql)? {
            self.make(session, &name, &mut Vec::new(), is_stopped)?;
        }
        Ok(())
    }

    /// True for a name that the shelf can make.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.views.contains_key(name) || self.engine(name).is_some() || observed(name).is_some()
    }

    /// True where `sql` has no row for certain: a view of it rests on a table for which `is_empty` says so.
    pub(crate) fn surely_empty(&self, session: &Session, sql: &str, is_empty: &dyn Fn(&str) -> bool) -> bool {
        self.empty_below(session, sql, is_empty, &RefCell::default(), 0)
    }

    fn empty_below(
        &self,
        session: &Session,
        sql: &str,
        is_empty: &dyn Fn(&str) -> bool,
        known: &RefCell<BTreeMap<String, bool>>,
        depth: usize,
    ) -> bool {
        session.surely_empty(sql, &|name| {
            if let Some(known) = known.borrow().get(name) {
                return *known;
            }
            let told = match self.views.get(name) {
                // Views that name each other in a circle fail when they are asked.
                Some(query) => {
                    depth < DEEPEST && self.empty_below(session, query, is_empty, known, depth + 1)
                }
                None => self.engine(name).is_none() && is_empty(name),
            };
            known.borrow_mut().insert(name.to_owned(), told);
            told
        })
    }

    fn make(
        &self,
        session: &Session,
        name: &str,
        above: &mut Vec<String>,
        is_stopped: IsStopped<'_>,
    ) -> Result<(), QueryError> {
        let name = name.to_owned();
        if self.is_ready(&name) {
            return Ok(());
        }
        if is_stopped() {
            return Err(QueryError::Sql(format!("`{name}`: it was stopped")));
        }
        if !self.has(&name) {
            // A stored table: those that everybody names are looked through once.
            if let Some(table) = qd_tables::declaration(&name) {
                session.settle(table)?;
                self.ready.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
            }
            return Ok(());
        }
        if above.contains(&name) {
            above.push(name);
            return Err(QueryError::Sql(format!(
                "views name each other in a circle: {}",
                above.join(" -> ")
            )));
        }
        above.push(name.clone());
        let is_lent = self.lend.as_ref().map_or(Ok(false), |lend| lend(session, &name))?;
        if is_lent {
            // It is there.
        } else if let Some(engine) = self.engine(&name) {
            if !self.attach(session, engine)? {
                for input in engine.inputs {
                    for part in Session::tables_in(input.query)? {
                        self.make(session, &part, above, is_stopped)?;
                    }
                }
                self.run(session, engine, is_stopped)?;
            }
        } else if let Some(table) = observed(&name) {
            // In an example it is there, to insert into.
            if !session.knows(&name) {
                session.observe(table)?;
            }
        } else if let Some(query) = self.views.get(&name) {
            for part in Session::tables_in(query)? {
                self.make(session, &part, above, is_stopped)?;
            }
            if query.starts_with(KEPT) {
                let limits = Limits { rows: usize::MAX, ..Limits::default() };
                let answer = session.query(query, &limits)?.compact()?;
                session.register(&name, &answer.schema, answer.batches)?;
            } else {
                session.view(&name, query)?;
            }
        }
        above.pop();
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
        Ok(())
    }

    /// What was made is made anew when it is asked for again.
    pub fn forget(&self) {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn is_ready(&self, name: &str) -> bool {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).contains(name)
    }

    fn file(&self, engine: &Engine) -> Option<PathBuf> {
        let folder = self.cache.as_ref()?;
        Some(folder.join(format!("{}-{:016x}.parquet", engine.output.name, self.version)))
    }

    /// Uses a kept result, where there is one.
    fn attach(&self, session: &Session, engine: &Engine) -> Result<bool, QueryError> {
        match self.file(engine) {
            Some(file) if file.exists() => {
                session.attach(engine.output.name, &engine.output.schema(), &file)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// What an engine asks, answered.
    ///
    /// # Errors
    /// Where a view, an engine before it, or a query fails.
    pub fn inputs(&self, session: &Session, asked: &[Input]) -> Result<Inputs<'static>, QueryError> {
        self.inputs_until(session, asked, &|| false)
    }

    fn inputs_until<'a>(
        &self,
        session: &Session,
        asked: &[Input],
        is_stopped: IsStopped<'a>,
    ) -> Result<Inputs<'a>, QueryError> {
        let limits = Limits { rows: usize::MAX, ..Limits::default() };
        let mut batches = BTreeMap::new();
        for input in asked {
            self.prepare_until(session, input.query, is_stopped)?;
            batches.insert(input.name, session.query(input.query, &limits)?.batch()?);
        }
        Ok(Inputs { batches, as_of: session.as_of(), today: session.today(), is_stopped })
    }

    fn run(&self, session: &Session, engine: &Engine, is_stopped: IsStopped<'_>) -> Result<(), QueryError> {
        let inputs = self.inputs_until(session, engine.inputs, is_stopped)?;
        let name = engine.output.name;
        let batch = (engine.run)(&inputs)
            .map_err(|error| QueryError::Sql(format!("engine `{name}`: {}", crate::sync::chain(&error))))?;
        // A result that cannot be kept is used all the same.
        if let Some(file) = self.file(engine)
            && qd_lake::write_table(&file, &batch).is_ok()
        {
            forget_old(&file, name);
            return session.attach(name, &engine.output.schema(), &file);
        }
        session.register(name, &batch.schema(), vec![batch])
    }
}

/// The stored table behind `observed.<name>`: what was told, where a view of the same name
/// shows what it means.
fn observed(name: &str) -> Option<&'static Declaration> {
    qd_tables::declaration(name.strip_prefix("observed.")?)
}

/// Removes all but the newest results of an engine.
fn forget_old(newest: &Path, name: &str) {
    let Some(Ok(entries)) = newest.parent().map(std::fs::read_dir) else { return };
    let mut files: Vec<_> = entries
        .flatten()
        .filter(|entry| {
            let file = entry.file_name();
            let file = file.to_string_lossy();
            file.rsplit_once('-').is_some_and(|(table, _)| table == name)
        })
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    let surplus = files.len().saturating_sub(KEPT_RESULTS);
    for (_, path) in files.into_iter().take(surplus) {
        let _ = std::fs::remove_file(path);
    }
}
