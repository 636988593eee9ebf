//! The command line.

use clap::{Parser, ValueEnum};
use std::fmt;
use std::time::Duration;

/// A game day: two functions, an outage that hits one of them, and its recovery.
///
/// Takes about 30 seconds and exits with 0 where all was as it must be: one
/// function hit and recovered, the other never hit. Everything is on this
/// machine, and ends with it.
#[derive(Debug, Parser)]
#[command(name = "game-day", version)]
pub(crate) struct Args {
    /// Print one JSON object at the end, and the progress to stderr.
    #[arg(long, conflicts_with = "keep")]
    pub(crate) json: bool,
    /// Go on after the report, for you to arm and disarm with `monkeyless`.
    #[arg(long)]
    pub(crate) keep: bool,
    /// Make it short: 3 s each of settling, outage and recovery.
    #[arg(long)]
    quick: bool,
    /// Be one of the functions; the game day starts them itself.
    #[arg(long, hide = true, value_enum)]
    pub(crate) function: Option<Role>,
}

impl Args {
    pub(crate) fn pace(&self) -> Pace {
        if self.quick { Pace::QUICK } else { Pace::FULL }
    }
}

/// The functions, by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    Checkout,
    Reports,
}

impl Role {
    pub(crate) const ALL: [Self; 2] = [Self::Checkout, Self::Reports];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Checkout => "checkout",
            Self::Reports => "reports",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How long the parts of the day take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// What is normal is measured.
    pub(crate) settling: Duration,
    /// The scenario is armed.
    pub(crate) outage: Duration,
    /// Recovery is watched for at least so long.
    pub(crate) recovery: Duration,
}

impl Pace {
    const FULL: Self = Self::of(7, 10, 10);
    const QUICK: Self = Self::of(3, 3, 3);

    const fn of(settling: u64, outage: u64, recovery: u64) -> Self {
        Self {
            settling: Duration::from_secs(settling),
            outage: Duration::from_secs(outage),
            recovery: Duration::from_secs(recovery),
        }
    }
}
