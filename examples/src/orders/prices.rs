//! Prices from DynamoDB. The SDK retries; after that, the last known price has
//! to do.

use super::Error;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::get_item::GetItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What things cost.
#[derive(Debug)]
pub struct Prices {
    table: Client,
    known: Mutex<HashMap<String, u64>>,
}

/// A price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// In cents.
    pub cents: u64,
    /// Read just now; else it is the last one that was.
    pub fresh: bool,
}

impl Prices {
    pub(super) fn new(table: Client) -> Self {
        Self { table, known: Mutex::default() }
    }

    /// What `item` costs.
    ///
    /// # Errors
    /// If it has no price, or DynamoDB is down and it was never read before. A
    /// mistake of ours, such as a wrong table, is never covered up.
    pub async fn of(&self, item: &str) -> Result<Price, Error> {
        match self.read(item).await {
            Ok(cents) => {
                self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(item.to_owned(), cents);
                Ok(Price { cents, fresh: true })
            }
            Err(Failed::Down(error)) => match self.last_known(item) {
                Some(cents) => Ok(Price { cents, fresh: false }),
                None => Err(error),
            },
            Err(Failed::Mistake(error)) => Err(error),
        }
    }

    fn last_known(&self, item: &str) -> Option<u64> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(item).copied()
    }

    async fn read(&self, item: &str) -> Result<u64, Failed> {
        let get = self.table.get_item().table_name("prices");
        let answer =
            get.key("item", AttributeValue::S(item.to_owned())).send().await.map_err(Failed::from)?;
        let cents = answer.item().and_then(|item| item.get("cents")?.as_n().ok()?.parse().ok());
        cents.ok_or(Failed::Mistake(Error::NoPrice))
    }
}

/// Whether waiting would help.
enum Failed {
    Down(Error),
    Mistake(Error),
}

impl From<SdkError<GetItemError>> for Failed {
    fn from(error: SdkError<GetItemError>) -> Self {
        let mistake = matches!(
            error.code(),
            Some("AccessDeniedException" | "ResourceNotFoundException" | "ValidationException")
        );
        let error = Error::Price(Box::new(error.into()));
        if mistake { Self::Mistake(error) } else { Self::Down(error) }
    }
}
