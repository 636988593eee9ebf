//! Failures of the network, link by link as the SDK's own connector reports
//! them: the last link says that it was us.

use aws_smithy_async::future::timeout::TimedOutError;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::result::ConnectorError;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

const CONNECT: &str = "client error (Connect)";
const SEND: &str = "client error (SendRequest)";

pub(super) fn connect_timeout(spec: &str) -> ConnectorError {
    ConnectorError::timeout(link(CONNECT, timed_out(format!("HTTP connect timeout occurred {}", by(spec)))))
}

pub(super) fn read_timeout(spec: &str, after: Duration) -> ConnectorError {
    ConnectorError::timeout(timed_out(format!("HTTP read timeout occurred after {after:?} {}", by(spec))))
}

pub(super) fn no_answer(spec: &str, after: Duration) -> ConnectorError {
    let text = format!("no answer within {after:?}, the longest that a call is held up {}", by(spec));
    ConnectorError::timeout(timed_out(text))
}

pub(super) fn refused(spec: &str) -> ConnectorError {
    let refused = failed(io::ErrorKind::ConnectionRefused, "Connection refused", spec);
    ConnectorError::io(link(CONNECT, link("tcp connect error", refused)))
}

pub(super) fn unresolved(spec: &str) -> ConnectorError {
    // The kind that a resolver's errors have cannot be made: `Other` is next to it.
    let why = "failed to lookup address information: Name or service not known";
    ConnectorError::io(link(CONNECT, link("dns error", failed(io::ErrorKind::Other, why, spec))))
}

pub(super) fn reset(spec: &str) -> ConnectorError {
    let reset = failed(io::ErrorKind::ConnectionReset, "Connection reset by peer", spec);
    ConnectorError::io(link(SEND, link("connection error", reset)))
}

fn failed(kind: io::ErrorKind, what: &str, spec: &str) -> BoxError {
    io::Error::new(kind, format!("{what} {}", by(spec))).into()
}

fn by(spec: &str) -> String {
    format!("(injected by chaos spec {spec})")
}

fn timed_out(text: String) -> BoxError {
    // By which others in the SDK tell that it was a timeout.
    Link { text: text.into(), source: TimedOutError.into() }.into()
}

fn link(text: &'static str, source: BoxError) -> BoxError {
    Link { text: text.into(), source }.into()
}

#[derive(Debug)]
struct Link {
    text: Cow<'static, str>,
    source: BoxError,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Link {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.source.as_ref())
    }
}
