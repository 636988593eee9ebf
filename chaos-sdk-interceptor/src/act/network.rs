//! Failures of the network, in the kinds that the SDK's own connector reports.

use aws_smithy_async::future::timeout::TimedOutError;
use aws_smithy_runtime_api::client::result::ConnectorError;
use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

pub(super) fn connect_timeout(spec: &str) -> ConnectorError {
    timed_out(format!("HTTP connect timeout occurred {}", by(spec))).never_connected()
}

pub(super) fn read_timeout(spec: &str, after: Duration) -> ConnectorError {
    timed_out(format!("HTTP read timeout occurred after {after:?} {}", by(spec)))
}

pub(super) fn no_answer(spec: &str, after: Duration) -> ConnectorError {
    timed_out(format!("no answer within {after:?}, the longest that a call is held up {}", by(spec)))
}

pub(super) fn refused(spec: &str) -> ConnectorError {
    failed(io::ErrorKind::ConnectionRefused, "connection refused", spec).never_connected()
}

pub(super) fn reset(spec: &str) -> ConnectorError {
    failed(io::ErrorKind::ConnectionReset, "connection reset by peer", spec)
}

fn failed(kind: io::ErrorKind, what: &str, spec: &str) -> ConnectorError {
    ConnectorError::io(io::Error::new(kind, format!("{what} {}", by(spec))).into())
}

fn timed_out(text: String) -> ConnectorError {
    ConnectorError::timeout(TimedOut(text).into())
}

fn by(spec: &str) -> String {
    format!("(injected by chaos spec {spec})")
}

#[derive(Debug)]
struct TimedOut(String);

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for TimedOut {
    // By which others in the SDK tell that it was a timeout.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&TimedOutError)
    }
}
