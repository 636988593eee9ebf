//! Errors in every protocol.

use super::answer::{Answer, HOST_ID};
use super::headers::Headers;
use super::json::{self, Form};
use super::schema::{Member, Shape};
use super::view::Fields;
use super::xml::{Xml, wire};
use super::{Encoded, Protocol, Rest, ServiceError, Speech, cbor, rest};

/// Where JSON errors say what they are, before any body.
const ERROR_TYPE: &str = "x-amzn-errortype";

/// `error` in the protocol of `speech`, as services of its family write errors.
///
/// Whatever texts the error holds, the answer is well-formed: what XML or a
/// header cannot say is replaced.
pub fn error(error: &ServiceError, speech: &Speech, request_id: &str) -> Encoded {
    error_with(error, speech, &[], request_id)
}

/// As [`error`], and `headers` are sent along, where the answer has none of their
/// name itself. Only S3's second request id, which says nothing of the answer, is
/// taken from them rather than made up.
pub fn error_with(
    error: &ServiceError,
    speech: &Speech,
    headers: &[(String, String)],
    request_id: &str,
) -> Encoded {
    let mut answer = Answer { status: error.status, headers: Headers::replayed(headers), body: Vec::new() };
    let told = Told::of(error);
    match speech.protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => {
            // A member called `code` would be taken for the code, but for this header.
            answer.headers.set(ERROR_TYPE, &error.code);
            answer.body = json::object(&told.typed(told.message_name(Form::Rpc)), &told.fields, Form::Rpc);
        }
        Protocol::RpcV2Cbor => {
            answer.body = cbor::object(&told.typed(told.message_name(Form::Rpc)), &told.fields)
        }
        Protocol::Rest(Rest::Json) => {
            let fields = rest::bind(told.fields.clone(), &mut answer.headers);
            answer.headers.set(ERROR_TYPE, &error.code);
            answer.body =
                json::object(&[(told.message_name(Form::Rest), &error.message)], &fields, Form::Rest);
        }
        Protocol::Rest(Rest::Xml | Rest::S3) => {
            let fields = rest::bind(told.fields.clone(), &mut answer.headers);
            answer.body = match speech.protocol {
                Protocol::Rest(Rest::S3) => {
                    told.bare(&fields, request_id, answer.headers.get(HOST_ID).unwrap_or(request_id))
                }
                _ => told.wrapped(&fields, request_id),
            };
        }
        Protocol::AwsQuery => answer.body = told.wrapped(&told.fields, request_id),
        Protocol::Ec2Query => answer.body = told.ec2(request_id),
    }
    if speech.query_mode {
        answer.headers.set("x-amzn-query-error", &told.query_error());
    }
    answer.finish(speech, request_id)
}

/// An error taken apart: its message is told once, by the name that its shape has for it.
struct Told<'a> {
    error: &'a ServiceError,
    message: Option<&'a Member>,
    fields: Fields<'a>,
}

impl<'a> Told<'a> {
    fn of(error: &'a ServiceError) -> Self {
        let members: &[Member] = match error.fields.as_ref().map(|fields| fields.schema.root()) {
            Some(Shape::Structure(members)) => members,
            _ => &[],
        };
        let mut fields = error.fields.as_ref().map(|fields| fields.view().fields()).unwrap_or_default();
        // Both are told from the error itself.
        fields.retain(|(member, _)| !member.is_message() && *member.name != *"__type");
        Self { error, message: members.iter().find(|member| member.is_message()), fields }
    }

    fn message_name(&self, form: Form) -> &'a str {
        self.message.map_or("message", |member| form.name(member))
    }

    fn typed(&self, message: &'a str) -> [(&'a str, &'a str); 2] {
        [("__type", &self.error.code), (message, &self.error.message)]
    }

    fn fault(&self) -> &'static str {
        if self.error.status >= 500 { "Receiver" } else { "Sender" }
    }

    fn query_error(&self) -> String {
        format!("{};{}", self.query_code(), self.fault())
    }

    fn query_code(&self) -> &'a str {
        self.error.query_code.as_deref().unwrap_or(&self.error.code)
    }

    /// `ErrorResponse`, as awsQuery and most of restXml have it.
    fn wrapped(&self, fields: &Fields<'_>, request_id: &str) -> Vec<u8> {
        let mut xml = Xml::new();
        xml.within("ErrorResponse", None, |xml| {
            xml.within("Error", None, |xml| {
                xml.text("Type", self.fault());
                self.members(xml, self.query_code(), fields);
            });
            xml.text("RequestId", request_id);
        });
        xml.into_bytes()
    }

    fn bare(&self, fields: &Fields<'_>, request_id: &str, host_id: &str) -> Vec<u8> {
        let mut xml = Xml::new();
        xml.within("Error", None, |xml| {
            self.members(xml, &self.error.code, fields);
            xml.text("RequestId", request_id);
            xml.text("HostId", host_id);
        });
        xml.into_bytes()
    }

    fn ec2(&self, request_id: &str) -> Vec<u8> {
        let mut xml = Xml::new();
        xml.within("Response", None, |xml| {
            xml.within("Errors", None, |xml| {
                xml.within("Error", None, |xml| self.members(xml, &self.error.code, &self.fields));
            });
            xml.text("RequestID", request_id);
        });
        xml.into_bytes()
    }

    fn members(&self, xml: &mut Xml, code: &str, fields: &Fields<'_>) {
        xml.text("Code", code);
        xml.text("Message", &self.error.message);
        // A member of that name would be read as the code.
        xml.members(&fields.iter().copied().filter(|(member, _)| wire(member) != "Code").collect());
    }
}
