//! In the place of what reqwest calls.

use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next, Result};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

type Answered<'a> = Pin<Box<dyn Future<Output = Result<Response>> + Send + 'a>>;

/// A middleware that costs next to nothing, and below which nothing is called.
#[derive(Clone, Copy, Debug)]
pub struct AnswersAtOnce;

impl Middleware for AnswersAtOnce {
    fn handle<'client, 'call, 'next, 'all>(
        &'client self,
        _request: Request,
        _extensions: &'call mut Extensions,
        _next: Next<'next>,
    ) -> Answered<'all>
    where
        Self: 'all,
        'client: 'all,
        'call: 'all,
        'next: 'all,
    {
        Box::pin(std::future::ready(Ok(Response::from(http::Response::new("")))))
    }
}

/// The URL of a server within the runtime that this is awaited in, which gives
/// every request the same answer, and keeps connections open. Where the runtime
/// has one thread, no call of it waits for another thread to wake up.
pub async fn canned_peer() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/orders/7", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    url
}

/// Until the client has had enough.
async fn answer(mut stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let mut bytes = [0; 4096];
    let mut head = Vec::new();
    while let Ok(size @ 1..) = stream.read(&mut bytes).await {
        head.extend_from_slice(bytes.get(..size).unwrap_or_default());
        if head.ends_with(b"\r\n\r\n") {
            head.clear();
            let answered = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nreal").await;
            if answered.is_err() {
                return;
            }
        }
    }
}

/// The same with a body of so many bytes, which it makes while it is read, and
/// whose length nobody tells.
#[derive(Clone, Copy, Debug)]
pub struct AnswersAtLength(pub u64);

impl Middleware for AnswersAtLength {
    fn handle<'client, 'call, 'next, 'all>(
        &'client self,
        _request: Request,
        _extensions: &'call mut Extensions,
        _next: Next<'next>,
    ) -> Answered<'all>
    where
        Self: 'all,
        'client: 'all,
        'call: 'all,
        'next: 'all,
    {
        let body = reqwest::Body::wrap(Long { left: self.0 });
        Box::pin(std::future::ready(Ok(Response::from(http::Response::new(body)))))
    }
}

struct Long {
    left: u64,
}

impl http_body::Body for Long {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<http_body::Frame<bytes::Bytes>, Self::Error>>> {
        let size = self.left.min(64 * 1024);
        self.left -= size;
        let chunk = bytes::Bytes::from(vec![b'.'; usize::try_from(size).unwrap()]);
        Poll::Ready((size > 0).then_some(Ok(http_body::Frame::data(chunk))))
    }
}
