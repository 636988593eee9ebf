//! The pills that one path in a spec names.

use super::files::{PillFile, visit_pills};
use super::name::PillName;
use super::sequence::{Numbered, sequences};
use super::{Pill, PillEntry};
use crate::caps;
use crate::door::{At, Problem};
use std::ops::ControlFlow;
use std::path::Path as FilePath;

/// One field that names a path.
pub(super) struct Field<'n> {
    at: At<'n>,
    problems: Vec<Problem>,
}

impl<'n> Field<'n> {
    pub(super) fn new(at: At<'n>) -> Self {
        Self { at, problems: Vec::new() }
    }

    /// What the file, folder or zip holds, in the order of playing.
    ///
    /// # Errors
    /// Everything that is wrong with it: it is taken whole or not at all.
    pub(super) fn read(
        mut self,
        path: &FilePath,
        known: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<PillEntry>, Vec<Problem>> {
        let entries = self.entries(path, known);
        if self.problems.is_empty() { Ok(entries) } else { Err(self.problems) }
    }

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
        let pill = pill.ok()?;
        for misfit in name.iter().flat_map(|name| misfits(&pill, name)) {
            self.refuse(format!("cannot be played: {shown}: {misfit}"), "record it anew, or mend it");
        }
        Some((name, pill))
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

/// What is wrong with a pill for every operation of its name. Told here, where the
/// file is known; the door, which knows the target, says the rest.
#[cfg(feature = "shapes")]
fn misfits(pill: &Pill, name: &PillName) -> Vec<String> {
    let verdict = super::check(pill, name, crate::catalogue::Catalogue::embedded());
    verdict.operation.map(|_| verdict.problems).unwrap_or_default()
}

#[cfg(not(feature = "shapes"))]
fn misfits(_: &Pill, _: &PillName) -> Vec<String> {
    Vec::new()
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
