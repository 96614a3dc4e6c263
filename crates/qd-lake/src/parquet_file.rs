//! One Parquet file of the lake, from first row to footer.

use std::{
    collections::HashSet,
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::{
    array::{Array, ArrayRef, RecordBatch},
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
    error::ArrowError,
};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::{
        metadata::ParquetMetaData,
        properties::{WriterProperties, WriterVersion},
        statistics::Statistics,
    },
};
use qd_tables::Declaration;

use crate::{
    LakeError,
    catalog::{ColumnStatistics, NewFile, columns_of},
};

/// Rows of a row group: small enough that two cores share a table, and that a writer
/// holds little; large enough to compress.
const ROW_GROUP: usize = 131_072;

/// A file being written.
#[derive(Debug)]
pub(crate) struct ParquetFile {
    table: &'static Declaration,
    path: PathBuf,
    name: String,
    schema: SchemaRef,
    writer: ArrowWriter<File>,
    rows: i64,
}

fn properties() -> Result<WriterProperties, LakeError> {
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .build())
}

/// The table's schema with the lake's field ids, by which DuckLake tells columns apart.
fn schema_with_ids(table: &Declaration) -> SchemaRef {
    let columns = columns_of(table);
    let id = |name: &str, parent: Option<i64>| {
        columns.iter().find(|column| column.1 == name && column.3 == parent).map_or(0, |column| column.0)
    };
    let tagged =
        |field: Field, id: i64| field.with_metadata([("PARQUET:field_id".to_owned(), id.to_string())].into());
    let fields: Vec<Field> = table
        .schema()
        .fields()
        .iter()
        .map(|field| {
            let own = id(field.name(), None);
            let data_type = match field.data_type() {
                DataType::List(item) => {
                    DataType::List(Arc::new(tagged(item.as_ref().clone(), id("element", Some(own)))))
                }
                other => other.clone(),
            };
            tagged(Field::new(field.name(), data_type, true), own)
        })
        .collect();
    Arc::new(Schema::new(fields))
}

impl ParquetFile {
    /// Starts a file in `folder`.
    pub(crate) fn create(folder: &Path, table: &'static Declaration) -> Result<Self, LakeError> {
        let failed = |path: &Path| {
            let path = path.display().to_string();
            move |source| LakeError::File { path, source }
        };
        std::fs::create_dir_all(folder).map_err(failed(folder))?;
        let name = format!("{}.parquet", uuid::Uuid::new_v4());
        let path = folder.join(&name);
        let file = File::create_new(&path).map_err(failed(&path))?;
        let schema = schema_with_ids(table);
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties()?))?;
        Ok(Self { table, path, name, schema, writer, rows: 0 })
    }

    /// Adds rows of the declared schema.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), LakeError> {
        self.write_columns(batch.columns().to_vec(), batch.num_rows())
    }

    /// Adds `rows` rows, given by column in the declared order.
    pub(crate) fn write_columns(&mut self, columns: Vec<ArrayRef>, rows: usize) -> Result<(), LakeError> {
        let columns = columns
            .into_iter()
            .zip(self.schema.fields())
            .map(|(column, field)| {
                if column.data_type() == field.data_type() {
                    return Ok(column);
                }
                // Only a list's element differs, by its field id: the data are the same.
                let data = column.to_data().into_builder().data_type(field.data_type().clone());
                Ok(arrow::array::make_array(data.build()?))
            })
            .collect::<Result<Vec<_>, LakeError>>()?;
        self.rows += rows as i64;
        self.writer.write(&RecordBatch::try_new(self.schema.clone(), columns)?)?;
        Ok(())
    }

    /// Ends the file and brings it safely to the disk.
    pub(crate) fn finish(mut self) -> Result<NewFile, LakeError> {
        let metadata = self.writer.finish()?;
        let failed = |source| LakeError::File { path: self.path.display().to_string(), source };
        let file = self.writer.inner();
        file.sync_all().map_err(failed)?;
        let bytes = file.metadata().map_err(failed)?.len() as i64;
        Ok(NewFile {
            table: self.table.name,
            name: self.name,
            rows: self.rows,
            bytes,
            footer: footer_size(&self.path)?,
            columns: statistics(self.table, &metadata),
        })
    }

    /// Gives the file up.
    pub(crate) fn discard(self) {
        let Self { path, writer, .. } = self;
        drop(writer);
        // A file that stays is of no snapshot and is swept later.
        let _ = std::fs::remove_file(path);
    }
}

/// Length of the footer, which DuckDB uses to read it in one go: the four bytes before
/// the closing magic word.
fn footer_size(path: &Path) -> Result<i64, LakeError> {
    use std::io::{Read, Seek, SeekFrom};
    let failed = |source| LakeError::File { path: path.display().to_string(), source };
    let mut file = File::open(path).map_err(failed)?;
    let mut tail = [0; 4];
    file.seek(SeekFrom::End(-8)).map_err(failed)?;
    file.read_exact(&mut tail).map_err(failed)?;
    Ok(i64::from(u32::from_le_bytes(tail)))
}

/// Statistics of each column over all row groups.
fn statistics(table: &Declaration, metadata: &ParquetMetaData) -> Vec<ColumnStatistics> {
    // Leaves of the Parquet schema come in the order of our columns, lists by their element.
    let leaves = columns_of(table).into_iter().filter(|column| column.2 != "list");
    leaves
        .enumerate()
        .map(|(leaf, (column, _, kind, _))| {
            let mut whole =
                ColumnStatistics { column, bytes: 0, values: 0, nulls: 0, least: None, greatest: None };
            let mut range: Option<(i64, i64)> = None;
            for group in metadata.row_groups() {
                let chunk = group.column(leaf);
                whole.bytes += chunk.compressed_size();
                whole.values += chunk.num_values();
                let Some(statistics) = chunk.statistics() else { continue };
                let nulls = statistics.null_count_opt().unwrap_or(0) as i64;
                whole.nulls += nulls;
                whole.values -= nulls;
                if let Statistics::Int64(values) = statistics
                    && let (Some(least), Some(greatest)) = (values.min_opt(), values.max_opt())
                {
                    let (low, high) = range.unwrap_or((*least, *greatest));
                    range = Some((low.min(*least), high.max(*greatest)));
                }
            }
            // Only counts and times: text would have to be cut, and amounts scaled.
            if let Some((least, greatest)) = range {
                let write = |value: i64| match kind.as_str() {
                    "int64" => Some(value.to_string()),
                    "timestamptz" => {
                        jiff::Timestamp::from_microsecond(value).ok().map(crate::lake::catalog_time)
                    }
                    _ => None,
                };
                whole.least = write(least);
                whole.greatest = write(greatest);
            }
            whole
        })
        .collect()
}

/// Writes `batch` to `path` in one step: a reader sees the old file, the new one, or none.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_table(path: &Path, batch: &RecordBatch) -> Result<(), LakeError> {
    let failed = |source| LakeError::File { path: path.display().to_string(), source };
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let unfinished = folder.join(format!("{}.part", uuid::Uuid::new_v4()));
    let written = (|| {
        let file = File::create_new(&unfinished).map_err(failed)?;
        let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties()?))?;
        writer.write(batch)?;
        writer.finish()?;
        std::fs::rename(&unfinished, path).map_err(failed)
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    written
}

/// An answer as the bytes of a Parquet file.
///
/// # Errors
/// Where a column's type has no place in Parquet.
pub fn parquet_bytes(answer: &crate::Answer) -> Result<Vec<u8>, LakeError> {
    let mut writer = ArrowWriter::try_new(Vec::new(), answer.schema.clone(), Some(properties()?))?;
    for batch in &answer.batches {
        writer.write(batch)?;
    }
    Ok(writer.into_inner()?)
}

/// The rows of any Parquet file.
///
/// # Errors
/// Where it cannot be read, or is no Parquet.
pub fn read_parquet(path: &Path) -> Result<Vec<RecordBatch>, LakeError> {
    let broken = |error: &dyn std::fmt::Display| LakeError::Foreign(error.to_string());
    let file =
        File::open(path).map_err(|source| LakeError::File { path: path.display().to_string(), source })?;
    let builder = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|error| broken(&error))?;
    let columns = builder.parquet_schema().columns().iter();
    let old_times: HashSet<String> = columns
        .filter(|column| column.physical_type() == parquet::basic::Type::INT96)
        .map(|column| column.path().string())
        .collect();
    let reader = builder.build().map_err(|error| broken(&error))?;
    reader
        .map(|batch| plain(&batch.map_err(|error| broken(&error))?, &old_times).map_err(LakeError::Arrow))
        .collect()
}

/// Texts as texts, which some writers mark as bytes, and times of the old kind, which writers of
/// it mean as UTC, as such.
fn plain(batch: &RecordBatch, old_times: &HashSet<String>) -> Result<RecordBatch, ArrowError> {
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let wanted = match field.data_type() {
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => DataType::Utf8,
            DataType::Timestamp(..) if old_times.contains(field.name()) => {
                DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
            }
            own => own.clone(),
        };
        columns.push(arrow::compute::cast(column, &wanted)?);
        fields.push(Field::new(field.name(), wanted, true));
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}
