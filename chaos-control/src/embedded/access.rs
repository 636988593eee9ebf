//! What the listener's callers may do.

use serde_json::Value;

/// What a caller of the listener may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// What an application does that follows the table: `GetItem`, `Query` and
    /// descriptions, on any table and item of the engine; `PutItem` and
    /// `UpdateItem` of reports, instances and fleet budgets, as in its policy.
    Reader,
    /// Everything. For tables of an application under test, never for the
    /// table that says what is injected.
    Full,
}

impl Access {
    /// Whether this access includes a request.
    pub fn allows(self, operation: &str, body: &[u8]) -> bool {
        match (self, operation) {
            (Self::Full, _) | (_, "GetItem" | "Query" | "DescribeTable" | "DescribeTimeToLive") => true,
            (Self::Reader, "PutItem") => is_its_own("Item", body),
            (Self::Reader, "UpdateItem") => is_its_own("Key", body),
            (Self::Reader, _) => false,
        }
    }
}

/// Whether the item that a request writes is one that applications write.
fn is_its_own(member: &str, body: &[u8]) -> bool {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    let pk = request.get(member).and_then(|item| item.get("pk")?.get("S")?.as_str());
    let mut segments = pk.unwrap_or_default().split('|');
    // The environment is any but `*`, which stands for the whole table.
    let environment = segments.next().filter(|version| *version == "mc1").and_then(|_| segments.next());
    let family = segments.next();
    match family {
        _ if environment.is_none_or(|environment| environment == "*") => false,
        Some("I") => true,
        Some("R" | "F") => segments.next().is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Access;
    use serde_json::{Value, json};

    fn reader_may(operation: &str, body: &Value) -> bool {
        let body = body.to_string().into_bytes();
        assert!(Access::Full.allows(operation, &body), "{operation}");
        Access::Reader.allows(operation, &body)
    }

    fn update(pk: &str) -> bool {
        let put = reader_may("PutItem", &json!({"Item": {"pk": {"S": pk}}}));
        let update = reader_may("UpdateItem", &json!({"Key": {"pk": {"S": pk}}}));
        assert_eq!(put, update);
        update
    }

    #[test]
    fn a_reader_reads() {
        for operation in ["GetItem", "Query", "DescribeTable", "DescribeTimeToLive"] {
            assert!(reader_may(operation, &json!({})), "{operation}");
        }
        let key = json!({"pk": {"S": "mc1|staging|R|x"}});
        let all = json!({"Key": key, "Item": key, "RequestItems": {"t": [{"PutRequest": {"Item": key}}]}});
        let others = ["BatchWriteItem", "TransactWriteItems", "DeleteItem", "ExecuteStatement", "Scan", ""];
        for operation in others.into_iter().chain(["DeleteTable", "UpdateTable", "CreateTable"]) {
            assert!(!reader_may(operation, &all), "{operation}");
        }
    }

    #[test]
    fn it_writes_what_its_policy_allows() {
        for own in ["mc1|staging|R|x", "mc1|staging|I", "mc1|staging|I|7", "mc1|staging|F|x|01"] {
            assert!(update(own), "{own}");
        }
        for other in [
            "mc1|staging|HEAD",
            "mc1|staging|T|*",
            "mc1|staging|T|f|I",
            "mc1|staging|D",
            "mc1|staging|A|2026-11",
            "mc1|staging|O",
            "mc1|staging|K|x",
            "mc1|staging|R",
            "mc1|staging|Insider",
            "mc1|*|I",
            "mc1|*|TOKENS",
            "mc2|staging|I",
            "",
        ] {
            assert!(!update(other), "{other}");
        }
        for body in [json!({}), json!({"Key": {"pk": {"N": "1"}}}), json!({"Item": {"pk": {"S": "mc1|e|I"}}})]
        {
            assert!(!reader_may("UpdateItem", &body), "{body}");
        }
        assert!(!Access::Reader.allows("UpdateItem", b"{"));
    }
}
