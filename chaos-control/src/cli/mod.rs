//! The command line: exit code 0 done, 1 refused or not found, 2 wrong usage,
//! 3 not reached or outcome unknown.

mod acts;
mod args;
mod catalogue;
mod connect;
mod explain;
mod files;
mod iam;
mod pill;
mod print;
mod service;
mod table;

pub use args::Args;

use crate::refusal::Refusal;
use args::{Command, PillCommand};
use std::process::ExitCode;

/// How a command ends.
#[derive(Debug)]
enum Ended {
    /// With this exit code; what there was to say is said.
    Code(u8),
    /// With a "no".
    Refused(Refusal),
    /// The call's words are off.
    Usage(String),
}

impl From<Refusal> for Ended {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

type Done = Result<(), Ended>;

/// Runs one command and prints what there is to say.
pub async fn run(args: Args) -> ExitCode {
    let Args { common, command } = args;
    let done = match command {
        Command::Serve { listen, data, table_listen } => {
            service::serve(&common, listen, data, table_listen).await
        }
        Command::Check { schema: true, .. } => files::schema(),
        Command::Check { files, .. } => files::check(&common, &files),
        Command::Services { text } => catalogue::services(&common, text.as_deref()),
        Command::Errors { service, operation } => catalogue::errors(&common, &service, operation.as_deref()),
        Command::Explain(args) => explain::explain(&common, &args).await,
        Command::Pill(PillCommand::Check { paths }) => pill::pill_check(&common, &paths),
        Command::Verify { binaries } => files::verify(&common, &binaries),
        Command::Iam(args) => iam::iam(&common, &args),
        Command::Table(command) => table::table(&common, &command).await,
        command => acts::act(&common, command).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Ended::Code(code)) => ExitCode::from(code),
        Err(Ended::Refused(refusal)) => {
            eprintln!("monkeyless: {refusal}");
            ExitCode::from(refusal.exit_code())
        }
        Err(Ended::Usage(text)) => {
            eprintln!("monkeyless: {text}");
            ExitCode::from(2)
        }
    }
}
