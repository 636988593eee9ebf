//! The one door to the embedded database.

use std::{
    fmt, io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use dynoxide::Database;
use tokio::{sync::Semaphore, task};

use super::{Answer, EngineError, dispatch, folder::Folder};

/// How many requests run at once. The database itself takes them one by one,
/// so that more would only be more threads that wait; what runs in parallel
/// is reading requests and writing answers.
const AT_ONCE: usize = 4;

/// An embedded DynamoDB engine. Clones are handles to the same one; the
/// database is closed, and its folder free for others, when the last is gone.
///
/// Everything acknowledged is on disk: it survives a power cut.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    turns: Arc<Semaphore>,
    answered: AtomicU64,
    // Last, so that the database is closed before the folder is given back.
    folder: Option<Folder>,
}

impl Engine {
    /// An engine without any table, which forgets everything at its end.
    ///
    /// # Errors
    ///
    /// [`EngineError::Database`] when SQLite cannot start.
    pub fn memory() -> Result<Self, EngineError> {
        let database = Database::memory().map_err(EngineError::database)?;
        Ok(Self::new(database, None))
    }

    /// The engine that keeps its tables in `dir`, in the file `table.db`;
    /// the folder is made if need be. Blocks for some milliseconds.
    ///
    /// # Errors
    ///
    /// [`EngineError::InUse`] when any engine, of this process or another,
    /// has the folder; [`EngineError::Folder`] when it cannot be made or
    /// written; [`EngineError::Database`] when its file is none of ours, is
    /// damaged, or was written by a newer version.
    pub fn open(dir: &Path) -> Result<Self, EngineError> {
        let folder = Folder::take(dir)?;
        let file = folder.table();
        let name = file.to_str().ok_or_else(|| EngineError::Folder {
            dir: dir.to_owned(),
            source: io::Error::new(io::ErrorKind::InvalidInput, "its name is not UTF-8"),
        })?;
        let database = Database::new(name).map_err(|error| EngineError::Database {
            file: Some(file.clone()),
            message: error.to_string(),
        })?;
        Ok(Self::new(database, Some(folder)))
    }

    fn new(database: Database, folder: Option<Folder>) -> Self {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        Self { inner: Arc::new(Inner { database, turns, answered: AtomicU64::new(0), folder }) }
    }

    /// Runs one operation (`GetItem`, not `DynamoDB_20120810.GetItem`) on the
    /// JSON of its request. Never fails: errors are answers, in DynamoDB's
    /// shape.
    ///
    /// Runs on a blocking thread, for a commit waits for the disk. As with
    /// DynamoDB itself, dropping the future of a call that has begun does not
    /// undo it: its outcome is unknown.
    pub async fn call(&self, operation: &str, body: impl AsRef<[u8]> + Send + 'static) -> Answer {
        let Some(run) = dispatch::operation(operation) else {
            return Answer::unknown_operation();
        };
        self.blocking(move |database| run(database, body.as_ref()))
            .await
            .unwrap_or_else(|stopped| Answer::internal(&stopped.to_string()))
    }

    /// Deletes what the time-to-live attributes of its tables say is over,
    /// and says how many items that were. Nothing else ever does: call this
    /// from a timer. Other calls get their turn in between.
    ///
    /// # Errors
    ///
    /// [`EngineError::Database`] when the database failed; some items may be
    /// deleted already.
    pub async fn sweep_expired(&self) -> Result<usize, EngineError> {
        match self.blocking(Database::sweep_ttl).await {
            Ok(swept) => swept.map_err(EngineError::database),
            Err(stopped) => Err(EngineError::Database { file: None, message: stopped.to_string() }),
        }
    }

    /// A name for one answer, unique within this engine's life.
    pub(super) fn next_request_id(&self) -> String {
        format!("embedded-{}", self.inner.answered.fetch_add(1, Ordering::Relaxed))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Database) -> T + Send + 'static,
    ) -> Result<T, task::JoinError> {
        // Never closed, so there is always a turn to be had.
        let turn = Arc::clone(&self.inner.turns).acquire_owned().await.ok();
        let inner = Arc::clone(&self.inner);
        task::spawn_blocking(move || {
            // Held by the work and not by the caller, who may go away.
            let _turn = turn;
            work(&inner.database)
        })
        .await
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("folder", &self.inner.folder).finish_non_exhaustive()
    }
}
