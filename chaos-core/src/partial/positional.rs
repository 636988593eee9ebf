//! Answers that are lists, each entry's in its place: Kinesis, Firehose,
//! EventBridge.

use super::json::{self, Object, Raw};
use super::{Chosen, Failing, Form};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What such an operation calls its members.
#[derive(Debug)]
pub(super) struct Names {
    entries: &'static str,
    results: &'static str,
    failed: &'static str,
    code: &'static str,
    blank: &'static str,
}

pub(super) const KINESIS: Names = Names {
    entries: "Records",
    results: "Records",
    failed: "FailedRecordCount",
    code: "ProvisionedThroughputExceededException",
    blank: r#"{"FailedRecordCount":0,"Records":[]}"#,
};

pub(super) const FIREHOSE: Names = Names {
    entries: "Records",
    results: "RequestResponses",
    failed: "FailedPutCount",
    code: "ServiceUnavailableException",
    blank: r#"{"FailedPutCount":0,"RequestResponses":[]}"#,
};

pub(super) const EVENTBRIDGE: Names = Names {
    entries: "Entries",
    results: "Entries",
    failed: "FailedEntryCount",
    code: "ThrottlingException",
    blank: r#"{"FailedEntryCount":0,"Entries":[]}"#,
};

#[derive(Debug)]
pub(super) struct Positional {
    names: &'static Names,
    request: Object,
    entries: Vec<Raw>,
}

impl Positional {
    pub(super) fn read(names: &'static Names, body: &[u8]) -> Option<Self> {
        let (request, entries) = json::taken_apart(body, names.entries)?;
        Some(Self { names, request, entries })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    error_code: Option<IgnoredAny>,
}

fn is_failed(result: &Raw) -> bool {
    json::parse::<Entry>(result).is_some_and(|entry| entry.error_code.is_some())
}

impl Form for Positional {
    fn entries(&self) -> usize {
        self.entries.len()
    }

    fn without(&self, chosen: &Chosen) -> Option<Vec<u8>> {
        let rest: Vec<_> = chosen.rest(&self.entries).collect();
        json::with(self.request.clone(), self.names.entries, &rest)
    }

    fn fail(&self, failing: &Failing<'_>, answer: &[u8]) -> Option<Vec<u8>> {
        let mut answer: Object = json::read(answer)?;
        let real: Vec<Raw> = json::parse(answer.get(self.names.results)?)?;
        let mut real = real.into_iter();
        let failed = serde_json::json!({"ErrorCode": failing.code, "ErrorMessage": failing.message});
        let failed = json::raw(&failed)?;
        let result = |chosen: bool| match chosen {
            true if !failing.sent => Some(failed.clone()),
            // One that really failed stays as it is.
            true => real.next().map(|real| if is_failed(&real) { real } else { failed.clone() }),
            false => real.next(),
        };
        let results: Vec<Raw> = failing.chosen.flags().map(result).collect::<Option<_>>()?;
        let count = results.iter().filter(|result| is_failed(result)).count();
        answer.insert(self.names.failed.to_owned(), json::raw(&count)?);
        let all_used = real.next().is_none();
        all_used.then(|| json::with(answer, self.names.results, &results))?
    }

    fn blank(&self) -> &'static [u8] {
        self.names.blank.as_bytes()
    }

    fn usual_code(&self) -> &'static str {
        self.names.code
    }
}
