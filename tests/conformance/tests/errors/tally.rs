//! What came back, counted and printed.

use super::Case;
use conformance::{Failure, Sdk};

/// What came back for one service.
pub(crate) struct Tally {
    /// Its name.
    pub(crate) service: &'static str,
    /// Errors asked for by the names of their shapes.
    pub(crate) cases: usize,
    /// Those that came back with code, message and request id.
    pub(crate) met: usize,
    /// Those that came back as the variant that the client has for them.
    typed: usize,
    /// Those that should have and did not.
    pub(crate) untyped: Vec<Miss>,
    /// Those that the client has no variant for.
    variantless: Vec<String>,
    /// Errors asked for by their codes, where these are not the shapes' names.
    by_code: (usize, usize),
    misses: Vec<Miss>,
    /// Errors of operations that the client lacks.
    absent: usize,
    absent_operations: Vec<String>,
}

/// An error that did not come back as it should.
pub(crate) struct Miss {
    what: String,
    reason: String,
}

impl Miss {
    pub(crate) fn new(case: &Case<'_>, reason: String) -> Self {
        Self { what: format!("{} {} {}", case.service, case.call.operation, case.name), reason }
    }
}

impl Tally {
    pub(crate) fn new(service: &'static str) -> Self {
        Self {
            service,
            cases: 0,
            met: 0,
            typed: 0,
            untyped: Vec::new(),
            variantless: Vec::new(),
            by_code: (0, 0),
            misses: Vec::new(),
            absent: 0,
            absent_operations: Vec::new(),
        }
    }

    /// Counts an error that was asked for by its shape's name.
    pub(crate) fn count(&mut self, case: &Case<'_>, played: Result<Failure, String>) {
        self.cases += 1;
        let miss = case.miss(&played);
        self.met += usize::from(miss.is_none());
        match (case.variant, played) {
            (None, _) => self.variantless.push(format!("{} {}", case.call.operation, case.name)),
            (variant, Ok(failure)) if failure.variant.as_deref() == variant => self.typed += 1,
            // Said once, as a miss.
            _ if miss.is_some() => self.untyped.push(Miss::new(case, String::new())),
            (_, Ok(failure)) => self.untyped.push(Miss::new(case, failure.debug)),
            (_, Err(reason)) => self.untyped.push(Miss::new(case, reason)),
        }
        self.misses.extend(miss);
    }

    /// Counts an error that was asked for by its code.
    pub(crate) fn count_by_code(&mut self, case: &Case<'_>, played: &Result<Failure, String>) {
        let miss = case.miss(played);
        self.by_code.0 += usize::from(miss.is_none());
        self.by_code.1 += 1;
        self.misses.extend(miss);
    }

    /// Notes an operation that the client lacks; the list says so too.
    pub(crate) fn absent(&mut self, sdk: &Sdk, operation: &str, errors: &[String]) {
        assert!(sdk.absent.iter().any(|absent| absent == operation), "{operation} is not called");
        self.absent += errors.len();
        self.absent_operations.push(operation.to_owned());
    }

    fn row(&self) -> String {
        let typed = format!("{}/{}", self.typed, self.cases - self.variantless.len());
        let by_code = format!("{}/{}", self.by_code.0, self.by_code.1);
        let met = format!("{}/{}", self.met, self.cases);
        format!("{:<16}{met:>12}{typed:>12}{by_code:>12}{:>14}", self.service, self.absent)
    }
}

/// A table, then every miss by name.
pub(crate) fn print(tallies: &[Tally]) {
    println!("{:<16}{:>12}{:>12}{:>12}{:>14}", "service", "came back", "typed", "by code", "not callable");
    for tally in tallies {
        println!("{}", tally.row());
    }
    for tally in tallies {
        tally.misses.iter().for_each(|miss| println!("missed: {}: {}", miss.what, cut(&miss.reason)));
        let untyped = tally.untyped.iter().filter(|miss| !miss.reason.is_empty());
        untyped.for_each(|miss| println!("not typed: {}: {}", miss.what, cut(&miss.reason)));
        let name = tally.service;
        tally.variantless.iter().for_each(|what| println!("the client has no variant: {name} {what}"));
        tally.absent_operations.iter().for_each(|what| println!("not in the client: {name} {what}"));
    }
}

fn cut(reason: &str) -> String {
    reason.chars().take(300).collect()
}
