//! A real server on loopback, in the place of AWS. It keeps every byte it
//! gets, accepts no wrong signature, and answers DynamoDB from the embedded
//! engine.

use crate::answers::answer;
use crate::sigv4::Signed;
use chaos_control::embedded::Engine;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One request, as it came over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The request line.
    pub line: String,
    /// Every header in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What was wrong with its signature.
    pub wrong: Option<String>,
}

impl Received {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// The operation, as in `Kinesis_20131202.PutRecords`.
    pub fn target(&self) -> &str {
        self.header("x-amz-target").unwrap_or_default()
    }
}

/// The server; clones are the same one.
#[derive(Clone, Debug)]
pub struct Upstream {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    engine: Engine,
}

impl Upstream {
    /// Starts one that lives as long as the runtime.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let upstream = Self { address, received: Arc::default(), engine: Engine::memory().unwrap() };
        let serving = upstream.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        upstream
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it got so far, all of it with right signatures.
    pub fn received(&self) -> Vec<Received> {
        let received = self.received.lock().unwrap().clone();
        let wrong: Vec<_> = received.iter().filter_map(|request| request.wrong.as_ref()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        received
    }

    /// How many requests for this operation it got so far.
    pub fn hits(&self, operation: &str) -> usize {
        let ends = |request: &&Received| request.target().ends_with(operation);
        self.received().iter().filter(ends).count()
    }

    async fn serve(self, mut stream: TcpStream) {
        let mut buffer = Vec::new();
        while let Some(request) = read(&mut stream, &mut buffer).await {
            self.received.lock().unwrap().push(request.clone());
            let (status, body) = self.answer(&request).await;
            let media = request.header("content-type").unwrap_or("text/plain");
            let head = format!(
                "HTTP/1.1 {status} Answer\r\ncontent-type: {media}\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            let bytes = [head.as_bytes(), &body].concat();
            if stream.write_all(&bytes).await.is_err() {
                return;
            }
        }
    }

    async fn answer(&self, request: &Received) -> (u16, Vec<u8>) {
        if request.wrong.is_some() {
            return (403, br#"{"__type":"InvalidSignatureException"}"#.to_vec());
        }
        if let Some(operation) = request.target().strip_prefix("DynamoDB_20120810.") {
            let answer = self.engine.call(operation, request.body.clone()).await;
            return (answer.status, answer.body);
        }
        let (status, text) = answer(request.header("x-amz-target"), &request.body);
        (status, text.into_bytes())
    }
}

/// The next request of a connection; `None` at its end.
async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Received> {
    let blank = loop {
        if let Some(at) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break at;
        }
        more(stream, buffer).await?;
    };
    let head = String::from_utf8(buffer.drain(..blank + 4).collect()).unwrap();
    let mut lines = head.trim_end().split("\r\n");
    let line = lines.next().unwrap().to_owned();
    let header = |line: &str| line.split_once(": ").map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned()));
    let headers: Vec<_> = lines.map(|line| header(line).unwrap()).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    while buffer.len() < length {
        more(stream, buffer).await?;
    }
    let body: Vec<u8> = buffer.drain(..length).collect();
    let [method, path, _] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
    let wrong = Signed { method, path, headers: &headers, body: &body }.verify().err();
    Some(Received { line, headers, body, wrong })
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    (stream.read_buf(buffer).await.ok()? > 0).then_some(())
}
