//! Watching guarded scenarios: as long as a control service runs, their
//! deadlines are moved on.

use chaos_core::table::{Store, StoreError};
use std::time::Duration;

/// How often to look; several times within what a deadline is moved on by.
const LOOK: Duration = Duration::from_secs(5);

/// Renews every guarded scenario of the table until `stopped`.
pub(crate) async fn watch(store: Store, stopped: impl Future<Output = ()>) {
    tokio::pin!(stopped);
    let mut failing = false;
    loop {
        let looked = tokio::select! {
            () = &mut stopped => return,
            looked = look(&store) => looked,
        };
        match (&looked, failing) {
            (Err(error), false) => {
                tracing::warn!(target: "chaos", "guarded scenarios end soon unless this gets better: {error}");
            }
            (Ok(()), true) => tracing::info!(target: "chaos", "guarded scenarios are watched again"),
            _ => {}
        }
        failing = looked.is_err();
        tokio::select! {
            () = &mut stopped => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// One environment that fails does not keep the others from being looked at.
async fn look(store: &Store) -> Result<(), StoreError> {
    let mut result = Ok(());
    for environment in store.environments().await? {
        if let Err(error) = store.renew(&environment).await {
            result = Err(error);
        }
    }
    result
}
