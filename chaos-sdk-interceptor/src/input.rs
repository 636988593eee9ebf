//! The members of an operation's input, as the wire has them.

use crate::protocol::protocol;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use chaos_core::wire::Protocol;
use serde_json::Value;
use std::borrow::Cow;
use std::cell::OnceCell;

/// The input of one attempt: parsed when a spec asks, and then once.
pub(crate) struct Input<'a> {
    request: &'a HttpRequest,
    service: Option<&'a str>,
    parsed: OnceCell<Option<Value>>,
}

impl<'a> Input<'a> {
    pub(crate) fn of(request: &'a HttpRequest, service: Option<&'a str>) -> Self {
        Self { request, service, parsed: OnceCell::new() }
    }

    /// A scalar as text, by name or dotted path (`Records.0.PartitionKey`);
    /// `None` for what is absent or no scalar.
    pub(crate) fn member(&self, path: &str) -> Option<Cow<'_, str>> {
        let root = self.parsed.get_or_init(|| parse(self.request, self.service)).as_ref()?;
        match path.split('.').try_fold(root, step)? {
            Value::String(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Bool(true) => Some(Cow::Borrowed("true")),
            Value::Bool(false) => Some(Cow::Borrowed("false")),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

fn step<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => members.get(name),
        Value::Array(items) => items.get(name.parse::<usize>().ok()?),
        _ => None,
    }
}

fn parse(request: &HttpRequest, service: Option<&str>) -> Option<Value> {
    match protocol(request, service) {
        Protocol::AwsJson10 | Protocol::AwsJson11 => serde_json::from_slice(request.body().bytes()?).ok(),
        Protocol::AwsQuery | Protocol::Ec2Query | Protocol::RpcV2Cbor | Protocol::Rest(_) => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::Input;
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use aws_smithy_types::body::SdkBody;

    fn json(body: &'static str) -> HttpRequest {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST").unwrap();
        request.headers_mut().insert("content-type", "application/x-amz-json-1.1");
        request.headers_mut().insert("x-amz-target", "Kinesis_20131202.PutRecords");
        request
    }

    #[test]
    fn scalars_are_found_by_dotted_path() {
        let request = json(r#"{"StreamName":"orders","Limit":3,"Deep":{"On":true},"Records":[{"Key":"a"}]}"#);
        let input = Input::of(&request, None);
        let cases = [
            ("StreamName", Some("orders")),
            ("Limit", Some("3")),
            ("Deep.On", Some("true")),
            ("Records.0.Key", Some("a")),
            ("Records.1.Key", None),
            ("Records.x", None),
            ("Deep", None),
            ("streamname", None),
            ("", None),
        ];
        for (path, found) in cases {
            assert_eq!(input.member(path).as_deref(), found, "{path}");
        }
    }

    #[test]
    fn what_is_no_json_has_no_members() {
        assert_eq!(Input::of(&json("not json"), None).member("a"), None);
        let untyped = HttpRequest::new(SdkBody::from(r#"{"a":"b"}"#));
        assert_eq!(Input::of(&untyped, None).member("a"), None);
        // An object whose media type its owner chose.
        assert_eq!(Input::of(&json(r#"{"a":"b"}"#), Some("s3")).member("a"), None);
    }
}
