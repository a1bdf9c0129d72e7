//! The words of the command line; each is a short call into the domain that does the work.

use crate::{
    access::audit,
    apply, backup,
    config::Config,
    fault::{Fault, Result},
    identity, ingestion,
    jobs::{self, Pace},
    portal::Portal,
    reports::export::{self, Export},
    rotation, routes,
    search::kibana,
    streaming, web,
};
use app::{
    reports::asks::{Format, Options},
    text::Language,
};
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Serve the portal, with a worker for jobs in the same process.
    Serve,
    /// Bring the control plane's tables up to date.
    Migrate,
    /// Make the portal equal to an organisation written as files; shows a plan first.
    Apply {
        folder: PathBuf,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Set a new random password of a person and print it.
    Password {
        email: String,
        /// Take authenticator app, recovery codes and passkeys away as well: somebody lost their telephone and nobody else can sign in.
        #[arg(long)]
        without_factors: bool,
    },
    /// Let passwords in again where single sign-on alone is accepted: the way back in when the sign-in service is gone.
    AcceptPasswords,
    /// The audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Write the control plane to a file (without the key file: keep that one apart).
    Backup { file: PathBuf },
    /// Work on background jobs, without serving pages.
    Work {
        /// End when nothing waits or runs any more.
        #[arg(long)]
        until_idle: bool,
    },
    /// What jobs have done, one line per run and table.
    Runs {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
        /// Only of this job.
        #[arg(long)]
        job: Option<String>,
    },
    /// Write a mart as one person sees it to a file, or to standard output with `-`.
    Export {
        mart: String,
        /// E-mail of the person in whose scope it is made.
        #[arg(long = "as")]
        person: String,
        #[arg(long)]
        format: String,
        #[arg(long)]
        output: PathBuf,
        /// CSV for Spanish Excel.
        #[arg(long)]
        spanish_excel: bool,
        /// en or es.
        #[arg(long, default_value = "en")]
        language: String,
    },
    /// Take events where they arise and hand them over; `--config` names its own settings file, agent.toml. Opens no portal.
    Agent,
    /// Process the streams and nothing else: for machines of their own (switch it off in `serve` by ATALAYA_PROCESS_STREAMS=false).
    Stream,
    /// Put a backup into an empty data folder that holds the right key file.
    Restore { file: PathBuf },
    /// Change the key of the data folder and seal every secret anew; every process of the portal must be stopped. See docs/keys.md.
    RotateKey {
        /// File with the new key (64 hexadecimal digits); without it a random one is made.
        #[arg(long)]
        to: Option<PathBuf>,
    },
}

#[derive(Debug, clap::Subcommand)]
pub enum AuditCommand {
    /// Compute the hash chain again and compare it with the checkpoints; names the first record that is not right.
    Verify,
}

impl Command {
    pub async fn run(self, file: Option<&Path>) -> Result<()> {
        if let Self::Agent = self {
            return agent(file).await;
        }
        if let Self::RotateKey { to } = &self {
            return rotate_key(file, to.as_deref()).await;
        }
        let portal = Portal::open(Config::load(file)?).await?;
        let done = self.with(&portal).await;
        // What this process wrote into the audit log is sealed before it ends, also where it failed.
        portal.audit.close().await.and(done)
    }

    async fn with(self, portal: &Portal) -> Result<()> {
        match self {
            // Above: they have no portal.
            Self::Agent | Self::RotateKey { .. } => Ok(()),
            Self::Serve => serve(portal).await,
            Self::Migrate => Ok(()),
            Self::Apply { folder, yes } => apply::run(portal, &folder, yes).await,
            Self::Password { email, without_factors } => {
                let password = identity::account::set_random_password(portal, &email).await?;
                if without_factors {
                    identity::factors::remove_by_operator(portal, &email).await?;
                }
                println!("{password}");
                Ok(())
            }
            Self::AcceptPasswords => {
                let changed = identity::oidc::accept_passwords(portal).await?;
                println!("{}", if changed { "passwords are accepted again" } else { "passwords were accepted already" });
                Ok(())
            }
            Self::Audit(AuditCommand::Verify) => verify(portal).await,
            Self::Backup { file } => {
                println!("{} rows; the key file {} is not in it", backup::backup(portal, &file).await?, portal.config.data.join("key").display());
                Ok(())
            }
            Self::Work { until_idle } => work(portal, until_idle).await,
            Self::Runs { json, job } => ingestion::history::print(portal, job.as_deref(), json, &mut std::io::stdout().lock()).await,
            Self::Export { mart, person, format, output, spanish_excel, language } => {
                let options = Options { language: Language::parse(&language), spanish_excel };
                export(portal, &mart, &person, &format, &output, options).await
            }
            Self::Stream => streams(portal).await,
            Self::Restore { file } => {
                println!("{} rows", backup::restore(portal, &file).await?);
                Ok(())
            }
        }
    }
}

async fn serve(portal: &Portal) -> Result<()> {
    if let Some(link) = identity::set_up::link(portal).await? {
        println!("Nobody is here yet. Create the first administrator (this link works once, for a day):\n  {link}");
    }
    let stop = CancellationToken::new();
    let background = tokio::spawn(background(portal.clone(), stop.clone()));
    let closing = portal.closing.clone();
    let told = async move {
        stopped().await;
        // Live views would keep their connections for ever.
        closing.cancel();
    };
    let kibana = tokio::spawn(kibana::serve(portal.clone(), stop.clone().cancelled_owned()));
    let served = web::serve(portal, told).await;
    stop.cancel();
    background.await.map_err(Fault::internal)??;
    kibana.await.map_err(Fault::internal)??;
    portal.audit.flush().await?;
    served
}

async fn agent(file: Option<&Path>) -> Result<()> {
    let stop = CancellationToken::new();
    let running = streaming::agents::outside::run(file, stop.clone());
    tokio::pin!(running);
    tokio::select! {
        ended = &mut running => return ended,
        () = stopped() => stop.cancel(),
    }
    running.await
}

async fn rotate_key(file: Option<&Path>, to: Option<&Path>) -> Result<()> {
    let rotated = rotation::run(&Config::load(file)?, to).await?;
    println!("{} secrets are sealed anew; everybody signs in again", rotated.secrets);
    match rotated.before {
        Some(before) => println!("the key of before is in {}: only backups of before need it", before.display()),
        None => println!("put the new key into ATALAYA_KEY"),
    }
    Ok(())
}

async fn work(portal: &Portal, until_idle: bool) -> Result<()> {
    let stop = CancellationToken::new();
    if until_idle {
        let pace = Pace { until_idle, ..Pace::with_slots(portal.config.job_slots) };
        jobs::work(portal.clone(), routes::jobs(), pace, stop).await?;
        return portal.audit.flush().await;
    }
    let background = tokio::spawn(background(portal.clone(), stop.clone()));
    stopped().await;
    stop.cancel();
    background.await.map_err(Fault::internal)??;
    portal.audit.flush().await
}

async fn streams(portal: &Portal) -> Result<()> {
    let stop = CancellationToken::new();
    let mut processing = tokio::spawn(streaming::run(portal.clone(), stop.clone()));
    let ended = tokio::select! {
        ended = &mut processing => ended,
        () = stopped() => {
            stop.cancel();
            processing.await
        }
    };
    ended.map_err(Fault::internal)??;
    portal.audit.flush().await
}

/// Jobs, streams, and what is done on a clock, until told to stop.
async fn background(portal: Portal, stop: CancellationToken) -> Result<()> {
    let ticking = jobs::tick(portal.clone(), routes::ticks(), stop.clone());
    let pace = Pace::with_slots(portal.config.job_slots);
    let agent = streaming::agents::inside::run(portal.clone(), stop.clone());
    let processing = async {
        match portal.config.process_streams {
            true => streaming::run(portal.clone(), stop.clone()).await,
            false => Ok(()),
        }
    };
    let (worked, (), agent, processed) = tokio::join!(jobs::work(portal.clone(), routes::jobs(), pace, stop.clone()), ticking, agent, processing);
    worked.and(agent).and(processed)
}

async fn export(portal: &Portal, mart: &str, person: &str, format: &str, output: &Path, options: Options) -> Result<()> {
    let unknown = || Fault::operator(format!("there is no person {person}"), format!("no hay ninguna persona {person}"));
    let person = portal.identity.person_by_email(person).await?.ok_or_else(unknown)?;
    let format = Format::ALL.into_iter().find(|known| known.name() == format).ok_or_else(|| {
        Fault::operator(format!("{format} is no format: csv, json, jsonl or pdf"), format!("{format} no es un formato: csv, json, jsonl o pdf"))
    })?;
    let rows = export::export(portal, Export { mart, person: &person.id, format, output, options }).await?;
    portal.audit.flush().await?;
    eprintln!("{rows} rows");
    Ok(())
}

async fn verify(portal: &Portal) -> Result<()> {
    let verified = audit::verify(&portal.database, &portal.chain, audit::Verified::default()).await?;
    match &verified.broken {
        None => {
            println!("{} records, {} checkpoints, all sound", verified.to, verified.checkpoints);
            Ok(())
        }
        Some(broken) => {
            let words = audit::words::broken_words(broken);
            Err(Fault::operator(words.en, words.es))
        }
    }
}

/// Ctrl+C, or what a service manager sends.
async fn stopped() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
