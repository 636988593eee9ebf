//! From an operation's name to the database's typed methods.
//!
//! The database has a dispatcher of its own, but does not let others call it.

use dynoxide::{Database, DynoxideError};
use serde::{Serialize, de::DeserializeOwned};

use super::Answer;

/// One operation: reads the request's JSON, runs it, writes the answer's JSON.
pub(super) type Operation = fn(&Database, &[u8]) -> Answer;

/// The operation of this name.
///
/// Streams are left out on purpose: the database never trims their records.
pub(super) fn operation(name: &str) -> Option<Operation> {
    let operation: Operation = match name {
        "GetItem" => |db, body| run(db, body, Database::get_item),
        "PutItem" => |db, body| run(db, body, Database::put_item),
        "UpdateItem" => |db, body| run(db, body, Database::update_item),
        "DeleteItem" => |db, body| run(db, body, Database::delete_item),
        "Query" => |db, body| run(db, body, Database::query),
        "Scan" => |db, body| run(db, body, Database::scan),
        "BatchGetItem" => |db, body| run(db, body, Database::batch_get_item),
        "BatchWriteItem" => |db, body| run(db, body, Database::batch_write_item),
        "TransactGetItems" => |db, body| run(db, body, Database::transact_get_items),
        "TransactWriteItems" => |db, body| run(db, body, Database::transact_write_items),
        "ExecuteStatement" => |db, body| run(db, body, Database::execute_statement),
        "ExecuteTransaction" => |db, body| run(db, body, Database::execute_transaction),
        "BatchExecuteStatement" => |db, body| run(db, body, Database::batch_execute_statement),
        "CreateTable" => |db, body| run(db, body, Database::create_table),
        "UpdateTable" => |db, body| run(db, body, Database::update_table),
        "DescribeTable" => |db, body| run(db, body, Database::describe_table),
        "DeleteTable" => |db, body| run(db, body, Database::delete_table),
        "ListTables" => |db, body| run(db, body, Database::list_tables),
        "UpdateTimeToLive" => |db, body| run(db, body, Database::update_time_to_live),
        "DescribeTimeToLive" => |db, body| run(db, body, Database::describe_time_to_live),
        "TagResource" => |db, body| run(db, body, Database::tag_resource),
        "UntagResource" => |db, body| run(db, body, Database::untag_resource),
        "ListTagsOfResource" => |db, body| run(db, body, Database::list_tags_of_resource),
        _ => return None,
    };
    Some(operation)
}

fn run<Q, R, M>(database: &Database, body: &[u8], method: M) -> Answer
where
    Q: DeserializeOwned,
    R: Serialize,
    M: FnOnce(&Database, Q) -> dynoxide::Result<R>,
{
    let request = match serde_json::from_slice(body) {
        Ok(request) => request,
        Err(error) => return unreadable(&error.to_string()).into(),
    };
    let response = match method(database, request) {
        Ok(response) => response,
        Err(error) => return error.into(),
    };
    match serde_json::to_vec(&response) {
        Ok(body) => Answer::ok(body),
        Err(error) => Answer::internal(&error.to_string()),
    }
}

/// The error for a request that could not be read.
///
/// The database's types check much of a request while it is parsed, and mark
/// in the parser's message which error they mean. No mark may reach a caller.
fn unreadable(parser: &str) -> DynoxideError {
    let text = without_position(parser);
    match text.split_once(':') {
        Some(("VALIDATION" | "VALIDATION_REQUEST" | "VALIDATION_AS_READ", message)) => {
            DynoxideError::ValidationException(message.to_owned())
        }
        Some(("SERIALIZATION" | "SERIALIZATION_AS_READ", message)) => {
            DynoxideError::SerializationException(message.to_owned())
        }
        _ if is_validation(text) => DynoxideError::ValidationException(text.to_owned()),
        _ => DynoxideError::SerializationException(text.to_owned()),
    }
}

/// What DynamoDB calls invalid rather than unreadable, among unmarked messages.
fn is_validation(text: &str) -> bool {
    const INVALID: [&str; 4] = ["missing field", "unknown variant", "invalid type: null", "AttributeValue"];
    INVALID.iter().any(|sign| text.contains(sign))
}

/// The parser's message without the ` at line 1 column 42` at its end.
fn without_position(text: &str) -> &str {
    match text.rsplit_once(" at line ") {
        Some((message, position)) if position.contains(" column ") => message,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::unreadable;

    #[test]
    fn marks_choose_the_error_and_go_no_further() {
        let invalid = "com.amazon.coral.validate#ValidationException";
        let malformed = "com.amazon.coral.service#SerializationException";
        for (parser, kind, message) in [
            ("VALIDATION:Too short at line 1 column 42", invalid, "Too short"),
            ("VALIDATION_REQUEST:Not a number at line 1 column 2", invalid, "Not a number"),
            ("VALIDATION_AS_READ:a: b", invalid, "a: b"),
            ("SERIALIZATION:Odd at line 3 column 1", malformed, "Odd"),
            ("SERIALIZATION_AS_READ:Odd", malformed, "Odd"),
            ("missing field `Key` at line 1 column 9", invalid, "missing field `Key`"),
            ("expected value at line 1 column 1", malformed, "expected value"),
            ("look at line noise", malformed, "look at line noise"),
        ] {
            let error = unreadable(parser);
            assert_eq!((error.error_type(), error.to_string().as_str()), (kind, message));
        }
    }
}
