//! `atalaya export`: a whole mart from a terminal, under a person's scope, for scripts and schedulers.

use super::{
    formats::{self, Document},
    make::check,
    order::{Content, Order, Part},
};
use crate::{
    access::{Action, Caller, Kind, Need, audit::Record, principal::Via},
    fault::{Fault, Result},
    portal::Portal,
};
use app::{
    reports::asks::{Format, Options},
    warehouse::asks::{ChartKind, Question},
};
use std::path::Path;
use tokio::io::{AsyncWrite, BufWriter};

/// What the command line asks for.
pub struct Export<'a> {
    pub mart: &'a str,
    /// Id of the person in whose scope it is made.
    pub person: &'a str,
    pub format: Format,
    /// A file, or `-` for standard output.
    pub output: &'a Path,
    pub options: Options,
}

/// Writes the mart as this person sees it; audited as "operator <user> as <person>".
pub async fn export(portal: &Portal, wanted: Export<'_>) -> Result<u64> {
    let via = Via::Operator(std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).unwrap_or_else(|_| "unknown".into()));
    let permit = match portal.governance.permit(&Caller::new(wanted.person, None, via.clone()), Need(Kind::Mart, Action::Export)).await {
        Ok(permit) => permit,
        Err(fault) => {
            let email = portal.identity.person(wanted.person).await?.map(|person| person.email).unwrap_or_default();
            portal.audit.record(Record::by(via.name(&email), "report.export", format!("mart {}", wanted.mart), "refused")).await?;
            return Err(fault);
        }
    };
    let question = Question { mart: wanted.mart.to_owned(), ..Question::default() };
    let part = Part { title: wanted.mart.to_owned(), note: String::new(), content: Content::Question(question), chart: ChartKind::Table };
    let order = Order { title: wanted.mart.to_owned(), parts: vec![part], filters: Vec::new(), format: wanted.format, options: wanted.options };
    if let Err(fault) = check(portal, &permit, &order).await {
        portal.audit.record(Record::of(&permit, "report.export", format!("mart {}", wanted.mart), "refused")).await?;
        return Err(fault);
    }
    let format = formats::allowed(&permit, wanted.format)?;
    let record = Record::of(&permit, "report.export", format!("mart {}", wanted.mart), "allowed");
    portal.audit.record(record.with(serde_json::json!({ "format": wanted.format.name() }))).await?;
    let document = Document {
        title: order.title.clone(),
        cover: order.cover(portal, &permit).await?,
        options: &order.options,
        sections: order.sections(portal, &permit),
        progress: &|_| {},
        pdf_rows: portal.config.pdf_rows,
        chart_script: portal.chart_script(),
    };
    let written = if wanted.output == Path::new("-") {
        let standard = tokio::fs::OpenOptions::new().write(true).open("/dev/stdout").await.map_err(|cause| unwritable(wanted.output, cause))?;
        let mut out = BufWriter::with_capacity(1 << 20, standard);
        let written = format.write(document, &mut out).await?;
        tokio::io::AsyncWriteExt::flush(&mut out).await?;
        written
    } else {
        // Beside its final name until it is whole: a killed export leaves no half file that looks complete, and two exports at
        // once do not write into each other.
        let mut partial = wanted.output.as_os_str().to_owned();
        partial.push(format!(".{}.part", std::process::id()));
        let partial = std::path::PathBuf::from(partial);
        let file = tokio::fs::File::create(&partial).await.map_err(|cause| unwritable(&partial, cause))?;
        let mut out: Box<dyn AsyncWrite + Send + Unpin> = Box::new(BufWriter::with_capacity(1 << 20, file));
        let written = format.write(document, &mut *out).await?;
        tokio::io::AsyncWriteExt::shutdown(&mut *out).await?;
        tokio::fs::rename(&partial, wanted.output).await.map_err(|cause| unwritable(wanted.output, cause))?;
        written
    };
    // The one before was written so that nothing leaves without a record; this one says how much did.
    let sent = Record::of(&permit, "report.export.sent", format!("mart {}", wanted.mart), "allowed");
    portal.audit.record(sent.gave(Some(written.rows), None)).await?;
    if let Some(left_out) = &written.left_out {
        eprintln!("{}", left_out.en);
    }
    Ok(written.rows)
}

fn unwritable(path: &Path, cause: std::io::Error) -> Fault {
    Fault::operator(format!("cannot write {}: {cause}", path.display()), format!("no se puede escribir {}: {cause}", path.display())).because(cause)
}
