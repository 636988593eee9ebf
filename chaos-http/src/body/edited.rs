//! Answers with members left out or replaced: these are read whole.

use super::{Made, Opened, tell_length};
use chaos_core::body::Rejoined;
use chaos_core::body::members::{Form, edit, edit_headers, split};
use chaos_core::caps::MAX_EDITED_BYTES;
use chaos_core::decide::NoEffect;
use chaos_core::spec::Members;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Body, Response};

const NO_FORM: &str = "its media type names neither JSON nor XML";
const BROKEN: &str = "the body broke off by itself";
const TOO_LONG: &str = "it is too long to be read whole";

/// The answer with other members; as it is where it cannot be, or where the fault
/// is not `still` in force once the answer is read.
pub(crate) async fn edited(
    mut response: Response,
    members: &Members,
    still: impl Fn() -> bool + Send,
) -> Made {
    let paths = split(members);
    if paths.body.is_empty() {
        let headers = response.headers_mut();
        let edited = edit_headers(&paths.headers, |name, value| set(headers, name, value));
        return (response, edited.err().map(NoEffect::from));
    }
    let form = match form(&response) {
        Ok(form) => form,
        Err(why) => return (response, Some(why.into())),
    };
    let (mut opened, body) = Opened::of(response);
    let bytes = match Rejoined::read(body, MAX_EDITED_BYTES).await {
        (Some(bytes), _) => bytes,
        (None, body) => {
            let why = if body.has_failed() { BROKEN } else { TOO_LONG };
            return (opened.with(Body::wrap(body)), Some(why.into()));
        }
    };
    let edited =
        if still() { edit(&bytes, form, members).map_err(NoEffect::from) } else { Err(NoEffect::Over) };
    match edited {
        Ok(other) => {
            if opened.headers().contains_key(CONTENT_LENGTH) {
                tell_length(opened.headers(), other.len() as u64);
            }
            let headers = opened.headers();
            // The body is another, whatever becomes of headers.
            let _ = edit_headers(&paths.headers, |name, value| set(headers, name, value));
            (opened.with(Body::from(other)), None)
        }
        Err(why) => (opened.with(Body::from(bytes)), Some(why)),
    }
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

/// The value that there was.
fn set(headers: &mut HeaderMap, name: &str, value: Option<&str>) -> Result<Option<String>, ()> {
    let Some(value) = value else { return Ok(headers.remove(name).as_ref().map(text)) };
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| ())?;
    let value = HeaderValue::from_str(value).map_err(|_| ())?;
    Ok(headers.insert(name, value).as_ref().map(text))
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}
