//! `pill check`: whether recorded answers can be played. Needs no service and no table.

use super::args::{Common, Output};
use super::print::{print_json, say, say_table, table};
use super::{Done, Ended};
use crate::refusal::{Kind, Refusal, counted};
use chaos_core::catalogue::{Catalogue, Operation};
use chaos_core::pill::{PillFile, PillName, check, sequences, visit_pills};
use chaos_core::wire::{Protocol, Rest};
use serde_json::json;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// What a check found.
#[derive(Debug, Default)]
struct Found {
    total: usize,
    playable: usize,
    others: usize,
    protocols: BTreeMap<&'static str, Count>,
    problems: Vec<(PathBuf, String)>,
    notes: Vec<(PathBuf, String)>,
    /// The folder that each named pill is in: there it is one of a sequence.
    named: BTreeMap<PathBuf, Vec<PillName>>,
}

/// The pills of one protocol.
#[derive(Debug, Default)]
struct Count {
    total: usize,
    playable: usize,
}

/// Checks every pill below the paths, and says what is wrong with them.
pub(super) fn pill_check(common: &Common, paths: &[PathBuf]) -> Done {
    let catalogue = Catalogue::embedded();
    let known = |service: &str| catalogue.prefixed(service).next().is_some();
    let mut found = Found::default();
    for path in paths {
        let mut each = |file| {
            found.add(file, catalogue);
            ControlFlow::Continue(())
        };
        let visited = visit_pills(path, &known, &mut each);
        found.others += visited.map_err(|error| {
            Refusal::new(Kind::NotFound, format!("{} cannot be read: {error}", path.display()))
        })?;
    }
    if found.total == 0 {
        return Err(Refusal::new(Kind::NotFound, "there is no pill here".to_owned()).into());
    }
    found.note_sequences();
    match common.output {
        Output::Json => print_json(&found.json()),
        Output::Table => found.print(),
    }
    if found.problems.is_empty() { Ok(()) } else { Err(Ended::Code(1)) }
}

impl Found {
    fn add(&mut self, file: PillFile, catalogue: Catalogue<'_>) {
        self.total += 1;
        let mut problems = Vec::new();
        let mut notes = file.notes;
        let mut protocol = "unknown";
        match (&file.pill, &file.name) {
            (Ok(pill), Ok(name)) => {
                let verdict = check(pill, name, catalogue);
                protocol = verdict.operation.map_or(protocol, |operation| protocol_of(operation));
                problems = verdict.problems;
                notes.extend(verdict.notes);
            }
            (Err(found), _) => problems.extend(found.0.iter().map(ToString::to_string)),
            (Ok(_), Err(name)) => problems.push(format!("its name {name}")),
        }
        let count = self.protocols.entry(protocol).or_default();
        count.total += 1;
        if problems.is_empty() {
            count.playable += 1;
            self.playable += 1;
        }
        self.problems.extend(problems.into_iter().map(|problem| (file.path.clone(), problem)));
        self.notes.extend(notes.into_iter().map(|note| (file.path.clone(), note)));
        if let (Ok(name), Some(folder)) = (file.name, file.path.parent()) {
            self.named.entry(folder.to_owned()).or_default().push(name);
        }
    }

    /// A file is played by itself whatever its number; its folder is not.
    fn note_sequences(&mut self) {
        for (folder, names) in std::mem::take(&mut self.named) {
            for group in sequences(names.into_iter().map(|name| (name, ()))) {
                let note = match &group.sequence {
                    Err(why) => format!("as a folder: {group} {why}"),
                    Ok(sequence) => match sequence.unplayed() {
                        [] => continue,
                        [number, ..] => format!(
                            "as a folder: {group} starts again after number {}, so number {number} is not played",
                            sequence.len()
                        ),
                    },
                };
                self.notes.push((folder.clone(), note));
            }
        }
    }

    fn json(&self) -> serde_json::Value {
        let told = |list: &[(PathBuf, String)], what: &str| -> serde_json::Value {
            list.iter().map(|(path, text)| json!({"file": path.display().to_string(), what: text})).collect()
        };
        let protocols = self.protocols.iter().map(|(protocol, count)| {
            ((*protocol).to_owned(), json!({"total": count.total, "playable": count.playable}))
        });
        json!({
            "total": self.total,
            "playable": self.playable,
            "problems": told(&self.problems, "problem"),
            "notes": told(&self.notes, "note"),
            "protocols": serde_json::Value::Object(protocols.collect()),
            "other_files": self.others,
        })
    }

    fn print(&self) {
        let mut rows = table(&["PROTOCOL", "PILLS", "PLAYABLE"]);
        for (protocol, count) in &self.protocols {
            rows.add_row([*protocol, &count.total.to_string(), &count.playable.to_string()]);
        }
        say_table(rows);
        self.problems.iter().for_each(|(path, problem)| say(&format!("{}: {problem}", path.display())));
        let notes = match self.notes.len() {
            0 => String::new(),
            more => format!("; {} (-o json shows them)", counted(more, "note")),
        };
        say(&format!("{} of {} can be played{notes}", self.playable, counted(self.total, "pill")));
        if self.others > 0 {
            say(&format!("{} left alone", counted(self.others, "other file")));
        }
    }
}

/// The preferred protocol of the service's definition, in its own words.
fn protocol_of(operation: Operation<'_>) -> &'static str {
    match operation.service().protocols().next() {
        Some(Protocol::AwsJson10 | Protocol::AwsJson11) => "json",
        Some(Protocol::AwsQuery) => "query",
        Some(Protocol::Ec2Query) => "ec2",
        Some(Protocol::RpcV2Cbor) => "smithy-rpc-v2-cbor",
        Some(Protocol::Rest(Rest::Json)) => "rest-json",
        Some(Protocol::Rest(Rest::Xml | Rest::S3)) => "rest-xml",
        None => "unknown",
    }
}
