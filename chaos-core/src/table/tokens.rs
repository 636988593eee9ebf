//! Keeping tokens: the control service's, never an application's.

use super::expression::Expression;
use super::failure::write_failure;
use super::store::Bounds;
use super::token::{NewToken, Token, Tokens};
use super::transaction::{Ended, Proof, foreign, is_condition, token};
use super::value::text;
use super::{Actor, Consistency, Sha256, Store, StoreError, keys};
use aws_sdk_dynamodb::types::TransactWriteItem;

/// How often to begin again where others were faster.
const ATTEMPTS: u32 = 8;

impl Store {
    /// Keeps a new token, by its hash.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where there is one of this hash, also a revoked
    /// one, where the role is no such text, or where it would have expired.
    pub async fn put_token(&self, new: &NewToken) -> Result<Token, StoreError> {
        let now = self.now();
        new.check(now)?;
        let token = token();
        let item = new.item(now, &token);
        let kept = Token::parse(&item)?;
        let put = self.put(item, &Expression::absent())?;
        match self.token_write(put, &new.hash, &token).await? {
            true => Ok(kept),
            false => Err(StoreError::Refused {
                reason: format!("there is a token of this hash already ({})", keys::token(&new.hash)),
            }),
        }
    }

    /// The token of a hash, read strongly; `None` where there is none. Expired and
    /// revoked ones are found too: see [`Token::state`].
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] where it was edited into something else: it opens nothing.
    pub async fn token(&self, hash: &Sha256) -> Result<Option<Token>, StoreError> {
        let item = self.get(&keys::token(hash), Consistency::Strong).await?;
        item.as_ref().map(Token::parse).transpose()
    }

    /// All tokens, read strongly, by when they were made; those that expired
    /// more than 30 days ago may be gone.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub async fn tokens(&self) -> Result<Tokens, StoreError> {
        let mut tokens = Tokens::default();
        for item in self.query(keys::TOKENS, "", Consistency::Strong, Bounds::NONE).await? {
            match Token::parse(&item) {
                Ok(token) => tokens.found.push(token),
                Err(error) => tokens.problems.push(error.to_string()),
            }
        }
        tokens.found.sort_by(|a, b| (a.created, &a.hash).cmp(&(b.created, &b.hash)));
        Ok(tokens)
    }

    /// Takes a token back, whatever else is in its item. Succeeds where it is
    /// revoked already, and leaves by whom and when.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is none of this hash.
    pub async fn revoke_token(&self, hash: &Sha256, by: &Actor) -> Result<(), StoreError> {
        let (token, key) = (token(), keys::token(hash));
        let mut change = Expression::default();
        let (there, revoked) = (change.name("pk"), change.name("revoked"));
        change.must(format!("attribute_exists({there}) AND attribute_not_exists({revoked})"));
        change.set("revoked", text(self.now().to_string()));
        change.set("revoked_by", text(by.as_str()));
        change.set("token", text(&token));
        if self.token_write(self.update(&key, &change)?, hash, &token).await? {
            return Ok(());
        }
        match self.get(&key, Consistency::Strong).await? {
            Some(_) => Ok(()),
            None => Err(StoreError::NotFound { what: format!("token of the hash {hash}") }),
        }
    }

    /// Notes that a token was used just now. Costs a write: not for every request.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; where the table does not take it.
    pub async fn note_token_used(&self, hash: &Sha256) -> Result<(), StoreError> {
        let mut change = Expression::default();
        let there = change.name("pk");
        change.must(format!("attribute_exists({there})"));
        change.set("last_used", text(self.now().to_string()));
        let request = self.client.update_item().table_name(&*self.table);
        let request = request.set_key(Some(keys::token(hash).item())).update_expression(change.update());
        let request = request.set_condition_expression(change.condition());
        let request = request.set_expression_attribute_names(change.names());
        match request.set_expression_attribute_values(change.values()).send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|error| error.is_conditional_check_failed_exception()) =>
            {
                Err(StoreError::NotFound { what: format!("token of the hash {hash}") })
            }
            Err(error) => Err(write_failure(&self.table, &error)),
        }
    }

    /// Whether it was written; if not, its condition did not hold.
    async fn token_write(
        &self,
        write: TransactWriteItem,
        hash: &Sha256,
        token: &str,
    ) -> Result<bool, StoreError> {
        for attempt in 0..ATTEMPTS {
            let proof = Proof::Token(keys::token(hash));
            match self.transact(vec![write.clone()], token, &proof).await? {
                Ended::Done => return Ok(true),
                Ended::Cancelled(reasons) => match foreign(&reasons) {
                    Some(error) => return Err(error),
                    None if reasons.iter().any(|reason| is_condition(reason)) => return Ok(false),
                    None => self.pause(attempt).await,
                },
            }
        }
        Err(StoreError::Busy)
    }
}
