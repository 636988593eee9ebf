//! Evaluates IAM policies, as far as ours go: `Allow`, actions and resources,
//! `ForAllValues:StringLike` and `Null`. What it does not know, it refuses.

use crate::wire::Exchange;
use serde_json::Value;
use std::collections::BTreeSet;

/// One thing that is asked of a table, as IAM sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Asked {
    /// `GetItem`, ...
    pub(crate) action: String,
    /// The partition keys that it concerns.
    pub(crate) keys: Vec<String>,
}

impl Asked {
    pub(crate) fn of(action: &str, key: &str) -> Self {
        Self { action: action.to_owned(), keys: vec![key.to_owned()] }
    }

    /// A request, as the actions that it needs.
    pub(crate) fn by(exchange: &Exchange) -> Vec<Self> {
        let Exchange { operation, request, .. } = exchange;
        let one = |key: &Value| vec![Self::of(operation, key["pk"]["S"].as_str().unwrap())];
        match operation.as_str() {
            "GetItem" | "UpdateItem" | "DeleteItem" => one(&request["Key"]),
            "PutItem" => one(&request["Item"]),
            "Query" => vec![Self::of(operation, queried(request))],
            "TransactWriteItems" => request["TransactItems"].as_array().unwrap().iter().map(within).collect(),
            "BatchWriteItem" => {
                let writes = request["RequestItems"].as_object().unwrap().values();
                let writes = writes.flat_map(|writes| writes.as_array().unwrap());
                let key = |write: &Value| write["PutRequest"]["Item"]["pk"]["S"].as_str().unwrap().to_owned();
                vec![Self { action: operation.clone(), keys: writes.map(key).collect() }]
            }
            "DescribeTable" | "DescribeTimeToLive" | "DescribeContinuousBackups" => {
                vec![Self { action: operation.clone(), keys: Vec::new() }]
            }
            other => panic!("what does {other} need?"),
        }
    }
}

fn queried(request: &Value) -> &str {
    assert_eq!(request.get("IndexName"), None);
    let condition = request["KeyConditionExpression"].as_str().unwrap();
    assert!(condition.starts_with("pk = :pk"), "{condition}");
    request["ExpressionAttributeValues"][":pk"]["S"].as_str().unwrap()
}

/// A part of a transaction needs the action that it would need alone.
fn within(part: &Value) -> Asked {
    let (kind, part) = part.as_object().unwrap().iter().next().unwrap();
    let (action, key) = match kind.as_str() {
        "Put" => ("PutItem", &part["Item"]),
        "Update" => ("UpdateItem", &part["Key"]),
        "Delete" => ("DeleteItem", &part["Key"]),
        "ConditionCheck" => ("ConditionCheckItem", &part["Key"]),
        other => panic!("what does {other} need?"),
    };
    Asked::of(action, key["pk"]["S"].as_str().unwrap())
}

/// Whether `policy` allows it on the table `arn`.
pub(crate) fn allows(policy: &Value, arn: &str, asked: &Asked) -> bool {
    policy["Statement"].as_array().unwrap().iter().any(|statement| grants(statement, arn, asked))
}

fn grants(statement: &Value, arn: &str, asked: &Asked) -> bool {
    let known = ["Sid", "Effect", "Action", "Resource", "Condition"];
    assert!(statement.as_object().unwrap().keys().all(|name| known.contains(&&**name)), "{statement}");
    assert_eq!(statement["Effect"], "Allow");
    let action = format!("dynamodb:{}", asked.action);
    let actions = statement["Action"].as_array().unwrap();
    actions.iter().any(|known| like(known.as_str().unwrap(), &action))
        && like(statement["Resource"].as_str().unwrap(), arn)
        && statement.get("Condition").is_none_or(|condition| holds(condition, asked))
}

fn holds(condition: &Value, asked: &Asked) -> bool {
    condition.as_object().unwrap().iter().all(|(operator, wanted)| {
        let (key, wanted) = wanted.as_object().unwrap().iter().next().unwrap();
        assert_eq!(key, "dynamodb:LeadingKeys");
        match operator.as_str() {
            "ForAllValues:StringLike" => {
                let patterns = wanted.as_array().unwrap();
                let fits = |key: &String| patterns.iter().any(|pattern| like(pattern.as_str().unwrap(), key));
                asked.keys.iter().all(fits)
            }
            "Null" => asked.keys.is_empty() == (wanted == "true"),
            other => panic!("what is {other}?"),
        }
    })
}

/// `*` stands for any text, `?` for any one character.
pub(crate) fn like(pattern: &str, text: &str) -> bool {
    let (mut pattern_left, mut text_left) = (pattern.chars(), text.chars());
    match (pattern_left.next(), text_left.next()) {
        (None, None) => true,
        (Some('*'), None) => like(pattern_left.as_str(), ""),
        (Some('*'), Some(_)) => like(pattern_left.as_str(), text) || like(pattern, text_left.as_str()),
        (Some('?'), Some(_)) => like(pattern_left.as_str(), text_left.as_str()),
        (Some(wanted), Some(found)) => wanted == found && like(pattern_left.as_str(), text_left.as_str()),
        _ => false,
    }
}

/// Every action of a policy with every pattern of the same statement.
pub(crate) fn pairs(policy: &Value) -> BTreeSet<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let statements = policy["Statement"].as_array().unwrap().iter();
    let of_one = |statement: &Value| -> Vec<(String, String)> {
        let keys = &statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
        let keys: Vec<_> = keys.as_array().into_iter().flatten().map(text).collect();
        let actions = statement["Action"].as_array().unwrap().iter().map(text);
        actions.flat_map(|action| keys.iter().map(move |key| (action.clone(), key.clone()))).collect()
    };
    statements.flat_map(of_one).collect()
}

#[test]
fn patterns_are_read_as_iam_reads_them() {
    for (pattern, text, fits) in [
        ("mc1|e|T|*", "mc1|e|T|*", true),
        ("mc1|e|T|*", "mc1|e|T|f|checkout", true),
        ("mc1|e|T|*", "mc1|e|T", false),
        ("mc1|e|I", "mc1|e|I", true),
        ("mc1|e|I", "mc1|e|Insider", false),
        ("mc1|*|I|*", "mc1|e|T|f|I|x", true),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
    ] {
        assert_eq!(like(pattern, text), fits, "{pattern} {text}");
    }
}
