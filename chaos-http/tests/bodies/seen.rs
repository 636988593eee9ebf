//! What a caller can tell of an answer, however it reads it.

use crate::support::Act::{self, Says};
use crate::support::{Server, Settings, all, client};
use chaos_core::Chaos;
use reqwest::Response;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};

pub(crate) const NONE: Settings = |client| client;
pub(crate) const TEN: &[Act] = &[Says(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n0123456789")];
pub(crate) const CHUNKED: &[Act] =
    &[Says(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n")];

/// How a caller reads a body.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reads {
    Bytes,
    Text,
    Json,
    Chunks,
}

pub(crate) const ALL: [Reads; 4] = [Reads::Bytes, Reads::Text, Reads::Json, Reads::Chunks];

/// What a caller can tell of an answer.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) length: Option<u64>,
    pub(crate) header: Option<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) error: Option<Failed>,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Failed {
    pub(crate) flags: String,
    /// Without what reqwest puts between: one error for each of its timeouts, and
    /// one more for an answer that comes through a middleware.
    pub(crate) links: Vec<String>,
    pub(crate) url: Option<String>,
}

impl Failed {
    fn of(error: &reqwest::Error, server: &str) -> Self {
        let flags = format!(
            "timeout {} decode {} body {} request {} connect {} status {}",
            error.is_timeout(),
            error.is_decode(),
            error.is_body(),
            error.is_request(),
            error.is_connect(),
            error.is_status()
        );
        let mut links = vec![error.to_string().replace(server, "URL")];
        let mut link = std::error::Error::source(error);
        while let Some(error) = link {
            if !error.is::<reqwest::Error>() {
                links.push(format!("{error:?} {error}"));
            }
            link = error.source();
        }
        Self { flags, links, url: error.url().map(|url| url.as_str().replace(server, "URL")) }
    }
}

pub(crate) async fn read(answer: Response, reads: Reads, server: &str) -> Seen {
    let header = answer.headers().get("content-length").map(|told| told.to_str().unwrap().to_owned());
    let (length, mut body) = (answer.content_length(), Vec::new());
    let ended = match reads {
        Reads::Bytes => answer.bytes().await.map(|bytes| body.extend(bytes)),
        Reads::Text => answer.text().await.map(|text| body.extend(text.bytes())),
        Reads::Json => answer.json::<u64>().await.map(|number| body.extend(number.to_string().bytes())),
        Reads::Chunks => chunks(answer, &mut body).await,
    };
    Seen { length, header, body, error: ended.err().map(|error| Failed::of(&error, server)) }
}

pub(crate) async fn chunks(mut answer: Response, body: &mut Vec<u8>) -> reqwest::Result<()> {
    while let Some(chunk) = answer.chunk().await? {
        body.extend(chunk);
    }
    Ok(())
}

pub(crate) async fn call(client: &ClientWithMiddleware, server: &Server, reads: Reads) -> Seen {
    let answer = client.get(format!("{}/orders", server.url)).send().await.unwrap();
    assert_eq!(answer.url().as_str(), format!("{}/orders", server.url));
    read(answer, reads, &server.url).await
}

pub(crate) fn bare(settings: Settings) -> ClientWithMiddleware {
    ClientBuilder::new(client(settings)).build()
}

pub(crate) fn corrupt(damage: &str) -> Chaos {
    Chaos::builder().seed(7).spec(all(&format!("corrupt = {damage}"))).build().unwrap()
}

pub(crate) const TOLD_TEN_HALF: Act = Says(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n01234");
