//! `serve`.

use super::args::{Common, Output};
use super::connect::store;
use super::print::{print_json, say};
use super::{Done, Ended};
use crate::refusal::{Kind, Refusal};
use crate::serve::{EMBEDDED_TABLE, Options, Running, StartError, Table, start};
use serde_json::json;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Serves until Ctrl-C or SIGTERM.
pub(super) async fn serve(
    common: &Common,
    listen: SocketAddr,
    data: PathBuf,
    table_listen: SocketAddr,
) -> Done {
    let table = match &common.table {
        Some(name) => Table::Named(store(name, common.endpoint.as_deref()).await),
        None => Table::Embedded { folder: Some(data.clone()), listen: table_listen },
    };
    let running = start(Options { listen, table }).await.map_err(|error| Ended::Refused(refused(&error)))?;
    announce(common, &running, &data);
    ended().await;
    say("stopping");
    running.stop().await;
    Ok(())
}

fn refused(error: &StartError) -> Refusal {
    let kind = if let StartError::Store(_) = error { Kind::Unreachable } else { Kind::Refused };
    Refusal::new(kind, error.to_string())
}

fn announce(common: &Common, running: &Running, data: &std::path::Path) {
    if common.output == Output::Json {
        print_json(
            &json!({"api": running.api.to_string(), "table": running.table.map(|table| table.to_string())}),
        );
        return;
    }
    say(&format!("control service at http://{} (this machine only)", running.api));
    match running.table {
        Some(address) => say(&format!(
            "embedded table in {}; applications on this machine follow it with\n  CHAOS_TABLE={EMBEDDED_TABLE} CHAOS_ENDPOINT=http://{address} CHAOS_ENVIRONMENT=<yours>",
            data.display()
        )),
        None => say(&format!("table {}", common.table.as_deref().unwrap_or_default())),
    }
    say("Ctrl-C ends it; faults that are armed then run until readers' leases end");
}

#[cfg(unix)]
async fn ended() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

#[cfg(not(unix))]
async fn ended() {
    let _ = tokio::signal::ctrl_c().await;
}
