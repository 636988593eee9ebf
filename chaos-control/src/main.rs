//! The `monkeyless` command.

use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    chaos_control::cli::run(chaos_control::cli::Args::parse()).await
}
