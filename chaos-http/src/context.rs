//! What a request shows of its call: borrowed, and read only as far as it is
//! asked for.

use chaos_core::context::{CallContext, Details};
use chaos_core::effect::Answer;
use chaos_core::input::Places;
use reqwest::{Request, Url};
use std::borrow::Cow;

/// One attempt, as its request shows it.
pub(crate) struct Call<'a> {
    request: &'a Request,
    attempt: u32,
}

impl<'a> Call<'a> {
    pub(crate) fn new(request: &'a Request, attempt: u32) -> Self {
        Self { request, attempt }
    }

    pub(crate) fn host(&self) -> &'a str {
        host(self.request.url())
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
            attempt: self.attempt,
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
        None
    }

    fn can_make(&self, answer: &Answer) -> Result<(), &'static str> {
        match answer {
            Answer::Error(_) => Err("errors by name for plain HTTP calls: use `status`"),
            Answer::Pill(_) => Err("pills for plain HTTP calls: use `status`"),
            Answer::Partial(_) => Err("partial failures for plain HTTP calls: use `status` with a body"),
            Answer::Status(_) | Answer::Network(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Call;
    use chaos_core::Chaos;
    use reqwest::{Method, Request};

    #[test]
    fn what_cannot_be_made_says_why() {
        for fault in ["error = { name = \"Throttling\", status = 400 }", "partial = \"50%\""] {
            let text = format!(
                "id = \"a\"\nenabled = true\ntarget.everything = true\nwhen.rate = \"100%\"\n[fault]\n{fault}"
            );
            let chaos = Chaos::builder().toml(&text).build().unwrap();
            let request = Request::new(Method::GET, "http://orders.example/".parse().unwrap());
            let told = format!("{:?}", chaos.explain(&Call::new(&request, 1).context()));
            assert!(told.contains("plain HTTP calls: use `status`"), "{told}");
        }
    }
}
