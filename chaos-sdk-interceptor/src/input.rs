//! The members of an operation's input, as the wire has them.

use crate::protocol::protocol;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use chaos_core::input::{Budget, Places, Request, member_within};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::cell::OnceCell;

/// So many members are remembered in one place; few specs ask for more.
const TOGETHER: usize = 4;

/// The input of one attempt: read when a spec asks.
pub(crate) struct Input<'a> {
    request: &'a HttpRequest,
    host: &'a str,
    service: Option<&'a str>,
    operation: Option<&'a str>,
    budget: Budget,
    known: Memory<'a>,
}

/// Every member that was asked for, absent ones too: each is sought once, for
/// any number of specs. As many as the budget allows.
#[derive(Default)]
struct Memory<'a> {
    cells: [OnceCell<Known<'a>>; TOGETHER],
    more: OnceCell<Box<Memory<'a>>>,
}

/// Holds a usual path without a word to the allocator.
type Path = SmallVec<[u8; 24]>;

struct Known<'a> {
    path: Path,
    /// Of the places by which it was read: scopes may have others.
    places: u64,
    value: Option<Cow<'a, str>>,
}

impl<'a> Input<'a> {
    /// `host`: the request's, without port.
    pub(crate) fn of(
        request: &'a HttpRequest,
        host: &'a str,
        service: Option<&'a str>,
        operation: Option<&'a str>,
    ) -> Self {
        Self { request, host, service, operation, budget: Budget::new(), known: Memory::default() }
    }

    /// A scalar as text, by name or dotted path (`Records.0.PartitionKey`);
    /// `None` for what is absent or no scalar, and where the body is too large
    /// for all that is asked of it.
    pub(crate) fn member(&self, path: &str, places: &Places) -> Option<Cow<'_, str>> {
        let mut memory = &self.known;
        loop {
            for cell in &memory.cells {
                let known = match cell.get() {
                    Some(known) => known,
                    None if !self.telling(path, || self.budget.has_more()) => return None,
                    None => cell.get_or_init(|| self.known(path, places)),
                };
                if *known.path == *path.as_bytes() && known.places == places.digest() {
                    return known.value.as_deref().map(Cow::Borrowed);
                }
            }
            memory = memory.more.get_or_init(Box::default);
        }
    }

    fn known(&self, path: &str, places: &Places) -> Known<'a> {
        let value = self.telling(path, || self.read(path, places));
        Known { path: Path::from_slice(path.as_bytes()), places: places.digest(), value }
    }

    /// Says so when the budget does not allow what `work` takes, once.
    fn telling<T>(&self, path: &str, work: impl FnOnce() -> T) -> T {
        let was_short = self.budget.was_short();
        let done = work();
        if !was_short && self.budget.was_short() {
            self.tell_short(path);
        }
        done
    }

    #[cold]
    fn tell_short(&self, path: &str) {
        tracing::debug!(
            target: "chaos",
            { service = self.service,
            operation = self.operation,
            chaos.input = path,
            chaos.body = self.request.body().bytes().map(<[u8]>::len) },
            "too large to look through for all that specs ask of its input: what is left counts as absent"
        );
    }

    fn read(&self, path: &str, places: &Places) -> Option<Cow<'a, str>> {
        let request = self.request;
        let protocol = protocol(request, self.service);
        let place = places.of(self.service, self.operation, path);
        let header = |name: &str| request.headers().get(name);
        let (uri, host, body) = (request.uri(), self.host, request.body().bytes());
        let request = Request { protocol, uri, host, header: &header, body };
        member_within(&request, place.as_ref(), path, &self.budget)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{Input, TOGETHER};
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
    fn members_are_found_again_and_each_is_sought_once() {
        let request = json(r#"{"StreamName":"orders","Limit":3,"Records":[{"Key":"a"},{"Key":"b"}]}"#);
        let input = Input::of(&request, "x", None, None);
        let cases = [
            ("StreamName", Some("orders")),
            ("Absent", None),
            ("Limit", Some("3")),
            ("Records.0.Key", Some("a")),
            ("Records.1.Key", Some("b")),
            ("Records.2.Key", None),
        ];
        assert!(cases.len() > TOGETHER);
        // More often than anything may be sought.
        for _ in 0..1_000 {
            for (path, found) in cases {
                assert_eq!(input.member(path, &Places::default()).as_deref(), found, "{path}");
            }
        }
        assert!(!input.budget.was_short());
    }

    #[test]
    fn whatever_is_asked_for_there_is_an_end_to_what_is_sought_and_remembered() {
        let request = json(r#"{"StreamName":"orders"}"#);
        let input = Input::of(&request, "x", None, None);
        assert!(input.member("StreamName", &Places::default()).is_some());
        for n in 0..10_000 {
            assert_eq!(input.member(&format!("Absent{n}"), &Places::default()), None);
        }
        assert!(input.budget.was_short());
        assert_eq!(input.member("StreamName", &Places::default()).as_deref(), Some("orders"), "remembered");
        let mut remembered = 0;
        let mut memory = Some(&input.known);
        while let Some(here) = memory {
            remembered += here.cells.iter().filter(|cell| cell.get().is_some()).count();
            memory = here.more.get().map(|more| &**more);
        }
        assert!((500..=512).contains(&remembered), "{remembered}");
    }

    #[test]
    fn what_is_of_no_known_protocol_has_no_members() {
        let member = |request: &HttpRequest, service| {
            Input::of(request, "x", service, None).member("a", &Places::default()).map(String::from)
        };
        assert_eq!(member(&json("not json"), None), None);
        assert_eq!(member(&json(r#"{"a":"b"}"#), Some("kinesis")).as_deref(), Some("b"));
        // An object whose media type its owner chose.
        assert_eq!(member(&json(r#"{"a":"b"}"#), Some("s3")), None);
    }
}
