//! Whether what a live view showed is still its reader's.

use crate::{
    access::{Permit, audit::Record},
    fault::{Fault, Result},
    portal::Portal,
    routing::{Renewal, Renewed},
    search::{share, share::Seen},
};
use app::ask::FaultKind;
use std::time::Duration;
use tokio::{sync::watch, time::Instant};

/// The permit is asked again this often, whether anything comes or not.
const ASK_AGAIN: Duration = Duration::from_millis(1_500);

/// The permit of a live view, asked again and again.
pub struct Standing {
    portal: Portal,
    permit: Permit,
    renewal: Renewal,
    stream: String,
    version: u32,
    fingerprint: String,
    /// Of what is published, when the share was last looked at.
    generation: i64,
    asked: Instant,
}

/// What a view is to do next.
pub enum Turn {
    /// There is news, and it may be told.
    News,
    /// The permit was withdrawn, or opens anything else than before: that is told, and nothing after it.
    Withdrawn,
    /// The portal stops, or the permit cannot be asked: nothing may be shown meanwhile, and the browser tries again.
    Over,
}

/// How the permit stands.
enum Stands {
    Yes,
    No,
    Unknown,
}

impl Standing {
    pub async fn of(portal: &Portal, permit: &Permit, renewal: Renewal, seen: &Seen) -> Result<Self> {
        Ok(Self {
            portal: portal.clone(),
            permit: permit.clone(),
            renewal,
            stream: seen.stream.name.clone(),
            version: seen.stream.version,
            fingerprint: seen.fingerprint.clone(),
            generation: portal.governance.published().await?.generation,
            asked: Instant::now(),
        })
    }

    /// Waits for news, asking for the permit again meanwhile and once more before it may be told.
    pub async fn turn<T>(&mut self, news: &mut watch::Receiver<T>) -> Turn {
        loop {
            let changed = tokio::select! {
                () = self.portal.closing.cancelled() => return Turn::Over,
                changed = news.changed() => match changed {
                    Ok(()) => true,
                    Err(_) => return Turn::Over,
                },
                () = tokio::time::sleep_until(self.asked + ASK_AGAIN) => false,
            };
            match self.stands().await {
                Stands::Yes if changed => return Turn::News,
                Stands::Yes => {}
                Stands::No => return Turn::Withdrawn,
                Stands::Unknown => return Turn::Over,
            }
        }
    }

    /// Asks again. That a view ended is in the audit log.
    async fn stands(&mut self) -> Stands {
        match self.ask().await {
            Ok(()) => Stands::Yes,
            Err(fault) if matches!(fault.kind, FaultKind::SignIn | FaultKind::Forbidden | FaultKind::NotFound) => {
                let record = Record::of(&self.permit, "search.live", format!("stream {}", self.stream), "refused");
                let _ = self.portal.audit.note(record.with(serde_json::json!({ "ended": true }))).await;
                Stands::No
            }
            Err(fault) => {
                tracing::warn!(cause = ?fault.cause, "a live view ends because its permit cannot be asked: {fault}");
                Stands::Unknown
            }
        }
    }

    /// A fault when the permit is gone, or when it opens anything else than before: what stands on the page has the old fields, so that
    /// the view has to be opened anew.
    async fn ask(&mut self) -> Result<()> {
        self.asked = Instant::now();
        let Renewed { permit, generation } = self.renewal.permit().await?;
        let governed = permit.scope().stream(&self.stream).ok_or_else(Fault::not_found)?;
        if generation != self.generation {
            let seen = share::of(&self.portal, &permit, &self.stream).await?;
            if seen.stream.version != self.version {
                return Err(Fault::not_found());
            }
            self.generation = generation;
        }
        if governed.fingerprint() == self.fingerprint { Ok(()) } else { Err(Fault::not_found()) }
    }
}
