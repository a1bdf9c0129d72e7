//! Invented trade data (TPC-H) for the demo without a network: CSV files in the cache.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use tpchgen::csv::{CustomerCsv, LineItemCsv, NationCsv, OrderCsv, PartCsv, RegionCsv, SupplierCsv};
use tpchgen::generators::{CustomerGenerator, LineItemGenerator, NationGenerator, OrderGenerator, PartGenerator, RegionGenerator, SupplierGenerator};

use crate::places;
use crate::progress::{step, unchanged};

/// A twentieth of the benchmark's smallest size: 300,000 order lines, 40 MB.
const SCALE: f64 = 0.05;

/// Writes the files once; their folder.
pub fn make() -> Result<PathBuf> {
    let folder = places::cache().join("generated");
    if folder.join("lineitem.csv").is_file() {
        unchanged("demo data");
        return Ok(folder);
    }
    step("demo data: inventing a wholesaler's orders", || {
        fs::create_dir_all(&folder)?;
        write(&folder, "region", RegionCsv::header(), RegionGenerator::new(SCALE, 1, 1).iter().map(RegionCsv::new))?;
        write(&folder, "nation", NationCsv::header(), NationGenerator::new(SCALE, 1, 1).iter().map(NationCsv::new))?;
        write(&folder, "supplier", SupplierCsv::header(), SupplierGenerator::new(SCALE, 1, 1).iter().map(SupplierCsv::new))?;
        write(&folder, "part", PartCsv::header(), PartGenerator::new(SCALE, 1, 1).iter().map(PartCsv::new))?;
        write(&folder, "customer", CustomerCsv::header(), CustomerGenerator::new(SCALE, 1, 1).iter().map(CustomerCsv::new))?;
        write(&folder, "orders", OrderCsv::header(), OrderGenerator::new(SCALE, 1, 1).iter().map(OrderCsv::new))?;
        // Last: its presence says that all are there.
        write(&folder, "lineitem", LineItemCsv::header(), LineItemGenerator::new(SCALE, 1, 1).iter().map(LineItemCsv::new))
    })?;
    Ok(folder)
}

fn write<R: Display>(folder: &Path, name: &str, header: &str, rows: impl Iterator<Item = R>) -> Result<()> {
    let path = folder.join(name).with_extension("csv");
    let unfinished = path.with_extension("unfinished");
    let mut file = BufWriter::new(File::create(&unfinished)?);
    writeln!(file, "{header}")?;
    for row in rows {
        writeln!(file, "{row}")?;
    }
    file.flush()?;
    Ok(fs::rename(unfinished, path)?)
}
