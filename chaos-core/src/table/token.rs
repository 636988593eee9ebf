//! A token of the control service, as it lies in the table: by its hash.

use super::value::{Item, number, string, text};
use super::{Actor, Sha256, StoreError, keys};
use crate::caps;
use crate::clock::later;
use crate::spec::Id;
use jiff::Timestamp;
use std::time::Duration;

/// How long a token that has expired can still be told from one that never was.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// For every environment. No environment is called so.
const EVERYWHERE: &str = "*";

/// A token to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// The hash of the token, which nobody but its bearer keeps.
    pub hash: Sha256,
    /// What people call it; need not be the only one of this name.
    pub id: Id,
    /// What it may do, in the words of the control service: 1 to 256 bytes, no control characters.
    pub role: String,
    /// Where; `None` is every environment.
    pub environment: Option<Id>,
    /// Until when; `None` is until it is revoked.
    pub expires: Option<Timestamp>,
    /// Who makes it.
    pub by: Actor,
}

/// A token that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The hash of the token.
    pub hash: Sha256,
    /// What people call it.
    pub id: Id,
    /// What it may do, in the words of the control service.
    pub role: String,
    /// Where; `None` is every environment.
    pub environment: Option<Id>,
    /// When it was made.
    pub created: Timestamp,
    /// By whom.
    pub by: String,
    /// Until when; `None` is until it is revoked.
    pub expires: Option<Timestamp>,
    /// When it was revoked, and by whom.
    pub revoked: Option<(Timestamp, String)>,
    /// When it was last noted that it was used.
    pub last_used: Option<Timestamp>,
}

/// Whether a token opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// It does.
    Valid,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
}

/// The tokens of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tokens {
    /// Those that can be understood, by when they were made.
    pub found: Vec<Token>,
    /// What is wrong with the others, which open nothing.
    pub problems: Vec<String>,
}

impl Token {
    /// What it is at `now`.
    pub fn state(&self, now: Timestamp) -> TokenState {
        match (&self.revoked, self.expires) {
            (Some(_), _) => TokenState::Revoked,
            (None, Some(expires)) if expires <= now => TokenState::Expired,
            (None, _) => TokenState::Valid,
        }
    }

    /// Nothing in it is guessed at: what was edited into something else opens nothing.
    pub(super) fn parse(item: &Item) -> Result<Self, StoreError> {
        let unreadable = |problem: &str| StoreError::Unreadable {
            item: format!("pk = \"{}\", sk = \"{}\"", string(item, "pk"), string(item, "sk")),
            problem: problem.to_owned(),
        };
        Self::read(item).map_err(|problem| unreadable(&problem))
    }

    fn read(item: &Item) -> Result<Self, String> {
        let hash = Sha256::new(&string(item, "sk"));
        let id = Id::new(&string(item, "id"));
        let environment = match string(item, "environment").as_str() {
            EVERYWHERE => None,
            name => Some(Id::new(name).ok_or("`environment` is neither an environment's name nor `*`")?),
        };
        let role = Some(string(item, "role")).filter(|role| is_role(role));
        let revoked = time(item, "revoked")?.map(|at| (at, string(item, "revoked_by")));
        Ok(Self {
            hash: hash.ok_or("its sort key is no SHA-256 in 64 lower-case hexadecimal digits")?,
            id: id.ok_or("`id` is no name of 1 to 63 lower-case letters, digits and hyphens")?,
            role: role.ok_or("`role` is no text of 1 to 256 bytes")?,
            environment,
            created: time(item, "created")?.ok_or("`created` is missing")?,
            by: string(item, "by"),
            expires: time(item, "expires")?,
            revoked,
            // It decides nothing.
            last_used: time(item, "last_used").unwrap_or(None),
        })
    }
}

impl NewToken {
    pub(super) fn check(&self, now: Timestamp) -> Result<(), StoreError> {
        if !is_role(&self.role) {
            let reason =
                format!("the role {:?} is no text of 1 to 256 bytes, without control characters", self.role);
            return Err(StoreError::Refused { reason });
        }
        if let Some(expires) = self.expires.filter(|expires| *expires <= now) {
            let reason = format!("the token would have expired at {expires}, and it is {now}");
            return Err(StoreError::Refused { reason });
        }
        Ok(())
    }

    pub(super) fn item(&self, now: Timestamp, token: &str) -> Item {
        let environment = self.environment.as_ref().map_or(EVERYWHERE, Id::as_str);
        let optional = self.expires.map(|expires| {
            [("expires", text(expires.to_string())), ("ttl", number(later(expires, KEPT).as_second()))]
        });
        let always = [
            ("id", text(self.id.as_str())),
            ("role", text(&self.role)),
            ("environment", text(environment)),
            ("created", text(now.to_string())),
            ("by", text(self.by.as_str())),
            ("token", text(token)),
        ];
        let mut item = keys::token(&self.hash).item();
        let attributes = optional.into_iter().flatten().chain(always);
        item.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
        item
    }
}

fn is_role(role: &str) -> bool {
    (1..=caps::MAX_NAME_BYTES).contains(&role.len()) && !role.contains(char::is_control)
}

/// A time that may be absent, but not be something else.
fn time(item: &Item, name: &str) -> Result<Option<Timestamp>, String> {
    let wrong = || format!("`{name}` is no time such as 2026-11-24T12:00:00Z");
    match item.get(name) {
        None => Ok(None),
        Some(_) => string(item, name).parse().map(Some).map_err(|_| wrong()),
    }
}
