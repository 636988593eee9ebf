//! Where specs come from when there is no table: a text in the environment, a
//! file, or a folder of files.

use crate::caps;
use crate::door::{Node, Path, Problem, Problems, Value, read_json, read_toml};
use crate::names;
use crate::pill::inline_files;
use crate::spec::Scenario;
use std::io::Read;
use std::path::{Path as FilePath, PathBuf};

/// Reads the JSON array of `CHAOS_SPECS`; one spec or scenario needs no brackets.
///
/// # Errors
/// Every problem of every spec. Nothing of a faulty text is used.
pub fn read_inline(text: &str) -> Result<Vec<Scenario>, Problems> {
    let node = read_json(text)?;
    let items = match node.value {
        Value::List(items) => items,
        _ => vec![node],
    };
    let (scenarios, problems) = read_each(&items);
    if problems.is_empty() { distinct(scenarios) } else { Err(Problems(problems)) }
}

fn read_each(items: &[Node]) -> (Vec<Scenario>, Vec<Problem>) {
    let mut scenarios = Vec::new();
    let mut problems = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match Scenario::from_node(item) {
            Ok(scenario) => scenarios.push(scenario),
            Err(found) => {
                let outer = Path::root().index(index);
                problems.extend(found.0.into_iter().map(|problem| problem.below(&outer)));
            }
        }
    }
    (scenarios, problems)
}

fn distinct(scenarios: Vec<Scenario>) -> Result<Vec<Scenario>, Problems> {
    let mut seen = std::collections::HashSet::new();
    let twice = scenarios.iter().find(|scenario| !seen.insert(scenario.id.clone()));
    match twice {
        Some(scenario) => Err(Problems(vec![Problem {
            path: Path::root().key("id"),
            value: Some(format!("\"{}\"", scenario.id)),
            problem: "names two scenarios".to_owned(),
            remedy: "give each a name of its own".to_owned(),
            line: None,
        }])),
        None => Ok(scenarios),
    }
}

/// One spec file as it was read.
#[derive(Debug)]
pub struct SpecFile {
    /// The file.
    pub path: PathBuf,
    /// Its scenario, or everything that is wrong with it.
    pub scenario: Result<Scenario, Problems>,
    /// What of the scenario can hardly have an effect, as
    /// [`Scenario::from_node_warned`] says.
    pub warnings: Vec<Problem>,
}

/// Reads a spec file, or every `.toml` and `.json` file of a folder, in order of names.
///
/// Each file stands for itself: a faulty one does not hide the others.
///
/// # Errors
/// Only where the path itself cannot be read.
pub fn read_path(path: &FilePath) -> std::io::Result<Vec<SpecFile>> {
    if !path.is_dir() {
        // Read here, so that a missing file is an error of its own.
        std::fs::metadata(path)?;
        return Ok(vec![read_file(path)]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let file = entry?.path();
        let extension = file.extension().and_then(|extension| extension.to_str());
        if matches!(extension, Some("toml" | "json")) {
            files.push(file);
        }
    }
    files.sort();
    Ok(files.iter().map(|file| read_file(file)).collect())
}

fn read_file(path: &FilePath) -> SpecFile {
    let read = match bounded_text(path) {
        Ok(text) => read_text(path, &text),
        Err(error) => Err(Problems(vec![Problem {
            path: Path::root(),
            value: None,
            problem: format!("cannot be read: {error}"),
            remedy: "name a UTF-8 text file of at most 4 MiB".to_owned(),
            line: None,
        }])),
    };
    let (scenario, warnings) = match read {
        Ok((scenario, mut warnings)) => {
            // What is not enabled here is to be armed in the table, which counts.
            let counts = |warning: &Problem| warning.path.pointer().ends_with("/fleet_max");
            warnings.retain(|warning| scenario.enabled || !counts(warning));
            (Ok(scenario), warnings)
        }
        Err(problems) => (Err(problems), Vec::new()),
    };
    SpecFile { path: path.to_owned(), scenario, warnings }
}

/// The scenario of a file's text; pills that it names by path are read, from
/// where the file lies.
fn read_text(path: &FilePath, text: &str) -> Result<(Scenario, Vec<Problem>), Problems> {
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    let node = if is_json { read_json(text)? } else { read_toml(text)? };
    let folder = path.parent().unwrap_or(FilePath::new(""));
    let (scenario, warnings) =
        Scenario::from_node_warned(&inline_files(&node, folder, &names::is_endpoint_prefix)?)?;
    // A few bytes of path may stand for many.
    let bytes = scenario.to_json().to_string().len();
    if bytes > caps::MAX_SPEC_BYTES {
        return Err(Problems(vec![Problem {
            path: Path::root(),
            value: None,
            problem: format!("has {bytes} bytes with its pills"),
            remedy: format!("keep it to {}: name fewer pills", caps::MAX_SPEC_BYTES),
            line: None,
        }]));
    }
    Ok((scenario, warnings))
}

fn bounded_text(path: &FilePath) -> std::io::Result<String> {
    // A pipe or a device might never end.
    if !std::fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is no regular file"));
    }
    let mut text = String::new();
    std::fs::File::open(path)?.take(caps::MAX_SPEC_BYTES as u64 + 1).read_to_string(&mut text)?;
    if text.len() > caps::MAX_SPEC_BYTES {
        return Err(std::io::Error::other(format!("it has more than {} bytes", caps::MAX_SPEC_BYTES)));
    }
    Ok(text)
}
