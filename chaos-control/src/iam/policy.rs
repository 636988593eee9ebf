//! What each role may do with which items.

use super::Role;
use super::keys::Items;
use serde_json::{Value, json};

/// Actions on items, by name.
struct Grant {
    name: &'static str,
    actions: &'static [&'static str],
    items: &'static [Items],
}

const APPLICATION: &[Grant] = &[
    Grant { name: "Poll", actions: &["GetItem"], items: &[Items::Head] },
    Grant { name: "Load", actions: &["Query"], items: &[Items::Specs] },
    Grant {
        name: "Report",
        actions: &["PutItem", "UpdateItem"],
        items: &[Items::Reports, Items::Instances, Items::Fleet],
    },
];

const CONTROL: &[Grant] = &[
    Grant {
        name: "Read",
        actions: &["GetItem", "Query"],
        items: &[
            Items::Head,
            Items::Specs,
            Items::Reports,
            Items::Instances,
            Items::Fleet,
            Items::Definitions,
            Items::Audit,
            Items::Outages,
            Items::Idempotency,
            Items::Environments,
            Items::Tokens,
        ],
    },
    Grant {
        name: "Write",
        actions: &["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
        items: &[
            Items::Head,
            Items::Definitions,
            Items::Outages,
            Items::Idempotency,
            Items::Environments,
            Items::Tokens,
        ],
    },
    // What is published or recorded is never changed again.
    Grant { name: "Publish", actions: &["BatchWriteItem", "PutItem"], items: &[Items::Specs] },
    Grant { name: "Record", actions: &["PutItem"], items: &[Items::Audit] },
];

const AUDITOR: &[Grant] = &[Grant {
    name: "Read",
    actions: &["GetItem", "Query"],
    items: &[Items::Audit, Items::Outages, Items::Reports],
}];

/// What tells how the table itself is.
const DESCRIBE: [&str; 3] = ["DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups"];

/// The policy, with keys as `key` writes patterns.
pub(super) fn document(
    role: Role,
    resource: &Value,
    environment: &str,
    key: &dyn Fn(String) -> Value,
) -> Value {
    let grants = match role {
        Role::Application => APPLICATION,
        Role::Control => CONTROL,
        Role::Auditor => AUDITOR,
    };
    let mut statements: Vec<_> =
        grants.iter().map(|grant| statement(grant, resource, environment, key)).collect();
    if role == Role::Control {
        let actions: Vec<_> = DESCRIBE.map(action).into();
        statements
            .push(json!({"Sid": "Describe", "Effect": "Allow", "Action": actions, "Resource": resource}));
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn statement(grant: &Grant, resource: &Value, environment: &str, key: &dyn Fn(String) -> Value) -> Value {
    let patterns = grant.items.iter().flat_map(|items| items.patterns(environment));
    let keys: Vec<_> = patterns.map(key).collect();
    let actions: Vec<_> = grant.actions.iter().copied().map(action).collect();
    json!({
        "Sid": grant.name,
        "Effect": "Allow",
        "Action": actions,
        "Resource": resource,
        // "For all of none" holds: so a request without keys must be no such request.
        "Condition": {
            "ForAllValues:StringLike": {"dynamodb:LeadingKeys": keys},
            "Null": {"dynamodb:LeadingKeys": "false"},
        },
    })
}

fn action(name: &str) -> String {
    format!("dynamodb:{name}")
}
