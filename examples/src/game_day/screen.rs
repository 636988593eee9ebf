//! What people see: plain lines of at most 79 columns, so that a log file is
//! as readable as a terminal.

use crate::args::Role;
use crate::failure::Failure;
use crate::line::{Counts, Lost};
use crate::report::{FunctionReport, Report};
use crate::stage::Stage;
use std::io::{self, Write};
use std::time::Duration;

/// The columns are named again after so many lines.
const PAGE: usize = 30;

pub(crate) struct Screen {
    json: bool,
    out: Box<dyn Write + Send>,
    /// Lines since the columns were named.
    lines: usize,
}

impl Screen {
    /// With `json`, standard output is left to the report.
    pub(crate) fn new(json: bool) -> Self {
        let out: Box<dyn Write + Send> = if json { Box::new(io::stderr()) } else { Box::new(io::stdout()) };
        Self { json, out, lines: 0 }
    }

    pub(crate) fn say(&mut self, text: &str) -> Result<(), Failure> {
        writeln!(self.out, "{text}").map_err(Failure::Unread)
    }

    /// Who is on the stage.
    pub(crate) fn opening(&mut self, stage: &Stage) -> Result<(), Failure> {
        let [checkout, reports] = Role::ALL.map(|role| stage.process(role));
        self.say(&format!(
            "Monkeyless Chaos, a game day. Ctrl-C ends it, and all that it started.\n\n  \
             control service  http://{}, over an embedded table\n  \
             database         http://{}, the functions' own DynamoDB engine\n  \
             checkout         process {checkout}: 20 orders a second, stored and shown\n  \
             reports          process {reports}: 10 figures a second, stored and read back\n",
            stage.api(),
            stage.database()
        ))
    }

    /// Names the columns.
    pub(crate) fn columns(&mut self) -> Result<(), Failure> {
        self.lines = 0;
        let [checkout, reports] = Role::ALL;
        let names = "calls/s ok % inject retry  slow";
        self.say(&format!("{:14}{checkout:33}{reports}\n  s  phase     {names}  {names}", ""))
    }

    /// What each function experienced since the last line, and over how long.
    pub(crate) fn second(
        &mut self,
        time: Duration,
        phase: &str,
        news: &[(Counts, Duration)],
    ) -> Result<(), Failure> {
        if self.lines == PAGE {
            self.columns()?;
        }
        self.lines += 1;
        let cells: Vec<_> = news.iter().map(|(counts, over)| cells(counts, *over)).collect();
        self.say(&format!("{:3}  {phase:8}  {}", time.as_secs(), cells.join("  ")))
    }

    pub(crate) fn report(&mut self, report: &Report) -> Result<(), Failure> {
        if self.json {
            let json = serde_json::to_string(report).map_err(io::Error::from);
            return json.and_then(|json| writeln!(io::stdout(), "{json}")).map_err(Failure::Unread);
        }
        let text = text(report);
        self.say(&text)
    }
}

/// One function's part of a line.
fn cells(counts: &Counts, over: Duration) -> String {
    let rate = counts.calls() as f64 / over.as_secs_f64().max(0.001);
    // Rounded down: 100 means that none was lost.
    let success = counts.success().map_or("-".to_owned(), |share| format!("{:.0}", (share * 100.0).floor()));
    let Counts { injected, retries, .. } = counts;
    format!("{rate:7.0} {success:>4} {injected:6} {retries:5} {:>5}", slowest(counts.slowest_ms))
}

fn slowest(ms: u64) -> String {
    if ms < 1_000 { format!("{ms}ms") } else { format!("{:.1}s", ms as f64 / 1_000.0) }
}

fn text(report: &Report) -> String {
    let mut text = format!("\nThe outage lasted {} s.\n\n", seconds(report.outage_ms));
    text += "         calls  attempts  injected  saved by retry  calls lost  recovered after\n";
    for (name, function) in &report.functions {
        text += &row(name, function, report.recovered_after_ms);
    }
    let lost = report.functions.values().find_map(|function| function.first_lost.as_ref());
    if let Some(Lost { operation, error, message, request_id }) = lost {
        text += &format!("\nThe first lost call, as its code saw it: {operation} failed with\n  {error}\n  ");
        text += &format!("\"{message}\"\n  request id {request_id}");
    }
    for problem in &report.problems {
        text += &format!("\n\nNot as it must be: {problem}.");
    }
    text
}

fn row(name: &str, function: &FunctionReport, recovered_after_ms: Option<u64>) -> String {
    let FunctionReport { calls, attempts, injected, calls_rescued_by_retries, calls_lost, .. } = function;
    let recovered = match recovered_after_ms {
        _ if *injected == 0 => "never hit".to_owned(),
        Some(ms) => format!("{} s", seconds(ms)),
        None => "not".to_owned(),
    };
    format!(
        "{name:8}{calls:6}  {attempts:8}  {injected:8}  {calls_rescued_by_retries:14}  {calls_lost:10}  {recovered:>15}\n"
    )
}

fn seconds(ms: u64) -> String {
    format!("{:.1}", ms as f64 / 1_000.0)
}
