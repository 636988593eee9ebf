//! SNS `PublishBatch`: a form in, XML out, entries by their id.

use super::xml::Element;
use super::{Chosen, Failing, Form};
use std::collections::{BTreeMap, HashSet};

const MEMBER: &str = "PublishBatchRequestEntries.member.";
const RESULT: &str = "PublishBatchResult";

#[derive(Debug)]
pub(super) struct PublishBatch {
    /// Fields of the request as a whole, as written.
    others: Vec<String>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    id: String,
    /// What follows the entry's number, such as `.Id=a`, as written.
    fields: Vec<String>,
}

impl PublishBatch {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let form = std::str::from_utf8(body).ok()?;
        let mut others = Vec::new();
        let mut members: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for field in form.split('&') {
            match field.strip_prefix(MEMBER).and_then(|member| member.split_once('.')) {
                Some((number, rest)) => {
                    members.entry(number.parse().ok()?).or_default().push(format!(".{rest}"));
                }
                None => others.push(field.to_owned()),
            }
        }
        let entry = |fields: Vec<String>| {
            let id = fields.iter().find_map(|field| field.strip_prefix(".Id="))?;
            // Ids are letters, digits, hyphens and underscores: nothing is encoded.
            Some(Entry { id: id.to_owned(), fields })
        };
        let entries = members.into_values().map(entry).collect::<Option<_>>()?;
        Some(Self { others, entries })
    }
}

impl Form for PublishBatch {
    fn entries(&self) -> usize {
        self.entries.len()
    }

    fn without(&self, chosen: &Chosen) -> Option<Vec<u8>> {
        let mut fields = self.others.clone();
        for (entry, number) in chosen.rest(&self.entries).zip(1..) {
            fields.extend(entry.fields.iter().map(|field| format!("{MEMBER}{number}{field}")));
        }
        Some(fields.join("&").into_bytes())
    }

    fn fail(&self, failing: &Failing<'_>, answer: &[u8]) -> Option<Vec<u8>> {
        let mut answer = Element::read(answer).filter(|root| root.get(RESULT).is_some())?;
        let result = answer.get_or_add(RESULT)?;
        let ids = || failing.chosen.of(&self.entries).map(|entry| entry.id.as_str());
        let chosen: HashSet<_> = ids().collect();
        let is_chosen = |one: &Element| one.text_of("Id").is_some_and(|id| chosen.contains(id.as_str()));
        result.get_or_add("Successful")?.retain(|one| !is_chosen(one));
        let failed = result.get_or_add("Failed")?;
        let really: HashSet<_> = failed.elements().filter_map(|one| one.text_of("Id")).collect();
        for id in ids().filter(|id| !really.contains(*id)) {
            failed.push(Element::of(
                "member",
                [
                    Element::text("Id", id),
                    Element::text("Code", failing.code),
                    Element::text("Message", failing.message),
                    Element::text("SenderFault", "false"),
                ],
            ));
        }
        Some(answer.write())
    }

    fn blank(&self) -> &'static [u8] {
        b"<PublishBatchResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishBatchResult>\
          <Failed></Failed><Successful></Successful></PublishBatchResult></PublishBatchResponse>"
    }

    fn usual_code(&self) -> &'static str {
        "InternalError"
    }
}
