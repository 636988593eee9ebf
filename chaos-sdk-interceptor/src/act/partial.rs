//! Batches of which a part fails: the real call, and its answer rewritten.

use super::{Ended, Hit, resign, status};
use crate::context::{Call, service_of};
use crate::protocol::{protocol, speech};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use chaos_core::decide::NoEffect;
use chaos_core::effect::Partial;
use chaos_core::partial::{Batch, Chosen, Unreadable};
use chaos_core::wire::{self, Protocol};
use std::borrow::Cow;

const STREAMED: &str = "the request's body is streamed from elsewhere";

/// Whether entries of this call can fail as asked, as far as can be told
/// without reading its body.
///
/// # Errors
/// Why not.
pub(crate) fn can_fail_partly(
    call: &Call<'_>,
    can_sign: bool,
    partial: &Partial,
) -> Result<(), &'static str> {
    let (service, operation, protocol) = kind(call);
    Batch::can_be(service, operation, protocol)?;
    call.request.body().bytes().ok_or(STREAMED)?;
    if partial.sent { Ok(()) } else { resign::can_resign(call.request, can_sign) }
}

/// The entries of this call.
///
/// # Errors
/// Why it has none.
pub(crate) fn batch(call: &Call<'_>) -> Result<Batch, &'static str> {
    let (service, operation, protocol) = kind(call);
    Batch::read(service, operation, protocol, call.request.body().bytes().ok_or(STREAMED)?)
}

fn kind<'a>(call: &Call<'a>) -> (&'a str, &'a str, Protocol) {
    let protocol = protocol(call.request, call.service);
    (call.service.unwrap_or_default(), call.operation.unwrap_or_default(), protocol)
}

impl Hit {
    pub(super) async fn fail_partly(mut self, partial: &Partial, mut request: HttpRequest) -> Ended {
        let Some(batch) = self.batch.take() else {
            // Unreachable: it was read before deciding.
            return self.release(request).await;
        };
        let chosen = batch.choose(partial.share, self.effect.choice);
        if !partial.sent {
            let Some(rest) = batch.without(&chosen) else {
                return self.make_up(partial, &batch, &chosen, &request);
            };
            let signer = self.signer.as_deref();
            resign::replace_body(&mut request, rest, signer).await.map_err(ConnectorError::user)?;
        }
        let answer = self.call(request).await?;
        // What was not sent has to be told as failed all the same.
        if partial.sent && !self.is_in_force() {
            return self.without_effect(NoEffect::Over, answer);
        }
        match rewritten(answer, partial, |body| batch.fail(partial, &chosen, body)).await? {
            // What was not sent was left out all the same.
            (answer, Some(why)) if partial.sent => self.without_effect(why, answer),
            (answer, _) => Ok(answer),
        }
    }

    /// The answer where nothing is left to send.
    fn make_up(&self, partial: &Partial, batch: &Batch, chosen: &Chosen, request: &HttpRequest) -> Ended {
        let body = batch.fail(partial, chosen, batch.blank()).map_err(unreadable)?;
        let speech = speech(request, service_of(request));
        status::answer(wire::success(body, &speech, &self.request_id()))
    }
}

/// A successful answer with another body, or why it stays as it is; the
/// service's errors do.
async fn rewritten(
    mut answer: HttpResponse,
    partial: &Partial,
    rewrite: impl FnOnce(&[u8]) -> Result<Vec<u8>, Unreadable>,
) -> Result<(HttpResponse, Option<NoEffect>), ConnectorError> {
    if !answer.status().is_success() {
        return Ok((answer, Some("the service answered with an error".into())));
    }
    let body = ByteStream::new(answer.take_body()).collect().await;
    let body = body.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
    let plain = answer.headers().get("content-encoding").is_none();
    match rewrite(&body).ok().filter(|_| plain) {
        Some(new) => replace(&mut answer, new),
        // As it is, it says of each entry what became of it.
        None if partial.sent => {
            *answer.body_mut() = SdkBody::from(body);
            return Ok((answer, Some(Cow::from(Unreadable.to_string()).into())));
        }
        None => return Err(unreadable(Unreadable)),
    }
    Ok((answer, None))
}

/// Another body, and nothing left that tells of the old one.
pub(super) fn replace(answer: &mut HttpResponse, body: Vec<u8>) {
    let headers = answer.headers_mut();
    let checksums = headers.iter().map(|(name, _)| name).filter(|name| name.starts_with("x-amz-checksum-"));
    for name in checksums.map(str::to_owned).collect::<Vec<_>>() {
        headers.remove(name);
    }
    // What was said of the old body.
    for name in ["x-amz-crc32", "transfer-encoding", "etag", "content-md5"] {
        headers.remove(name);
    }
    if headers.get("content-length").is_some() {
        headers.insert("content-length", body.len().to_string());
    }
    *answer.body_mut() = SdkBody::from(body);
}

fn unreadable(error: Unreadable) -> ConnectorError {
    ConnectorError::io(error.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::replace;
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_types::body::SdkBody;

    #[test]
    fn nothing_is_left_that_tells_of_the_old_body() {
        let mut answer = HttpResponse::new(200.try_into().unwrap(), SdkBody::from("old"));
        let headers = [
            ("x-amz-crc32", "1"),
            ("content-length", "3"),
            ("x-amz-checksum-crc32", "AAAAAA=="),
            ("x-amzn-requestid", "real"),
        ];
        for (name, value) in headers {
            answer.headers_mut().insert(name, value);
        }
        replace(&mut answer, b"newer".to_vec());
        let mut left: Vec<_> = answer.headers().iter().collect();
        left.sort();
        assert_eq!(left, [("content-length", "5"), ("x-amzn-requestid", "real")]);
        assert_eq!(answer.body().bytes(), Some(b"newer".as_slice()));
    }
}
