//! Which items there are, by the beginning of their keys.

/// A family of items of one environment, or of the whole table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Items {
    /// What is armed until when, and its copies.
    Head,
    /// Published specs.
    Specs,
    /// What processes experienced.
    Reports,
    /// How processes are.
    Instances,
    /// What all processes together may still inject.
    Fleet,
    /// Stored scenarios.
    Definitions,
    Audit,
    Outages,
    /// Requests that were done already.
    Idempotency,
    Environments,
    Tokens,
}

impl Items {
    /// Patterns of their partition keys. No prefix is shorter than it must be:
    /// `HEAD*` would also be whatever a later version calls so.
    pub(super) fn patterns(self, environment: &str) -> Vec<String> {
        let one = |name: &str| vec![format!("mc1|{environment}|{name}")];
        let several = |name: &str| vec![format!("mc1|{environment}|{name}|*")];
        let both = |name: &str| [one(name), several(name)].concat();
        match self {
            Self::Head => both("HEAD"),
            Self::Specs => several("T"),
            Self::Reports => several("R"),
            Self::Instances => both("I"),
            Self::Fleet => several("F"),
            Self::Definitions => one("D"),
            Self::Audit => several("A"),
            Self::Outages => both("O"),
            Self::Idempotency => several("K"),
            Self::Environments => vec!["mc1|*|ENVIRONMENTS".to_owned()],
            Self::Tokens => vec!["mc1|*|TOKENS".to_owned()],
        }
    }
}
