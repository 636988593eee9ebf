//! What all programs share: a client of reqwest, and a server that answers one
//! request.

use std::io::{Read, Write};
use std::net::TcpListener;

/// What an application usually makes once.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

/// Where the server is; it runs until it has answered.
pub fn url() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        let mut head = Vec::new();
        let mut bytes = [0; 1024];
        while !head.ends_with(b"\r\n\r\n") {
            let size = stream.read(&mut bytes)?;
            head.extend_from_slice(&bytes[..size]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello")
    });
    url
}

/// The answer's text. What the error is depends on whose client it was.
pub async fn text<E>(answer: Result<reqwest::Response, E>) -> String {
    match answer {
        Ok(answer) => answer.text().await.unwrap_or_default(),
        Err(_) => "none".to_owned(),
    }
}
