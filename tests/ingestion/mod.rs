//! Sources, jobs and runs.

mod csv_faults;
mod json_faults;
mod parquet_faults;
mod sources;
mod web_files;
