//! DynamoDB `BatchWriteItem`.

use super::json::{self, Object, Raw};
use super::{Chosen, Failing, Form};
use serde_json::Value;
use std::collections::BTreeMap;

/// Requests by table.
type Tables<R> = BTreeMap<String, Vec<R>>;

#[derive(Debug)]
pub(super) struct WriteItems {
    request: Object,
    /// Table and put or delete, by table.
    entries: Vec<(String, Raw)>,
}

impl WriteItems {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let request: Object = json::read(body)?;
        let tables: Tables<Raw> = json::member(&request, "RequestItems")?;
        let of_table =
            |(table, writes): (String, Vec<Raw>)| writes.into_iter().map(move |write| (table.clone(), write));
        let entries = tables.into_iter().flat_map(of_table).collect();
        Some(Self { request, entries })
    }
}

impl Form for WriteItems {
    fn entries(&self) -> usize {
        self.entries.len()
    }

    fn without(&self, chosen: &Chosen) -> Option<Vec<u8>> {
        let mut tables: Tables<&Raw> = BTreeMap::new();
        for (table, write) in chosen.rest(&self.entries) {
            tables.entry(table.clone()).or_default().push(write);
        }
        json::with(self.request.clone(), "RequestItems", &tables)
    }

    fn fail(&self, failing: &Failing<'_>, answer: &[u8]) -> Option<Vec<u8>> {
        let answer: Object = json::read(answer)?;
        let mut unprocessed: Tables<Raw> = json::member(&answer, "UnprocessedItems")?;
        for (table, write) in failing.chosen.of(&self.entries) {
            let writes = unprocessed.entry(table.clone()).or_default();
            if !failing.sent || !contains(writes, write) {
                writes.push(write.clone());
            }
        }
        json::with(answer, "UnprocessedItems", &unprocessed)
    }

    fn blank(&self) -> &'static [u8] {
        br#"{"UnprocessedItems":{}}"#
    }

    fn usual_code(&self) -> &'static str {
        ""
    }
}

/// Whether the service gave this write back itself.
fn contains(writes: &[Raw], write: &Raw) -> bool {
    let value: Option<Value> = json::parse(write);
    writes.iter().any(|other| json::parse::<Value>(other) == value)
}
