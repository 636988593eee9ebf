//! Recorded answers in the format of placebo: read at the door, put in order,
//! and handed out one per call.
//!
//! A pill is what botocore made of one answer: `{"status_code", "data"}`, with
//! `datetime`s and bytes in the forms that placebo gives them. Which of its texts
//! are bytes only the shape of the operation's output tells, so values stay as
//! they were recorded until they are fitted to it. Two things a recording has
//! lost for good: a `datetime` carries no zone and counts as UTC (times that AWS
//! sent as numbers are off by the offset of the recorder's zone), and bytes and
//! texts look alike.

#[cfg(feature = "shapes")]
mod check;
mod fault;
mod files;
mod inline;
mod meta;
mod name;
mod named_path;
mod read;
mod sequence;
mod tokens;
mod turns;
#[cfg(feature = "zip")]
mod zipped;

#[cfg(feature = "shapes")]
pub use check::{Verdict, check, check_as};
pub use fault::{PillEntry, PillFault};
pub use files::{PillFile, PillFiles, read_pills, visit_pills};
pub use inline::inline_files;
pub use meta::Metadata;
pub use name::PillName;
pub use sequence::{NoSequence, Numbered, Sequence, sequences};
pub use turns::{Attempt, Turns};

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// One recorded answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Pill {
    /// The HTTP status, 100 to 599; from 300 on it is an error's.
    pub status: u16,
    /// What was answered.
    pub answer: Recorded,
    /// What came with it.
    pub metadata: Metadata,
}

/// What a recorded answer says.
#[derive(Clone, Debug, PartialEq)]
pub enum Recorded {
    /// The members of the operation's output, as they were recorded.
    Output(Map<String, Value>),
    /// A service error.
    Error(RecordedError),
}

/// A recorded service error.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedError {
    /// The code on the wire; visible ASCII, not empty.
    pub code: String,
    /// The message; empty where there was none.
    pub message: String,
    /// `Sender` or `Receiver`, where the protocol says so.
    pub kind: Option<String>,
    /// Further members of the error, as they were recorded.
    pub members: Map<String, Value>,
}

impl Pill {
    /// Reads a pill, and what is odd about it but no reason to refuse it.
    ///
    /// # Errors
    /// Every problem at once.
    ///
    /// ```
    /// use chaos_core::pill::Pill;
    /// let (pill, notes) = Pill::read(br#"{"status_code": 200, "data": {"TableNames": ["orders"]}}"#)?;
    /// assert_eq!((pill.status, notes.len()), (200, 0));
    /// # Ok::<(), chaos_core::door::Problems>(())
    /// ```
    pub fn read(bytes: &[u8]) -> Result<(Self, Vec<String>), crate::door::Problems> {
        read::read(bytes)
    }

    /// The answer in placebo's form, without what is not played.
    pub fn data(&self) -> Map<String, Value> {
        let mut data = match &self.answer {
            Recorded::Output(members) => members.clone(),
            Recorded::Error(error) => {
                let mut members = error.members.clone();
                members.insert("Error".to_owned(), error.to_json());
                members
            }
        };
        if !self.metadata.is_empty() {
            data.insert("ResponseMetadata".to_owned(), self.metadata.to_json());
        }
        data
    }
}

impl RecordedError {
    fn to_json(&self) -> Value {
        let mut error = Map::new();
        error.insert("Code".to_owned(), self.code.as_str().into());
        error.insert("Message".to_owned(), self.message.as_str().into());
        if let Some(kind) = &self.kind {
            error.insert("Type".to_owned(), kind.as_str().into());
        }
        Value::Object(error)
    }
}

impl Serialize for Pill {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pill = serializer.serialize_struct("Pill", 2)?;
        pill.serialize_field("status_code", &self.status)?;
        pill.serialize_field("data", &self.data())?;
        pill.end()
    }
}
