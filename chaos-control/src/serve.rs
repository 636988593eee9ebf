//! The running service: the API, and the embedded table where no other is named.

use crate::api::app;
use crate::embedded::listener::{self, Access};
use crate::embedded::{Engine, EngineError};
use crate::table::TableControl;
use crate::watch::watch;
use chaos_core::clock::{Clock, SystemClock};
use chaos_core::table::{Store, StoreError, TableOptions};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The name of the embedded table.
pub const EMBEDDED_TABLE: &str = "chaos";
/// How often items of the embedded table that have expired are removed.
const SWEEP: Duration = Duration::from_secs(60);

/// What to serve.
#[derive(Debug)]
pub struct Options {
    /// Where the API listens; a loopback address.
    pub listen: SocketAddr,
    /// Which table.
    pub table: Table,
}

/// Which table the service is over.
#[derive(Debug)]
pub enum Table {
    /// One that exists elsewhere.
    Named(Store),
    /// The embedded one.
    Embedded {
        /// Its folder; `None` keeps it in memory.
        folder: Option<PathBuf>,
        /// Where other processes of this machine read it; a loopback address.
        listen: SocketAddr,
    },
}

/// Why the service did not start.
#[derive(Debug)]
pub enum StartError {
    /// Without tokens and TLS, only loopback addresses are served.
    NotLoopback(SocketAddr),
    /// The address cannot be listened on.
    Bind(SocketAddr, std::io::Error),
    /// The embedded table cannot be opened.
    Engine(EngineError),
    /// The table cannot be used.
    Store(StoreError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(address) => write!(
                f,
                "{address} is not a loopback address; this version has neither tokens nor TLS, so listen on 127.0.0.1 or [::1]"
            ),
            Self::Bind(address, error) => {
                write!(f, "cannot listen on {address}: {error}; is another one running? Choose another port")
            }
            Self::Engine(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {}

/// A service that runs until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    /// Where the API listens.
    pub api: SocketAddr,
    /// Where the embedded table listens, where there is one.
    pub table: Option<SocketAddr>,
    control: TableControl,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Running {
    /// The acts, without going through HTTP.
    pub fn control(&self) -> &TableControl {
        &self.control
    }

    /// Stops listening, lets begun requests end, and frees the table.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Starts the service; it answers when this returns.
///
/// # Errors
/// Where an address is not a loopback one or taken, or the table cannot be used.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let stop = watch::Sender::new(false);
    let mut tasks = JoinSet::new();
    let api = bind(options.listen).await?;
    let (store, table) = match options.table {
        Table::Named(store) => {
            store.describe().await.map_err(StartError::Store)?;
            (store, None)
        }
        Table::Embedded { folder, listen } => {
            let (store, address) = embedded(folder, listen, &stop, &mut tasks).await?;
            (store, Some(address))
        }
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let control = TableControl::new(store, clock);
    let address = local(&api, options.listen)?;
    tasks.spawn(watch(control.store().clone(), stopped(stop.subscribe())));
    let stopped = stopped(stop.subscribe());
    let app = app(control.clone());
    tasks.spawn(async move {
        let served = axum::serve(api, app).with_graceful_shutdown(stopped).await;
        if let Err(error) = served {
            tracing::error!(target: "chaos", "the API stopped: {error}");
        }
    });
    Ok(Running { api: address, table, control, stop, tasks })
}

/// Opens the embedded table and lets other processes read it.
async fn embedded(
    folder: Option<PathBuf>,
    listen: SocketAddr,
    stop: &watch::Sender<bool>,
    tasks: &mut JoinSet<()>,
) -> Result<(Store, SocketAddr), StartError> {
    let engine = match &folder {
        Some(folder) => Engine::open(folder),
        None => Engine::memory(),
    };
    let engine = engine.map_err(StartError::Engine)?;
    let store = Store::new(engine.client(), EMBEDDED_TABLE);
    store.create_table(TableOptions::embedded()).await.map_err(StartError::Store)?;
    let socket = bind(listen).await?;
    let address = local(&socket, listen)?;
    let shared = engine.clone();
    let stopped_listener = stopped(stop.subscribe());
    tasks.spawn(async move {
        // Applications read; whoever wants to change faults asks the API.
        if let Err(error) = listener::serve(socket, shared, Access::Reader, stopped_listener).await {
            tracing::error!(target: "chaos", "the embedded table's listener stopped: {error}");
        }
    });
    tasks.spawn(sweep(engine, stopped(stop.subscribe())));
    Ok((store, address))
}

async fn sweep(engine: Engine, stopped: impl Future<Output = ()>) {
    tokio::pin!(stopped);
    loop {
        tokio::select! {
            () = &mut stopped => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
        if let Err(error) = engine.sweep_expired().await {
            tracing::warn!(target: "chaos", "expired items stay in the embedded table: {error}");
        }
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    if !address.ip().is_loopback() {
        return Err(StartError::NotLoopback(address));
    }
    TcpListener::bind(address).await.map_err(|error| StartError::Bind(address, error))
}

fn local(listener: &TcpListener, asked: SocketAddr) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|error| StartError::Bind(asked, error))
}

/// Ends when the service is told to stop, or is gone.
async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
