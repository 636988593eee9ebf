//! The members of an operation's input, as the wire has them.

use crate::protocol::protocol;
use crate::uri::Uri;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use chaos_core::input::{Places, Request, member};
use std::borrow::Cow;
use std::cell::OnceCell;

/// So many members are remembered: any number of specs may ask for one.
const MEMO: usize = 4;

/// The input of one attempt: read when a spec asks.
pub(crate) struct Input<'a> {
    request: &'a HttpRequest,
    service: Option<&'a str>,
    operation: Option<&'a str>,
    known: [OnceCell<Known<'a>>; MEMO],
}

struct Known<'a> {
    path: Box<str>,
    value: Option<Cow<'a, str>>,
}

impl<'a> Input<'a> {
    pub(crate) fn of(request: &'a HttpRequest, service: Option<&'a str>, operation: Option<&'a str>) -> Self {
        Self { request, service, operation, known: Default::default() }
    }

    /// A scalar as text, by name or dotted path (`Records.0.PartitionKey`);
    /// `None` for what is absent or no scalar.
    pub(crate) fn member(&self, path: &str, places: &Places) -> Option<Cow<'_, str>> {
        for cell in &self.known {
            let known = cell.get_or_init(|| Known { path: path.into(), value: self.read(path, places) });
            if *known.path == *path {
                return known.value.as_deref().map(Cow::Borrowed);
            }
        }
        self.read(path, places)
    }

    fn read(&self, path: &str, places: &Places) -> Option<Cow<'a, str>> {
        let request = self.request;
        let protocol = protocol(request, self.service);
        let place = places.of(self.service, self.operation, path);
        let header = |name: &str| request.headers().get(name);
        let uri = request.uri();
        let host = Uri::of(uri).host;
        let request = Request { protocol, uri, host, header: &header, body: request.body().bytes() };
        member(&request, place.as_ref(), path)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{Input, MEMO};
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use aws_smithy_types::body::SdkBody;
    use chaos_core::input::Places;

    fn json(body: &'static str) -> HttpRequest {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST").unwrap();
        request.headers_mut().insert("content-type", "application/x-amz-json-1.1");
        request.headers_mut().insert("x-amz-target", "Kinesis_20131202.PutRecords");
        request
    }

    #[test]
    fn members_are_found_again_whether_remembered_or_not() {
        let request = json(r#"{"StreamName":"orders","Limit":3,"Records":[{"Key":"a"},{"Key":"b"}]}"#);
        let input = Input::of(&request, None, None);
        let cases = [
            ("StreamName", Some("orders")),
            ("Absent", None),
            ("Limit", Some("3")),
            ("Records.0.Key", Some("a")),
            ("Records.1.Key", Some("b")),
            ("Records.2.Key", None),
        ];
        assert!(cases.len() > MEMO);
        for (path, found) in cases.into_iter().chain(cases) {
            assert_eq!(input.member(path, &Places::default()).as_deref(), found, "{path}");
        }
    }

    #[test]
    fn what_is_of_no_known_protocol_has_no_members() {
        let member = |request: &HttpRequest, service| {
            Input::of(request, service, None).member("a", &Places::default()).map(String::from)
        };
        assert_eq!(member(&json("not json"), None), None);
        assert_eq!(member(&json(r#"{"a":"b"}"#), Some("kinesis")).as_deref(), Some("b"));
        // An object whose media type its owner chose.
        assert_eq!(member(&json(r#"{"a":"b"}"#), Some("s3")), None);
    }
}
