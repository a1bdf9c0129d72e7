//! Real HTTP servers of this machine, well-behaved and hostile, and a fetcher that may reach them.

use axum::Router;
use futures::future::BoxFuture;
use server::ingestion::fetch::{Fetcher, Limits, Lookup, Manners, Means, Wanted};
use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use url::Url;

/// A server that ends with the test.
pub struct Site {
    pub address: SocketAddr,
    /// Connections that it has seen.
    pub connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Site {
    /// Serves these routes on 127.0.0.1.
    pub async fn serve(routes: Router) -> Self {
        Self::serve_on("127.0.0.1:0", routes).await
    }

    pub async fn serve_on(address: &str, routes: Router) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = connections.clone();
        let task = tokio::spawn(async move {
            let counting = axum::serve::ListenerExt::tap_io(listener, move |_| {
                counted.fetch_add(1, Ordering::SeqCst);
            });
            axum::serve(counting, routes).await.unwrap();
        });
        Self { address, connections, task }
    }

    /// Handles each connection by hand, after its request's head was read.
    pub async fn raw(handle: impl Fn(TcpStream) -> BoxFuture<'static, ()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = connections.clone();
        let task = tokio::spawn(async move {
            let mut running = tokio::task::JoinSet::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let mut head = [0; 4096];
                let _ = stream.read(&mut head).await;
                running.spawn(handle(stream));
            }
        });
        Self { address, connections, task }
    }

    /// A server that answers nothing and only counts who comes.
    pub async fn silent() -> Self {
        Self::raw(|mut stream| {
            Box::pin(async move {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret").await;
            })
        })
        .await
    }

    pub fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    pub fn seen(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Short limits and no manners: tests that are about manners bring their own.
pub fn means(allow: &[SocketAddr]) -> Means {
    Means {
        allow: allow.to_vec(),
        own: None,
        contact: "https://cedar.example/bots".into(),
        limits: Limits {
            connect: Duration::from_secs(2),
            silence: Duration::from_secs(2),
            whole: Duration::from_secs(4),
            body_bytes: 2 << 20,
            ..Limits::default()
        },
        manners: Manners { gap: Duration::ZERO, longest_wait: Duration::from_secs(20) },
        lookup: named(&[]),
    }
}

pub fn fetcher(allow: &[SocketAddr]) -> Fetcher {
    Fetcher::with(means(allow)).unwrap()
}

pub fn wanted(url: Url) -> Wanted {
    Wanted::new(url)
}

/// A name server: each name with the addresses that it gives, one after the other, the last one for good.
pub fn named(names: &[(&str, &[&str])]) -> Lookup {
    let names: HashMap<String, Vec<Vec<IpAddr>>> = names
        .iter()
        .map(|(name, turns)| ((*name).to_owned(), turns.iter().map(|turn| turn.split(' ').map(|address| address.parse().unwrap()).collect()).collect()))
        .collect();
    let names = Arc::new(Mutex::new(names));
    Arc::new(move |name| {
        let names = names.clone();
        Box::pin(async move {
            let mut names = names.lock().unwrap();
            let turns = names.get_mut(&name).ok_or_else(|| std::io::Error::other("no such name"))?;
            Ok(if turns.len() > 1 { turns.remove(0) } else { turns[0].clone() })
        })
    })
}
