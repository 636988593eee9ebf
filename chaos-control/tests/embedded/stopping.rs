//! How the listener ends.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

use super::*;

/// A connection on which a request has begun: the server has read its head
/// and asked for its two bytes of body.
async fn begin(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\
                expect: 100-continue\r\ncontent-type: application/x-amz-json-1.0\r\n\
                x-amz-target: DynamoDB_20120810.ListTables\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[tokio::test]
async fn a_request_that_has_begun_is_answered() {
    let (engine, _) = memory().await;
    let server = Server::start(&engine, Access::Full).await;
    let mut stream = begin(&server).await;
    server.stop.send(()).unwrap();
    // On this single thread the server hears of it before it hears the rest.
    tokio::task::yield_now().await;
    stream.write_all(b"{}").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    server.served.await.unwrap().unwrap();
    TcpStream::connect(server.address).await.expect_err("nobody listens");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_never_ends_keeps_it_for_five_seconds() {
    let (engine, _) = memory().await;
    let server = Server::start(&engine, Access::Full).await;
    let _stream = begin(&server).await;
    let told = Instant::now();
    server.stop.send(()).unwrap();
    let minute = Duration::from_secs(60);
    timeout(minute, server.served).await.expect("an end").unwrap().unwrap();
    assert_eq!(told.elapsed().as_secs(), 5);
}
