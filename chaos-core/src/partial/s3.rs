//! S3 `DeleteObjects`: XML both ways, entries by key and version.

use super::xml::Element;
use super::{Chosen, Failing, Form};

#[derive(Debug)]
pub(super) struct DeleteObjects {
    request: Element,
    entries: Vec<Object>,
}

/// What names an object; the version only where the request gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Object {
    key: String,
    version: Option<String>,
}

impl Object {
    fn of(element: &Element) -> Option<Self> {
        Some(Self { key: element.text_of("Key")?, version: element.text_of("VersionId") })
    }

    fn failed(&self, failing: &Failing<'_>) -> Element {
        let version = self.version.as_deref().map(|version| Element::text("VersionId", version));
        let rest = [Element::text("Code", failing.code), Element::text("Message", failing.message)];
        let key = Element::text("Key", &self.key);
        Element::of("Error", std::iter::once(key).chain(version).chain(rest))
    }
}

impl DeleteObjects {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let request = Element::read(body).filter(|root| root.name() == "Delete")?;
        let objects = request.elements().filter(|element| element.name() == "Object");
        let entries = objects.map(Object::of).collect::<Option<_>>()?;
        Some(Self { request, entries })
    }
}

impl Form for DeleteObjects {
    fn entries(&self) -> usize {
        self.entries.len()
    }

    fn without(&self, chosen: &Chosen) -> Option<Vec<u8>> {
        let mut request = self.request.clone();
        let mut flags = chosen.flags();
        request.retain(|element| element.name() != "Object" || flags.next() == Some(false));
        Some(request.write())
    }

    fn fail(&self, failing: &Failing<'_>, answer: &[u8]) -> Option<Vec<u8>> {
        let mut answer = match Element::read(answer)? {
            // An error of the whole request may come with status 200.
            root if root.name() == "Error" => return Some(answer.to_vec()),
            root => Some(root).filter(|root| root.name() == "DeleteResult")?,
        };
        let mut open: Vec<_> = failing.chosen.of(&self.entries).collect();
        if failing.sent {
            let mut claim = |element: &Element| {
                let object = Object::of(element);
                let found = open.iter().position(|one| object.as_ref() == Some(*one));
                found.map(|at| open.remove(at))
            };
            let failed = |element: &Element| element.name() == "Error";
            // Those that really failed stay as they are.
            answer.elements().filter(|element| failed(element)).for_each(|element| {
                claim(element);
            });
            let mut replaced = Vec::new();
            answer.retain(|element| {
                let object = if element.name() == "Deleted" { claim(element) } else { None };
                replaced.extend(object);
                object.is_none()
            });
            // In quiet mode nothing is said of those that were deleted.
            open.extend(replaced);
        }
        open.into_iter().for_each(|object| answer.push(object.failed(failing)));
        Some(answer.write())
    }

    fn blank(&self) -> &'static [u8] {
        b"<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"></DeleteResult>"
    }

    fn usual_code(&self) -> &'static str {
        "InternalError"
    }
}
