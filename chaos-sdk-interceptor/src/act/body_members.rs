//! Members of the real answer that are left out or replaced.

use super::partial::replace;
use super::{Ended, Hit};
use crate::context::service_of;
use crate::protocol::protocol;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use chaos_core::body::Rejoined;
use chaos_core::body::members::{Form, Paths, edit, header_text, split};
use chaos_core::caps::MAX_EDITED_BYTES;
use chaos_core::spec::Members;
use chaos_core::wire::{Protocol, Rest};
use std::borrow::Cow;

impl Hit {
    pub(super) async fn edit(self, members: &Members, request: HttpRequest) -> Ended {
        let form = form(protocol(&request, service_of(&request)));
        let mut answer = self.call(request).await?;
        if !self.is_in_force() {
            return Ok(answer);
        }
        let paths = split(members);
        if !paths.body.is_empty()
            && let Err(why) = self.edit_body(&mut answer, form, members).await
        {
            passed_on(why);
            return Ok(answer);
        }
        edit_headers(answer.headers_mut(), &paths.headers);
        Ok(answer)
    }

    /// # Errors
    /// Why the body stays as it is.
    async fn edit_body(
        &self,
        answer: &mut HttpResponse,
        form: Form,
        members: &Members,
    ) -> Result<(), &'static str> {
        if answer.headers().contains_key("content-encoding") {
            return Err("the answer is compressed");
        }
        let (whole, body) = Rejoined::read(answer.take_body(), MAX_EDITED_BYTES).await;
        *answer.body_mut() = SdkBody::from_body_1_x(body);
        let whole = whole.ok_or("the answer is longer than 1 MiB, or broken off")?;
        if !self.is_in_force() {
            return Err("the fault is over");
        }
        let new = edit(&whole, form, members)?;
        replace(answer, new);
        Ok(())
    }
}

fn passed_on(why: &str) {
    tracing::warn!(target: "chaos", "cannot change members: {why}; the answer was passed on as it is");
}

fn form(protocol: Protocol) -> Form {
    match protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 | Protocol::Rest(Rest::Json) => Form::Json,
        Protocol::RpcV2Cbor => Form::Cbor,
        Protocol::AwsQuery | Protocol::Ec2Query | Protocol::Rest(_) => Form::Xml,
    }
}

fn edit_headers(headers: &mut Headers, paths: &Paths<'_>) {
    for name in &paths.drop {
        headers.remove(name.to_ascii_lowercase());
    }
    for (name, value) in &paths.replace {
        let value = header_text(value).map(Cow::into_owned);
        let put = value.map(|value| headers.try_insert(name.to_ascii_lowercase(), value));
        if !matches!(put, Some(Ok(_))) {
            tracing::warn!(target: "chaos", "the header {name} cannot have such a value: it stays as it is");
        }
    }
}
