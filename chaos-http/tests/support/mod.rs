//! A small server that fails as told, and clients to call it with.
#![allow(dead_code, reason = "every test binary uses its own part")]

use chaos_core::clock::{Clock, Now, Sleep, TestClock};
use chaos_core::spec::Scenario;
use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{ClientBuilder, Next};
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// What a server does with a request that it has read.
#[derive(Clone, Copy)]
pub(crate) enum Peer {
    Answers,
    AnswersAfter(Duration),
    /// The head at once, the body after this time.
    AnswersSlowly(Duration),
    Resets,
    Silent,
    /// This and then no more: the connection ends with it.
    Plays(&'static [Act]),
}

/// What a server does that follows a script.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    Says(&'static [u8]),
    Waits(Duration),
    Resets,
    Stalls,
}

/// A server on loopback, as long as the runtime lives.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) url: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) async fn start(peer: Peer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { url, heads: Arc::default() };
        let heads = Arc::clone(&server.heads);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, peer, Arc::clone(&heads)));
            }
        });
        server
    }

    /// The heads of all requests.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// How many requests came in whole.
    pub(crate) fn hits(&self) -> usize {
        self.heads.lock().unwrap().len()
    }
}

async fn serve(mut stream: TcpStream, peer: Peer, heads: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    loop {
        head.clear();
        while !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
            if !matches!(stream.read_buf(&mut head).await, Ok(1..)) {
                return;
            }
        }
        heads.lock().unwrap().push(String::from_utf8_lossy(&head).into_owned());
        match peer {
            Peer::Answers => {}
            Peer::AnswersAfter(time) => tokio::time::sleep(time).await,
            Peer::AnswersSlowly(_) => {}
            Peer::Resets => return stream.set_zero_linger().unwrap(),
            Peer::Silent => std::future::pending().await,
            Peer::Plays(script) => return play(&mut stream, script).await,
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n").await.unwrap();
        if let Peer::AnswersSlowly(time) = peer {
            tokio::time::sleep(time).await;
        }
        if stream.write_all(b"real").await.is_err() {
            return;
        }
    }
}

async fn play(stream: &mut TcpStream, script: &[Act]) {
    for act in script {
        match act {
            // Whoever has had enough is gone.
            Act::Says(bytes) => drop(stream.write_all(bytes).await),
            Act::Waits(time) => tokio::time::sleep(*time).await,
            Act::Resets => stream.set_zero_linger().unwrap(),
            Act::Stalls => std::future::pending().await,
        }
    }
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
    while let Ok(stream) = tokio::time::timeout(ms(100), TcpStream::connect(address)).await {
        queued.push(stream.unwrap());
    }
    (listener, queued, format!("http://{address}"))
}

pub(crate) fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

/// A spec that hits every call of its target.
pub(crate) fn spec(target: &str, fault: &str) -> Scenario {
    let when = "[when]\nrate = \"100%\"\n";
    let text = format!("id = \"bad-day\"\nenabled = true\n[target]\n{target}\n[fault]\n{fault}\n{when}");
    Scenario::from_toml(&text).unwrap()
}

/// A spec that hits every call.
pub(crate) fn all(fault: &str) -> Scenario {
    spec("everything = true", fault)
}

pub(crate) type Settings = fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder;

pub(crate) fn client(settings: Settings) -> reqwest::Client {
    settings(reqwest::Client::builder().no_proxy()).build().unwrap()
}

/// With two retries, and with a count of attempts below them.
pub(crate) fn retrying(client: reqwest::Client, attempts: &Arc<AtomicUsize>) -> ClientBuilder {
    let policy = ExponentialBackoff::builder().retry_bounds(ms(1), ms(2)).build_with_max_retries(2);
    let retries = RetryTransientMiddleware::new_with_policy(policy);
    ClientBuilder::new(client).with(retries).with(counting(Arc::clone(attempts)))
}

type Answered<'a> = Pin<Box<dyn Future<Output = reqwest_middleware::Result<Response>> + Send + 'a>>;

fn counting(
    attempts: Arc<AtomicUsize>,
) -> impl for<'a> Fn(Request, &'a mut Extensions, Next<'a>) -> Answered<'a> + Send + Sync + 'static {
    move |request, extensions, next| {
        attempts.fetch_add(1, Ordering::Relaxed);
        next.run(request, extensions)
    }
}

/// Both clocks by tokio's paused one.
#[derive(Debug)]
pub(crate) struct VirtualClock(tokio::time::Instant);

impl VirtualClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(tokio::time::Instant::now()))
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Now {
        let steady = self.0.elapsed();
        let start = TestClock::at("2026-11-23T12:00:00Z".parse().unwrap()).now();
        Now { wall: start.wall + steady, steady }
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}
