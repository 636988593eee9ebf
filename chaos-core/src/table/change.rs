//! One change of HEAD, as it is written.

use super::audit::Record;
use super::expression::Expression;
use super::flip::HeadItem;
use super::head::{Halted, Head};
use super::value::{Item, number, text};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use jiff::Timestamp;

/// What HEAD is to become.
#[derive(Debug)]
pub(super) struct Change {
    /// What is armed, as items.
    pub(super) armed: Item,
    /// The halt.
    pub(super) halted: Option<Halted>,
    /// Must not be done while halted, even if the halt was set by hand just now.
    pub(super) barred: bool,
    /// For the audit.
    pub(super) record: Record,
    /// What else is to be done, or to be so.
    pub(super) beside: Option<TransactWriteItem>,
    /// How many copies of HEAD there are to be, where that changes.
    pub(super) copies: Option<u32>,
}

impl Change {
    /// Everything is set, so that the copies become the same whatever they were.
    pub(super) fn expression(&self, generation: u64, now: Timestamp) -> Expression {
        let mut expression = Expression::default();
        expression.set("gen", number(generation));
        expression.set("act", AttributeValue::M(self.armed.clone()));
        expression.set("at", text(now.to_string()));
        expression.set("by", text(self.record.by.as_str()));
        expression.set("halted", AttributeValue::Bool(self.halted.is_some()));
        for (name, value) in halt_attributes(self.halted.as_ref()) {
            match value {
                Some(value) => expression.set(name, value),
                None => expression.remove(name),
            }
        }
        expression
    }

    /// A copy that is not as HEAD in this too costs its readers a strong read with each poll.
    pub(super) fn expression_of_copy(&self, read: &Head, generation: u64, now: Timestamp) -> Expression {
        let mut expression = self.expression(generation, now);
        expression.set("shards", number(self.copies.unwrap_or(read.shards)));
        match read.spread.as_millis() {
            0 => expression.remove("spread_ms"),
            spread => expression.set("spread_ms", number(spread)),
        }
        expression
    }

    pub(super) fn must_still_hold(&self, expression: &mut Expression, read: &HeadItem) {
        read.must_still_hold(expression);
        if self.barred {
            expression.must_equal("halted", AttributeValue::Bool(false));
        }
    }
}

impl HeadItem {
    /// HEAD must be as it was read, hand edits and renewals included: they move no generation.
    pub(super) fn must_still_hold(&self, expression: &mut Expression) {
        expression.must_equal("gen", number(self.head.generation));
        expression.must_equal("act", AttributeValue::M(self.armed.clone()));
        may_equal(expression, "shards", u128::from(self.head.shards), 1);
        may_equal(expression, "spread_ms", self.head.spread.as_millis(), 0);
    }
}

/// A number that means `absent` where it is not there.
fn may_equal(expression: &mut Expression, name: &str, is: u128, absent: u128) {
    if is != absent {
        return expression.must_equal(name, number(is));
    }
    let (name, value) = (expression.name(name), expression.value(number(is)));
    expression.must(format!("(attribute_not_exists({name}) OR {name} = {value})"));
}

/// The attributes that tell of a halt; `None` where there is none.
pub(super) fn halt_attributes(halted: Option<&Halted>) -> [(&'static str, Option<AttributeValue>); 3] {
    let of = |part: fn(&Halted) -> &String| halted.map(|halted| text(part(halted)));
    [
        ("halted_why", of(|halted| &halted.why)),
        ("halted_by", of(|halted| &halted.by)),
        ("halted_at", of(|halted| &halted.at)),
    ]
}
