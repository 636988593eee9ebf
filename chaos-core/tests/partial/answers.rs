//! Every operation's requests and answers, byte for byte where order is given.

use super::{FORM, JSON, S3, choosing, failed, left, partial, text};
use chaos_core::partial::{Batch, Unreadable};
use chaos_core::wire::Protocol;
use serde_json::{Value, json};

fn batch(service: &str, operation: &str, body: &Value) -> Batch {
    Batch::read(service, operation, JSON, body.to_string().as_bytes()).unwrap()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn lists_keep_every_place() {
    let cases = [
        (
            "kinesis",
            "PutRecords",
            "Records",
            "Records",
            "FailedRecordCount",
            "ProvisionedThroughputExceededException",
        ),
        (
            "firehose",
            "PutRecordBatch",
            "Records",
            "RequestResponses",
            "FailedPutCount",
            "ServiceUnavailableException",
        ),
        ("eventbridge", "PutEvents", "Entries", "Entries", "FailedEntryCount", "ThrottlingException"),
    ];
    for (service, operation, entries, results, count, code) in cases {
        let batch = batch(service, operation, &json!({entries: [{"n": 0}, {"n": 1}, {"n": 2}], "Name": "x"}));
        let bad = json!({"ErrorCode": code, "ErrorMessage": "by chaos"});
        let real = json!({"ErrorCode": "Real", "ErrorMessage": "r"});
        let answer =
            json!({results: [{"Id": 0}, {"Id": 1, "ErrorCode": null}, real], count: 1, "More": true});
        let told = failed(&batch, &[1, 2], true, &answer.to_string());
        assert_eq!(
            parsed(&told),
            json!({results: [{"Id": 0}, bad, real], count: 2, "More": true}),
            "{service}"
        );

        assert_eq!(parsed(&left(&batch, &[1])), json!({entries: [{"n": 0}, {"n": 2}], "Name": "x"}));
        let answer = json!({results: [{"Id": 0}, {"Id": 2}], count: 0});
        let told = failed(&batch, &[1], false, &answer.to_string());
        assert_eq!(parsed(&told), json!({results: [{"Id": 0}, bad, {"Id": 2}], count: 1}), "{service}");

        let all = choosing(&batch, &[0, 1, 2]);
        assert_eq!(batch.without(&all), None);
        let told = text(batch.fail(&partial(1.0, false), &all, batch.blank()).unwrap());
        assert_eq!(parsed(&told), json!({results: [bad, bad, bad], count: 3}), "{service}");
    }
}

#[test]
fn what_is_left_is_sent_as_it_was_written() {
    let body = r#"{"Entries":[{"Time":1795435200.123456789,"Detail":"\u00e9\/"}, {"Time":1.10}],"EndpointId":"\/x"}"#;
    let batch = Batch::read("eventbridge", "PutEvents", JSON, body.as_bytes()).unwrap();
    let rest = r#"{"EndpointId":"\/x","Entries":[{"Time":1795435200.123456789,"Detail":"\u00e9\/"}]}"#;
    assert_eq!(left(&batch, &[1]), rest);
}

#[test]
fn messages_of_sqs_move_by_their_ids() {
    for operation in ["SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"] {
        let entries = json!([{"Id": "a"}, {"Id": "b"}, {"Id": "c"}]);
        let batch = batch("sqs", operation, &json!({"Entries": entries, "QueueUrl": "q"}));
        let bad =
            |id| json!({"Id": id, "SenderFault": false, "Code": "InternalError", "Message": "by chaos"});
        let real = json!({"Id": "c", "SenderFault": true, "Code": "Real"});
        let answer = json!({"Successful": [{"Id": "b", "MessageId": "1"}, {"Id": "a"}], "Failed": [real]});
        let told = failed(&batch, &[1, 2], true, &answer.to_string());
        assert_eq!(parsed(&told), json!({"Successful": [{"Id": "a"}], "Failed": [real, bad("b")]}));

        assert_eq!(parsed(&left(&batch, &[0, 2])), json!({"Entries": [{"Id": "b"}], "QueueUrl": "q"}));
        // SQS leaves out an empty list.
        let told = failed(&batch, &[0, 2], false, r#"{"Successful":[{"Id":"b"}]}"#);
        assert_eq!(parsed(&told), json!({"Successful": [{"Id": "b"}], "Failed": [bad("a"), bad("c")]}));
    }
}

#[test]
fn writes_of_dynamodb_come_back_unprocessed() {
    let put = |id: &str| json!({"PutRequest": {"Item": {"id": {"S": id}}}});
    let delete = json!({"DeleteRequest": {"Key": {"id": {"S": "d"}}}});
    let items = json!({"one": [put("a"), put("b")], "two": [delete]});
    let batch = batch(
        "dynamodb",
        "BatchWriteItem",
        &json!({"RequestItems": items, "ReturnConsumedCapacity": "TOTAL"}),
    );
    assert_eq!(batch.entries(), 3);

    let answer = json!({"UnprocessedItems": {"one": [put("b")]}, "ConsumedCapacity": [1]});
    let told = parsed(&failed(&batch, &[1, 2], true, &answer.to_string()));
    assert_eq!(
        told,
        json!({"UnprocessedItems": {"one": [put("b")], "two": [delete]}, "ConsumedCapacity": [1]})
    );
    let told = parsed(&failed(&batch, &[0], true, &answer.to_string()));
    assert_eq!(told["UnprocessedItems"], json!({"one": [put("b"), put("a")]}));

    // A table without requests would be refused.
    let rest = json!({"RequestItems": {"one": [put("a"), put("b")]}, "ReturnConsumedCapacity": "TOTAL"});
    assert_eq!(parsed(&left(&batch, &[2])), rest);
    assert_eq!(parsed(&failed(&batch, &[2], false, "{}")), json!({"UnprocessedItems": {"two": [delete]}}));
}

#[test]
fn reads_of_dynamodb_come_back_as_keys_with_their_settings() {
    let key = |n: &str| json!({"id": {"N": n}});
    let one = json!({"Keys": [key("1.0"), key("2")], "ConsistentRead": true});
    let items = json!({"one": one, "two": {"Keys": [key("1")]}});
    let batch = batch("dynamodb", "BatchGetItem", &json!({"RequestItems": items}));
    let item = |n: &str| json!({"id": {"N": n}, "more": {"S": "x"}});
    let answer = json!({
        "Responses": {"one": [item("2"), item("1")], "two": [item("1")]},
        "UnprocessedKeys": {},
    });
    let told = failed(&batch, &[0], true, &answer.to_string());
    assert_eq!(
        parsed(&told),
        json!({
            "Responses": {"one": [item("2")], "two": [item("1")]},
            "UnprocessedKeys": {"one": {"Keys": [key("1.0")], "ConsistentRead": true}},
        })
    );
    // One that really was not processed stays so, once.
    let answer = json!({
        "Responses": {"one": [item("1")], "two": [item("1")]},
        "UnprocessedKeys": {"one": {"Keys": [key("2")], "ConsistentRead": true}},
    });
    let told = parsed(&failed(&batch, &[0, 1], true, &answer.to_string()));
    assert_eq!(
        told["UnprocessedKeys"],
        json!({"one": {"Keys": [key("2"), key("1.0")], "ConsistentRead": true}})
    );
    assert_eq!(told["Responses"], json!({"one": [], "two": [item("1")]}));

    assert_eq!(parsed(&left(&batch, &[0, 1])), json!({"RequestItems": {"two": {"Keys": [key("1")]}}}));
    let told = parsed(&failed(&batch, &[2], false, r#"{"Responses":{"one":[]}}"#));
    assert_eq!(told, json!({"Responses": {"one": []}, "UnprocessedKeys": {"two": {"Keys": [key("1")]}}}));
}

#[test]
fn keys_of_dynamodb_are_sent_and_told_as_they_were_written() {
    let keys =
        r#"[{"id":{"N":"1.0"}},{"id":{"N":"1.0"}},{"id":{"S":"a"},"at":{"B":"eA=="}}, {"at":{"N":"x"}}]"#;
    let body = format!(r#"{{"RequestItems":{{"one":{{"Keys":{keys}}}}}}}"#);
    let batch = Batch::read("dynamodb", "BatchGetItem", JSON, body.as_bytes()).unwrap();
    // What the service refuses for its doubles is refused without the others too.
    let rest = r#"{"RequestItems":{"one":{"Keys":[{"id":{"N":"1.0"}},{"id":{"N":"1.0"}}]}}}"#;
    assert_eq!(left(&batch, &[2, 3]), rest);

    let items = r#"{"at":{"B":"eA=="},"id":{"S":"a"}}, {"at":{"N":"x"}},{"id":{"N":"1.00"}},[ "none" ]"#;
    let answer = format!(r#"{{"Responses":{{"one":[{items}],"two":[{{}}]}}}}"#);
    let told = r#"{"Responses":{"one":[{"id":{"N":"1.00"}},[ "none" ]],"two":[{}]},"UnprocessedKeys":{"one":{"Keys":[{"id":{"S":"a"},"at":{"B":"eA=="}},{"at":{"N":"x"}}]}}}"#;
    assert_eq!(failed(&batch, &[2, 3], true, &answer), told);
}

#[test]
fn objects_of_s3_that_are_asked_for_twice_are_told_twice() {
    let twice = "<Object><Key>a</Key></Object>".repeat(2);
    let body = format!("<Delete>{twice}</Delete>");
    let batch = Batch::read("s3", "DeleteObjects", S3, body.as_bytes()).unwrap();
    let deleted = "<Deleted><Key>a</Key></Deleted>";
    let error = "<Error><Key>a</Key><Code>InternalError</Code><Message>by chaos</Message></Error>";
    let all = choosing(&batch, &[0, 1]);
    for (answer, told) in [
        (deleted.repeat(2), error.repeat(2)),
        (deleted.to_owned(), error.repeat(2)),
        (deleted.repeat(3), format!("{deleted}{}", error.repeat(2))),
    ] {
        let answer = format!("<DeleteResult>{answer}</DeleteResult>");
        let told = format!("{HEAD}<DeleteResult>{told}</DeleteResult>");
        assert_eq!(text(batch.fail(&partial(1.0, true), &all, answer.as_bytes()).unwrap()), told);
    }
}

#[test]
fn projections_that_hide_the_keys_are_told() {
    let table = |settings: Value| {
        let mut table = json!({"Keys": [{"id": {"S": "1"}, "at": {"S": "2"}}]});
        table.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        batch("dynamodb", "BatchGetItem", &json!({"RequestItems": {"one": table}}))
    };
    let names = json!({"#i": "id", "#a": "at"});
    let cases = [
        (json!({}), true),
        (json!({"ProjectionExpression": "id, at, more.deep[0]"}), true),
        (json!({"ProjectionExpression": "#i,#a", "ExpressionAttributeNames": names}), true),
        (json!({"ProjectionExpression": "#i,more", "ExpressionAttributeNames": names}), false),
        (json!({"ProjectionExpression": "more"}), false),
        (json!({"AttributesToGet": ["at", "id"]}), true),
        (json!({"AttributesToGet": ["at"]}), false),
    ];
    for (settings, shown) in cases {
        assert_eq!(table(settings.clone()).can_fail(&partial(0.5, true)).is_ok(), shown, "{settings}");
        assert_eq!(table(settings).can_fail(&partial(0.5, false)), Ok(()));
    }
}

const SNS: &str = "Action=PublishBatch&Version=2010-03-31&TopicArn=arn%3Aaws&\
    PublishBatchRequestEntries.member.1.Id=a&PublishBatchRequestEntries.member.1.Message=x%26y&\
    PublishBatchRequestEntries.member.2.Id=b&PublishBatchRequestEntries.member.2.Message=z&\
    PublishBatchRequestEntries.member.2.MessageAttributes.entry.1.Name=n&\
    PublishBatchRequestEntries.member.3.Id=c&PublishBatchRequestEntries.member.3.Message=";

#[test]
fn messages_of_sns_are_counted_anew() {
    let batch = Batch::read("sns", "PublishBatch", FORM, SNS.as_bytes()).unwrap();
    assert_eq!(
        left(&batch, &[0]),
        "Action=PublishBatch&Version=2010-03-31&TopicArn=arn%3Aaws&\
         PublishBatchRequestEntries.member.1.Id=b&PublishBatchRequestEntries.member.1.Message=z&\
         PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Name=n&\
         PublishBatchRequestEntries.member.2.Id=c&PublishBatchRequestEntries.member.2.Message="
    );
    let answer = "<PublishBatchResponse xmlns=\"urn:x\">\n<PublishBatchResult><Failed/><Successful>\
        <member><Id>a</Id><MessageId>1&amp;2</MessageId></member><member><Id>b</Id></member>\
        <member><Id>c</Id></member></Successful></PublishBatchResult>\
        <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishBatchResponse>";
    assert_eq!(
        failed(&batch, &[1, 2], true, answer),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PublishBatchResponse xmlns=\"urn:x\">\n<PublishBatchResult>\
         <Failed><member><Id>b</Id><Code>InternalError</Code><Message>by chaos</Message>\
         <SenderFault>false</SenderFault></member><member><Id>c</Id><Code>InternalError</Code>\
         <Message>by chaos</Message><SenderFault>false</SenderFault></member></Failed><Successful>\
         <member><Id>a</Id><MessageId>1&amp;2</MessageId></member></Successful></PublishBatchResult>\
         <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishBatchResponse>"
    );
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const DELETE: &str = "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a&amp;&#x62;</Key></Object>\
    <Object><Key>v</Key><VersionId>1</VersionId></Object><Object><Key>v</Key></Object>";

#[test]
fn objects_of_s3_fail_by_key_and_version() {
    let batch = Batch::read("s3", "DeleteObjects", S3, format!("{DELETE}</Delete>").as_bytes()).unwrap();
    let error = |object: &str| {
        format!("<Error>{object}<Code>InternalError</Code><Message>by chaos</Message></Error>")
    };
    let marker = "<Deleted><Key>v</Key><DeleteMarker>true</DeleteMarker></Deleted>";
    let answer = format!(
        "<DeleteResult xmlns=\"urn:x\"><Deleted><Key>a&amp;b</Key></Deleted>\
         <Deleted><Key>v</Key><VersionId>1</VersionId></Deleted>{marker}</DeleteResult>"
    );
    let expected = format!(
        "{HEAD}<DeleteResult xmlns=\"urn:x\">{marker}{}{}</DeleteResult>",
        error("<Key>a&amp;b</Key>"),
        error("<Key>v</Key><VersionId>1</VersionId>")
    );
    assert_eq!(failed(&batch, &[0, 1], true, &answer), expected);

    let rest = "<Object><Key>v</Key><VersionId>1</VersionId></Object>";
    assert!(left(&batch, &[0, 2]).ends_with(&format!("2006-03-01/\">{rest}</Delete>")));
    let told = failed(&batch, &[2], false, "<DeleteResult/>");
    assert_eq!(told, format!("{HEAD}<DeleteResult>{}</DeleteResult>", error("<Key>v</Key>")));
}

#[test]
fn quiet_answers_of_s3_name_only_what_failed() {
    let body = format!("{DELETE}<Quiet>true</Quiet></Delete>");
    let batch = Batch::read("s3", "DeleteObjects", S3, body.as_bytes()).unwrap();
    assert!(left(&batch, &[0]).ends_with("<Quiet>true</Quiet></Delete>"));
    let real = "<Error><Key>v</Key><Code>AccessDenied</Code></Error>";
    let told = failed(&batch, &[1, 2], true, &format!("<DeleteResult>{real}</DeleteResult>"));
    let ours = "<Error><Key>v</Key><VersionId>1</VersionId><Code>InternalError</Code><Message>by chaos</Message></Error>";
    assert_eq!(told, format!("{HEAD}<DeleteResult>{real}{ours}</DeleteResult>"));
    // An error of the whole request, with status 200.
    let error = "<Error><Code>InternalError</Code></Error>";
    assert_eq!(failed(&batch, &[1], true, error), error);
}

#[test]
fn what_is_no_batch_says_so() {
    let cases: [(&str, &str, Protocol, &str, &str); 6] = [
        ("kinesis", "PutRecord", JSON, "{}", "only batch operations have entries, of which some can fail"),
        (
            "kinesis",
            "PutRecords",
            Protocol::RpcV2Cbor,
            "",
            "this version does not fail entries in the protocol",
        ),
        ("sqs", "SendMessageBatch", FORM, "", "this version does not fail entries in the protocol"),
        ("kinesis", "PutRecords", JSON, "{", "the request's body is not that of a batch"),
        ("kinesis", "PutRecords", JSON, r#"{"Records": []}"#, "the batch has no entries"),
        ("s3", "DeleteObjects", S3, "<Create/>", "the request's body is not that of a batch"),
    ];
    for (service, operation, protocol, body, why) in cases {
        let told = Batch::read(service, operation, protocol, body.as_bytes()).unwrap_err();
        // What takes no body to tell is told without.
        let kind = Batch::can_be(service, operation, protocol);
        assert_eq!(
            kind.err(),
            Some(told).filter(|told| !told.contains("the batch") && !told.contains("body"))
        );
        assert!(told.starts_with(why), "{service} {operation}: {told}");
    }
}

#[test]
fn an_answer_to_something_else_is_not_touched() {
    let kinesis = batch("kinesis", "PutRecords", &json!({"Records": [{}, {}]}));
    let sqs = batch("sqs", "SendMessageBatch", &json!({"Entries": [{"Id": "a"}]}));
    let s3 = Batch::read("s3", "DeleteObjects", S3, format!("{DELETE}</Delete>").as_bytes()).unwrap();
    let deep = "<a>".repeat(100_000);
    let cases = [
        (&kinesis, true, r#"{"Records": [{}]}"#),
        (&kinesis, true, r#"{"Records": [{}, {}, {}]}"#),
        (&kinesis, false, r#"{"Records": [{}, {}]}"#),
        (&kinesis, true, "{}"),
        (&kinesis, true, "not json"),
        (&sqs, true, "[]"),
        (&s3, true, "<html/>"),
        (&s3, true, ""),
        (&s3, true, &deep),
    ];
    for (batch, sent, answer) in cases {
        let chosen = choosing(batch, &[0]);
        let told = batch.fail(&partial(0.5, sent), &chosen, answer.as_bytes());
        assert_eq!(told, Err(Unreadable), "{answer:.80}");
    }
}

#[test]
fn code_and_message_are_those_of_the_spec() {
    let asked = chaos_core::effect::Partial {
        code: Some("Own".into()),
        message: "<m>&".into(),
        ..partial(0.5, true)
    };
    let batch = Batch::read("sns", "PublishBatch", FORM, SNS.as_bytes()).unwrap();
    let told = text(batch.fail(&asked, &choosing(&batch, &[0]), batch.blank()).unwrap());
    assert!(told.contains("<Code>Own</Code><Message>&lt;m&gt;&amp;</Message>"), "{told}");
}
