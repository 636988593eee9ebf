//! What goes over the wire: errors and outputs in every protocol that the AWS
//! SDK for Rust speaks. Pure: names and values in; status, headers and bytes out.

mod answer;
pub(crate) mod cbor;
mod document;
mod error;
mod fit;
mod headers;
mod json;
mod output;
mod prune;
mod rest;
mod schema;
mod time;
mod view;
mod xml;

pub use answer::success;
pub use document::Document;
pub use error::{error, error_with};
pub use fit::{Fit, Fitted, Misfit};
pub use output::output;
pub use schema::{Member, Place, Schema, SchemaError, Shape, ShapeId, TimeFormat};

/// How a request wants to be answered. Read off the request, never from the
/// catalogue: which protocol a client speaks is the client's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speech {
    /// The protocol.
    pub protocol: Protocol,
    /// The client goes by the codes of the query protocol that its service once
    /// spoke (`x-amzn-query-mode`).
    pub query_mode: bool,
    /// The answer has no body, as to every `HEAD` request.
    pub bodiless: bool,
}

/// The protocols of the AWS SDK for Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// awsJson 1.0.
    AwsJson10,
    /// awsJson 1.1.
    AwsJson11,
    /// awsQuery.
    AwsQuery,
    /// ec2Query.
    Ec2Query,
    /// rpcv2Cbor.
    RpcV2Cbor,
    /// restJson1 or restXml: requests do not tell which, services do.
    Rest(Rest),
}

/// Which REST protocol a service speaks, in the forms that its answers have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    /// restJson1.
    #[default]
    Json,
    /// restXml with errors in an `ErrorResponse`.
    Xml,
    /// restXml with bare errors: S3.
    S3,
}

impl Rest {
    /// What the service of this id speaks, where it speaks REST. All but four
    /// speak restJson1 (source: botocore 1.44.5; the catalogue's test holds it).
    pub fn of(service: &str) -> Self {
        match service {
            "s3" => Self::S3,
            "cloudfront" | "route53" | "s3control" => Self::Xml,
            _ => Self::Json,
        }
    }
}

/// An answer, ready for the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoded {
    /// The HTTP status.
    pub status: u16,
    /// Header names, in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// A service error with everything that the wire needs.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceError {
    /// What the service puts on the wire.
    pub code: String,
    /// The HTTP status. That of an error by name is 400 to 599, or 200, with which S3
    /// sends errors of long copies; that of a recorded error is 300 to 599.
    pub status: u16,
    /// The message that the caller reads.
    pub message: String,
    /// The code of the query protocol that the service once spoke, where it is
    /// another than `code` (see [`Speech::query_mode`]).
    pub query_code: Option<String>,
    /// Further members of the error.
    pub fields: Option<Document>,
}

/// What the successful answer of an operation is like.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Output {
    /// The operation.
    pub operation: String,
    /// The HTTP status that its definition names; 200 where it names none.
    pub status: u16,
    /// The root element in restXml, where there is one: the name of the output's
    /// shape, or what S3 calls it instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
    /// The XML namespace of the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its members.
    pub schema: Schema,
}
