//! The functions: processes of their own, for faults reach any process that
//! follows the table, and need no restart.
//!
//! `checkout` and `reports` are ordinary applications. The rest of this folder
//! is what makes them part of a show: a meter, and the lines that they tell.

mod checkout;
mod logs;
mod meter;
mod reports;

use crate::args::Role;
use crate::line::{Line, Lost};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::RequestId;
use meter::Meter;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::interval;

/// How often a function tells what it experienced.
const TELL: Duration = Duration::from_millis(250);

/// Runs a function for as long as the game day does.
pub(crate) async fn run(role: Role) -> ExitCode {
    let meter = Meter::default();
    logs::install(&meter);
    // A terminal sends Ctrl-C to us as well. The game day decides what it means.
    tokio::spawn(tokio::signal::ctrl_c());
    tokio::select! {
        () = game_day_is_gone() => {}
        () = keep_telling(&meter) => {}
        () = application(role, &meter) => {}
    }
    ExitCode::SUCCESS
}

async fn application(role: Role, meter: &Meter) {
    match role {
        Role::Checkout => checkout::run(meter).await,
        Role::Reports => reports::run(meter).await,
    }
}

/// Ends when nobody holds the other end of our standard input any more,
/// however the game day went: killed, too.
async fn game_day_is_gone() {
    let (gone, is_gone) = oneshot::channel::<()>();
    // A thread of our own: one of the runtime's would keep us from ending first.
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        drop(gone);
    });
    let _ = is_gone.await;
}

async fn keep_telling(meter: &Meter) {
    let mut ticks = interval(TELL);
    loop {
        ticks.tick().await;
        if tell(&Line::Counts(meter.take())).is_err() {
            return;
        }
    }
}

/// Tells of a call that was lost, in the words of its error.
fn tell_lost<E: ProvideErrorMetadata>(operation: &str, error: &str, from: &SdkError<E>) {
    let lost = Lost {
        operation: operation.to_owned(),
        error: error.to_owned(),
        message: from.message().unwrap_or_default().to_owned(),
        request_id: from.request_id().unwrap_or_default().to_owned(),
    };
    // Where nobody listens, the next counts find out.
    let _ = tell(&Line::Lost(lost));
}

fn tell(line: &Line) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, line)?;
    writeln!(out)
}
