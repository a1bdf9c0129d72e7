//! A real Kafka (KRaft, of one node or three) for tests: one for the run, others for tests that kill theirs.

use super::{
    certificate::certificate,
    jvm::{jars, java},
    process::{Process, folder},
};
use crate::{program::free_port, skips::skipped};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};
use tokio::sync::{Mutex, MutexGuard, OnceCell};

const ARTIFACTS: [&str; 2] = ["org.apache.kafka:kafka_2.13:4.1.0", "org.slf4j:slf4j-simple:1.7.36"];

/// Kafka wants 22 characters of base 64.
const CLUSTER: &str = "YXRhbGF5YS10ZXN0LWtmaw";

/// The user of the listeners that ask for one.
pub const USER: &str = "atalaya";
pub const PASSWORD: &str = "kafka-secret";

/// A node is ready, or started again, within this time.
const READY: Duration = Duration::from_secs(120);

static SHARED: OnceCell<Result<Kafka, String>> = OnceCell::const_new();
static THREE: OnceCell<Result<Mutex<Kafka>, String>> = OnceCell::const_new();

/// A cluster, and what is needed to start its nodes again.
pub struct Kafka {
    java: PathBuf,
    jars: PathBuf,
    folder: PathBuf,
    nodes: Vec<Node>,
    /// The authority that signed the certificate of its TLS listeners: itself. `None` where there is no `openssl` to make one.
    pub certificate: Option<PathBuf>,
}

struct Node {
    ports: Ports,
    process: Option<Process>,
}

#[derive(Clone, Copy)]
struct Ports {
    plain: u16,
    controller: u16,
    sasl: u16,
    tls: u16,
}

/// The one node of this test run; `None`, with the reason said, where it cannot be had.
pub async fn kafka() -> Option<&'static Kafka> {
    let started = SHARED.get_or_init(|| Kafka::start(1)).await;
    started.as_ref().map_err(|reason| skipped(&format!("Kafka: {reason}"))).ok()
}

/// A node of the caller's own, to be killed.
pub async fn own() -> Option<Kafka> {
    Kafka::start(1).await.map_err(|reason| skipped(&format!("Kafka: {reason}"))).ok()
}

/// Three nodes, for one test after the other; all of them run when it is given.
pub async fn three() -> Option<MutexGuard<'static, Kafka>> {
    let started = THREE.get_or_init(|| async { Kafka::start(3).await.map(Mutex::new) }).await;
    let mut kafka = started.as_ref().map_err(|reason| skipped(&format!("three nodes of Kafka: {reason}"))).ok()?.lock().await;
    kafka.restart().await;
    Some(kafka)
}

impl Kafka {
    async fn start(nodes: usize) -> Result<Self, String> {
        let download = || Ok::<_, String>((java(17)?, jars(&ARTIFACTS, "kafka")?));
        let (java, jars) = tokio::task::spawn_blocking(download).await.map_err(|cause| cause.to_string())??;
        let folder = folder("kafka");
        let ports = || Ports { plain: free_port(), controller: free_port(), sasl: free_port(), tls: free_port() };
        let nodes = (0..nodes).map(|_| Node { ports: ports(), process: None }).collect();
        let certificate = kept_certificate(&folder);
        let mut kafka = Self { java, jars, folder, nodes, certificate };
        for node in 1..=kafka.nodes.len() {
            kafka.format(node);
        }
        kafka.restart().await;
        Ok(kafka)
    }

    /// `host:port` of every node, without security.
    pub fn brokers(&self) -> String {
        self.addresses(|ports| ports.plain)
    }

    /// The same where a user is asked for: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512.
    pub fn brokers_sasl(&self) -> String {
        self.addresses(|ports| ports.sasl)
    }

    /// The same with TLS.
    pub fn brokers_tls(&self) -> String {
        self.addresses(|ports| ports.tls)
    }

    fn addresses(&self, port: fn(&Ports) -> u16) -> String {
        self.nodes.iter().map(|node| format!("127.0.0.1:{}", port(&node.ports))).collect::<Vec<_>>().join(",")
    }

    /// Kills a node (from 1) as a power cut would.
    pub fn crash(&mut self, node: usize) {
        if let Some(process) = self.nodes[node - 1].process.take() {
            process.crash();
        }
    }

    /// Starts the nodes that do not run, on the data that they had.
    pub async fn restart(&mut self) {
        for node in 1..=self.nodes.len() {
            self.start_node(node);
        }
        for node in &self.nodes {
            node.process.as_ref().expect("a node").accepts(node.ports.plain, READY).await;
        }
    }

    /// Starts one node that does not run, without waiting for it.
    pub fn start_node(&mut self, node: usize) {
        if self.nodes[node - 1].process.is_none() {
            let mut server = self.run("kafka.Kafka");
            server.arg(self.properties(node));
            self.nodes[node - 1].process = Some(Process::start(&self.folder, &format!("node-{node}"), &server));
        }
    }

    fn run(&self, class: &str) -> Command {
        let mut java = Command::new(&self.java);
        java.args(["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp"]);
        java.arg(format!("{}/*", self.jars.display())).arg(class);
        java
    }

    fn properties(&self, node: usize) -> PathBuf {
        self.folder.join(format!("node-{node}.properties"))
    }

    fn format(&self, node: usize) {
        std::fs::write(self.properties(node), self.settings(node)).expect("the settings of a node");
        let mut tool = self.run("kafka.tools.StorageTool");
        tool.args(["format", "--ignore-formatted", "-t", CLUSTER, "-c"]).arg(self.properties(node));
        for mechanism in ["SCRAM-SHA-256", "SCRAM-SHA-512"] {
            tool.args(["--add-scram", &format!("{mechanism}=[name={USER},password={PASSWORD}]")]);
        }
        let output = tool.stdin(Stdio::null()).output().expect("java");
        assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    }

    fn settings(&self, node: usize) -> String {
        let Ports { plain, controller, sasl, tls } = self.nodes[node - 1].ports;
        let voters: Vec<String> = (1..).zip(&self.nodes).map(|(id, node)| format!("{id}@127.0.0.1:{}", node.ports.controller)).collect();
        let (replicas, in_sync) = if self.nodes.len() >= 3 { (3, 2) } else { (1, 1) };
        let tls_listener = self.certificate.as_ref().map_or_else(String::new, |_| format!(",SASL_SSL://127.0.0.1:{tls}"));
        let listeners = format!("PLAINTEXT://127.0.0.1:{plain},SASL_PLAINTEXT://127.0.0.1:{sasl}{tls_listener}");
        let user = format!("org.apache.kafka.common.security.plain.PlainLoginModule required user_{USER}=\"{PASSWORD}\";");
        let scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
        let mut settings = format!(
            "process.roles=broker,controller\nnode.id={node}\ncontroller.quorum.voters={}\n\
             listeners={listeners},CONTROLLER://127.0.0.1:{controller}\nadvertised.listeners={listeners}\n\
             controller.listener.names=CONTROLLER\n\
             listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL\ninter.broker.listener.name=PLAINTEXT\nlog.dirs={}\n\
             offsets.topic.replication.factor={replicas}\ntransaction.state.log.replication.factor={replicas}\ntransaction.state.log.min.isr={in_sync}\n\
             share.coordinator.state.topic.replication.factor={replicas}\nshare.coordinator.state.topic.min.isr={in_sync}\n\
             offsets.topic.num.partitions=2\ntransaction.state.log.num.partitions=1\nshare.coordinator.state.topic.num.partitions=1\n\
             group.initial.rebalance.delay.ms=0\nauto.create.topics.enable=false\nsasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512\n\
             broker.session.timeout.ms=6000\nbroker.heartbeat.interval.ms=500\nreplica.lag.time.max.ms=3000\n\
             log.retention.check.interval.ms=500\nlog.initial.task.delay.ms=500\nlog.segment.delete.delay.ms=100\n",
            voters.join(","),
            self.folder.join(format!("node-{node}")).display(),
        );
        for listener in ["sasl_plaintext", "sasl_ssl"] {
            settings += &format!("listener.name.{listener}.plain.sasl.jaas.config={user}\n");
            for mechanism in ["scram-sha-256", "scram-sha-512"] {
                settings += &format!("listener.name.{listener}.{mechanism}.sasl.jaas.config={scram}\n");
            }
        }
        if self.certificate.is_some() {
            settings += &format!("ssl.keystore.type=PEM\nssl.keystore.location={}\n", self.folder.join("key-and-certificate.pem").display());
        }
        settings
    }
}

/// Both in one file, as Kafka reads them.
fn kept_certificate(folder: &Path) -> Option<PathBuf> {
    let certificate = certificate(folder)?;
    let both = [std::fs::read(folder.join("key.pem")).ok()?, std::fs::read(&certificate).ok()?].concat();
    std::fs::write(folder.join("key-and-certificate.pem"), both).ok()?;
    Some(certificate)
}
