//! A sweep's findings for programs.

use super::call::{Call, Made};
use super::coverage::{Coverage, Row};
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Coverage {
    /// The findings for programs, such as a CI job that holds them against those of
    /// yesterday: nothing in it depends on time or chance, if nothing in the work does.
    ///
    /// ```json
    /// {
    ///   "version": 1,
    ///   "survived": 37, "shown": 41,
    ///   "calls": [{ "call": "kinesis PutRecord", "times": 1, "attempts": 1 }],
    ///   "rows": [{
    ///     "call": "kinesis PutRecord", "service": "kinesis", "operation": "PutRecord",
    ///     "fault": "response_lost", "how": "once",
    ///     "verdict": "panicked", "because": "two orders, not one", "hits": 1
    ///   }],
    ///   "left_out": 0, "outside": { "attempts": 0, "calls": [] }, "not_chosen": 0,
    ///   "cut": null, "dry": [], "generic": false
    /// }
    /// ```
    ///
    /// `verdict` is `survived`, `failed`, `panicked`, `hung`, `flaky`, `not_met` or
    /// `not_run`; rows of HTTP calls have `method`, `host` and `path` in the place of
    /// `service` and `operation`. Members may be added; none of these goes away or
    /// changes its meaning while `version` is 1.
    pub fn to_json(&self) -> Value {
        json!({
            "version": 1,
            "survived": self.survived().count(),
            "shown": self.rows.iter().filter(|row| row.verdict.is_shown()).count(),
            "calls": calls(&self.calls),
            "rows": self.rows.iter().map(Row::to_json).collect::<Vec<_>>(),
            "left_out": self.left_out,
            "outside": { "attempts": self.outside.attempts(), "calls": calls(&self.outside.calls) },
            "not_chosen": self.not_chosen,
            "cut": self.cut.map(|cut| cut.to_string()),
            "dry": self.dry,
            "generic": self.generic,
        })
    }
}

fn calls(calls: &BTreeMap<Call, Made>) -> Vec<Value> {
    let told = |(call, made): (&Call, &Made)| json!({ "call": call.to_string(), "times": made.times, "attempts": made.attempts });
    calls.iter().map(told).collect()
}

impl Row {
    fn to_json(&self) -> Value {
        let mut row = match &self.call {
            Call::Aws { service, operation } => json!({ "service": service, "operation": operation }),
            Call::Http { method, host, path } => json!({ "method": method, "host": host, "path": path }),
        };
        let more = json!({
            "call": self.call.to_string(),
            "fault": self.fault.to_string(),
            "how": self.how.to_string(),
            "verdict": self.verdict.word().to_lowercase().replace(' ', "_"),
            "because": self.verdict.because(),
            "hits": self.hits,
        });
        if let (Value::Object(row), Value::Object(more)) = (&mut row, more) {
            row.extend(more);
        }
        row
    }
}
