//! Paths of pills in spec files, replaced by the pills.

use super::PillEntry;
use super::named_path::Field;
use super::read::node_of;
use crate::door::{At, Node, Path, Problem, Problems, Value};
use std::path::Path as FilePath;

/// The same spec or scenario with every path in `fault.pill` replaced by what it
/// names: a file, which stands for itself, or all pills of a folder or a zip, in
/// the order of playing and with their services and operations.
///
/// Paths are relative to `base`, the folder of the spec file. `known` tells which
/// endpoint prefixes there are (see [`super::PillName::parse`]).
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
        let at = At { node: pill, path: path.key("fault").key("pill") };
        match Field::new(at).read(&file, self.known) {
            Ok(entries) => {
                let line = pill.line;
                let items = entries.into_iter().map(|entry| entry_node(entry, line)).collect();
                *pill = Node { value: Value::List(items), line };
            }
            Err(problems) => self.problems.extend(problems),
        }
    }
}

fn entry_node(entry: PillEntry, line: Option<usize>) -> Node {
    let json = serde_json::to_value(entry).unwrap_or_default();
    node_of(json, line)
}
