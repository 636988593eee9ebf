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
    // What goes wrong while nobody looks; another subscriber, if there is one, stays.
    let _ = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::WARN)
        .with_target(false)
        .try_init();
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
    say(match common.table {
        Some(_) => {
            "Ctrl-C ends it; what is armed stays armed until its deadline, guarded scenarios end within 30 s"
        }
        None => {
            "Ctrl-C ends it, and the table: faults end with the leases of applications, and go on if it is started again before their deadline"
        }
    });
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
