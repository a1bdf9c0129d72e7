//! Listens for syslog over UDP and TCP. What the messages say (RFC 5424, 3164) is read later; here they are only taken apart.

mod framing;

use super::{
    AgentFault,
    buffer::{Buffer, Entry, Full, Place},
    config::SyslogInput,
    now_ms,
    status::Status,
};
use bytes::Bytes;
use framing::Framing;
use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream, UdpSocket},
    sync::Semaphore,
};
use tokio_util::sync::CancellationToken;

/// Largest datagram.
const DATAGRAM_BYTES: usize = 65_536;
/// Read from a connection at once, in bytes.
const READ_BYTES: usize = 16 << 10;
/// A connection that is silent for so long is closed.
const SILENT: Duration = Duration::from_secs(3_600);

pub struct Server {
    door: Door,
    udp: Option<UdpSocket>,
    tcp: Option<TcpListener>,
    connections: Arc<Semaphore>,
}

#[derive(Clone)]
struct Door {
    topic: Arc<str>,
    record_bytes: usize,
    buffer: Buffer,
    status: Arc<Status>,
}

/// Binds at once.
pub async fn open(input: &SyslogInput, record_bytes: usize, buffer: Buffer, status: Arc<Status>) -> Result<Server, AgentFault> {
    let udp = match &input.udp {
        Some(address) => Some(UdpSocket::bind(address).await.map_err(|cause| super::cannot_listen(address, &cause))?),
        None => None,
    };
    let tcp = match &input.tcp {
        Some(address) => Some(TcpListener::bind(address).await.map_err(|cause| super::cannot_listen(address, &cause))?),
        None => None,
    };
    let door = Door { topic: input.topic.as_str().into(), record_bytes, buffer, status };
    Ok(Server { door, udp, tcp, connections: Arc::new(Semaphore::new(input.connections)) })
}

impl Server {
    pub async fn run(self, stop: CancellationToken) -> Result<(), AgentFault> {
        let Self { door, udp, tcp, connections } = self;
        tokio::try_join!(datagrams(door.clone(), udp, stop.clone()), accept(door, tcp, connections, stop))?;
        Ok(())
    }
}

async fn datagrams(door: Door, socket: Option<UdpSocket>, stop: CancellationToken) -> Result<(), AgentFault> {
    let Some(socket) = socket else { return Ok(()) };
    let mut bytes = vec![0; DATAGRAM_BYTES];
    loop {
        let received = tokio::select! {
            received = socket.recv_from(&mut bytes) => received,
            () = stop.cancelled() => return Ok(()),
        };
        // An answer to an earlier packet of ours cannot be: we send none. Whatever it is, the next datagram is another.
        let Ok((length, peer)) = received else { continue };
        let mut message = framing::trimmed(Bytes::copy_from_slice(&bytes[..length]));
        if message.len() > door.record_bytes {
            message.truncate(door.record_bytes);
            door.cut(1);
        }
        if message.is_empty() {
            continue;
        }
        match door.buffer.try_append(vec![door.entry(peer.ip(), message)]).await {
            Ok(_) => {}
            // There is nobody to tell: a datagram has no answer.
            Err(Full::Limit | Full::Disk(_)) => door.dropped(),
            Err(Full::Stopped) => return Err(AgentFault::stopped()),
        }
    }
}

async fn accept(door: Door, listener: Option<TcpListener>, connections: Arc<Semaphore>, stop: CancellationToken) -> Result<(), AgentFault> {
    let Some(listener) = listener else { return Ok(()) };
    let mut open = tokio::task::JoinSet::new();
    loop {
        let Ok(permit) = connections.clone().acquire_owned().await else { break };
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let (door, stop) = (door.clone(), stop.clone());
                    open.spawn(async move {
                        let _permit = permit;
                        connection(door, stream, peer, stop).await;
                    });
                }
                // Out of descriptors: later.
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            },
            Some(_) = open.join_next() => {}
            () = stop.cancelled() => break,
        }
    }
    while open.join_next().await.is_some() {}
    Ok(())
}

/// Until the peer or the agent ends it. While the buffer is full nothing is read: the sender waits.
async fn connection(door: Door, mut stream: TcpStream, peer: SocketAddr, stop: CancellationToken) {
    let mut framing = Framing::new(door.record_bytes);
    let mut bytes = vec![0; READ_BYTES];
    loop {
        let read = tokio::select! {
            read = tokio::time::timeout(SILENT, stream.read(&mut bytes)) => read,
            () = stop.cancelled() => break,
        };
        let Ok(Ok(read)) = read else { break };
        if read == 0 {
            break;
        }
        let framed = framing.push(&bytes[..read]);
        if framed.cut > 0 {
            door.cut(framed.cut);
        }
        if door.keep(peer.ip(), framed.messages, &stop).await.is_err() {
            return;
        }
    }
    let _ = door.keep(peer.ip(), framing.end().into_iter().collect(), &stop).await;
}

impl Door {
    fn entry(&self, peer: IpAddr, value: Bytes) -> Entry {
        let origin: Arc<str> = format!("syslog:{peer}").into();
        Entry { topic: self.topic.clone(), key: origin.clone(), origin, taken_ms: now_ms(), place: Place::Numbered, value }
    }

    async fn keep(&self, peer: IpAddr, messages: Vec<Bytes>, stop: &CancellationToken) -> Result<(), AgentFault> {
        if messages.is_empty() {
            return Ok(());
        }
        let entries = messages.into_iter().map(|message| self.entry(peer, message)).collect();
        let append = self.buffer.append(Vec::new(), entries);
        tokio::pin!(append);
        tokio::select! {
            taken = &mut append => taken.map(|_| ()),
            // What was read is still taken if there is room at once: it cannot be had again.
            () = stop.cancelled() => match tokio::time::timeout(Duration::from_millis(100), append).await {
                Ok(taken) => taken.map(|_| ()),
                Err(_) => {
                    self.dropped();
                    Err(AgentFault::stopped())
                }
            },
        }
    }

    fn cut(&self, messages: u64) {
        self.status.cut_lines.fetch_add(messages, Relaxed);
        let most = self.record_bytes;
        self.status.report(AgentFault::new(
            format!("syslog messages longer than {most} bytes, cut there: {messages}"),
            format!("mensajes de syslog de más de {most} bytes, cortados ahí: {messages}"),
        ));
    }

    fn dropped(&self) {
        if self.status.dropped.fetch_add(1, Relaxed) == 0 {
            self.status.report(AgentFault::new(
                "syslog messages are lost, since the buffer is full and their senders do not wait: use TCP, or raise `buffer_bytes`",
                "se pierden mensajes de syslog: el búfer está lleno y quien los envía no espera; use TCP o suba `buffer_bytes`",
            ));
        }
    }
}
