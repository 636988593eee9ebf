//! Who did what, when and why: one item per generation, written in the same
//! transaction as the change that it records, so that gaps show.

use super::keys::{self, Key};
use super::store::Bounds;
use super::value::{Item, number, string, text, whole};
use super::{Actor, Consistency, Store, StoreError};
use crate::spec::Id;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The environment came into being.
    Create,
    /// A scenario was armed.
    Arm,
    /// An armed scenario was edited and armed anew.
    Rearm,
    /// A scenario was disarmed.
    Disarm,
    /// Everything was halted.
    Halt,
    /// The halt was lifted.
    Resume,
    /// The number of HEAD's copies was set.
    Copies,
}

/// One recorded act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// HEAD's generation that it led to.
    pub generation: u64,
    /// What was done.
    pub deed: Deed,
    /// To which scenario; `None` where it was about all of them.
    pub scenario: Option<Id>,
    /// Its published revision.
    pub revision: Option<u64>,
    /// Until when, where it was armed.
    pub until: Option<Timestamp>,
    /// How many copies HEAD has since, where that was set.
    pub copies: Option<u64>,
    /// By whom.
    pub by: String,
    /// Why.
    pub why: String,
    /// When.
    pub at: Timestamp,
}

/// What is to be recorded of an act.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) deed: Deed,
    pub(super) scenario: Option<Id>,
    pub(super) revision: Option<u64>,
    pub(super) until: Option<Timestamp>,
    pub(super) copies: Option<u32>,
    pub(super) by: Actor,
    pub(super) why: String,
    /// What HEAD had of it before, to see what was changed.
    pub(super) before: Option<AttributeValue>,
}

impl Deed {
    const ALL: [Self; 7] =
        [Self::Create, Self::Arm, Self::Rearm, Self::Disarm, Self::Halt, Self::Resume, Self::Copies];

    /// The word in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Arm => "arm",
            Self::Rearm => "rearm",
            Self::Disarm => "disarm",
            Self::Halt => "halt",
            Self::Resume => "resume",
            Self::Copies => "copies",
        }
    }
}

impl Record {
    /// An act on the environment as a whole.
    pub(super) fn of_all(deed: Deed, by: &Actor, why: &str) -> Self {
        Self {
            deed,
            scenario: None,
            revision: None,
            until: None,
            copies: None,
            by: by.clone(),
            why: why.to_owned(),
            before: None,
        }
    }

    /// The audit item. `token` shows a writer whose answer was lost that it was its own act.
    pub(super) fn item(&self, key: &Key, generation: u64, now: Timestamp, token: &str) -> Item {
        let optional = [
            ("scenario", self.scenario.as_ref().map(|id| text(id.as_str()))),
            ("revision", self.revision.map(number)),
            ("until", self.until.map(|until| text(until.to_string()))),
            ("copies", self.copies.map(number)),
            ("before", self.before.clone()),
        ];
        let always = [
            ("gen", number(generation)),
            ("deed", text(self.deed.name())),
            ("by", text(self.by.as_str())),
            ("why", text(&self.why)),
            ("at", text(now.to_string())),
            ("token", text(token)),
        ];
        let given = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let mut item = key.item();
        item.extend(given.chain(always).map(|(name, value)| (name.to_owned(), value)));
        item
    }
}

impl AuditEntry {
    fn parse(item: &Item) -> Option<Self> {
        let deed = string(item, "deed");
        let optional = |name| Some(string(item, name)).filter(|text| !text.is_empty());
        Some(Self {
            generation: whole(item, "gen")?,
            deed: Deed::ALL.into_iter().find(|known| known.name() == deed)?,
            scenario: optional("scenario").and_then(|id| Id::new(&id)),
            revision: whole(item, "revision"),
            until: optional("until").and_then(|until| until.parse().ok()),
            copies: whole(item, "copies"),
            by: string(item, "by"),
            why: string(item, "why"),
            at: string(item, "at").parse().ok()?,
        })
    }
}

impl Store {
    /// The acts of the calendar month (UTC) that holds `month`, oldest first.
    ///
    /// # Errors
    /// Where the table cannot be read; [`StoreError::Unreadable`] where an item
    /// was edited, for an audit that leaves something out would be a lie.
    pub async fn audit(&self, environment: &Id, month: Timestamp) -> Result<Vec<AuditEntry>, StoreError> {
        let pk = keys::audit_month(environment, month);
        let items = self.query(&pk, "", Consistency::Strong, Bounds::NONE).await?;
        let parse = |item: &Item| {
            AuditEntry::parse(item).ok_or_else(|| StoreError::Unreadable {
                item: format!("pk = \"{pk}\", sk = \"{}\"", string(item, "sk")),
                problem: "it is no audit item that this version knows".to_owned(),
            })
        };
        items.iter().map(parse).collect()
    }
}
