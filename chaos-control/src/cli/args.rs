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
    /// Validate spec files offline: every mistake with its file, line, field and what would be right;
    /// on stderr, what can hardly ever have an effect.
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
        /// Only as long as a control service runs: it ends within 30 s after the last one.
        #[arg(long)]
        guarded: bool,
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
    /// Tell whether a call would be hit, by which spec, and why not by the others.
    ///
    /// Asks for what is stored and armed in the environment; with --file nobody is asked.
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(Box<ExplainArgs>),
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
    /// Print least-privilege IAM policies for the table, or a CloudFormation template of table and policies.
    #[command(after_help = IAM_EXAMPLES)]
    Iam(IamArgs),
}

const IAM_EXAMPLES: &str = "Examples:
  monkeyless iam --role application -e staging --table chaos --region eu-west-1 --account 111122223333
  monkeyless iam --format cloudformation > chaos.json
  aws cloudformation deploy --stack-name chaos --template-file chaos.json --capabilities CAPABILITY_IAM \
    --parameter-overrides Environment=staging";

/// Whose policy, for which table. `--table` is `chaos` where it is not given.
#[derive(Debug, ClapArgs)]
pub(super) struct IamArgs {
    /// Whose policy; all three where it is not given. An application's is for one environment.
    #[arg(long, value_enum)]
    pub(super) role: Option<RoleName>,
    /// The table's region; any where it is not given.
    #[arg(long, value_name = "REGION", value_parser = part("region"))]
    pub(super) region: Option<String>,
    /// The table's account; any where it is not given.
    #[arg(long, value_name = "ACCOUNT", value_parser = part("account"))]
    pub(super) account: Option<String>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Format::Json)]
    pub(super) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RoleName {
    /// Reads what is armed, and reports.
    Application,
    /// Stores, arms and halts.
    Control,
    /// Reads audit, outages and reports.
    Auditor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// IAM policies.
    Json,
    /// The table and all policies, as a template.
    Cloudformation,
}

/// A part of an ARN, which must not hold a wildcard or a separator.
fn part(what: &'static str) -> impl Fn(&str) -> Result<String, String> + Clone {
    move |text: &str| match !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        true => Ok(text.to_owned()),
        false => Err(format!("no {what}'s name: those are letters, digits and hyphens")),
    }
}

const EXPLAIN_EXAMPLES: &str = "Examples:
  monkeyless explain -e staging --service kinesis --operation PutRecords --input StreamName=orders
  monkeyless explain --url https://api.payments.example/v1/charge --file specs --as-armed";

/// A call, and what to hold it against.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "The call")]
pub(super) struct ExplainArgs {
    /// The service, by any of its names.
    #[arg(long, value_name = "NAME")]
    pub(super) service: Option<String>,
    /// The operation.
    #[arg(long, value_name = "NAME", requires = "service")]
    pub(super) operation: Option<String>,
    /// A member of the operation's input, such as StreamName=orders or Records.0.PartitionKey=7.
    #[arg(long, value_name = "PATH=VALUE", value_parser = pair)]
    pub(super) input: Vec<(String, String)>,
    /// A header of the request.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(super) header: Vec<(String, String)>,
    /// A label that the application sets around the call.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(super) label: Vec<(String, String)>,
    /// The region that the request is signed for.
    #[arg(long)]
    pub(super) region: Option<String>,
    /// Of a plain HTTP call: host and path at once.
    #[arg(long, conflicts_with_all = ["service", "host", "path"])]
    pub(super) url: Option<String>,
    /// The host, without port.
    #[arg(long)]
    pub(super) host: Option<String>,
    /// The HTTP method; GET where --url is given.
    #[arg(long)]
    pub(super) method: Option<String>,
    /// The path, without query.
    #[arg(long)]
    pub(super) path: Option<String>,
    /// Which try of the call it is.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) attempt: u32,
    /// The function that makes the call.
    #[arg(long, value_name = "NAME")]
    pub(super) function: Option<String>,
    /// Spec files, or folders of them, to hold it against instead of what is stored; armed where they say `enabled`.
    #[arg(long, value_name = "FILE", num_args = 1.., help_heading = "What to hold it against")]
    pub(super) file: Vec<PathBuf>,
    /// What if the scenarios of the files were armed?
    #[arg(long, requires = "file", help_heading = "What to hold it against")]
    pub(super) as_armed: bool,
}

/// `NAME=VALUE`.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write a name, `=` and a value".to_owned()),
    }
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
    /// Set how many copies of HEAD an environment has, for fleets of thousands of processes.
    Copies {
        /// How many, HEAD among them: 1 to 32, one for every 5,000 processes.
        #[arg(value_name = "N", value_parser = clap::value_parser!(u32).range(1..=32))]
        copies: u32,
        /// Why, for the audit.
        #[arg(long)]
        reason: String,
    },
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
