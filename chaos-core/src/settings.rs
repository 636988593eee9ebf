//! What the `CHAOS_*` variables say.

use crate::door::{Path, Problem, Problems};
use crate::spec::{Id, format_duration, parse_duration};
use std::path::PathBuf;
use std::time::Duration;

/// The environment of a process, parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// `CHAOS_TABLE` with `CHAOS_ENVIRONMENT`: the shared table.
    pub table: Option<TableSettings>,
    /// `CHAOS_SPECS`: specs without a table.
    pub specs: Option<SpecsSetting>,
    /// `CHAOS_FUNCTION` or what stands in for it: this process's function name.
    pub function: String,
    /// `CHAOS_DISABLED`: nothing is injected, whatever any source says.
    pub disabled: bool,
    /// `CHAOS_DRY_RUN`: decide and report, never act.
    pub dry_run: bool,
    /// `CHAOS_POLL`: how often a source is asked, 1 s by default.
    pub poll: Duration,
    /// `CHAOS_LEASE`: how long to go on without an answer, 30 s by default.
    pub lease: Duration,
    /// `CHAOS_SEED`: makes the rolls; 0 by default.
    pub seed: u64,
    /// `CHAOS_REPORT`: whether to report to the table.
    pub report: bool,
    /// Whether this process is a Lambda function's, which is frozen between its
    /// invocations: `AWS_LAMBDA_RUNTIME_API` or `AWS_LAMBDA_FUNCTION_NAME` is set.
    pub lambda: bool,
    /// What was wrong and is safely ignored: a misspelt `CHAOS_DISABLED` disables.
    pub warnings: Vec<Problem>,
}

/// Which table, and which part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct TableSettings {
    /// The table's name or ARN.
    pub name: String,
    /// The environment that this process takes part in.
    pub environment: Id,
    /// `CHAOS_ENDPOINT`: the table's endpoint, where it is not AWS.
    pub endpoint: Option<String>,
}

/// Where specs without a table come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpecsSetting {
    /// A JSON array of specs or scenarios, in the variable itself.
    Inline(String),
    /// A file, or a folder of files.
    File(PathBuf),
}

/// The shortest `CHAOS_POLL`: below it, a fleet's reads cost more than they tell.
const MIN_POLL: Duration = Duration::from_millis(100);
const MAX_LEASE: Duration = Duration::from_secs(10 * 60);

impl Settings {
    /// Reads this process's environment.
    ///
    /// # Errors
    /// Every variable that cannot be understood, with its value and what would be right.
    pub fn from_env() -> Result<Self, Problems> {
        // What is not UTF-8 must not count as not set: it is read as far as it can be, and refused.
        let lookup = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        Ok(Self::read(&lookup, &executable())?.with_misspelt(names))
    }

    /// Tells of names of variables that are nearly ours. Where one that switches
    /// faults off was meant, they are off.
    #[must_use]
    pub fn with_misspelt(mut self, names: impl IntoIterator<Item = String>) -> Self {
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort();
        for name in names {
            let Some(meant) = nearly_ours(&name) else { continue };
            let off = ["CHAOS_DISABLED", "CHAOS_DRY_RUN"].contains(&meant);
            self.disabled |= off;
            let told = if off { "; nothing is injected" } else { "" };
            let remedy = format!("did you mean {meant}?{told}");
            self.warnings.push(problem_of(&name, "", "is no variable of this system", &remedy));
        }
        self
    }

    /// As [`Settings::from_env`], with the variables and the fallback for the
    /// function's name given.
    ///
    /// # Errors
    /// As there.
    ///
    /// ```
    /// use chaos_core::settings::Settings;
    /// let problems = Settings::read(&|name| (name == "CHAOS_POLL").then(|| "5".into()), "demo").unwrap_err();
    /// assert!(problems.to_string().starts_with("CHAOS_POLL: \"5\""));
    /// ```
    pub fn read(lookup: &dyn Fn(&str) -> Option<String>, executable: &str) -> Result<Self, Problems> {
        let mut reader = Reader { lookup, problems: Vec::new(), warnings: Vec::new() };
        let disabled = reader.disabled();
        let settings = Self {
            table: reader.table(),
            specs: reader.specs(),
            function: reader.function(executable),
            disabled,
            dry_run: reader.flag("CHAOS_DRY_RUN"),
            poll: reader.duration("CHAOS_POLL", Duration::from_secs(1), MIN_POLL..=MAX_LEASE / 3),
            lease: reader.duration("CHAOS_LEASE", Duration::from_secs(30), MIN_POLL * 3..=MAX_LEASE),
            seed: reader.seed(),
            report: reader.report(),
            lambda: ["AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_FUNCTION_NAME"]
                .iter()
                .any(|name| reader.get(name).is_some()),
            warnings: Vec::new(),
        };
        if settings.lease < settings.poll * 3 {
            let right = format!("write at least three polls, {}", format_duration(settings.poll * 3));
            reader.refuse(
                "CHAOS_LEASE",
                &format_duration(settings.lease),
                "is shorter than three polls",
                &right,
            );
        }
        match reader.problems.is_empty() {
            true => Ok(Self { warnings: reader.warnings, ..settings }),
            false => Err(Problems(reader.problems)),
        }
    }
}

const VARIABLES: [&str; 11] = [
    "CHAOS_TABLE",
    "CHAOS_SPECS",
    "CHAOS_ENVIRONMENT",
    "CHAOS_FUNCTION",
    "CHAOS_DISABLED",
    "CHAOS_DRY_RUN",
    "CHAOS_POLL",
    "CHAOS_LEASE",
    "CHAOS_SEED",
    "CHAOS_REPORT",
    "CHAOS_ENDPOINT",
];

/// The variable that this name was probably meant to be.
fn nearly_ours(name: &str) -> Option<&'static str> {
    if !name.starts_with("CHAOS_") || VARIABLES.contains(&name) {
        return None;
    }
    let distance = |known: &&&str| strsim::levenshtein(name, known);
    VARIABLES.iter().filter(|known| distance(known) <= 2).min_by_key(distance).copied()
}

fn executable() -> String {
    let path = std::env::current_exe().ok();
    let name =
        path.as_deref().and_then(|path| path.file_stem()).map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "unknown".to_owned())
}

struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Reader<'_> {
    /// A variable's value; an empty one counts as not set.
    fn get(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    fn refuse(&mut self, name: &str, value: &str, problem: &str, remedy: &str) {
        self.problems.push(problem_of(name, value, problem, remedy));
    }

    fn disabled(&mut self) -> bool {
        match self.get("CHAOS_DISABLED").as_deref() {
            None | Some("0" | "false") => false,
            Some("1" | "true") => true,
            Some(other) => {
                let remedy = "nothing is injected; write 1 or true, or 0 or false";
                self.warnings.push(problem_of("CHAOS_DISABLED", other, "is not understood", remedy));
                true
            }
        }
    }

    fn flag(&mut self, name: &str) -> bool {
        match self.get(name).as_deref() {
            None | Some("0" | "false") => false,
            Some("1" | "true") => true,
            Some(other) => {
                self.refuse(name, other, "is neither yes nor no", "write 1 or true, or 0 or false");
                false
            }
        }
    }

    fn table(&mut self) -> Option<TableSettings> {
        let endpoint = self.endpoint();
        let name = self.get("CHAOS_TABLE")?;
        if !is_table_name(&name) {
            self.refuse(
                "CHAOS_TABLE",
                &name,
                "is not a table's name",
                "write 3 to 255 letters, digits, `_`, `-` and `.`, or the table's ARN",
            );
        }
        let right = "write the environment that this process takes part in, such as `staging`";
        let Some(text) = self.get("CHAOS_ENVIRONMENT") else {
            self.problems.push(Problem {
                path: Path::root().key("CHAOS_ENVIRONMENT"),
                value: None,
                problem: "is missing, and CHAOS_TABLE needs it".to_owned(),
                remedy: right.to_owned(),
                line: None,
            });
            return None;
        };
        match Id::new(&text) {
            Some(environment) => Some(TableSettings { name, environment, endpoint }),
            None => {
                self.refuse(
                    "CHAOS_ENVIRONMENT",
                    &text,
                    "is not an environment's name",
                    "write 1 to 63 lower-case letters, digits and hyphens",
                );
                None
            }
        }
    }

    fn endpoint(&mut self) -> Option<String> {
        let text = self.get("CHAOS_ENDPOINT")?;
        let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
        if rest.is_none_or(|rest| rest.is_empty() || rest.contains(char::is_whitespace)) {
            self.refuse("CHAOS_ENDPOINT", &text, "is not a URL", "write one such as http://127.0.0.1:7071");
        }
        Some(text)
    }

    fn specs(&mut self) -> Option<SpecsSetting> {
        let text = self.get("CHAOS_SPECS")?;
        match text.strip_prefix("file:") {
            Some("") => {
                self.refuse(
                    "CHAOS_SPECS",
                    &text,
                    "names no file",
                    "write file:PATH, or a JSON array of specs",
                );
                None
            }
            Some(path) => Some(SpecsSetting::File(path.into())),
            None => Some(SpecsSetting::Inline(text)),
        }
    }

    fn function(&mut self, executable: &str) -> String {
        let given = ["CHAOS_FUNCTION", "AWS_LAMBDA_FUNCTION_NAME", "OTEL_SERVICE_NAME"];
        let found = given.into_iter().find_map(|name| self.get(name));
        found.unwrap_or_else(|| executable.to_owned())
    }

    fn duration(
        &mut self,
        name: &str,
        default: Duration,
        range: std::ops::RangeInclusive<Duration>,
    ) -> Duration {
        let Some(text) = self.get(name) else { return default };
        let right = format!(
            "write a duration from {} to {}, such as {}",
            format_duration(*range.start()),
            format_duration(*range.end()),
            format_duration(default)
        );
        match parse_duration(&text) {
            Some(duration) if range.contains(&duration) => return duration,
            Some(_) => self.refuse(name, &text, "is out of range", &right),
            None => self.refuse(name, &text, "is not a duration with a unit", &right),
        }
        default
    }

    fn seed(&mut self) -> u64 {
        let Some(text) = self.get("CHAOS_SEED") else { return 0 };
        // Negative seeds are as good as any other.
        let signed = || text.parse::<i64>().ok().map(i64::cast_unsigned);
        text.parse().ok().or_else(signed).unwrap_or_else(|| {
            self.refuse("CHAOS_SEED", &text, "is not an integer of 64 bits", "write one such as 7");
            0
        })
    }

    fn report(&mut self) -> bool {
        match self.get("CHAOS_REPORT").as_deref() {
            None | Some("on") => true,
            Some("off") => false,
            Some(other) => {
                self.refuse("CHAOS_REPORT", other, "is neither on nor off", "write on or off");
                false
            }
        }
    }
}

fn problem_of(name: &str, value: &str, problem: &str, remedy: &str) -> Problem {
    Problem {
        path: Path::root().key(name),
        value: Some(format!("{value:?}")),
        problem: problem.to_owned(),
        remedy: remedy.to_owned(),
        line: None,
    }
}

fn is_table_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    name.starts_with("arn:aws") || ((3..=255).contains(&name.len()) && name.chars().all(fits))
}
