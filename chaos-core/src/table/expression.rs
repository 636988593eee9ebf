//! Expressions of updates and conditions, with every name and value behind a
//! placeholder, so that no name can be a reserved word.

use super::value::Item;
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;

/// An expression being written.
#[derive(Clone, Debug, Default)]
pub(super) struct Expression {
    sets: Vec<String>,
    removes: Vec<String>,
    adds: Vec<String>,
    conditions: Vec<String>,
    names: HashMap<String, String>,
    values: Item,
}

impl Expression {
    /// The condition that there is no such item.
    pub(super) fn absent() -> Self {
        let mut condition = Self::default();
        let name = condition.name("pk");
        condition.must(format!("attribute_not_exists({name})"));
        condition
    }

    /// A placeholder for an attribute's name.
    pub(super) fn name(&mut self, name: &str) -> String {
        let placeholder = format!("#{}", self.names.len());
        self.names.insert(placeholder.clone(), name.to_owned());
        placeholder
    }

    /// A placeholder for a value.
    pub(super) fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    pub(super) fn set(&mut self, name: &str, value: AttributeValue) {
        let (name, value) = (self.name(name), self.value(value));
        self.sets.push(format!("{name} = {value}"));
    }

    pub(super) fn remove(&mut self, name: &str) {
        let name = self.name(name);
        self.removes.push(name);
    }

    /// Adds to a number or a set, in its own words, over placeholders from here.
    pub(super) fn add(&mut self, addition: String) {
        self.adds.push(addition);
    }

    /// Holds only where the attribute is there and has this value.
    pub(super) fn must_equal(&mut self, name: &str, value: AttributeValue) {
        let (name, value) = (self.name(name), self.value(value));
        self.conditions.push(format!("{name} = {value}"));
    }

    /// A condition in its own words, over placeholders from here.
    pub(super) fn must(&mut self, condition: String) {
        self.conditions.push(condition);
    }

    pub(super) fn update(&self) -> String {
        let clause = |word: &str, parts: &[String]| match parts {
            [] => String::new(),
            parts => format!("{word} {} ", parts.join(", ")),
        };
        clause("SET", &self.sets) + &clause("REMOVE", &self.removes) + &clause("ADD", &self.adds)
    }

    pub(super) fn condition(&self) -> Option<String> {
        (!self.conditions.is_empty()).then(|| self.conditions.join(" AND "))
    }

    pub(super) fn names(&self) -> Option<HashMap<String, String>> {
        (!self.names.is_empty()).then(|| self.names.clone())
    }

    pub(super) fn values(&self) -> Option<Item> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }
}
