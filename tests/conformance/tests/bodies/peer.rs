//! A server on a real socket that answers every request with the same body, in
//! one of the ways in which bodies really go wrong.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What it does with the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    /// Sends it as it is.
    Well,
    /// These bytes are others.
    Flips(Vec<usize>),
    /// All bytes are others.
    Garbles,
    /// Sends so many bytes and closes the connection.
    Closes(usize),
    /// Sends so many bytes and resets the connection, once they are read.
    Resets(usize),
    /// Sends so many bytes, and says that these are all.
    Loses(usize),
    /// Says a length that is wrong by so many bytes, sends all, and closes.
    Says(i64),
    /// Sends so many bytes, and then nothing any more.
    Stalls(usize),
    /// Sends ten times a second so many bytes.
    Dribbles(usize),
}

#[derive(Debug)]
struct Script {
    does: Does,
    /// Whether the length is told, or the body comes in chunks.
    chunked: bool,
    /// Lines of the head.
    headers: String,
    body: Vec<u8>,
    hits: AtomicUsize,
    go: Notify,
}

/// The server, which lives as long as the runtime.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    address: SocketAddr,
    script: Arc<Script>,
}

impl Peer {
    pub(crate) async fn start(does: Does, chunked: bool, headers: &str, body: &[u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (hits, go) = (AtomicUsize::new(0), Notify::new());
        let script = Script { does, chunked, headers: headers.to_owned(), body: body.to_vec(), hits, go };
        let peer = Self { address: listener.local_addr().unwrap(), script: Arc::new(script) };
        let script = Arc::clone(&peer.script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let script = Arc::clone(&script);
                // A client that goes away early is no failure of the test.
                tokio::spawn(async move { script.serve(stream).await.unwrap_or_default() });
            }
        });
        peer
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests it got so far.
    pub(crate) fn hits(&self) -> usize {
        self.script.hits.load(Ordering::SeqCst)
    }

    /// Tells it that the client has read so many bytes, or that it does not show:
    /// a reset should not overtake them.
    pub(crate) fn read(&self, bytes: Option<usize>) {
        if let Does::Resets(after) = self.script.does
            && bytes.is_none_or(|bytes| bytes == after)
        {
            self.script.go.notify_one();
        }
    }
}

impl Script {
    async fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut buffer = Vec::new();
        while take_request(&mut stream, &mut buffer).await? {
            self.hits.fetch_add(1, Ordering::SeqCst);
            let body = self.damaged();
            let head = self.head(&body);
            stream.write_all(head.as_bytes()).await?;
            match self.does {
                Does::Closes(after) => {
                    self.begin(&mut stream, &body, after).await?;
                    return stream.shutdown().await;
                }
                Does::Resets(after) => {
                    self.begin(&mut stream, &body, after).await?;
                    self.go.notified().await;
                    return stream.set_zero_linger();
                }
                Does::Stalls(after) => {
                    self.begin(&mut stream, &body, after).await?;
                    std::future::pending::<()>().await;
                }
                Does::Dribbles(bytes) => {
                    for piece in body.chunks(bytes) {
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        self.write(&mut stream, piece).await?;
                    }
                }
                _ => self.write(&mut stream, &body).await?,
            }
            if self.chunked {
                stream.write_all(b"0\r\n\r\n").await?;
            }
            if matches!(self.does, Does::Says(_)) {
                return stream.shutdown().await;
            }
        }
        Ok(())
    }

    fn damaged(&self) -> Vec<u8> {
        let mut body = self.body.clone();
        match &self.does {
            Does::Flips(at) => at.iter().for_each(|at| body[*at] ^= 0x15),
            Does::Garbles => body.iter_mut().for_each(|byte| *byte ^= 0x95),
            Does::Loses(after) => body.truncate(*after),
            _ => {}
        }
        body
    }

    fn head(&self, body: &[u8]) -> String {
        let by = if let Does::Says(by) = self.does { by } else { 0 };
        let framing = match self.chunked {
            true => "transfer-encoding: chunked".to_owned(),
            false => format!("content-length: {}", (body.len() as i64 + by).max(0)),
        };
        format!("HTTP/1.1 200 OK\r\n{framing}\r\n{}\r\n", self.headers)
    }

    /// Breaks off in the middle.
    async fn begin(&self, stream: &mut TcpStream, bytes: &[u8], after: usize) -> std::io::Result<()> {
        if self.chunked {
            stream.write_all(format!("{:x}\r\n", bytes.len()).as_bytes()).await?;
        }
        stream.write_all(&bytes[..after]).await
    }

    async fn write(&self, stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
        if !self.chunked {
            return stream.write_all(bytes).await;
        }
        for piece in bytes.chunks(1_000) {
            stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await?;
            stream.write_all(piece).await?;
            stream.write_all(b"\r\n").await?;
        }
        Ok(())
    }
}

/// Whether there was another one.
async fn take_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<bool> {
    let blank = loop {
        if let Some(at) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(false);
        }
    };
    let head = String::from_utf8(buffer.drain(..blank).collect()).unwrap().to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
    while buffer.len() < length {
        if stream.read_buf(buffer).await? == 0 {
            return Ok(false);
        }
    }
    buffer.drain(..length);
    Ok(true)
}

/// An error with its sources, without what only ours or only real ones say.
pub(crate) fn words(error: &dyn Error) -> String {
    let mut all = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        let text = text.split(" (injected by chaos spec ").next().unwrap_or_default();
        let text = text.split(" (os error ").next().unwrap_or_default();
        // The sums differ as the bytes do, and what a parser says of these.
        let text = text.split(". expected body checksum").next().unwrap_or_default();
        let text = text.split(" at offset ").next().unwrap_or_default();
        all.push(text.to_owned());
        next = error.source();
    }
    // The same twice over is one `io::Error` around another.
    all.dedup();
    all.join(" <- ")
}
