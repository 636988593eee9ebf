//! Answers that name each entry by its id, under `Successful` or `Failed`: SQS.

use super::json::{self, Object, Raw};
use super::{Chosen, Failing, Form};
use serde::Deserialize;
use std::collections::HashSet;

#[derive(Debug)]
pub(super) struct ById {
    request: Object,
    entries: Vec<Raw>,
    ids: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    id: String,
}

fn id(entry: &Raw) -> Option<String> {
    json::parse::<Entry>(entry).map(|entry| entry.id)
}

impl ById {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let (request, entries): (_, Vec<Raw>) = json::taken_apart(body, "Entries")?;
        let ids = entries.iter().map(id).collect::<Option<_>>()?;
        Some(Self { request, entries, ids })
    }
}

impl Form for ById {
    fn entries(&self) -> usize {
        self.entries.len()
    }

    fn without(&self, chosen: &Chosen) -> Option<Vec<u8>> {
        let rest: Vec<_> = chosen.rest(&self.entries).collect();
        json::with(self.request.clone(), "Entries", &rest)
    }

    fn fail(&self, failing: &Failing<'_>, answer: &[u8]) -> Option<Vec<u8>> {
        let mut answer: Object = json::read(answer)?;
        let mut successful: Vec<Raw> = json::member(&answer, "Successful")?;
        let mut failed: Vec<Raw> = json::member(&answer, "Failed")?;
        let chosen: HashSet<_> = failing.chosen.of(&self.ids).collect();
        let really: HashSet<_> = failed.iter().filter_map(id).collect();
        successful.retain(|one| !id(one).is_some_and(|id| chosen.contains(&id)));
        for chosen in failing.chosen.of(&self.ids).filter(|id| !really.contains(*id)) {
            failed.push(json::raw(&serde_json::json!({
                "Id": chosen, "SenderFault": false, "Code": failing.code, "Message": failing.message,
            }))?);
        }
        answer.insert("Successful".to_owned(), json::raw(&successful)?);
        json::with(answer, "Failed", &failed)
    }

    fn blank(&self) -> &'static [u8] {
        br#"{"Successful":[],"Failed":[]}"#
    }

    fn usual_code(&self) -> &'static str {
        "InternalError"
    }
}
