//! The words of the command line.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Fault injection for AWS SDK calls: store scenarios, start and end outages.
#[derive(Debug, Parser)]
#[command(name = "monkeyless", version, arg_required_else_help = true, propagate_version = true)]
pub struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Common {
    /// How to print results.
    #[arg(short, long, global = true, value_enum, default_value_t = Output::Table)]
    pub(super) output: Output,
    /// The control service to ask.
    #[arg(
        long,
        global = true,
        env = "CHAOS_SERVER",
        value_name = "URL",
        default_value = "http://127.0.0.1:7070"
    )]
    pub(super) server: String,
    /// Act on this DynamoDB table directly, with your own AWS credentials; needs no control service.
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) table: Option<String>,
    /// The table's endpoint, where it is not AWS; with --table.
    #[arg(long, global = true, env = "CHAOS_ENDPOINT", value_name = "URL")]
    pub(super) endpoint: Option<String>,
    /// The environment to act in, such as `staging`.
    #[arg(short, long, global = true, env = "CHAOS_ENVIRONMENT", value_name = "NAME")]
    pub(super) environment: Option<String>,
    /// Your name, for the audit.
    #[arg(
        long,
        global = true,
        env = "USER",
        value_name = "NAME",
        default_value = "unknown",
        hide_env = true
    )]
    pub(super) by: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    /// For people.
    Table,
    /// For programs.
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the control service, over the embedded table unless --table names one.
    Serve {
        /// Where the API listens; a loopback address.
        #[arg(long, default_value = "127.0.0.1:7070", value_name = "ADDRESS")]
        listen: SocketAddr,
        /// The folder of the embedded table.
        #[arg(long, default_value = ".chaos", value_name = "DIR", conflicts_with = "table")]
        data: PathBuf,
        /// Where applications on this machine read the embedded table; a loopback address.
        #[arg(long, default_value = "127.0.0.1:7071", value_name = "ADDRESS", conflicts_with = "table")]
        table_listen: SocketAddr,
    },
    /// Validate spec files offline: every mistake with its file, line, field and what would be right.
    Check {
        /// TOML or JSON files, or folders of them.
        #[arg(required_unless_present = "schema", value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Print the JSON Schema of spec files instead.
        #[arg(long, conflicts_with = "files")]
        schema: bool,
    },
    /// Store the scenarios of spec files; storing arms nothing.
    Apply {
        /// TOML or JSON files, or folders of them.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Arm anew what is armed now, with its deadline, for this reason.
        #[arg(long, value_name = "REASON")]
        rearm: Option<String>,
    },
    /// Show stored scenarios, or one of them in full.
    Get {
        /// The scenario.
        id: Option<String>,
    },
    /// Remove a stored scenario that is not armed.
    Delete {
        /// The scenario.
        id: String,
    },
    /// Start an outage.
    Arm {
        /// The scenario.
        id: String,
        /// For how long, such as 10m; at most 12h.
        #[arg(long = "for", value_name = "DURATION")]
        time: String,
        /// Why, for the audit.
        #[arg(long)]
        reason: String,
    },
    /// End an outage.
    Disarm {
        /// The scenario.
        id: String,
        /// Why, for the audit.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// End every outage at once, and bar new ones until `resume`. Asks nothing.
    Halt {
        /// Why, for the audit.
        #[arg(long)]
        reason: String,
        /// Halt every environment of the table, whatever --environment says.
        #[arg(long)]
        everywhere: bool,
    },
    /// Lift a halt; what it ended stays ended.
    Resume {
        /// Why, for the audit.
        #[arg(long)]
        reason: String,
        /// Lift it in every environment of the table, whatever --environment says.
        #[arg(long)]
        everywhere: bool,
    },
    /// Show what is armed, and for how long still.
    Status {
        /// Show it again and again until Ctrl-C.
        #[arg(long)]
        watch: bool,
    },
    /// List the AWS services that specs can name.
    Services {
        /// Only those whose names hold this.
        text: Option<String>,
    },
    /// List every error that can be named for a service, with wire code and status.
    Errors {
        /// The service, by any of its names.
        service: String,
        /// Only the errors of this operation.
        operation: Option<String>,
    },
    /// Look at recorded answers.
    #[command(subcommand)]
    Pill(PillCommand),
    /// Find out whether a binary holds any of this code: exit code 0 if none does, 1 if one does.
    Verify {
        /// Executables.
        #[arg(required = true, value_name = "BINARY")]
        binaries: Vec<PathBuf>,
    },
    /// Make or describe the table in DynamoDB; with --table.
    #[command(subcommand)]
    Table(TableCommand),
}

#[derive(Debug, Subcommand)]
pub(super) enum TableCommand {
    /// Make the table, with backups and deletion protection; may be repeated.
    Create {
        /// Without backups and deletion protection, for emulators.
        #[arg(long)]
        bare: bool,
    },
    /// Tell what the table is like.
    Describe,
}

#[derive(Debug, Subcommand)]
pub(super) enum PillCommand {
    /// Tell which placebo pills can be played, and why others cannot: exit code 0 if all can, 1 if not.
    Check {
        /// Pills, and folders and zips of them.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
}
