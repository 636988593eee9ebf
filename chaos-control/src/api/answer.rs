//! Answers: JSON, ETags, and every "no" as problem+json.

use crate::refusal::{Kind, Refusal};
use axum::Json;
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = HeaderValue::from_static("application/problem+json");
        (status, [(CONTENT_TYPE, kind)], Json(self).0.to_json()).into_response()
    }
}

impl Refusal {
    fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A body with the version that it is about.
pub(super) fn versioned<T: Serialize>(status: StatusCode, version: u64, body: &T) -> Response {
    let mut headers = HeaderMap::new();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        headers.insert(ETAG, tag);
    }
    (status, headers, Json(body)).into_response()
}

/// The version that `If-Match` names; `*` names any.
pub(super) fn if_match(headers: &HeaderMap) -> Result<Option<Match>, Refusal> {
    let Some(value) = headers.get("if-match") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(Some(Match::Any));
    }
    let version =
        text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).and_then(|text| text.parse().ok());
    version.map(|version| Some(Match::Version(version))).ok_or_else(|| {
        Refusal::new(
            Kind::Invalid,
            format!("If-Match: {text:?} is not a version; send the ETag that was read, such as \"3\", or *"),
        )
    })
}

/// What `If-Match` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Any,
    Version(u64),
}
