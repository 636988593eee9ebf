//! Values that a shape allows.

use crate::printed::plain;
use aws_smithy_types::base64;
use chaos_core::wire::{Member, Place, Schema, Shape, ShapeId, TimeFormat};
use conformance::Sdk;
use proptest::collection::{btree_map, vec};
use proptest::option::weighted;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// From here on nothing is put into anything: some shapes hold themselves.
const DEEP: usize = 6;

/// Texts in botocore's definitions that are numbers in the crates'.
const NUMBERS: [&str; 1] = ["MaxItems"];

/// Makes values of a schema's shapes, in the form in which specs hold them.
pub(crate) struct Values<'a> {
    pub(crate) schema: &'a Schema,
    /// Tells what has exactly one of its members, and what must not be left
    /// out: no schema does.
    pub(crate) sdk: &'a Sdk,
}

impl Values<'_> {
    /// Values of the root, with those of its members that are wanted.
    pub(crate) fn of_root(&self, wanted: &dyn Fn(&str) -> bool) -> BoxedStrategy<Json> {
        let Shape::Structure(members) = self.schema.root() else { return Just(json!({})).boxed() };
        let members: Vec<_> = members.iter().filter(|member| wanted(&member.name)).cloned().collect();
        self.structure(&members, 0)
    }

    fn of(&self, shape: ShapeId, place: Place, depth: usize) -> BoxedStrategy<Json> {
        match self.schema.shape(shape) {
            Shape::Structure(members) if self.is_union(members) => self.union(members, depth),
            Shape::Structure(members) => self.structure(members, depth),
            Shape::List { of, .. } => {
                let items = vec(self.of(*of, place, depth + 1), 0..if depth < DEEP { 3 } else { 1 });
                items.prop_map(Json::Array).boxed()
            }
            Shape::Map { of, .. } => {
                let keys = if place == Place::Headers { "[a-z][a-z0-9]{0,7}" } else { "[ -~é<>&]{1,8}" };
                let items =
                    btree_map(keys, self.of(*of, place, depth + 1), 0..if depth < DEEP { 3 } else { 1 });
                items.prop_map(|items| Json::Object(items.into_iter().collect())).boxed()
            }
            leaf => self.leaf(leaf, place),
        }
    }

    fn structure(&self, members: &[Member], depth: usize) -> BoxedStrategy<Json> {
        let kept = members.iter().filter(|member| depth < DEEP || self.is_leaf(member.shape));
        let members: Vec<_> = kept.map(|member| self.maybe(member, depth)).collect();
        members.prop_map(|members| Json::Object(members.into_iter().flatten().collect::<Map<_, _>>())).boxed()
    }

    fn union(&self, members: &[Member], depth: usize) -> BoxedStrategy<Json> {
        let kept = members.iter().filter(|member| depth < DEEP || self.is_leaf(member.shape));
        let members: Vec<_> = kept.map(|member| self.member(member, depth).boxed()).collect();
        proptest::strategy::Union::new(members).prop_map(|(name, value)| json!({name: value})).boxed()
    }

    fn member(&self, member: &Member, depth: usize) -> impl Strategy<Value = (String, Json)> + use<> {
        let name = member.name.to_string();
        let values = match NUMBERS.contains(&name.as_str()) {
            true => "[1-9][0-9]{0,4}".prop_map(Json::from).boxed(),
            false => self.of(member.shape, member.place, depth + 1),
        };
        values.prop_map(move |value| (name.clone(), value))
    }

    /// The member, or not, where the client can do without.
    fn maybe(&self, member: &Member, depth: usize) -> BoxedStrategy<Option<(String, Json)>> {
        let values = self.member(member, depth);
        match self.sdk.needed.iter().any(|name| plain(name) == plain(&member.name)) {
            true => values.prop_map(Some).boxed(),
            false => weighted(0.8, values).boxed(),
        }
    }

    fn is_union(&self, members: &[Member]) -> bool {
        let names: BTreeSet<_> = members.iter().map(|member| plain(&member.name)).collect();
        self.sdk
            .unions
            .values()
            .any(|union| union.iter().map(|name| plain(name)).collect::<BTreeSet<_>>() == names)
    }

    fn is_leaf(&self, shape: ShapeId) -> bool {
        !matches!(self.schema.shape(shape), Shape::Structure(_) | Shape::List { .. } | Shape::Map { .. })
    }

    fn leaf(&self, shape: &Shape, place: Place) -> BoxedStrategy<Json> {
        match (shape, place) {
            (Shape::Text, Place::Header | Place::Headers) => {
                "[A-Za-z0-9][A-Za-z0-9 .-]{0,8}[A-Za-z0-9]".prop_map(Json::from).boxed()
            }
            (Shape::Text, _) => "[ -~\t\n\ré€😀]{0,12}".prop_map(Json::from).boxed(),
            (Shape::Blob, _) => {
                vec(any::<u8>(), 0..12).prop_map(|bytes| base64::encode(bytes).into()).boxed()
            }
            (Shape::Boolean, _) => any::<bool>().prop_map(Json::from).boxed(),
            (Shape::Integer, Place::Status) => (200..204).prop_map(Json::from).boxed(),
            // Which of its whole numbers have 64 bits, a schema does not tell.
            (Shape::Integer, _) => any::<i32>().prop_map(Json::from).boxed(),
            (Shape::Float | Shape::Double, _) => {
                (-4000..4000_i32).prop_map(|quarters| json!(f64::from(quarters) / 4.0)).boxed()
            }
            (Shape::Timestamp(format), _) => {
                time(*format == Some(TimeFormat::HttpDate) || place != Place::Body)
            }
            _ => "[a-z]{0,5}".prop_map(|text| json!({"any": [text]})).boxed(),
        }
    }
}

/// Times of this century and the last, of whole seconds or quarters: other parts
/// of a second have no exact number, and the SDK cuts off what it reads.
fn time(whole: bool) -> BoxedStrategy<Json> {
    let thousandths =
        if whole { Just(0).boxed() } else { (0..4_u32).prop_map(|quarter| quarter * 250).boxed() };
    let parts = (0..4_102_444_800_i64, thousandths);
    parts.prop_map(|(seconds, thousandths)| text_of(seconds, thousandths).into()).boxed()
}

fn text_of(seconds: i64, thousandths: u32) -> String {
    let time = aws_smithy_types::DateTime::from_secs_and_nanos(seconds, thousandths * 1_000_000);
    time.fmt(aws_smithy_types::date_time::Format::DateTime).unwrap()
}
