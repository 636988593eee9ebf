//! How much of a request's body may be looked through for one attempt.

use std::cell::Cell;

/// What looking for members may cost one attempt: reads are charged the bytes
/// that they pass over, and one that could exceed what is left does not begin.
///
/// A member that is absent, or at the end, costs a pass over the body (about a
/// millisecond per MB), on the thread of whoever makes the call.
#[derive(Debug)]
pub struct Budget {
    left: Cell<usize>,
    refused: Cell<bool>,
}

impl Budget {
    /// So many bytes may be passed over for one attempt: one pass over the
    /// largest request there is (16 MB, in base64), a few over one of 10 MB.
    pub const PER_ATTEMPT: usize = 32 << 20;
    /// A look for a member is charged at least this, so that there are at most
    /// 512 for one attempt, however small its body.
    const LEAST: usize = 64 << 10;

    /// For an attempt that was not looked into yet.
    pub fn new() -> Self {
        Self { left: Cell::new(Self::PER_ATTEMPT), refused: Cell::new(false) }
    }

    /// Whether enough is left to look for one more member, at least where no body is read for it.
    pub fn has_more(&self) -> bool {
        self.allow(Self::LEAST).is_some()
    }

    /// Whether there was something that was not looked for because too little was left.
    pub fn was_short(&self) -> bool {
        self.refused.get()
    }

    /// Charges the least that a look for a member costs.
    pub(super) fn begin(&self) -> Option<()> {
        self.allow(Self::LEAST)?;
        self.spend(Self::LEAST);
        Some(())
    }

    /// What `read` found, which passes over at most so many bytes, and says over how many it did.
    pub(super) fn read<T>(&self, at_most: usize, read: impl FnOnce() -> (Option<T>, usize)) -> Option<T> {
        self.allow(at_most)?;
        let (found, passed) = read();
        self.spend(passed);
        found
    }

    fn allow(&self, bytes: usize) -> Option<()> {
        let is_enough = bytes <= self.left.get();
        self.refused.set(self.refused.get() || !is_enough);
        is_enough.then_some(())
    }

    fn spend(&self, bytes: usize) {
        self.left.set(self.left.get().saturating_sub(bytes));
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::Budget;
    use crate::input::{Request, member_within};
    use crate::wire::{Protocol, Rest};
    use std::cell::Cell;

    impl Budget {
        fn of(bytes: usize) -> Self {
            Self { left: Cell::new(bytes), refused: Cell::new(false) }
        }
    }

    fn ask(protocol: Protocol, body: &str, path: &str, budget: &Budget) -> Option<String> {
        let body = Some(body.as_bytes());
        let request = Request { protocol, uri: "https://x/", host: "x", header: &|_| None, body };
        member_within(&request, None, path, budget).map(Into::into)
    }

    /// One member at the beginning, and one at the end, of a megabyte.
    fn large(protocol: Protocol) -> String {
        let filler = "x".repeat(1 << 20);
        match protocol {
            Protocol::AwsQuery => format!("A=first&Filler={filler}&Z=last"),
            Protocol::Rest(Rest::Xml) => format!("<I><A>first</A><Filler>{filler}</Filler><Z>last</Z></I>"),
            _ => format!(r#"{{"A":"first","Filler":"{filler}","Z":"last"}}"#),
        }
    }

    #[test]
    fn a_member_costs_what_is_read_to_find_it_and_an_absent_one_the_body() {
        for protocol in [Protocol::AwsJson11, Protocol::AwsQuery, Protocol::Rest(Rest::Xml)] {
            let body = large(protocol);
            let (first, pass) = (Budget::LEAST, Budget::LEAST + body.len());
            for (path, found, cost) in
                [("A", Some("first"), first), ("Z", Some("last"), pass), ("Absent", None, pass)]
            {
                let budget = Budget::of(10 * pass);
                assert_eq!(ask(protocol, &body, path, &budget).as_deref(), found, "{protocol:?} {path}");
                let spent = 10 * pass - budget.left.get();
                assert!(spent.abs_diff(cost) < 40, "{protocol:?} {path}: {spent}, not {cost}");
                assert!(!budget.was_short());
            }
        }
    }

    #[test]
    fn what_the_budget_does_not_allow_is_absent_and_it_says_so() {
        let protocol = Protocol::AwsJson11;
        let (body, small) = (large(protocol), r#"{"Z":"last"}"#);
        let budget = Budget::of(3 * (body.len() + Budget::LEAST) - 1);
        for found in [None, None] {
            assert_eq!(ask(protocol, &body, "Absent", &budget), found);
        }
        assert!(!budget.was_short());
        assert_eq!(ask(protocol, &body, "Z", &budget), None, "a third pass");
        assert!(budget.was_short());
        assert_eq!(
            ask(protocol, small, "Z", &budget).as_deref(),
            Some("last"),
            "that is no pass of a megabyte"
        );
    }

    #[test]
    fn a_form_is_read_only_where_all_of_its_passes_are_allowed() {
        let body = large(Protocol::AwsQuery);
        assert_eq!(ask(Protocol::AwsQuery, &body, "Z", &Budget::of(2 * body.len())).as_deref(), Some("last"));
        assert_eq!(ask(Protocol::AwsQuery, &body, "Z.a", &Budget::of(2 * body.len())), None);
        let budget = Budget::of(Budget::PER_ATTEMPT);
        assert_eq!(ask(Protocol::AwsQuery, &body, "Z.a", &budget), None);
        assert!(!budget.was_short());
    }

    #[test]
    fn there_are_at_most_512_looks_at_a_small_body() {
        let budget = Budget::new();
        let mut asked = 0;
        while budget.has_more() {
            assert_eq!(ask(Protocol::AwsJson11, r#"{"Z":"last"}"#, "Z", &budget).as_deref(), Some("last"));
            asked += 1;
        }
        assert!((500..=512).contains(&asked), "{asked}");
    }
}
