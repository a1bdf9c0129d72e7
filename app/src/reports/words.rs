//! Words of downloads.

crate::words! {
    reports: "Reports", "Informes";
}
