//! Answers with members left out or replaced: these are read whole.

use super::{Opened, passed_on, tell_length};
use chaos_core::body::Rejoined;
use chaos_core::body::members::{Form, Paths, edit, header_text, split};
use chaos_core::caps::MAX_EDITED_BYTES;
use chaos_core::spec::Members;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Body, Response};

const NO_FORM: &str = "its media type names neither JSON nor XML";
const TOO_LONG: &str = "it is too long to be read whole";

/// The answer with other members; as it is where it cannot be, or where the fault
/// is not `still` in force once the answer is read.
pub(crate) async fn edited(
    mut response: Response,
    members: &Members,
    still: impl Fn() -> bool + Send,
) -> Response {
    let paths = split(members);
    if paths.body.is_empty() {
        edit_headers(response.headers_mut(), &paths.headers);
        return response;
    }
    let form = match form(&response) {
        Ok(form) => form,
        Err(reason) => {
            passed_on(reason);
            return response;
        }
    };
    let (mut opened, body) = Opened::of(response);
    let body = match Rejoined::read(body, MAX_EDITED_BYTES).await {
        (Some(bytes), _) if !still() => Body::from(bytes),
        (Some(bytes), _) => match edit(&bytes, form, members) {
            Ok(other) => {
                if opened.headers().contains_key(CONTENT_LENGTH) {
                    tell_length(opened.headers(), other.len() as u64);
                }
                edit_headers(opened.headers(), &paths.headers);
                Body::from(other)
            }
            Err(reason) => {
                passed_on(reason);
                Body::from(bytes)
            }
        },
        (None, body) => {
            // How it failed, the body tells by itself.
            if !body.has_failed() {
                passed_on(TOO_LONG);
            }
            Body::wrap(body)
        }
    };
    opened.with(body)
}

/// What the body is written in, where it may be read whole.
fn form(response: &Response) -> Result<Form, &'static str> {
    if response.content_length().is_some_and(|length| length > MAX_EDITED_BYTES as u64) {
        return Err(TOO_LONG);
    }
    let told = response.headers().get(CONTENT_TYPE).and_then(|told| told.to_str().ok()).unwrap_or_default();
    let media_type = told.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let kind = media_type.rsplit(['/', '+']).next().unwrap_or_default();
    match kind {
        "xml" => Ok(Form::Xml),
        kind if kind.contains("json") => Ok(Form::Json),
        _ => Err(NO_FORM),
    }
}

fn edit_headers(headers: &mut HeaderMap, paths: &Paths<'_>) {
    for name in &paths.drop {
        headers.remove(*name);
    }
    for (name, value) in &paths.replace {
        let value = header_text(value).and_then(|text| HeaderValue::from_str(&text).ok());
        match (HeaderName::from_bytes(name.as_bytes()), value) {
            (Ok(name), Some(value)) => {
                headers.insert(name, value);
            }
            _ => passed_on("a header cannot have such a value"),
        }
    }
}
