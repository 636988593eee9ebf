//! S3 `DeleteObjects`: XML both ways, entries by key and version.

use super::xml::Element;
use super::{Chosen, Failing, Form};
use std::collections::{HashMap, VecDeque};

#[derive(Debug)]
pub(super) struct DeleteObjects {
    request: Element,
    entries: Vec<Object>,
}

/// What names an object; the version only where the request gives it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

/// Chosen objects of which the answer has not spoken yet.
struct Open<'a> {
    objects: Vec<Option<&'a Object>>,
    /// Where each stands above; one that was asked for twice stands twice.
    places: HashMap<&'a Object, VecDeque<usize>>,
}

impl<'a> Open<'a> {
    fn of(objects: impl Iterator<Item = &'a Object>) -> Self {
        let objects: Vec<_> = objects.map(Some).collect();
        let mut places: HashMap<_, VecDeque<usize>> = HashMap::new();
        for (place, object) in objects.iter().flatten().enumerate() {
            places.entry(*object).or_default().push_back(place);
        }
        Self { objects, places }
    }

    /// The object that an element is about, once.
    fn claim(&mut self, element: &Element) -> Option<&'a Object> {
        let place = self.places.get_mut(&Object::of(element)?)?.pop_front()?;
        self.objects.get_mut(place)?.take()
    }

    fn left(self) -> impl Iterator<Item = &'a Object> {
        self.objects.into_iter().flatten()
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
        let mut open = Open::of(failing.chosen.of(&self.entries));
        let mut replaced = Vec::new();
        if failing.sent {
            // Those that really failed stay as they are.
            for element in answer.elements().filter(|element| element.name() == "Error") {
                open.claim(element);
            }
            answer.retain(|element| {
                let object = if element.name() == "Deleted" { open.claim(element) } else { None };
                replaced.extend(object);
                object.is_none()
            });
        }
        // In quiet mode nothing is said of those that were deleted.
        for object in open.left().chain(replaced) {
            answer.push(object.failed(failing));
        }
        Some(answer.write())
    }

    fn blank(&self) -> &'static [u8] {
        b"<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"></DeleteResult>"
    }

    fn usual_code(&self) -> &'static str {
        "InternalError"
    }
}
