//! Many reports as one picture.

use super::{Tally, item};
use crate::clock::later;
use crate::spec::Id;
use crate::table::store::Bounds;
use crate::table::value::string;
use crate::table::{Consistency, Store, StoreError, keys};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// A report tells of the last two minutes at most.
const LATEST: Duration = Duration::from_secs(130);

/// What the calls of one function to one target experienced, all instances together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Series {
    /// The function that made the calls.
    pub function: String,
    /// The service id; the host for plain HTTP.
    pub service: String,
    /// The operation; the method for plain HTTP.
    pub operation: String,
    /// By second since 1970. A second without an entry is one without an attempt,
    /// as far as was reported.
    pub seconds: BTreeMap<i64, Tally>,
}

/// An instance that has reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reporter {
    /// Its function.
    pub function: String,
    /// Which of them, in hexadecimal.
    pub instance: String,
    /// When it reported last.
    #[serde(serialize_with = "super::as_text")]
    pub at: Timestamp,
    /// Attempts that it could not report.
    pub dropped: u64,
}

/// What was reported of a time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reports {
    /// By function, service and operation.
    pub series: Vec<Series>,
    /// By function and instance: who has told anything.
    pub reporters: Vec<Reporter>,
    /// Items that cannot be understood, and were left out.
    pub problems: Vec<String>,
}

impl Store {
    /// What was reported of the seconds from `from` to `to`, both included.
    /// Reports arrive some seconds late, and are corrected for two minutes.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub async fn reports(
        &self,
        environment: &Id,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Reports, StoreError> {
        let mut picture = Picture { from: from.as_second(), to: to.as_second(), ..Picture::default() };
        for pk in keys::report_partitions(environment, from, later(to, LATEST)) {
            for item in self.query(&pk, "", Consistency::Eventual, Bounds::NONE).await? {
                match item::read(&item) {
                    Ok(report) => picture.add(report),
                    Err(problem) => {
                        let sk = string(&item, "sk");
                        picture.problems.push(format!("pk = \"{pk}\", sk = \"{sk}\": {problem}"));
                    }
                }
            }
        }
        Ok(picture.into_reports())
    }
}

/// Function, service, operation.
type Name = (String, String, String);

#[derive(Default)]
struct Picture {
    from: i64,
    to: i64,
    series: BTreeMap<Name, BTreeMap<i64, Tally>>,
    reporters: BTreeMap<(String, u64), (Timestamp, u64)>,
    problems: Vec<String>,
}

impl Picture {
    fn add(&mut self, report: super::Report) {
        let reporter = (report.function.clone(), report.instance);
        let last = self.reporters.entry(reporter).or_insert((report.at, report.dropped));
        *last = (*last).max((report.at, report.dropped));
        for target in report.targets {
            let within = |(at, _): &(i64, Tally)| (self.from..=self.to).contains(at);
            let seconds: Vec<_> = target.seconds.into_iter().filter(within).collect();
            if seconds.is_empty() {
                continue;
            }
            let series =
                self.series.entry((report.function.clone(), target.service, target.operation)).or_default();
            for (at, tally) in seconds {
                *series.entry(at).or_default() += tally;
            }
        }
    }

    fn into_reports(self) -> Reports {
        let series = self.series.into_iter().map(|((function, service, operation), seconds)| Series {
            function,
            service,
            operation,
            seconds,
        });
        let reporter = |((function, instance), (at, dropped))| Reporter {
            function,
            instance: format!("{instance:016x}"),
            at,
            dropped,
        };
        Reports {
            series: series.collect(),
            reporters: self.reporters.into_iter().map(reporter).collect(),
            problems: self.problems,
        }
    }
}
