//! What goes wrong when all retries and fallbacks are used up.

use std::fmt;

/// Why an order was not placed.
#[derive(Debug)]
pub enum Error {
    /// DynamoDB says no, or is down and the price was never read before.
    Price(Box<aws_sdk_dynamodb::Error>),
    /// There is no such item, or what stands there is no price.
    NoPrice,
    /// Kinesis did not take the call.
    Publish(Box<aws_sdk_kinesis::Error>),
    /// Kinesis did not take so many of the events, however often they were sent.
    EventsLeft(usize),
    /// The payment provider was not reached, after all retries.
    PaymentsDown(reqwest_middleware::Error),
    /// It said no, or what it said cannot be read.
    Payment(reqwest::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Price(error) => write!(f, "no price: {error}"),
            Self::NoPrice => f.write_str("no price for such an item"),
            Self::Publish(error) => write!(f, "nobody was told: {error}"),
            Self::EventsLeft(left) => write!(f, "{left} events were not taken"),
            Self::PaymentsDown(error) => write!(f, "payments are down: {error}"),
            Self::Payment(error) => write!(f, "not known to be paid: {error}"),
        }
    }
}

impl std::error::Error for Error {}
