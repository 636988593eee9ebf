//! The game day: an outage of a DynamoDB table, as two of its users live
//! through it. `cargo run` at the root of the workspace starts it.
//!
//! One function is hit and one is not, both are processes of their own that
//! nobody restarts, and neither knows when it will happen:
//!
//! 1. The scenario `examples/orders-throttled.toml` is stored over the control
//!    service's HTTP API, which hits nobody.
//! 2. Both settle: what is normal is measured.
//! 3. The scenario is armed: 60 % of the writes of `checkout` are answered with
//!    the error that DynamoDB gives under too much load.
//! 4. It is disarmed, and `checkout` recovers.
//! 5. A report says what it cost, and the exit code whether all was as it must
//!    be: `reports` never hit, `checkout` hit and recovered.
//!
//! | piece | here | in a real setup |
//! |---|---|---|
//! | control service | in this process (`stage`) | `monkeyless serve`, somewhere of its own |
//! | its table | embedded, in memory | one DynamoDB table for all environments |
//! | who acts | `outage.rs`, by the HTTP API | an engineer, by `monkeyless` or the API |
//! | `checkout`, `reports` | child processes (`functions/`) | your functions, with the same one line |
//! | their environment | `stage/process.rs` | `CHAOS_TABLE`, `CHAOS_ENVIRONMENT` and the rest, where you deploy |
//! | their database | a second embedded engine (`stage/database.rs`) | DynamoDB |
//! | what is shown | told by the functions (`functions/meter.rs`) | your own metrics |
//!
//! Start reading at `functions/checkout.rs`: that is what an application does.

mod args;
mod failure;
mod functions;
mod keep;
mod ledger;
mod line;
mod outage;
mod play;
mod recovery;
mod report;
mod screen;
mod stage;
mod watch;

use args::Args;
use clap::Parser;
use failure::Failure;
use report::Report;
use screen::Screen;
use stage::Stage;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(role) = args.function {
        return functions::run(role).await;
    }
    match day(&args).await {
        Ok(report) if report.problems.is_empty() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("game-day: {failure}");
            failure.exit_code()
        }
    }
}

/// The whole day. However it ends, what it started ends with it.
async fn day(args: &Args) -> Result<Report, Failure> {
    let mut screen = Screen::new(args.json);
    let mut stage = Stage::set(args.keep, &mut screen).await?;
    let played = or_interrupted(day_of(&mut stage, &mut screen, args)).await;
    if args.keep && played.is_ok() {
        match or_interrupted(keep::go_on(&mut stage, &mut screen)).await {
            // Ctrl-C is how this is meant to end.
            Ok(()) | Err(Failure::Interrupted) => {}
            Err(failure) => eprintln!("game-day: {failure}"),
        }
    }
    stage.end().await;
    played
}

async fn day_of(stage: &mut Stage, screen: &mut Screen, args: &Args) -> Result<Report, Failure> {
    let report = play::play(stage, screen, args.pace()).await?;
    screen.report(&report)?;
    Ok(report)
}

/// Runs `work`, but no longer than until Ctrl-C.
async fn or_interrupted<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::select! {
        done = work => done,
        _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
    }
}
