//! Successful answers in every protocol.

use super::answer::Answer;
use super::headers::Headers;
use super::json::{self, Form};
use super::schema::{Place, Schema, Shape};
use super::view::{Fields, Kind, Leaf, View};
use super::xml::{Xml, wire};
use super::{Document, Encoded, Output, Protocol, Rest, Speech, cbor, rest};

/// `document` as the successful answer of an operation, in the protocol of `speech`.
///
/// `status` holds unless a member of the document is the status. `headers` are
/// sent along, where the answer has none of their name itself; S3's second request id
/// is made up only where they have none.
pub fn output(
    output: &Output,
    document: &Document,
    status: u16,
    speech: &Speech,
    headers: &[(String, String)],
    request_id: &str,
) -> Encoded {
    let fields = document.view().fields();
    let mut answer = Answer { status, headers: Headers::replayed(headers), body: Vec::new() };
    match speech.protocol {
        Protocol::AwsJson10 | Protocol::AwsJson11 => answer.body = json::object(&[], &fields, Form::Rpc),
        Protocol::RpcV2Cbor => answer.body = cbor::object(&[], &fields),
        Protocol::AwsQuery => answer.body = query(output, &fields, request_id),
        Protocol::Ec2Query => answer.body = ec2(output, &fields, request_id),
        Protocol::Rest(of) => RestAnswer { output, document, of }.write(fields, &mut answer),
    }
    answer.finish(speech, request_id)
}

fn query(output: &Output, fields: &Fields<'_>, request_id: &str) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.within(&format!("{}Response", output.operation), output.namespace.as_deref(), |xml| {
        xml.structure(&format!("{}Result", output.operation), None, fields);
        xml.within("ResponseMetadata", None, |xml| xml.text("RequestId", request_id));
    });
    xml.into_bytes()
}

fn ec2(output: &Output, fields: &Fields<'_>, request_id: &str) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.within(&format!("{}Response", output.operation), output.namespace.as_deref(), |xml| {
        xml.text("requestId", request_id);
        xml.members(fields);
    });
    xml.into_bytes()
}

/// restJson and restXml differ in how they write the body, not in what is in it.
struct RestAnswer<'a> {
    output: &'a Output,
    document: &'a Document,
    of: Rest,
}

impl<'a> RestAnswer<'a> {
    fn write(&self, fields: Fields<'a>, answer: &mut Answer) {
        let mut fields = rest::bind(fields, &mut answer.headers);
        answer.status = rest::status(&mut fields).unwrap_or(answer.status);
        match fields.iter().find(|(member, _)| member.place == Place::Payload) {
            Some((member, view)) => self.payload(wire(member), *view, answer),
            // A document knows of its payload even where it has none.
            None if has_payload(&self.document.schema) => {}
            None => answer.body = self.members(&fields),
        }
    }

    fn payload(&self, name: &str, view: View<'a>, answer: &mut Answer) {
        match (view.kind(), self.of) {
            (Kind::Leaf(Leaf::Blob(bytes)), _) => answer.raw(bytes, "application/octet-stream"),
            (Kind::Leaf(Leaf::Text(text)), _) => answer.raw(text.as_bytes(), "text/plain"),
            (_, Rest::Json) => answer.body = json::bytes(&json::value(view, Form::Rest)),
            (_, Rest::Xml | Rest::S3) => {
                let mut xml = Xml::new();
                xml.element(
                    self.output.root.as_deref().unwrap_or(name),
                    self.output.namespace.as_deref(),
                    view,
                );
                answer.body = xml.into_bytes();
            }
        }
    }

    fn members(&self, fields: &Fields<'_>) -> Vec<u8> {
        match (self.of, &self.output.root) {
            (Rest::Json, _) => json::object(&[], fields, Form::Rest),
            (_, None) if fields.is_empty() => Vec::new(),
            (_, root) => self.xml(root.as_deref().unwrap_or(&self.output.operation), fields),
        }
    }

    fn xml(&self, root: &str, fields: &Fields<'_>) -> Vec<u8> {
        let mut xml = Xml::new();
        let namespace = self.output.namespace.as_deref();
        match fields.first().map(|(_, view)| view.kind()) {
            // The root itself is the one member of this operation.
            Some(Kind::Leaf(Leaf::Text(text)))
                if self.of == Rest::S3 && self.output.operation == "GetBucketLocation" =>
            {
                xml.within(root, namespace, |xml| xml.characters(text));
            }
            _ => xml.structure(root, namespace, fields),
        }
        xml.into_bytes()
    }
}

fn has_payload(schema: &Schema) -> bool {
    match schema.root() {
        Shape::Structure(members) => members.iter().any(|member| member.place == Place::Payload),
        _ => false,
    }
}
