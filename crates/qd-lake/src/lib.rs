//! Where facts are kept and questions are answered.
//!
//! Facts live in a [`Lake`]: a DuckLake, that is Parquet files and a SQLite catalog that
//! says which of them are there. A [`Session`] is one moment's view of everything: the
//! lake's facts up to `as_of`, and whatever tables the caller brings, under one SQL
//! namespace. This is the only crate that names DataFusion or the lake's format; it
//! knows no company and no signal.

mod append;
mod catalog;
mod compact;
mod emptiness;
mod lake;
mod parquet_file;
mod rewrite;
mod session;
mod settle;
mod views;

pub use append::{Append, Committed};
pub use lake::Lake;
pub use parquet_file::{parquet_bytes, read_parquet, write_table};
pub use rewrite::Assumptions;
pub use session::{Answer, Limits, Session};

/// What can go wrong with the lake.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// A file or folder of the lake could not be used.
    #[error("`{path}` cannot be used")]
    File {
        /// Which.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The catalog could not be read or written.
    #[error("the lake's catalog failed")]
    Catalog(#[from] rusqlite::Error),
    /// A Parquet file could not be read or written.
    #[error("a file of the lake failed")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// A Parquet file of somebody else's could not be read.
    #[error("it is no Parquet file, or not a whole one: {0}")]
    Foreign(String),
    /// Rows did not fit their table.
    #[error("rows do not fit their table")]
    Arrow(#[from] arrow::error::ArrowError),
    /// A table was named that the lake has not.
    #[error("the lake has no table `{0}`")]
    UnknownTable(String),
    /// There is no lake in this folder.
    #[error("no facts yet in `{0}`; run `quarterdeck sync`")]
    Missing(String),
}

/// What can go wrong with a question.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The statement could not be understood or answered.
    #[error("{0}")]
    Sql(String),
    /// The statement wants to change something.
    #[error("only reading is allowed here: {0}")]
    NotReadOnly(String),
    /// The answer took too long.
    #[error("no answer within {seconds} s; narrow the query, or raise `--timeout`")]
    Timeout {
        /// The limit.
        seconds: f64,
    },
    /// The answer took too much memory.
    #[error("the query needs more than {mebibytes} MiB of memory; narrow it, or raise `--memory`")]
    Memory {
        /// The limit.
        mebibytes: usize,
    },
    /// The lake failed beneath.
    #[error(transparent)]
    Lake(#[from] LakeError),
}
