//! Cutting a schema down to what a value uses.

use super::schema::{Member, Schema, Shape, ShapeId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The shapes that a value uses, and which of their members, by position.
#[derive(Debug, Default)]
pub(super) struct Used(BTreeMap<u32, BTreeSet<usize>>);

impl Used {
    pub(super) fn shape(&mut self, id: ShapeId) {
        self.0.entry(id.0).or_default();
    }

    pub(super) fn member(&mut self, id: ShapeId, position: usize) {
        self.0.entry(id.0).or_default().insert(position);
    }
}

/// What of `schema` was `used`, numbered from the root outwards: pruning what
/// was pruned changes nothing. A shape of which there is no value (the elements
/// of an empty list) becomes any JSON.
pub(super) fn prune(schema: &Schema, used: &Used) -> Schema {
    let mut pruned = Pruned {
        schema,
        used,
        shapes: Vec::new(),
        leaves: Vec::new(),
        ids: BTreeMap::new(),
        todo: VecDeque::new(),
    };
    pruned.id(ShapeId(0));
    while let Some((new, old)) = pruned.todo.pop_front() {
        let shape = pruned.cut(old);
        if let Some(place) = pruned.shapes.get_mut(new) {
            *place = shape;
        }
    }
    // Every number in there was given out by `id`.
    Schema::new(pruned.shapes).unwrap_or_default()
}

struct Pruned<'a> {
    schema: &'a Schema,
    used: &'a Used,
    shapes: Vec<Shape>,
    leaves: Vec<(Shape, ShapeId)>,
    ids: BTreeMap<u32, ShapeId>,
    todo: VecDeque<(usize, ShapeId)>,
}

impl Pruned<'_> {
    fn id(&mut self, old: ShapeId) -> ShapeId {
        if !self.used.0.contains_key(&old.0) {
            return self.leaf(&Shape::Document);
        }
        match self.schema.shape(old) {
            Shape::Structure(_) | Shape::List { .. } | Shape::Map { .. } => self.branch(old),
            leaf => self.leaf(leaf),
        }
    }

    fn branch(&mut self, old: ShapeId) -> ShapeId {
        if let Some(id) = self.ids.get(&old.0) {
            return *id;
        }
        self.todo.push_back((self.shapes.len(), old));
        let id = self.add(Shape::Document);
        self.ids.insert(old.0, id);
        id
    }

    fn leaf(&mut self, shape: &Shape) -> ShapeId {
        if let Some((_, id)) = self.leaves.iter().find(|(known, _)| known == shape) {
            return *id;
        }
        let id = self.add(shape.clone());
        self.leaves.push((shape.clone(), id));
        id
    }

    fn add(&mut self, shape: Shape) -> ShapeId {
        // No more shapes than `schema` has, whose numbers fit.
        let id = ShapeId(u32::try_from(self.shapes.len()).unwrap_or(u32::MAX));
        self.shapes.push(shape);
        id
    }

    fn cut(&mut self, old: ShapeId) -> Shape {
        let mut shape = self.schema.shape(old).clone();
        match &mut shape {
            Shape::Structure(members) => *members = self.members(old, members),
            Shape::List { of, .. } | Shape::Map { of, .. } => *of = self.id(*of),
            _ => {}
        }
        shape
    }

    fn members(&mut self, old: ShapeId, members: &[Member]) -> Vec<Member> {
        let Some(used) = self.used.0.get(&old.0) else { return Vec::new() };
        let kept = used.iter().filter_map(|position| members.get(*position));
        kept.map(|member| Member { shape: self.id(member.shape), ..member.clone() }).collect()
    }
}
