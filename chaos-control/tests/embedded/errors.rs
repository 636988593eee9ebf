//! Errors reach callers as the errors that the SDK models.

use aws_sdk_dynamodb::{
    error::{ProvideErrorMetadata, SdkError},
    operation::{put_item::PutItemError, transact_write_items::TransactWriteItemsError},
    types::{ConditionCheck, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem},
};

use super::*;

/// What a failed condition is to return.
const OLD: ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure::AllOld;

#[tokio::test]
async fn a_failed_condition_returns_the_item_that_was_there() {
    let (_, client) = memory().await;
    let put = |n| client.put_item().table_name("items").set_item(Some(item("a", n)));
    let put_if_absent = |n| put(n).condition_expression("attribute_not_exists(pk)");
    put_if_absent(1).send().await.unwrap();

    let again = put_if_absent(2).return_values_on_condition_check_failure(OLD).send().await;
    let PutItemError::ConditionalCheckFailedException(failed) = again.unwrap_err().into_service_error()
    else {
        panic!("a modelled error was expected")
    };
    assert_eq!(failed.item(), Some(&item("a", 1)));
}

#[tokio::test]
async fn a_table_that_is_not_there_is_not_found() {
    let engine = Engine::memory().unwrap();
    let got = engine.client().get_item().table_name("none").set_key(Some(key("a"))).send().await;
    assert!(got.unwrap_err().into_service_error().is_resource_not_found_exception());
}

#[tokio::test]
async fn a_cancelled_transaction_gives_a_reason_per_item_and_writes_nothing() {
    let (_, client) = memory().await;
    let put = Put::builder().table_name("items").set_item(Some(item("a", 1))).build().unwrap();
    let check = ConditionCheck::builder().table_name("items").set_key(Some(key("b")));
    let check = check.condition_expression("attribute_exists(pk)").build().unwrap();
    let sent = client
        .transact_write_items()
        .transact_items(TransactWriteItem::builder().put(put).build())
        .transact_items(TransactWriteItem::builder().condition_check(check).build())
        .send()
        .await;

    let TransactWriteItemsError::TransactionCanceledException(cancelled) =
        sent.unwrap_err().into_service_error()
    else {
        panic!("a modelled error was expected")
    };
    let codes: Vec<_> = cancelled.cancellation_reasons().iter().map(|reason| reason.code()).collect();
    assert_eq!(codes, [Some("None"), Some("ConditionalCheckFailed")]);
    assert_eq!(client.scan().table_name("items").send().await.unwrap().count, 0);
}

#[tokio::test]
async fn an_invalid_request_is_told_so_without_the_marks_of_the_parser() {
    let engine = Engine::memory().unwrap();
    let error = engine.client().describe_table().table_name("t!").send().await.unwrap_err();
    assert_eq!(error.code(), Some("ValidationException"));
    let message = error.message().expect("a message");
    assert!(!message.contains("VALIDATION") && !message.contains(" column "), "{message}");
}

#[tokio::test]
async fn an_operation_that_the_engine_has_not_is_unknown() {
    let engine = Engine::memory().unwrap();
    let error = engine.client().describe_limits().send().await.unwrap_err();
    assert!(matches!(error, SdkError::ServiceError(_)));
    assert_eq!(error.code(), Some("UnknownOperationException"));
    assert_eq!(engine.call("", "{}").await.status, 400);
}

#[tokio::test]
async fn what_is_no_request_is_an_answer_too() {
    let engine = Engine::memory().unwrap();
    for body in ["", "{", "[]", "null", "\u{0}", "{\"TableName\": 7}"] {
        let answer = engine.call("PutItem", body).await;
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(answer.status, 400, "{body}");
        assert!(body["__type"].is_string(), "{body}");
    }
}
