//! DynamoDB `BatchWriteItem`.

use super::json::{self, Object, Raw};
use super::{Chosen, Failing, Form};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

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
        let (request, tables): (_, Tables<Raw>) = json::taken_apart(body, "RequestItems")?;
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
        let (answer, mut unprocessed): (_, Tables<Raw>) = json::taken_apart(answer, "UnprocessedItems")?;
        let given_back = values(&unprocessed, failing.sent);
        for (table, write) in failing.chosen.of(&self.entries) {
            let there = given_back.get(table).is_some_and(|values| is_among(values, write));
            let writes = unprocessed.entry(table.clone()).or_default();
            if !there {
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

/// What the service gave back of its own accord: nothing of what was not sent.
fn values(tables: &Tables<Raw>, sent: bool) -> BTreeMap<String, HashSet<Value>> {
    let values = |writes: &Vec<Raw>| writes.iter().filter_map(|write| json::parse(write)).collect();
    tables.iter().filter(|_| sent).map(|(table, writes)| (table.clone(), values(writes))).collect()
}

fn is_among(values: &HashSet<Value>, write: &Raw) -> bool {
    json::parse::<Value>(write).is_some_and(|value| values.contains(&value))
}
