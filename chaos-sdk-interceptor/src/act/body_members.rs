//! Members of the real answer that are left out or replaced.

use super::partial::replace;
use super::{Ended, Hit};
use crate::context::service_of;
use crate::protocol::protocol;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use chaos_core::body::Rejoined;
use chaos_core::body::members::{Form, edit};
use chaos_core::caps::MAX_EDITED_BYTES;
use chaos_core::spec::Members;
use chaos_core::wire::{Protocol, Rest};

impl Hit {
    pub(super) async fn edit(self, members: &Members, request: HttpRequest) -> Ended {
        let form = form(protocol(&request, service_of(&request)));
        let mut answer = self.call(request).await?;
        let (headers, body) = apart(members);
        if headers != Members::default() && !edit_headers(&mut answer, &headers) {
            tracing::warn!(target: "chaos", "cannot change headers: the answer has none of them");
        }
        if body != Members::default()
            && let Err(why) = edit_body(&mut answer, form, &body).await
        {
            tracing::warn!(target: "chaos", "cannot change members: {why}; the answer was passed on as it is");
        }
        Ok(answer)
    }
}

fn form(protocol: Protocol) -> Form {
    match protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 | Protocol::Rest(Rest::Json) => Form::Json,
        Protocol::RpcV2Cbor => Form::Cbor,
        Protocol::AwsQuery | Protocol::Ec2Query | Protocol::Rest(_) => Form::Xml,
    }
}

/// What is said of headers, by their names, and what of the body.
fn apart(members: &Members) -> (Members, Members) {
    let (mut headers, mut body) = (Members::default(), Members::default());
    for path in &members.drop {
        match path.strip_prefix("header:") {
            Some(name) => headers.drop.push(name.to_owned()),
            None => body.drop.push(path.clone()),
        }
    }
    for (path, value) in &members.replace {
        match path.strip_prefix("header:") {
            Some(name) => headers.replace.insert(name.to_owned(), value.clone()),
            None => body.replace.insert(path.clone(), value.clone()),
        };
    }
    (headers, body)
}

/// Whether there was one to edit. One that the answer has not is not put there:
/// that would be no replacement.
fn edit_headers(answer: &mut HttpResponse, members: &Members) -> bool {
    let headers = answer.headers_mut();
    let mut found = false;
    for name in &members.drop {
        found |= headers.remove(name.to_ascii_lowercase()).is_some();
    }
    for (name, value) in &members.replace {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let name = name.to_ascii_lowercase();
        found |= headers.contains_key(&name) && headers.try_insert(name, text).is_ok();
    }
    found
}

/// # Errors
/// Why the body stays as it is.
async fn edit_body(answer: &mut HttpResponse, form: Form, members: &Members) -> Result<(), &'static str> {
    if answer.headers().contains_key("content-encoding") {
        return Err("the answer is compressed");
    }
    let (whole, body) = Rejoined::read(answer.take_body(), MAX_EDITED_BYTES).await;
    *answer.body_mut() = SdkBody::from_body_1_x(body);
    let whole = whole.ok_or("the answer is longer than 1 MiB, or broken off")?;
    let new = edit(&whole, form, members)?;
    replace(answer, new);
    Ok(())
}
