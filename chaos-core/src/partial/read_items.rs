//! DynamoDB `BatchGetItem`.

use super::json::{self, Object, Raw};
use super::key::{Key, Keys};
use super::{Chosen, Failing, Form};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashSet};

#[derive(Debug)]
pub(super) struct ReadItems {
    request: Object,
    /// What each table's keys have in common, such as `ConsistentRead`.
    settings: BTreeMap<String, Object>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    table: String,
    key: Key,
    /// As it was written.
    raw: Raw,
}

impl ReadItems {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let (request, mut settings): (_, BTreeMap<String, Object>) = json::taken_apart(body, "RequestItems")?;
        let mut entries = Vec::new();
        for (table, settings) in &mut settings {
            for raw in json::member::<Vec<Raw>>(settings, "Keys")? {
                entries.push(Entry { table: table.clone(), key: json::parse(&raw)?, raw });
            }
            settings.remove("Keys");
        }
        Some(Self { request, settings, entries })
    }

    /// What the keys of a table have in common.
    fn settings(&self, table: &str) -> Object {
        self.settings.get(table).cloned().unwrap_or_default()
    }
}

fn by_table<'a>(entries: impl Iterator<Item = &'a Entry>) -> BTreeMap<&'a str, Vec<&'a Entry>> {
    let mut tables: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    entries.for_each(|entry| tables.entry(&entry.table).or_default().push(entry));
    tables
}

/// Adds keys to a table's, unless they are there.
fn add(table: &mut Object, entries: &[&Entry]) -> Option<()> {
    let mut keys: Vec<Raw> = json::member(table, "Keys")?;
    let there: HashSet<Key> = keys.iter().filter_map(|raw| json::parse(raw)).collect();
    let missing = entries.iter().filter(|entry| !there.contains(&entry.key));
    keys.extend(missing.map(|entry| entry.raw.clone()));
    table.insert("Keys".to_owned(), json::raw(&keys)?);
    Some(())
}

/// The items of an answer, without those of these keys.
fn without_items(answer: &Object, tables: &BTreeMap<&str, Vec<&Entry>>) -> Option<Raw> {
    let mut items: BTreeMap<String, Vec<&RawValue>> = json::member(answer, "Responses")?;
    for (table, entries) in tables {
        let keys = Keys::of(entries.iter().map(|entry| &entry.key));
        items.entry((*table).to_owned()).and_modify(|items| items.retain(|item| !keys.has(item)));
    }
    json::raw(&items)
}

impl Form for ReadItems {
    fn entries(&self) -> usize {
        self.entries.len()
    }

    fn hides_entries(&self) -> Option<&'static str> {
        let hidden = |entry: &Entry| {
            let shown = self.settings.get(&entry.table).and_then(projected);
            shown.is_some_and(|shown| !entry.key.names().all(|name| shown.iter().any(|other| other == name)))
        };
        self.entries.iter().any(hidden).then_some(
            "its projection leaves out the keys, so the answer does not tell which item is whose: \
             use `sent = false`",
        )
    }

    fn without(&self, chosen: &Chosen) -> Option<Vec<u8>> {
        let mut tables = BTreeMap::new();
        for (table, entries) in by_table(chosen.rest(&self.entries)) {
            let mut settings = self.settings(table);
            let keys: Vec<_> = entries.iter().map(|entry| &entry.raw).collect();
            settings.insert("Keys".to_owned(), json::raw(&keys)?);
            tables.insert(table, settings);
        }
        json::with(self.request.clone(), "RequestItems", &tables)
    }

    fn fail(&self, failing: &Failing<'_>, answer: &[u8]) -> Option<Vec<u8>> {
        let mut answer: Object = json::read(answer)?;
        let mut unprocessed: BTreeMap<String, Object> = json::member(&answer, "UnprocessedKeys")?;
        let chosen = by_table(failing.chosen.of(&self.entries));
        if failing.sent {
            let items = without_items(&answer, &chosen)?;
            answer.insert("Responses".to_owned(), items);
        }
        for (table, entries) in &chosen {
            let settings = unprocessed.entry((*table).to_owned()).or_insert_with(|| self.settings(table));
            add(settings, entries)?;
        }
        json::with(answer, "UnprocessedKeys", &unprocessed)
    }

    fn blank(&self) -> &'static [u8] {
        br#"{"Responses":{},"UnprocessedKeys":{}}"#
    }

    fn usual_code(&self) -> &'static str {
        ""
    }
}

/// The attributes that are asked for; `None` for all.
fn projected(settings: &Object) -> Option<Vec<String>> {
    if let Some(names) = settings.get("AttributesToGet").and_then(|raw| json::parse(raw)) {
        return names;
    }
    let paths: String = settings.get("ProjectionExpression").and_then(|raw| json::parse(raw))?;
    let names: BTreeMap<String, String> = json::member(settings, "ExpressionAttributeNames")?;
    let name = |path: &str| names.get(path.trim()).cloned().unwrap_or_else(|| path.trim().to_owned());
    Some(paths.split(',').map(name).collect())
}
