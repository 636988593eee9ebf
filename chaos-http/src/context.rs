//! What a request shows of its call: borrowed, and read only as far as it is
//! asked for.

use chaos_core::context::{CallContext, Details};
use chaos_core::decide::input_key;
use chaos_core::effect::Answer;
use chaos_core::input::Places;
use reqwest::{Method, Request, Url};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::net::IpAddr;

/// Which try of which call an attempt is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Try {
    /// The client, and the number of the call among the client's.
    pub(crate) call: (u64, u64),
    /// From 1.
    pub(crate) number: u32,
}

/// One attempt, as its request shows it.
pub(crate) struct Call<'a> {
    request: &'a Request,
    attempt: Try,
    /// Written down only where it is asked for.
    id: OnceCell<String>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(request: &'a Request, attempt: Try) -> Self {
        Self { request, attempt, id: OnceCell::new() }
    }

    pub(crate) fn host(&self) -> &'a str {
        host(self.request.url())
    }

    pub(crate) fn attempt(&self) -> Try {
        self.attempt
    }

    pub(crate) fn method(&self) -> &'a reqwest::Method {
        self.request.method()
    }

    pub(crate) fn context(&self) -> CallContext<'_> {
        CallContext {
            service: None,
            operation: None,
            region: None,
            host: Some(self.host()),
            method: Some(self.request.method().as_str()),
            path: Some(self.request.url().path()),
            attempt: self.attempt.number,
            details: self,
        }
    }
}

/// Without brackets and trailing dot; reqwest's urls are in lower case.
pub(crate) fn host(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    address.unwrap_or_else(|| host.strip_suffix('.').unwrap_or(host))
}

impl Details for Call<'_> {
    // Of several values the first, as with AWS calls.
    fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name)?.to_str().ok()
    }

    fn input(&self, _path: &str, _places: &Places) -> Option<Cow<'_, str>> {
        None
    }

    fn label(&self, name: &str) -> Option<Cow<'_, str>> {
        chaos_core::label(name).map(Cow::Owned)
    }

    fn call_id(&self) -> Option<&str> {
        let (client, call) = self.attempt.call;
        Some(self.id.get_or_init(|| format!("{client:x}-{call}")))
    }

    fn input_key(&self) -> Option<u64> {
        let body = match self.request.body() {
            // One that streams can be read only once.
            Some(body) => body.as_bytes()?,
            None => &[],
        };
        let (url, method) = (self.request.url(), self.request.method().as_str());
        // Hosts that are addresses are those of test servers, and change from run to run.
        let is_local = self.host() == "localhost" || self.host().parse::<IpAddr>().is_ok();
        let host = if is_local { "" } else { self.host() };
        Some(input_key(&[method, host, url.path(), url.query().unwrap_or_default()], body))
    }

    fn can_make(&self, answer: &Answer) -> Result<(), &'static str> {
        match answer {
            Answer::Error(_) => Err("errors by name for plain HTTP calls: use `status`"),
            Answer::Pill(_) => Err("pills for plain HTTP calls: use `status`"),
            Answer::Partial(_) => Err("partial failures for plain HTTP calls: use `status` with a body"),
            Answer::Corrupt(_) | Answer::SlowBody(_) if *self.method() == Method::HEAD => {
                Err("bodies of answers to HEAD requests: they have none")
            }
            Answer::Corrupt(_) | Answer::SlowBody(_) | Answer::Status(_) | Answer::Network(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Call, Try};
    use chaos_core::Chaos;
    use chaos_core::context::Details;
    use chaos_core::described::http_call;
    use reqwest::{Body, Method, Request};

    const FIRST: Try = Try { call: (0, 1), number: 1 };

    #[test]
    fn what_cannot_be_made_says_why() {
        for fault in ["error = { name = \"Throttling\", status = 400 }", "partial = \"50%\""] {
            let text = format!(
                "id = \"a\"\nenabled = true\ntarget.everything = true\nwhen.rate = \"100%\"\n[fault]\n{fault}"
            );
            let chaos = Chaos::builder().toml(&text).build().unwrap();
            let request = Request::new(Method::GET, "http://orders.example/".parse().unwrap());
            let told = format!("{:?}", chaos.explain(&Call::new(&request, FIRST).context()));
            assert!(told.contains("plain HTTP calls: use `status`"), "{told}");
        }
    }

    /// What `explain` says of a call that is described is what happens to it.
    #[test]
    fn described_calls_and_real_ones_can_be_made_the_same() {
        let faults = [
            "error = { name = \"Throttling\", status = 400 }",
            "status = 503",
            "network = \"hang\"",
            "partial = \"50%\"",
            "corrupt = \"garbage\"",
            "corrupt = { drop = \"header:etag\" }",
            "slow_body = 10",
        ];
        for fault in faults {
            let text = format!(
                "id = \"a\"\nenabled = true\ntarget.everything = true\nwhen.rate = \"100%\"\n[fault]\n{fault}"
            );
            let chaos = Chaos::builder().toml(&text).build().unwrap();
            for method in ["GET", "HEAD", "POST"] {
                let url = "http://orders.example/";
                let request = Request::new(method.parse().unwrap(), url.parse().unwrap());
                let real = chaos.explain(&Call::new(&request, FIRST).context());
                let described = chaos.explain_call(&http_call(method, url));
                assert_eq!(format!("{real:?}"), format!("{described:?}"), "{fault} {method}");
            }
        }
    }

    fn key(method: &str, url: &str, body: Option<Body>) -> Option<u64> {
        let mut request = Request::new(method.parse().unwrap(), url.parse().unwrap());
        *request.body_mut() = body;
        Call::new(&request, FIRST).input_key()
    }

    #[test]
    fn the_same_request_has_the_same_key_and_no_other_has() {
        let of = |method, url, body: &str| key(method, url, Some(Body::from(body.to_owned())));
        let first = of("POST", "http://a.example/v1?page=2", "ann");
        assert!(first.is_some());
        assert_eq!(first, of("POST", "https://a.example:8080/v1?page=2", "ann"));
        let others = [
            of("POST", "http://b.example/v1?page=2", "ann"),
            of("PUT", "http://a.example/v1?page=2", "ann"),
            of("POST", "http://a.example/v2?page=2", "ann"),
            of("POST", "http://a.example/v1?page=3", "ann"),
            of("POST", "http://a.example/v1", "ann"),
            of("POST", "http://a.example/v1?page=2", "bob"),
            of("POST", "http://a.example/v1?page=2", ""),
        ];
        assert!(others.iter().all(|other| other.is_some() && *other != first), "{others:?}");
        assert_eq!(key("GET", "http://a.example/", None), of("GET", "http://a.example/", ""));
        assert_eq!(key("GET", "http://127.0.0.1:80/", None), key("GET", "http://[::1]:81/", None));
        // One whose bytes nobody has yet.
        assert_eq!(key("POST", "http://a.example/", Some(Body::wrap(Body::from("ann")))), None);
    }
}
