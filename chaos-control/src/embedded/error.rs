//! What can go wrong with the engine and its listener.

use std::{fmt, io, net::SocketAddr, path::PathBuf};

use dynoxide::DynoxideError;

/// Why there is no engine, or why it could not do its work.
#[derive(Debug)]
#[non_exhaustive]
pub enum EngineError {
    /// The folder belongs to another engine.
    InUse {
        /// The folder as it was named.
        dir: PathBuf,
    },
    /// The folder cannot be made or written.
    Folder {
        /// The folder as it was named.
        dir: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The database failed.
    Database {
        /// Its file, when it could not be opened.
        file: Option<PathBuf>,
        /// What the database says.
        message: String,
    },
}

impl EngineError {
    // By value, to be passed to `map_err`.
    #[expect(clippy::needless_pass_by_value)]
    pub(super) fn database(error: DynoxideError) -> Self {
        Self::Database { file: None, message: error.to_string() }
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse { dir } => write!(
                f,
                "the folder {} is in use by another `monkeyless serve`; stop that one, \
                 or name another folder with --data",
                dir.display()
            ),
            Self::Folder { dir, source } => {
                write!(f, "the folder {} cannot be used: {source}", dir.display())
            }
            Self::Database { file: Some(file), message } => {
                write!(f, "the embedded table {} cannot be opened: {message}", file.display())
            }
            Self::Database { file: None, message } => {
                write!(f, "the embedded table failed: {message}")
            }
        }
    }
}

impl std::error::Error for EngineError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Folder { source, .. } => Some(source),
            Self::InUse { .. } | Self::Database { .. } => None,
        }
    }
}

/// Why the listener does not serve, or serves no longer.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// The address can be reached from outside this machine, and the
    /// embedded table checks neither signatures nor credentials.
    NotLoopback(SocketAddr),
    /// The operating system failed the listener.
    Io(io::Error),
}

impl From<io::Error> for ServeError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(address) => write!(
                f,
                "the embedded table is not served on {address}: it checks no credentials, \
                 so the address must be loopback, like 127.0.0.1 or [::1]"
            ),
            Self::Io(error) => write!(f, "the embedded table cannot be served: {error}"),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotLoopback(_) => None,
            Self::Io(error) => Some(error),
        }
    }
}
