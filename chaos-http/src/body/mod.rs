//! Answers of reqwest with another body; all else of them stays.

mod ahead;
mod edited;
mod timed;

pub(crate) use ahead::Ahead;
pub(crate) use edited::edited;
pub(crate) use timed::{Patience, Timed};

use crate::genuine::died;
use chaos_core::body::{Damage, Damaged, Length};
use chaos_core::decide::NoEffect;
use chaos_core::spec::CorruptFault;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::response::Parts;
use http::{HeaderMap, StatusCode};
use reqwest::{Body, Response, ResponseBuilderExt, Url};

/// What became of an answer; where it is as it was, why.
pub(crate) type Made = (Response, Option<NoEffect>);

/// An answer without its body.
pub(crate) struct Opened {
    parts: Parts,
    url: Url,
}

impl Opened {
    pub(crate) fn of(response: Response) -> (Self, Body) {
        let url = response.url().clone();
        let (parts, body) = http::Response::<Body>::from(response).into_parts();
        (Self { parts, url }, body)
    }

    fn headers(&mut self) -> &mut HeaderMap {
        &mut self.parts.headers
    }

    pub(crate) fn with(self, body: Body) -> Response {
        let Self { mut parts, url } = self;
        // reqwest takes the URL from an extension that it alone can make.
        if let Ok(with_url) = http::Response::builder().url(url).body(()) {
            parts.extensions.extend(with_url.into_parts().0.extensions);
        }
        Response::from(http::Response::from_parts(parts, body))
    }
}

/// The answer, damaged while it streams; `choice` says what the fault leaves open,
/// `bound` for how long it is in force.
pub(crate) fn damaged(
    response: Response,
    fault: &CorruptFault,
    choice: u64,
    bound: impl FnOnce(Damaged<Body>) -> Damaged<Body>,
) -> Made {
    if matches!(response.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        // Their `content-length` is that of another answer.
        return (response, Some("answers with the status 204 or 304 have no body".into()));
    }
    let told = response.headers().get(CONTENT_LENGTH).and_then(|told| told.to_str().ok()?.parse().ok());
    let length = Length { told, exact: response.content_length() };
    let damage = match Damage::new(fault, length, choice) {
        Ok(damage) => damage,
        Err(why) => return (response, Some(why.into())),
    };
    let (mut opened, body) = Opened::of(response);
    if let Some(told) = told {
        tell_length(opened.headers(), damage.content_length(told));
    }
    (opened.with(Body::wrap(bound(Damaged::new(body, damage, Box::new(died))))), None)
}

fn tell_length(headers: &mut HeaderMap, length: u64) {
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
}
