//! Paths of pills in spec files, replaced by the pills.

use super::files::{PillFile, visit_pills};
use super::name::PillName;
use super::read::node_of;
use super::sequence::{Numbered, sequences};
use super::{Pill, PillEntry};
use crate::caps;
use crate::door::{At, Node, Path, Problem, Problems, Value};
use std::ops::ControlFlow;
use std::path::Path as FilePath;

/// The same spec or scenario with every path in `fault.pill` replaced by what it
/// names: a file, which stands for itself, or all pills of a folder or a zip, in
/// the order of playing and with their services and operations.
///
/// Paths are relative to `base`, the folder of the spec file. `known` tells which
/// endpoint prefixes there are (see [`PillName::parse`]).
///
/// # Errors
/// Every problem of every file, each with the field that names it. A folder is
/// taken whole or not at all.
pub fn inline_files(node: &Node, base: &FilePath, known: &dyn Fn(&str) -> bool) -> Result<Node, Problems> {
    let mut inlined = node.clone();
    let mut work = Work { base, known, problems: Vec::new() };
    let path = Path::root();
    work.spec(&mut inlined, &path);
    if let Some(specs) = member(&mut inlined, "spec") {
        let path = path.key("spec");
        match &mut specs.value {
            Value::List(items) => {
                items.iter_mut().enumerate().for_each(|(at, item)| work.spec(item, &path.index(at)));
            }
            _ => work.spec(specs, &path),
        }
    }
    if work.problems.is_empty() { Ok(inlined) } else { Err(Problems(work.problems)) }
}

fn member<'n>(node: &'n mut Node, name: &str) -> Option<&'n mut Node> {
    let Value::Object(members) = &mut node.value else { return None };
    members.iter_mut().find(|(member, _)| member == name).map(|(_, node)| node)
}

struct Work<'w> {
    base: &'w FilePath,
    known: &'w dyn Fn(&str) -> bool,
    problems: Vec<Problem>,
}

impl Work<'_> {
    fn spec(&mut self, spec: &mut Node, path: &Path) {
        let Some(pill) = member(spec, "fault").and_then(|fault| member(fault, "pill")) else { return };
        let Value::Text(file) = &pill.value else { return };
        let file = self.base.join(file);
        let mut field =
            Field { at: At { node: pill, path: path.key("fault").key("pill") }, problems: Vec::new() };
        let entries = field.entries(&file, self.known);
        let problems = field.problems;
        if problems.is_empty() {
            let line = pill.line;
            let items = entries.into_iter().map(|entry| entry_node(entry, line)).collect();
            *pill = Node { value: Value::List(items), line };
        }
        self.problems.extend(problems);
    }
}

fn entry_node(entry: PillEntry, line: Option<usize>) -> Node {
    let json = serde_json::to_value(entry).unwrap_or_default();
    node_of(json, line)
}

/// One field that names a path.
struct Field<'n> {
    at: At<'n>,
    problems: Vec<Problem>,
}

impl Field<'_> {
    fn refuse(&mut self, problem: String, remedy: impl Into<String>) {
        self.problems.push(Problem {
            path: self.at.path.clone(),
            value: Some(self.at.node.excerpt()),
            problem,
            remedy: remedy.into(),
            line: self.at.node.line,
        });
    }

    fn entries(&mut self, path: &FilePath, known: &dyn Fn(&str) -> bool) -> Vec<PillEntry> {
        let alone = path.is_file() && path.extension().is_none_or(|extension| extension != "zip");
        let mut pills = Vec::new();
        let mut count = 0;
        let mut keep = |file: PillFile| {
            count += 1;
            if count > caps::MAX_PILLS {
                return ControlFlow::Break(());
            }
            pills.extend(self.named(file, alone));
            ControlFlow::Continue(())
        };
        let visited = visit_pills(path, known, &mut keep);
        let (problem, remedy) = match visited {
            Err(error) => (
                format!("cannot be read: {error}"),
                "name a file, folder or zip of pills, relative to the spec file",
            ),
            Ok(_) if count > caps::MAX_PILLS => {
                (format!("holds more than {} pills", caps::MAX_PILLS), "name a smaller folder")
            }
            Ok(_) if count == 0 => ("holds no pill".to_owned(), "record into it, or name another folder"),
            Ok(_) if alone => return alone_of(pills),
            Ok(_) => return self.in_order(pills),
        };
        self.refuse(problem, remedy);
        Vec::new()
    }

    /// A file's pill and name, where both are in order.
    fn named(&mut self, file: PillFile, alone: bool) -> Option<(Option<PillName>, Pill)> {
        let shown = file.path.display();
        let pill = file.pill.map_err(|problems| {
            for problem in problems.0 {
                let value = problem.value.map(|value| format!(" {value}")).unwrap_or_default();
                let told = format!("cannot be played: {shown}: {}:{value} {}", problem.path, problem.problem);
                self.refuse(told, problem.remedy);
            }
        });
        let name = match file.name {
            // A file that is named by itself may have any name.
            Err(_) if alone => None,
            Err(problem) => {
                let told = format!("cannot be played: the name of {shown} {problem}");
                self.refuse(told, "rename it, or take it out of the folder");
                None
            }
            Ok(name) => Some(name),
        };
        Some((name, pill.ok()?))
    }

    fn in_order(&mut self, pills: Vec<(Option<PillName>, Pill)>) -> Vec<PillEntry> {
        let named = pills.into_iter().filter_map(|(name, pill)| Some((name?, pill)));
        let groups = sequences(named);
        self.refuse_mixed(&groups);
        let mut entries = Vec::new();
        for group in groups {
            let what = group.to_string();
            match group.sequence {
                Ok(sequence) => entries.extend(sequence.into_vec().into_iter().map(|pill| PillEntry {
                    service: Some(group.service.clone()),
                    operation: Some(group.operation.clone()),
                    pill,
                })),
                Err(why) => {
                    let told = format!("cannot be played: {what} {why}");
                    self.refuse(told, "number the pills of each operation from 1, in one folder");
                }
            }
        }
        entries
    }

    /// A call tells no prefix, so of several recordings none would be the right one.
    fn refuse_mixed(&mut self, groups: &[Numbered<Pill>]) {
        let same = |one: &Numbered<_>, other: &Numbered<_>| {
            (&one.service, &one.operation) == (&other.service, &other.operation)
        };
        for recordings in groups.chunk_by(same) {
            let [first, _, ..] = recordings else { continue };
            let prefixes: Vec<_> = recordings.iter().map(prefix).collect();
            let told = format!(
                "cannot be played: it holds several recordings of {}.{}, with {}",
                first.service,
                first.operation,
                prefixes.join(" and ")
            );
            self.refuse(told, "keep the pills of one prefix in a folder of their own, and name that");
        }
    }
}

fn prefix(group: &Numbered<Pill>) -> String {
    group.prefix.as_ref().map_or_else(|| "no prefix".to_owned(), |prefix| format!("the prefix `{prefix}`"))
}

fn alone_of(pills: Vec<(Option<PillName>, Pill)>) -> Vec<PillEntry> {
    let entries = pills.into_iter().map(|(name, pill)| {
        let (service, operation) = name.map(|name| (name.service, name.operation)).unzip();
        PillEntry { service, operation, pill }
    });
    entries.collect()
}
