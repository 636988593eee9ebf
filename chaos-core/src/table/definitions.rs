//! Scenarios as their authors edit them: stored with optimistic versions,
//! and never read by applications.

use super::keys;
use super::store::Bounds;
use super::value::{Item, from_json, number, string, text, to_node, whole};
use super::{Consistency, Store, StoreError};
use crate::spec::{Id, Scenario};
use jiff::Timestamp;

/// A stored scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// The scenario.
    pub scenario: Scenario,
    /// Grows with every edit, and is never used again, even after a removal.
    pub version: u64,
    /// Who edited it last.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// The stored scenarios of an environment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Definitions {
    /// Those that can be understood, by id.
    pub found: Vec<Definition>,
    /// What is wrong with the others.
    pub problems: Vec<String>,
}

/// What lies under a scenario's id.
#[derive(Debug)]
pub(super) enum Lies {
    Nothing,
    Definition(Box<Definition>),
    /// Edited by hand into something else; its version, where it has one.
    Unreadable(Option<u64>, StoreError),
}

impl Lies {
    pub(super) fn version(&self) -> Option<u64> {
        match self {
            Self::Nothing => None,
            Self::Definition(definition) => Some(definition.version),
            Self::Unreadable(version, _) => *version,
        }
    }
}

impl Definition {
    pub(super) fn item(&self, environment: &Id, token: &str) -> Item {
        let mut item = keys::definition(environment, &self.scenario.id).item();
        let attributes = [
            ("v", number(self.version)),
            ("scenario", from_json(&self.scenario.to_json())),
            ("by", text(&self.by)),
            ("at", text(self.at.to_string())),
            ("token", text(token)),
        ];
        item.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
        item
    }

    fn parse(item: &Item) -> Result<Self, String> {
        let node =
            item.get("scenario").and_then(to_node).ok_or("`scenario` is no map without binary values")?;
        let scenario = Scenario::from_stored(&node).map_err(|problems| problems.to_string())?;
        if string(item, "sk") != format!("SCN|{}", scenario.id) {
            return Err(format!("its sort key is not that of its scenario, `{}`", scenario.id));
        }
        Ok(Self {
            scenario,
            version: whole(item, "v").ok_or("`v` is no version")?,
            by: string(item, "by"),
            at: string(item, "at").parse().map_err(|_| "`at` is no time")?,
        })
    }
}

fn unreadable(item: &Item, problem: String) -> StoreError {
    StoreError::Unreadable {
        item: format!("pk = \"{}\", sk = \"{}\"", string(item, "pk"), string(item, "sk")),
        problem,
    }
}

impl Store {
    /// The stored scenario, read strongly.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Unreadable`].
    pub async fn definition(&self, environment: &Id, id: &Id) -> Result<Definition, StoreError> {
        match self.lies(environment, id).await? {
            Lies::Definition(definition) => Ok(*definition),
            Lies::Nothing => Err(no_scenario(environment, id)),
            Lies::Unreadable(_, error) => Err(error),
        }
    }

    /// All stored scenarios, by id; none where there is no such environment.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub async fn definitions(&self, environment: &Id) -> Result<Definitions, StoreError> {
        let pk = keys::definitions(environment);
        let mut definitions = Definitions::default();
        for item in self.query(&pk, "SCN|", Consistency::Strong, Bounds::NONE).await? {
            match Definition::parse(&item) {
                Ok(definition) => definitions.found.push(definition),
                Err(problem) => definitions.problems.push(unreadable(&item, problem).to_string()),
            }
        }
        Ok(definitions)
    }

    pub(super) async fn lies(&self, environment: &Id, id: &Id) -> Result<Lies, StoreError> {
        let item = self.get(&keys::definition(environment, id), Consistency::Strong).await?;
        let Some(item) = item else { return Ok(Lies::Nothing) };
        Ok(match Definition::parse(&item) {
            Ok(definition) => Lies::Definition(Box::new(definition)),
            Err(problem) => Lies::Unreadable(whole(&item, "v"), unreadable(&item, problem)),
        })
    }
}

pub(super) fn no_scenario(environment: &Id, id: &Id) -> StoreError {
    StoreError::NotFound { what: format!("scenario `{id}` in the environment `{environment}`") }
}
