//! Sources, jobs and runs: how files are read, and real files through real jobs into a real lake.

mod access;
mod applying;
mod attacks;
mod crash;
mod csv_faults;
mod files;
pub mod house;
mod json_faults;
mod making;
mod parquet_faults;
mod publishing;
mod scheduling;
mod sources;
mod uploading;
mod web_files;
