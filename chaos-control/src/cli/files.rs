//! What needs no service and no table: `check` and `verify`.

use super::args::{Common, Output};
use super::print::{print_json, say};
use super::{Done, Ended};
use crate::refusal::{Kind, Refusal, counted};
use crate::verify::{Verdict, verify as look};
use chaos_core::door::Problem;
use chaos_core::source::{SpecFile, read_path};
use chaos_core::spec::{Scenario, json_schema};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Prints the JSON Schema of spec files.
pub(super) fn schema() -> Done {
    print_json(&json_schema());
    Ok(())
}

/// Reads every file and folder.
fn read_all(paths: &[PathBuf]) -> Result<Vec<SpecFile>, Refusal> {
    let mut files = Vec::new();
    for path in paths {
        let found = read_path(path).map_err(|error| {
            Refusal::new(Kind::NotFound, format!("{} cannot be read: {error}", path.display()))
        })?;
        if found.is_empty() {
            let detail = format!("{} holds no .toml or .json file", path.display());
            return Err(Refusal::new(Kind::NotFound, detail));
        }
        files.extend(found);
    }
    Ok(files)
}

/// Validates spec files, and says everything that is wrong with them. What is
/// right and can hardly have an effect is told on stderr, and changes no exit code.
pub(super) fn check(common: &Common, paths: &[PathBuf]) -> Done {
    let files = read_all(paths)?;
    let mistakes: usize = files.iter().map(|file| problems(file).len()).sum();
    match common.output {
        Output::Json => print_json(&json!({
            "files": files.len(),
            "problems": listed(&files, problems),
            "warnings": listed(&files, warnings),
        })),
        Output::Table => files.iter().for_each(print_file),
    }
    files.iter().for_each(warn);
    if mistakes > 0 {
        eprintln!("monkeyless: {} in {}", counted(mistakes, "mistake"), counted(files.len(), "file"));
        return Err(Ended::Code(1));
    }
    Ok(())
}

/// Every scenario of the files, or everything that is wrong with them and what
/// was not done therefore.
pub(super) fn scenarios(paths: &[PathBuf], not_done: &str) -> Result<Vec<Scenario>, Ended> {
    let files = read_all(paths)?;
    let faulty: Vec<_> = files.iter().filter(|file| file.scenario.is_err()).collect();
    if !faulty.is_empty() {
        faulty.into_iter().for_each(print_file);
        eprintln!("monkeyless: {not_done}");
        return Err(Ended::Code(1));
    }
    files.iter().for_each(warn);
    Ok(files.into_iter().filter_map(|file| file.scenario.ok()).collect())
}

fn problems(file: &SpecFile) -> &[Problem] {
    file.scenario.as_ref().err().map_or(&[], |problems| &problems.0)
}

fn warnings(file: &SpecFile) -> &[Problem] {
    &file.warnings
}

fn print_file(file: &SpecFile) {
    if let Ok(scenario) = &file.scenario {
        let specs = counted(scenario.spec.len(), "spec");
        say(&format!("{}: ok, scenario {} with {specs}", file.path.display(), scenario.id));
    }
    problems(file).iter().for_each(|problem| say(&format!("{}: {problem}", place(&file.path, problem))));
}

fn warn(file: &SpecFile) {
    for warning in warnings(file) {
        eprintln!("monkeyless: warning: {}: {warning}", place(&file.path, warning));
    }
}

/// File and line.
fn place(path: &Path, problem: &Problem) -> String {
    match problem.line {
        Some(line) => format!("{}:{line}", path.display()),
        None => path.display().to_string(),
    }
}

/// What there is to say of each file, for programs.
fn listed(files: &[SpecFile], of: impl Fn(&SpecFile) -> &[Problem]) -> Vec<Value> {
    files.iter().flat_map(|file| of(file).iter().map(|problem| problem_json(&file.path, problem))).collect()
}

fn problem_json(path: &Path, problem: &Problem) -> Value {
    json!({
        "file": path.display().to_string(),
        "line": problem.line,
        "pointer": problem.path.pointer(),
        "value": problem.value,
        "problem": problem.problem,
        "remedy": problem.remedy,
    })
}

/// Looks for this project's code in binaries.
pub(super) fn verify(common: &Common, binaries: &[PathBuf]) -> Done {
    let mut live = false;
    let mut found = Vec::new();
    for binary in binaries {
        let verdict = look(binary)
            .map_err(|error| Refusal::new(Kind::NotFound, format!("{}: {error}", binary.display())))?;
        let (is_live, told) = match &verdict {
            Verdict::Clean => (false, "clean, it cannot inject faults".to_owned()),
            Verdict::Live { offset, version } => {
                (true, format!("LIVE, it can inject faults: chaos-core {version}, marker at byte {offset}"))
            }
        };
        live |= is_live;
        if common.output == Output::Table {
            say(&format!("{}: {told}", binary.display()));
        }
        found.push(json!({"binary": binary.display().to_string(), "live": is_live}));
    }
    if common.output == Output::Json {
        print_json(&Value::Array(found));
    }
    if live { Err(Ended::Code(1)) } else { Ok(()) }
}
