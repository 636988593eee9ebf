//! Peers on loopback that really fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// What a server does with a request that it has read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Peer {
    Answers,
    AnswersAfter(Duration),
    Resets,
    Silent,
    /// It accepts connections and reads nothing.
    Deaf,
}

/// A server on loopback, as long as the runtime lives.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) url: String,
    hits: Arc<AtomicUsize>,
}

/// For every call of the tests.
const ANSWER: &[u8] =
    br#"{"StreamNames":[],"HasMoreStreams":false,"ShardId":"shardId-0","SequenceNumber":"1"}"#;

impl Server {
    pub(crate) async fn start(peer: Peer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { url, hits: Arc::default() };
        let hits = Arc::clone(&server.hits);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, peer, Arc::clone(&hits)));
            }
        });
        server
    }

    /// How many requests came in whole.
    pub(crate) fn hits(&self) -> usize {
        self.hits.load(Ordering::Relaxed)
    }
}

async fn serve(mut stream: TcpStream, peer: Peer, hits: Arc<AtomicUsize>) {
    if let Peer::Deaf = peer {
        std::future::pending::<()>().await;
    }
    let mut buffer = Vec::new();
    while read(&mut stream, &mut buffer).await.is_some() {
        hits.fetch_add(1, Ordering::Relaxed);
        match peer {
            Peer::Answers | Peer::Deaf => {}
            Peer::AnswersAfter(time) => tokio::time::sleep(time).await,
            Peer::Resets => return stream.set_zero_linger().unwrap(),
            Peer::Silent => std::future::pending().await,
        }
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            ANSWER.len()
        );
        if stream.write_all(&[head.as_bytes(), ANSWER].concat()).await.is_err() {
            return;
        }
    }
}

/// One request, body and all; `None` where the caller has gone.
async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    let head = loop {
        if let Some(at) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break String::from_utf8(buffer.drain(..at + 4).collect()).unwrap();
        }
        more(stream, buffer).await?;
    };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.map_or(0, |length| length.parse().unwrap());
    while buffer.len() < length {
        more(stream, buffer).await?;
    }
    buffer.drain(..length);
    Some(())
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    (stream.read_buf(buffer).await.ok()? > 0).then_some(())
}

/// A port that nobody listens at, for as long as this is held.
pub(crate) fn closed_port() -> (TcpSocket, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    (socket, url)
}

/// A listener that takes no more connections: its queue is full.
pub(crate) async fn full_port() -> (TcpListener, Vec<TcpStream>, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let listener = socket.listen(1).unwrap();
    let mut queued = Vec::new();
    let patience = Duration::from_millis(100);
    while let Ok(stream) = tokio::time::timeout(patience, TcpStream::connect(address)).await {
        queued.push(stream.unwrap());
    }
    (listener, queued, format!("http://{address}"))
}

/// A name that no resolver finds. Its first part is longer than names may be, so
/// that none asks the network either.
pub(crate) fn unresolvable() -> String {
    format!("http://{}.invalid", "a".repeat(64))
}
