//! Genuine errors of hyper for bodies that end in the middle: a connection of its
//! own, over a peer that is a script in memory. No socket, and done at once.

use chaos_core::body::{BoxError, Died};
use http_body::Body;
use hyper::client::conn::http1::handshake;
use hyper::rt::{Read, ReadBufCursor, Write};
use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use tokio::task::coop::unconstrained;

/// Two bytes are promised.
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n.";
/// Nothing is waited for, so each of a handful of polls brings it further.
const POLLS: usize = 100;

/// What hyper says of a body whose connection died so.
pub(crate) fn died(how: Died) -> BoxError {
    let mut exchange = pin!(unconstrained(exchange(Peer { how, said: 0, asked: false })));
    let mut context = Context::from_waker(Waker::noop());
    let ready = (0..POLLS).find_map(|_| match exchange.as_mut().poll(&mut context) {
        Poll::Ready(error) => Some(error),
        Poll::Pending => None,
    });
    match ready {
        Some(error) => error,
        // Unreachable: the script has an end.
        None => io::Error::from(io::ErrorKind::UnexpectedEof).into(),
    }
}

/// One request, and the error that its answer ends in.
async fn exchange(peer: Peer) -> BoxError {
    let (mut sender, connection) = match handshake(peer).await {
        Ok(both) => both,
        Err(error) => return error.into(),
    };
    let answer = async {
        let answer = sender.send_request(http::Request::new(String::new())).await?;
        let mut body = answer.into_body();
        while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            frame?;
        }
        Ok::<_, hyper::Error>(())
    };
    match while_connected(answer, connection).await {
        Err(error) => error.into(),
        // Unreachable: the script never keeps its promise.
        Ok(()) => io::Error::from(io::ErrorKind::UnexpectedEof).into(),
    }
}

/// What `work` comes to; the connection has to be driven for it.
async fn while_connected<T>(work: impl Future<Output = T>, connection: impl Future) -> T {
    let (mut work, mut connection) = (pin!(work), pin!(connection));
    let mut closed = false;
    poll_fn(|context| {
        closed = closed || connection.as_mut().poll(context).is_ready();
        work.as_mut().poll(context)
    })
    .await
}

/// Says its line once it is spoken to, and dies.
struct Peer {
    how: Died,
    /// So many bytes of the answer.
    said: usize,
    asked: bool,
}

impl Read for Peer {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        // An answer to nothing would be taken for garbage.
        if !self.asked {
            return Poll::Pending;
        }
        let line = ANSWER.get(self.said..).unwrap_or_default();
        let size = line.len().min(buffer.remaining());
        if size > 0 {
            buffer.put_slice(line.get(..size).unwrap_or_default());
            self.said += size;
            return Poll::Ready(Ok(()));
        }
        Poll::Ready(match self.how {
            Died::Closed => Ok(()),
            Died::Reset => Err(os_error(io::ErrorKind::ConnectionReset)),
            Died::Stalled => Err(os_error(io::ErrorKind::TimedOut)),
        })
    }
}

impl Write for Peer {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.asked = true;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The operating system's own error of that kind, where its number is known.
fn os_error(kind: io::ErrorKind) -> io::Error {
    let numbers: &[i32] = if cfg!(any(target_os = "linux", target_os = "android")) {
        &[104, 110]
    } else if cfg!(any(target_vendor = "apple", target_os = "freebsd")) {
        &[54, 60]
    } else if cfg!(windows) {
        &[10054, 10060]
    } else {
        &[]
    };
    let errors = numbers.iter().map(|number| io::Error::from_raw_os_error(*number));
    errors.into_iter().find(|error| error.kind() == kind).unwrap_or_else(|| kind.into())
}

#[cfg(test)]
mod tests {
    use super::{Died, died};
    use std::io;

    #[test]
    fn it_is_hypers_own_error_over_that_of_the_connection() {
        let cases = [
            (Died::Closed, io::ErrorKind::UnexpectedEof),
            (Died::Reset, io::ErrorKind::ConnectionReset),
            (Died::Stalled, io::ErrorKind::TimedOut),
        ];
        for (how, kind) in cases {
            let error = died(how).downcast::<hyper::Error>().unwrap();
            assert!(error.to_string().contains("body"), "{error:?}");
            let cause = std::error::Error::source(&*error).unwrap();
            assert_eq!(cause.downcast_ref::<io::Error>().unwrap().kind(), kind, "{error:?}");
        }
    }
}
