//! Members of the real answer that are left out or replaced.

use super::partial::replace;
use super::{Ended, Hit};
use crate::context::service_of;
use crate::protocol::protocol;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use chaos_core::body::Rejoined;
use chaos_core::body::members::{Form, edit, edit_headers, split};
use chaos_core::caps::MAX_EDITED_BYTES;
use chaos_core::decide::NoEffect;
use chaos_core::spec::Members;
use chaos_core::wire::{Protocol, Rest};

impl Hit {
    pub(super) async fn edit(self, members: &Members, request: HttpRequest) -> Ended {
        let form = form(protocol(&request, service_of(&request)));
        let mut answer = self.call(request).await?;
        if !self.is_in_force() {
            return self.without_effect(NoEffect::Over, answer);
        }
        let paths = split(members);
        if !paths.body.is_empty()
            && let Err(why) = self.edit_body(&mut answer, form, members).await
        {
            return self.without_effect(why, answer);
        }
        let headers = answer.headers_mut();
        match edit_headers(&paths.headers, |name, value| set(headers, name, value)) {
            Err(why) if paths.body.is_empty() => self.without_effect(why, answer),
            _ => Ok(answer),
        }
    }

    /// # Errors
    /// Why the body stays as it is.
    async fn edit_body(
        &self,
        answer: &mut HttpResponse,
        form: Form,
        members: &Members,
    ) -> Result<(), NoEffect> {
        if answer.headers().contains_key("content-encoding") {
            return Err("the answer is compressed".into());
        }
        let (whole, body) = Rejoined::read(answer.take_body(), MAX_EDITED_BYTES).await;
        *answer.body_mut() = SdkBody::from_body_1_x(body);
        let whole = whole.ok_or("the answer is longer than 1 MiB, or broken off")?;
        if !self.is_in_force() {
            return Err(NoEffect::Over);
        }
        let new = edit(&whole, form, members)?;
        replace(answer, new);
        Ok(())
    }
}

fn form(protocol: Protocol) -> Form {
    match protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 | Protocol::Rest(Rest::Json) => Form::Json,
        Protocol::RpcV2Cbor => Form::Cbor,
        Protocol::AwsQuery | Protocol::Ec2Query | Protocol::Rest(_) => Form::Xml,
    }
}

/// The value that there was.
fn set(headers: &mut Headers, name: &str, value: Option<&str>) -> Result<Option<String>, ()> {
    let name = name.to_ascii_lowercase();
    match value {
        Some(value) => headers.try_insert(name, value.to_owned()).map_err(|_| ()),
        None => Ok(headers.remove(name)),
    }
}
