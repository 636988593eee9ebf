//! DynamoDB `BatchGetItem`.

use super::json::{self, Object, Raw};
use super::key::{Key, belongs};
use super::{Chosen, Failing, Form};
use std::collections::BTreeMap;

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
        let request: Object = json::read(body)?;
        let mut settings: BTreeMap<String, Object> = json::member(&request, "RequestItems")?;
        let mut entries = Vec::new();
        for (table, settings) in &mut settings {
            for raw in json::member::<Vec<Raw>>(settings, "Keys")? {
                entries.push(Entry { table: table.clone(), key: json::parse(&raw)?, raw });
            }
            settings.remove("Keys");
        }
        Some(Self { request, settings, entries })
    }

    /// These keys with their tables' settings.
    fn tables<'a>(&self, entries: impl Iterator<Item = &'a Entry>) -> Option<BTreeMap<String, Object>> {
        let mut tables = BTreeMap::new();
        entries.map(|entry| self.add(&mut tables, entry)).collect::<Option<()>>()?;
        Some(tables)
    }

    /// Adds a key to its table, unless it is there.
    fn add(&self, tables: &mut BTreeMap<String, Object>, entry: &Entry) -> Option<()> {
        let table = tables
            .entry(entry.table.clone())
            .or_insert_with(|| self.settings.get(&entry.table).cloned().unwrap_or_default());
        let mut keys: Vec<Raw> = json::member(table, "Keys")?;
        let there = |raw: &Raw| json::parse::<Key>(raw).is_some_and(|key| belongs(&key, &entry.key));
        if !keys.iter().any(there) {
            keys.push(entry.raw.clone());
        }
        table.insert("Keys".to_owned(), json::raw(&keys)?);
        Some(())
    }
}

impl Form for ReadItems {
    fn entries(&self) -> usize {
        self.entries.len()
    }

    fn hides_entries(&self) -> Option<&'static str> {
        let hidden = |entry: &Entry| {
            let shown = self.settings.get(&entry.table).and_then(projected);
            shown.is_some_and(|shown| !entry.key.keys().all(|name| shown.contains(name)))
        };
        self.entries.iter().any(hidden).then_some(
            "its projection leaves out the keys, so the answer does not tell which item is whose: \
             use `sent = false`",
        )
    }

    fn without(&self, chosen: &Chosen) -> Option<Vec<u8>> {
        let tables = self.tables(chosen.rest(&self.entries))?;
        json::with(self.request.clone(), "RequestItems", &tables)
    }

    fn fail(&self, failing: &Failing<'_>, answer: &[u8]) -> Option<Vec<u8>> {
        let mut answer: Object = json::read(answer)?;
        let mut items: BTreeMap<String, Vec<Raw>> = json::member(&answer, "Responses")?;
        let mut unprocessed: BTreeMap<String, Object> = json::member(&answer, "UnprocessedKeys")?;
        for entry in failing.chosen.of(&self.entries) {
            if let Some(items) = items.get_mut(&entry.table).filter(|_| failing.sent) {
                items.retain(|item| !json::parse(item).is_some_and(|item| belongs(&item, &entry.key)));
            }
            self.add(&mut unprocessed, entry)?;
        }
        answer.insert("Responses".to_owned(), json::raw(&items)?);
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
