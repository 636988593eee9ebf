//! One process owns a folder.
//!
//! The database caches what it knows about its tables, and the SQLite inside
//! has known trouble with several connections in WAL mode: two processes on
//! one file would work most of the time.

use std::{
    fs::{DirBuilder, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use super::EngineError;

/// A folder that belongs to this process until this is dropped, or until the
/// process ends in whatever way: the operating system holds the lock.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Takes `dir`, making it if need be, readable by this user only.
    pub(super) fn take(dir: &Path) -> Result<Self, EngineError> {
        let failed = |source| EngineError::Folder { dir: dir.to_owned(), source };
        // Absolute, because SQLite would read a name that starts with `file:`
        // as a URI.
        let path = std::path::absolute(dir).map_err(failed)?;
        make_private(&path).map_err(failed)?;
        let lock = open_lock(&path.join("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(EngineError::InUse { dir: dir.to_owned() }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// The database's file.
    pub(super) fn table(&self) -> PathBuf {
        self.path.join("table.db")
    }
}

/// The table holds token hashes and who did what: not for other users.
fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

/// The lock file is never deleted: a process that waits to open it must not
/// get hold of one that no longer has a name.
fn open_lock(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(path)
}
