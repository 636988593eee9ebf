//! Bodies that die in the middle, as the SDK's own connector reports them: in
//! the same words, over an `io::Error` of the same kind.

use chaos_core::body::{Died, MakeError};
use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

/// Makes the errors of a body that `spec` damages.
pub(super) fn made(spec: &Arc<str>) -> MakeError {
    let spec = Arc::clone(spec);
    Box::new(move |died| {
        let (kind, what) = match died {
            Died::Closed => (io::ErrorKind::UnexpectedEof, "end of file before message length reached"),
            Died::Reset => (io::ErrorKind::ConnectionReset, "Connection reset by peer"),
            // What the operating system says of a peer that is gone.
            Died::Stalled => (io::ErrorKind::TimedOut, "Connection timed out"),
        };
        BodyError(io::Error::new(kind, format!("{what} (injected by chaos spec {spec})"))).into()
    })
}

#[derive(Debug)]
struct BodyError(io::Error);

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("error reading a body from connection")
    }
}

impl Error for BodyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}
