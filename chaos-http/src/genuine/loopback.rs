//! Peers on loopback that fail: polled by the call that meets them, and gone
//! with it.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpSocket};

const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// A port that is taken, and at which nobody listens.
pub(super) struct HeldPort {
    pub(super) url: String,
    _held: TcpSocket,
}

pub(super) fn held_port() -> io::Result<HeldPort> {
    let held = TcpSocket::new_v4()?;
    held.bind(ANY_PORT)?;
    Ok(HeldPort { url: format!("http://{}/", held.local_addr()?), _held: held })
}

/// A peer that listens, and its URL.
pub(super) async fn listener() -> io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind(ANY_PORT).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    Ok((listener, url))
}

/// Reads the head of one request and resets the connection. Before that it
/// would be a matter of luck what the client sees.
pub(super) async fn reset(listener: TcpListener) -> io::Result<()> {
    let (mut stream, _) = listener.accept().await?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && stream.read_buf(&mut head).await? > 0 {}
    stream.set_zero_linger()
}

/// What `call` comes to while its peer is at work.
pub(super) async fn while_serving<T>(
    call: impl Future<Output = T>,
    peer: impl Future<Output = io::Result<()>>,
) -> T {
    let (mut call, mut peer) = (pin!(call), pin!(peer));
    let mut served = false;
    poll_fn(|context| {
        served = served || peer.as_mut().poll(context).is_ready();
        call.as_mut().poll(context)
    })
    .await
}
