//! Requests that may be repeated: each is done once, and answered alike.

use super::expression::Expression;
use super::keys::{self, Key};
use super::request_key::{GONE, KEPT, KeptAnswer, Request, RequestKey};
use super::rules::refused;
use super::transaction::{Ended, Proof, foreign, token};
use super::value::{number, text};
use super::{Actor, Consistency, Sha256, Store, StoreError};
use crate::clock::later;
use crate::spec::Id;
use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;

/// How often to begin again where others were faster.
const ATTEMPTS: u32 = 8;

/// What a claim led to.
#[derive(Clone, Debug, PartialEq)]
pub enum Claimed {
    /// It is ours to do: [`Store::complete`] it, or [`Store::abandon`] it.
    Fresh(Claim),
    /// It was done already, and this was the answer.
    Same(KeptAnswer),
    /// The key was used for another body.
    Conflict,
    /// Somebody is doing it.
    InFlight {
        /// Since when. After 60 s a claim takes it over.
        since: Timestamp,
    },
}

/// A request that is ours to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    key: Key,
    token: String,
    /// Whether somebody began it before, and was not heard of for 60 s: it may
    /// have been done.
    pub taken_over: bool,
}

impl Store {
    /// Claims a request. `hash` is of all that makes it what it is: method,
    /// path and body. What one actor does is nothing to another with the same
    /// key. After 24 hours a key is as good as new.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] where the item was edited into something
    /// else; [`StoreError::Busy`], [`StoreError::Ambiguous`]: then nobody has it,
    /// or it is taken over after 60 s.
    pub async fn claim(
        &self,
        environment: &Id,
        key: &RequestKey,
        actor: &Actor,
        hash: &Sha256,
    ) -> Result<Claimed, StoreError> {
        let key = keys::request(environment, actor.as_str(), key.as_str());
        let mut condition = Expression::absent();
        let mut taken_over = false;
        for attempt in 0..ATTEMPTS {
            let (now, token) = (self.now(), token());
            let request = Request { hash: hash.clone(), at: now, token, answer: None };
            let put = self.put(request.item(&key), &condition)?;
            if self.request_write(put, &request.token, Proof::Token(key.clone())).await? {
                return Ok(Claimed::Fresh(Claim { key, token: request.token, taken_over }));
            }
            let lies = self.get(&key, Consistency::Strong).await?;
            let lies = lies.map(|item| Request::parse(&key, &item)).transpose()?;
            (condition, taken_over) = match lies {
                None => (Expression::absent(), false),
                Some(lies) => match settled(&lies, hash, now) {
                    Some(claimed) => return Ok(claimed),
                    None => (still(&lies), later(lies.at, KEPT) > now),
                },
            };
            self.pause(attempt).await;
        }
        Err(StoreError::Busy)
    }

    /// Keeps the answer of what was claimed, for 24 hours: whether it did, for
    /// others may have taken it over. A body of more than 64 KiB is left out.
    /// May be repeated with the same answer.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where the status is none; where the table does not take it.
    pub async fn complete(&self, claim: &Claim, answer: &KeptAnswer) -> Result<bool, StoreError> {
        if !(100..=599).contains(&answer.status) {
            return Err(refused(format!("{} is no HTTP status: those are 100 to 599", answer.status)));
        }
        let mut change = Expression::default();
        change.must_equal("token", text(&claim.token));
        change.set("state", text("done"));
        change.set("status", number(answer.status));
        match answer.kept() {
            Some(body) => change.set("body", text(body)),
            None => change.remove("body"),
        }
        // The same for whoever repeats it, and another than the claim's.
        let done = format!("{}done", claim.token);
        change.set("token", text(&done));
        let write = self.update(&claim.key, &change)?;
        self.request_write(write, &token(), Proof::TokenIs(claim.key.clone(), done)).await
    }

    /// Gives back what was claimed and not done, so that it can be claimed anew
    /// at once. Nothing happens where others have taken it over.
    ///
    /// # Errors
    /// Where the table does not take it.
    pub async fn abandon(&self, claim: &Claim) -> Result<(), StoreError> {
        let mut condition = Expression::default();
        condition.must_equal("token", text(&claim.token));
        let delete = self.delete(&claim.key, &condition)?;
        let ended = self.transact(vec![delete], &token(), &Proof::Gone(claim.key.clone())).await?;
        match ended {
            Ended::Done => Ok(()),
            Ended::Cancelled(reasons) => foreign(&reasons).map_or(Ok(()), Err),
        }
    }

    /// Whether it was written; if not, somebody else has.
    async fn request_write(
        &self,
        write: TransactWriteItem,
        token: &str,
        proof: Proof,
    ) -> Result<bool, StoreError> {
        match self.transact(vec![write], token, &proof).await? {
            Ended::Done => Ok(true),
            Ended::Cancelled(reasons) => foreign(&reasons).map_or(Ok(false), Err),
        }
    }
}

/// What follows from what lies there; `None` where it can be claimed.
fn settled(lies: &Request, hash: &Sha256, now: Timestamp) -> Option<Claimed> {
    // Expired items go some time later, or never.
    if later(lies.at, KEPT) <= now {
        return None;
    }
    if lies.hash != *hash {
        return Some(Claimed::Conflict);
    }
    match &lies.answer {
        Some(answer) => Some(Claimed::Same(answer.clone())),
        None if later(lies.at, GONE) > now => Some(Claimed::InFlight { since: lies.at }),
        None => None,
    }
}

/// The condition that it is still what was read: every write has a token of its own.
fn still(lies: &Request) -> Expression {
    let mut condition = Expression::default();
    condition.must_equal("token", text(&lies.token));
    condition
}
