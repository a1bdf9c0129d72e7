//! Marts as their readers meet them, and the published version of each dataset. Owns the tables of `0006_warehouse.sql`.

pub mod pins;
