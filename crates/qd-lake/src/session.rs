//! One moment's view of everything, under one SQL namespace.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, mpsc::RecvTimeoutError},
    time::Duration,
};

use arrow::{
    array::RecordBatch,
    datatypes::{Field, Schema, SchemaRef},
};
use datafusion::{
    catalog::{MemorySchemaProvider, TableProvider},
    common::TableReference,
    datasource::{
        MemTable, ViewTable,
        file_format::parquet::ParquetFormat,
        listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl},
    },
    error::DataFusionError,
    execution::{
        SessionStateBuilder, context::SessionContext, memory_pool::GreedyMemoryPool,
        runtime_env::RuntimeEnvBuilder,
    },
    logical_expr::LogicalPlan,
    prelude::{DataFrame, SQLOptions, SessionConfig},
    sql::sqlparser::ast::Statement,
};
use futures::StreamExt;
use qd_model::Table;
use qd_tables::{ALL, Declaration, Kind, Role, to_table};
use tokio::runtime::Runtime;

use crate::{
    Assumptions, Lake, LakeError, QueryError,
    lake::stored_tables,
    rewrite::{fix, parse, relations},
    views::{GONE, OBSERVED, VERSIONS, view_of},
};

/// What a question may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Rows that are kept; the rest is counted.
    pub rows: usize,
    /// Memory that operators may hold, in MiB.
    pub mebibytes: usize,
    /// Longest time to an answer.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 1_000_000, mebibytes: 1024, time: Duration::from_secs(60) }
    }
}

/// An answer: batches of one schema.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Names and types of the columns.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Vec<RecordBatch>,
    /// How many rows there were, where the limit cut some off.
    pub cut_from: Option<usize>,
}

impl Answer {
    /// The answer as faces draw it.
    #[must_use]
    pub fn table(&self) -> Table {
        Table { cut_from: self.cut_from, ..to_table(&self.schema, &self.batches) }
    }

    /// Number of rows kept.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The same rows in memory of their own: what is kept for long holds on to nothing that they were cut from.
    ///
    /// # Errors
    /// Where the engine returned batches of differing schemas.
    pub fn compact(self) -> Result<Self, QueryError> {
        // With one that is empty, so that a single batch is copied as well.
        let batches = [self.batches.as_slice(), &[RecordBatch::new_empty(self.schema.clone())]].concat();
        let whole = qd_tables::concat(&self.schema, &batches)
            .map_err(|error| QueryError::Lake(LakeError::Arrow(error)))?;
        Ok(Self { batches: if whole.num_rows() > 0 { vec![whole] } else { Vec::new() }, ..self })
    }

    /// All rows as one batch.
    ///
    /// # Errors
    /// Where the engine returned batches of differing schemas.
    pub fn batch(&self) -> Result<RecordBatch, QueryError> {
        qd_tables::concat(&self.schema, &self.batches)
            .map_err(|error| QueryError::Lake(LakeError::Arrow(error)))
    }
}

/// Facts up to `as_of` and the caller's tables, to be asked in SQL.
pub struct Session {
    context: SessionContext,
    // Emptied only when dropped.
    runtime: Option<Runtime>,
    as_of: jiff::Timestamp,
    today: jiff::civil::Date,
    assumptions: Assumptions,
    mebibytes: usize,
    sources: Option<Vec<String>>,
    /// Tables of which something is stored.
    filled: BTreeSet<&'static str>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Session").field("as_of", &self.as_of).finish_non_exhaustive()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A query past its time may still be at work and will not hear: it ends with the
        // program, not the program with it.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Session {
    /// A view of `lake` (where there is one) as of `as_of`; `today` is that moment's date
    /// where the company is. Facts of other sources than `sources`, where given, are not
    /// shown: a source that is no longer declared stays in the lake and out of sight.
    ///
    /// # Errors
    /// Where the catalog or a file cannot be read.
    pub fn new(
        lake: Option<&Lake>,
        as_of: jiff::Timestamp,
        today: jiff::civil::Date,
        assumptions: Assumptions,
        mebibytes: usize,
        sources: Option<&[String]>,
    ) -> Result<Self, QueryError> {
        let mut session = Self::empty(as_of, today, assumptions, mebibytes, sources)?;
        for schema in [OBSERVED, GONE, "meta", "signal"] {
            session.add_schema(schema)?;
        }
        session.register_all(lake, &stored_tables())?;
        session.register_meta()?;
        Ok(session)
    }

    /// A view of nothing but `tables` of `lake`: for who asks for the rows of one or two, and asks often.
    ///
    /// # Errors
    /// Where the catalog or a file cannot be read.
    pub fn of_tables(
        lake: &Lake,
        tables: &[&'static Declaration],
        as_of: jiff::Timestamp,
        today: jiff::civil::Date,
        mebibytes: usize,
    ) -> Result<Self, QueryError> {
        let mut session = Self::empty(as_of, today, Assumptions::new(), mebibytes, None)?;
        session.register_all(Some(lake), tables)?;
        Ok(session)
    }

    fn register_all(
        &mut self,
        lake: Option<&Lake>,
        tables: &[&'static Declaration],
    ) -> Result<(), QueryError> {
        self.add_schema(VERSIONS)?;
        let mut files = lake.map(Lake::all_files).transpose()?.unwrap_or_default();
        for table in tables {
            let files = files.remove(table.name).unwrap_or_default();
            if self.register_stored(files.into_iter().map(|(path, _)| path).collect(), table)? {
                self.filled.insert(table.name);
            }
        }
        Ok(())
    }

    /// A session without tables.
    fn empty(
        as_of: jiff::Timestamp,
        today: jiff::civil::Date,
        assumptions: Assumptions,
        mebibytes: usize,
        sources: Option<&[String]>,
    ) -> Result<Self, QueryError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .build()
            .map_err(|source| LakeError::File { path: "threads".to_owned(), source })?;
        let config = SessionConfig::new()
            .with_information_schema(true)
            .with_default_catalog_and_schema("quarterdeck", "public")
            // Columns carry their comments, and branches of a union have different ones, which
            // this check takes for different columns.
            .set_bool("datafusion.execution.skip_physical_aggregate_schema_check", true)
            .set_bool("datafusion.execution.parquet.pushdown_filters", true)
            .set_bool("datafusion.execution.parquet.reorder_filters", true)
            // Views over views make large plans, and planning them was half of a report's time. What the
            // rules find on a second walk over a plan has paid for itself in no statement of ours.
            .set_usize("datafusion.optimizer.max_passes", 1)
            // Times compare with times: no string views, which our Arrow types do not use.
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
            .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false);
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(GreedyMemoryPool::new(mebibytes * 1024 * 1024)))
            .build_arc()
            .map_err(|error| explain(&error, mebibytes))?;
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(environment)
            .with_default_features()
            .build();
        let context = SessionContext::new_with_state(state);
        let runtime = Some(runtime);
        let sources = sources.map(<[String]>::to_vec);
        let filled = BTreeSet::new();
        Ok(Self { context, runtime, as_of, today, assumptions, mebibytes, sources, filled })
    }

    /// The moment this session sees.
    #[must_use]
    pub fn as_of(&self) -> jiff::Timestamp {
        self.as_of
    }

    /// That moment's date where the company is.
    #[must_use]
    pub fn today(&self) -> jiff::civil::Date {
        self.today
    }

    fn runtime(&self) -> Result<&Runtime, QueryError> {
        self.runtime.as_ref().ok_or_else(|| QueryError::Sql("the session is closed".to_owned()))
    }

    fn failed(&self, error: &DataFusionError) -> QueryError {
        explain(error, self.mebibytes)
    }

    fn add_schema(&self, name: &str) -> Result<(), QueryError> {
        let catalog = self.context.catalog("quarterdeck");
        let catalog = catalog.ok_or_else(|| QueryError::Sql("no catalog".to_owned()))?;
        let schema = Arc::new(MemorySchemaProvider::new());
        catalog.register_schema(name, schema).map_err(|error| self.failed(&error))?;
        Ok(())
    }

    fn add(&self, name: &str, table: Arc<dyn TableProvider>) -> Result<(), QueryError> {
        let reference = match name.split_once('.') {
            Some((schema, table)) => TableReference::partial(schema, table),
            None => TableReference::bare(name),
        };
        let _ = self.context.deregister_table(reference.clone());
        self.context.register_table(reference, table).map_err(|error| self.failed(&error))?;
        Ok(())
    }

    /// Names of the sources whose facts are shown, where not all are.
    pub(crate) fn sources(&self) -> Option<&[String]> {
        self.sources.as_deref()
    }

    /// Whether anything is stored of a table.
    #[must_use]
    pub fn has_files(&self, table: &str) -> bool {
        self.filled.contains(table)
    }

    /// Whether a function makes one value of many rows.
    pub(crate) fn is_aggregate(&self, name: &str) -> bool {
        self.context.state().aggregate_functions().contains_key(name)
    }

    /// Registers the files of a stored table, and its plain name. True where there are any.
    fn register_stored(&self, files: Vec<PathBuf>, table: &Declaration) -> Result<bool, QueryError> {
        let schema = open_schema(&table.schema());
        let is_filled = !files.is_empty();
        let provider: Arc<dyn TableProvider> = if files.is_empty() {
            Arc::new(MemTable::try_new(schema, vec![vec![]]).map_err(|error| self.failed(&error))?)
        } else {
            self.listing(schema, &files)?
        };
        self.add(&format!("{VERSIONS}.{}", table.name), provider)?;
        if let Some(query) = view_of(table, self.as_of, self.sources.as_deref()) {
            self.view(table.name, &query)?;
        }
        Ok(is_filled)
    }

    /// Shows of a table only what `query` makes of it: `query` is given the name to read from. What is defined over
    /// the table from now on sees no more than that.
    ///
    /// # Errors
    /// Where the query fails.
    pub fn narrow(&self, table: &Declaration, query: impl Fn(&str) -> String) -> Result<(), QueryError> {
        let Some(plain) = view_of(table, self.as_of, self.sources.as_deref()) else {
            return self.view(table.name, &query(table.name));
        };
        let versions = format!("{VERSIONS}.{}", table.name);
        self.view(&versions, &query(&versions))?;
        self.view(table.name, &plain)
    }

    /// Registers a stored table as `observed.<name>`, for a view that takes its plain name.
    ///
    /// # Errors
    /// Where its files cannot be used.
    pub fn observe(&self, table: &Declaration) -> Result<(), QueryError> {
        let query = match self.settled(table)? {
            Some(query) => Some(query),
            None => view_of(table, self.as_of, self.sources.as_deref()),
        };
        match query {
            Some(query) => self.view(&format!("{OBSERVED}.{}", table.name), &query),
            None => Ok(()),
        }
    }

    /// Registers rows under `name` (`people`, `meta.signals`), in place of any before.
    ///
    /// # Errors
    /// Where the batches' schemas differ from `schema`.
    pub fn register(
        &self,
        name: &str,
        schema: &SchemaRef,
        batches: Vec<RecordBatch>,
    ) -> Result<(), QueryError> {
        let table = MemTable::try_new(schema.clone(), vec![batches]).map_err(|error| self.failed(&error))?;
        self.add(name, Arc::new(table))
    }

    /// Registers the rows of a file that [`crate::write_table`] wrote.
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn attach(&self, name: &str, schema: &SchemaRef, file: &std::path::Path) -> Result<(), QueryError> {
        let file = std::path::absolute(file)
            .map_err(|source| LakeError::File { path: file.display().to_string(), source })?;
        let table = self.listing(open_schema(schema), &[file])?;
        self.add(name, table)
    }

    /// A table over Parquet files.
    fn listing(
        &self,
        schema: SchemaRef,
        files: &[std::path::PathBuf],
    ) -> Result<Arc<dyn TableProvider>, QueryError> {
        let urls = files
            .iter()
            .map(|path| ListingTableUrl::parse(path.to_string_lossy()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| self.failed(&error))?;
        let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension(".parquet");
        let config =
            ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options).with_schema(schema);
        Ok(Arc::new(ListingTable::try_new(config).map_err(|error| self.failed(&error))?))
    }

    /// Registers a declared table without rows that takes any: what fixtures insert into.
    ///
    /// # Errors
    /// Where the engine refuses it.
    pub fn register_empty(&self, table: &Declaration) -> Result<(), QueryError> {
        self.register_empty_as(table.name, table)
    }

    /// The same under another name.
    ///
    /// # Errors
    /// Where the engine refuses it.
    pub fn register_empty_as(&self, name: &str, table: &Declaration) -> Result<(), QueryError> {
        self.register(name, &open_schema(&table.schema()), Vec::new())
    }

    /// Registers the rows of `sql` under `name`, to be computed whenever they are asked for.
    ///
    /// # Errors
    /// Where the statement does not parse or names what is not there.
    pub fn view(&self, name: &str, sql: &str) -> Result<(), QueryError> {
        let plan = self.plan(sql)?;
        self.add(name, Arc::new(ViewTable::new(plan, Some(sql.to_owned()))))
    }

    /// Names of the tables that `sql` reads, as written.
    ///
    /// # Errors
    /// Where it does not parse.
    pub fn tables_in(sql: &str) -> Result<Vec<String>, QueryError> {
        Ok(relations(&parse(sql)?))
    }

    /// True where a table or view of that name can be asked.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        let reference = match name.split_once('.') {
            Some((schema, table)) => TableReference::partial(schema, table),
            None => TableReference::bare(name),
        };
        self.context.table_exist(reference).unwrap_or(false)
    }

    fn plan(&self, sql: &str) -> Result<LogicalPlan, QueryError> {
        let mut statement = parse(sql)?;
        if let Statement::ExplainTable { table_name, .. } = &statement {
            let name = table_name.to_string().replace('"', "").to_lowercase();
            if qd_tables::declaration(&name).is_some() {
                // The name is a declared one, so it needs no quoting.
                return self.plan(&format!(include_str!("describe.sql"), name = name));
            }
        }
        fix(&mut statement, self.as_of, self.today, &self.assumptions)?;
        let state = self.context.state();
        let statement = datafusion::sql::parser::Statement::Statement(Box::new(statement));
        self.runtime()?.block_on(state.statement_to_plan(statement)).map_err(|error| self.failed(&error))
    }

    /// Answers a statement that only reads.
    ///
    /// # Errors
    /// Where it does not parse, wants to change something, or exceeds the limits.
    pub fn query(&self, sql: &str, limits: &Limits) -> Result<Answer, QueryError> {
        let verb = match parse(sql)? {
            Statement::Query(_) | Statement::Explain { .. } | Statement::ExplainTable { .. } => None,
            statement if statement.to_string().starts_with("SHOW") => None,
            statement => Some(statement.to_string()),
        };
        if let Some(verb) = verb {
            let verb = verb.split(' ').next().unwrap_or_default().to_owned();
            return Err(QueryError::NotReadOnly(format!("{verb} is no query")));
        }
        let plan = self.plan(sql)?;
        SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false)
            .verify_plan(&plan)
            .map_err(|error| QueryError::NotReadOnly(error.strip_backtrace()))?;
        self.run(plan, limits)
    }

    /// Carries out any statement: for fixtures, which insert what they look at.
    ///
    /// # Errors
    /// As [`Session::query`], but changes are allowed.
    pub fn execute(&self, sql: &str) -> Result<Answer, QueryError> {
        let plan = self.plan(sql)?;
        self.run(plan, &Limits::default())
    }

    fn run(&self, plan: LogicalPlan, limits: &Limits) -> Result<Answer, QueryError> {
        let frame = DataFrame::new(self.context.state(), plan);
        let most = limits.rows;
        let work = async move {
            let mut stream = frame.execute_stream().await?;
            let schema = stream.schema();
            let (mut batches, mut kept, mut seen) = (Vec::new(), 0, 0);
            while let Some(batch) = stream.next().await {
                let batch = batch?;
                seen += batch.num_rows();
                let wanted = batch.num_rows().min(most - kept);
                if wanted > 0 {
                    kept += wanted;
                    batches.push(batch.slice(0, wanted));
                }
            }
            Ok::<_, DataFusionError>(Answer { schema, batches, cut_from: (seen > kept).then_some(seen) })
        };
        // The clock is this thread's own: operators that never yield can keep all of the
        // runtime's threads, and its timers with them.
        let (sender, answers) = std::sync::mpsc::sync_channel(1);
        let task = self.runtime()?.spawn(async move {
            let _ = sender.send(work.await);
        });
        match answers.recv_timeout(limits.time) {
            Ok(answer) => answer.map_err(|error| self.failed(&error)),
            Err(RecvTimeoutError::Timeout) => {
                task.abort();
                Err(QueryError::Timeout { seconds: limits.time.as_secs_f64() })
            }
            Err(RecvTimeoutError::Disconnected) => {
                Err(QueryError::Sql("the query was broken off by an error of the engine".to_owned()))
            }
        }
    }

    /// Registers `meta.tables` and `meta.columns`, read from the declarations.
    fn register_meta(&self) -> Result<(), QueryError> {
        let mut tables = qd_tables::Writer::new(&META_TABLES);
        let mut columns = qd_tables::Writer::new(&META_COLUMNS);
        for table in ALL {
            let kind = match table.role {
                Role::Event(_) => "event",
                Role::State => "state",
                Role::Intent(_) => "intent",
                Role::Engine => "engine",
                Role::Kept => "kept",
            };
            tables.text(table.name).text(kind).texts(table.key).text(table.comment);
            for (place, field) in table.schema().fields().iter().enumerate() {
                let meta = |key: &str| field.metadata().get(key).map(String::as_str);
                columns
                    .text(table.name)
                    .integer(place as i64 + 1)
                    .text(field.name().as_str())
                    .text(field.data_type().to_string().as_str())
                    .boolean(field.is_nullable())
                    .text(meta("unit"))
                    .text(meta("comment"));
            }
        }
        for (table, writer) in [(&META_TABLES, &mut tables), (&META_COLUMNS, &mut columns)] {
            let batch = writer.finish().map_err(LakeError::Arrow)?;
            self.register(table.name, &batch.schema(), vec![batch])?;
        }
        Ok(())
    }
}

const META_TABLES: Declaration = Declaration {
    name: "meta.tables",
    role: Role::Kept,
    comment: "The tables there are.",
    key: &["table_name"],
    columns: &[
        column("table_name", Kind::Text, "Its name in SQL."),
        column("kind", Kind::Text, "What fills it: event, state, intent, engine or kept."),
        column("key", Kind::Texts, "Columns that tell its rows apart."),
        column("comment", Kind::Text, "What a row is."),
    ],
};

const META_COLUMNS: Declaration = Declaration {
    name: "meta.columns",
    role: Role::Kept,
    comment: "The columns of the tables there are.",
    key: &["table_name", "column_name"],
    columns: &[
        column("table_name", Kind::Text, "The table."),
        column("place", Kind::Integer, "Place in the table, from 1."),
        column("column_name", Kind::Text, "Its name in SQL."),
        column("data_type", Kind::Text, "Arrow type."),
        column("is_nullable", Kind::Boolean, "Whether it may be unknown."),
        column("unit", Kind::Text, "Unit of its values."),
        column("comment", Kind::Text, "What it means."),
    ],
};

const fn column(name: &'static str, kind: Kind, comment: &'static str) -> qd_tables::Column {
    qd_tables::Column { name, kind, optional: true, unit: "", comment }
}

/// The same schema with every column allowed to be unknown: old files lack new columns,
/// and fixtures give only what they are about.
fn open_schema(schema: &SchemaRef) -> SchemaRef {
    let fields: Vec<Field> =
        schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect();
    Arc::new(Schema::new(fields))
}

/// An error of the engine, in words for the person who asked.
fn explain(error: &DataFusionError, mebibytes: usize) -> QueryError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => QueryError::Memory { mebibytes },
        root => {
            let text = root.strip_backtrace();
            let text = ["Error during planning: ", "Schema error: ", "SQL error: ", "Execution error: "]
                .iter()
                .find_map(|prefix| text.strip_prefix(prefix))
                .unwrap_or(&text);
            QueryError::Sql(text.to_owned())
        }
    }
}
