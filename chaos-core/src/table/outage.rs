//! One armed period of a scenario.

use super::audit::Record;
use super::entry::Entry;
use super::expression::Expression;
use super::value::{Item, number, string, text, whole};
use super::{AuditEntry, Deed};
use crate::spec::Id;
use jiff::Timestamp;

/// One armed period of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// Names it within its environment: the revision that began it.
    pub id: u64,
    /// The scenario.
    pub scenario: Id,
    /// The revision that was in force last; another than `id` where it was edited meanwhile.
    pub revision: u64,
    /// HEAD's generation that began it.
    pub generation: u64,
    /// When it began.
    pub since: Timestamp,
    /// The deadline that it had.
    pub until: Timestamp,
    /// Whether it was guarded.
    pub guarded: bool,
    /// How many specs it had.
    pub specs: usize,
    /// Who began it.
    pub by: String,
    /// Why.
    pub why: String,
    /// How it ended; `None` while it goes on.
    pub ended: Option<OutageEnd>,
}

/// How an outage ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutageEnd {
    /// When; of an end by hand, when it was noticed.
    pub at: Timestamp,
    /// By what.
    pub how: End,
    /// By whom; empty where nobody did it.
    pub by: String,
    /// Why; empty where nobody said.
    pub why: String,
}

/// What ends an outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was disarmed.
    Disarmed,
    /// Everything was halted.
    Halted,
    /// The scenario was armed anew, which is another outage.
    ArmedAnew,
    /// Its deadline passed.
    Deadline,
    /// It was guarded, and nobody watched any more.
    Unwatched,
    /// HEAD was edited by hand.
    ByHand,
}

impl End {
    const ALL: [Self; 6] =
        [Self::Disarmed, Self::Halted, Self::ArmedAnew, Self::Deadline, Self::Unwatched, Self::ByHand];

    /// The word in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Disarmed => "disarmed",
            Self::Halted => "halted",
            Self::ArmedAnew => "armed anew",
            Self::Deadline => "deadline",
            Self::Unwatched => "unwatched",
            Self::ByHand => "by hand",
        }
    }

    pub(super) fn of(deed: Deed) -> Self {
        match deed {
            Deed::Disarm => Self::Disarmed,
            Deed::Halt | Deed::Resume => Self::Halted,
            Deed::Arm | Deed::Rearm => Self::ArmedAnew,
            Deed::Create | Deed::Copies => Self::ByHand,
        }
    }
}

impl OutageEnd {
    /// How the time of an entry is over, if it is.
    pub(super) fn by_time(entry: &Entry, now: Timestamp) -> Option<Self> {
        let unwatched = entry.guarded.is_some_and(|full| entry.until < full);
        let how = if unwatched { End::Unwatched } else { End::Deadline };
        (entry.until <= now).then(|| Self { at: entry.until, how, by: String::new(), why: String::new() })
    }

    /// Ended by an act, at a time.
    pub(super) fn by_act(record: &Record, now: Timestamp) -> Self {
        Self { at: now, how: End::of(record.deed), by: record.by.to_string(), why: record.why.clone() }
    }

    /// As the audit tells it.
    pub(super) fn from_audit(act: &AuditEntry) -> Self {
        Self { at: act.at, how: End::of(act.deed), by: act.by.clone(), why: act.why.clone() }
    }

    fn set(&self, change: &mut Expression) {
        change.set("ended", text(self.at.to_string()));
        change.set("ended_how", text(self.how.name()));
        change.set("ended_by", text(&self.by));
        change.set("ended_why", text(&self.why));
    }

    fn parse(item: &Item) -> Option<Self> {
        let how = string(item, "ended_how");
        Some(Self {
            at: string(item, "ended").parse().ok()?,
            how: End::ALL.into_iter().find(|known| known.name() == how).unwrap_or(End::ByHand),
            by: string(item, "ended_by"),
            why: string(item, "ended_why"),
        })
    }
}

impl Outage {
    /// What HEAD knows of an outage is set whenever it changes, so that an
    /// item that is not there, or was edited, is mended on the way.
    pub(super) fn change(id: &Id, entry: &Entry, ended: Option<&OutageEnd>) -> Expression {
        let mut change = Expression::default();
        change.set("scenario", text(id.as_str()));
        change.set("revision", number(entry.revision));
        change.set("until", text(entry.guarded.unwrap_or(entry.until).to_string()));
        change.set("guarded", aws_sdk_dynamodb::types::AttributeValue::Bool(entry.guarded.is_some()));
        change.set("specs", number(entry.specs));
        if let Some(ended) = ended {
            ended.set(&mut change);
        }
        change
    }

    /// What is known only when it begins.
    pub(super) fn begin(
        mut change: Expression,
        entry: &Entry,
        record: &Record,
        generation: u64,
    ) -> Expression {
        change.set("since", text(entry.since.to_string()));
        change.set("gen", number(generation));
        change.set("by", text(record.by.as_str()));
        change.set("why", text(&record.why));
        change
    }

    /// `None` where the item was edited into something else.
    pub(super) fn parse(item: &Item) -> Option<Self> {
        let id = string(item, "sk").parse().ok()?;
        let revision_time = || Timestamp::from_millisecond(i64::try_from(id / 1_000_000).ok()?).ok();
        Some(Self {
            id,
            scenario: Id::new(&string(item, "scenario"))?,
            revision: whole(item, "revision")?,
            generation: whole(item, "gen").unwrap_or_default(),
            since: string(item, "since").parse().ok().or_else(revision_time)?,
            until: string(item, "until").parse().ok()?,
            guarded: item.get("guarded").is_some_and(|value| value.as_bool() == Ok(&true)),
            specs: whole(item, "specs").and_then(|specs| usize::try_from(specs).ok()).unwrap_or_default(),
            by: string(item, "by"),
            why: string(item, "why"),
            ended: OutageEnd::parse(item),
        })
    }
}
