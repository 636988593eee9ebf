//! For any batch and any share: failed and succeeded entries are all entries,
//! each once and in its place, whatever the service failed by itself.

use super::{FORM, JSON, S3, partial};
use chaos_core::partial::Batch;
use chaos_core::wire::Protocol;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Entries, and whether each failed.
type Outcomes = Vec<(String, bool)>;

/// A service: how it is asked, what it answers, and how that is read.
struct Service {
    name: &'static str,
    operation: &'static str,
    protocol: Protocol,
    /// A request with these entries.
    ask: fn(&[String]) -> String,
    /// The entries of a request.
    asked: fn(&str) -> Vec<String>,
    /// An answer by which these succeeded and these failed, given in the request's order.
    answer: fn(&[(String, bool)]) -> String,
    /// What became of each of these entries.
    read: fn(&str, &[String]) -> Outcomes,
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn texts(list: &Value, name: &str) -> Vec<String> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|one| one[name].as_str().unwrap().to_owned()).collect()
}

/// The texts of these elements, in order.
fn all(text: &str, element: &str) -> Vec<String> {
    let start = format!("<{element}>");
    text.split(&start)
        .skip(1)
        .map(|rest| rest.split_once(&format!("</{element}>")).unwrap().0.to_owned())
        .collect()
}

fn each(ids: &[String], one: impl Fn(&String) -> String) -> String {
    ids.iter().map(one).collect()
}

fn by(outcomes: &[(String, bool)], failed: bool) -> Vec<String> {
    outcomes.iter().filter(|(_, is)| *is == failed).map(|(id, _)| id.clone()).collect()
}

fn outcomes(succeeded: Vec<String>, failed: Vec<String>) -> Outcomes {
    let succeeded = succeeded.into_iter().map(|id| (id, false));
    succeeded.chain(failed.into_iter().map(|id| (id, true))).collect()
}

const KINESIS: Service = Service {
    name: "kinesis",
    operation: "PutRecords",
    protocol: JSON,
    ask: |ids| {
        json!({"Records": ids.iter().map(|id| json!({"PartitionKey": id})).collect::<Vec<_>>()}).to_string()
    },
    asked: |body| texts(&parsed(body)["Records"], "PartitionKey"),
    answer: |outcomes| {
        let one = |(id, failed): &(String, bool)| {
            if *failed { json!({"ErrorCode": "Real"}) } else { json!({"Id": id}) }
        };
        json!({"Records": outcomes.iter().map(one).collect::<Vec<_>>(), "FailedRecordCount": by(outcomes, true).len()})
            .to_string()
    },
    read: |answer, ids| {
        let answer = parsed(answer);
        let records = answer["Records"].as_array().unwrap();
        assert_eq!(records.len(), ids.len());
        let failed = records.iter().filter(|record| record["ErrorCode"].is_string()).count();
        assert_eq!(answer["FailedRecordCount"], failed);
        let place = |(record, id): (&Value, &String)| {
            let failed = record["ErrorCode"].is_string();
            assert!(failed || record["Id"] == id.as_str(), "out of its place: {record} {id}");
            (id.clone(), failed)
        };
        records.iter().zip(ids).map(place).collect()
    },
};

const SQS: Service = Service {
    name: "sqs",
    operation: "SendMessageBatch",
    protocol: JSON,
    ask: |ids| json!({"Entries": ids.iter().map(|id| json!({"Id": id})).collect::<Vec<_>>()}).to_string(),
    asked: |body| texts(&parsed(body)["Entries"], "Id"),
    answer: |outcomes| {
        let list = |failed| by(outcomes, failed).iter().map(|id| json!({"Id": id})).collect::<Vec<_>>();
        json!({"Successful": list(false), "Failed": list(true)}).to_string()
    },
    read: |answer, _| {
        let answer = parsed(answer);
        outcomes(texts(&answer["Successful"], "Id"), texts(&answer["Failed"], "Id"))
    },
};

const SNS: Service = Service {
    name: "sns",
    operation: "PublishBatch",
    protocol: FORM,
    ask: |ids| {
        let field = |(number, id)| format!("&PublishBatchRequestEntries.member.{}.Id={id}", number + 1);
        format!("Action=PublishBatch{}", ids.iter().enumerate().map(field).collect::<String>())
    },
    asked: |body| body.split(".Id=").skip(1).map(|rest| rest.split('&').next().unwrap().to_owned()).collect(),
    answer: |outcomes| {
        let list = |failed| each(&by(outcomes, failed), |id| format!("<member><Id>{id}</Id></member>"));
        format!(
            "<PublishBatchResponse><PublishBatchResult><Failed>{}</Failed><Successful>{}</Successful>\
             </PublishBatchResult></PublishBatchResponse>",
            list(true),
            list(false)
        )
    },
    read: |answer, _| {
        outcomes(all(&all(answer, "Successful")[0], "Id"), all(&all(answer, "Failed")[0], "Id"))
    },
};

const S3_DELETE: Service = Service {
    name: "s3",
    operation: "DeleteObjects",
    protocol: S3,
    ask: |ids| format!("<Delete>{}</Delete>", each(ids, |id| format!("<Object><Key>{id}</Key></Object>"))),
    asked: |body| all(body, "Key"),
    answer: |outcomes| {
        let list =
            |name, failed| each(&by(outcomes, failed), |id| format!("<{name}><Key>{id}</Key></{name}>"));
        format!("<DeleteResult>{}{}</DeleteResult>", list("Deleted", false), list("Error", true))
    },
    read: |answer, _| {
        let keys = |name| all(answer, name).iter().flat_map(|one| all(one, "Key")).collect();
        outcomes(keys("Deleted"), keys("Error"))
    },
};

/// Every third goes to another table.
fn table(id: &str) -> &'static str {
    if id.ends_with(['0', '3', '6', '9']) { "one" } else { "two" }
}

fn tables(ids: &[String], one: impl Fn(&String) -> Value, list: fn(Vec<Value>) -> Value) -> Value {
    let of = |name: &str| ids.iter().filter(|id| table(id) == name).map(&one).collect::<Vec<_>>();
    let filled = ["one", "two"].into_iter().filter(|name| !of(name).is_empty());
    filled.map(|name| (name.to_owned(), list(of(name)))).collect::<serde_json::Map<_, _>>().into()
}

fn ids_in(tables: &Value, path: &str) -> Vec<String> {
    let tables = tables.as_object().cloned().unwrap_or_default();
    let of = |(name, list): (String, Value)| {
        let list = if list.is_array() { list } else { list["Keys"].clone() };
        assert!(!list.as_array().unwrap().is_empty() || path == "/id/S", "no table may be empty");
        let id = move |one: &Value| one.pointer(path).unwrap().as_str().unwrap().to_owned();
        let ids: Vec<_> = list.as_array().unwrap().iter().map(id).collect();
        assert!(ids.iter().all(|id| table(id) == name), "in another table");
        ids
    };
    tables.into_iter().flat_map(of).collect()
}

const PUT: &str = "/PutRequest/Item/id/S";

const WRITES: Service = Service {
    name: "dynamodb",
    operation: "BatchWriteItem",
    protocol: JSON,
    ask: |ids| {
        json!({"RequestItems": tables(ids, |id| json!({"PutRequest": {"Item": {"id": {"S": id}}}}), Value::from)})
            .to_string()
    },
    asked: |body| ids_in(&parsed(body)["RequestItems"], PUT),
    answer: |outcomes| {
        let failed = by(outcomes, true);
        let put = |id: &String| json!({"PutRequest": {"Item": {"id": {"S": id}}}});
        json!({"UnprocessedItems": tables(&failed, put, Value::from)}).to_string()
    },
    read: |answer, ids| {
        let failed = ids_in(&parsed(answer)["UnprocessedItems"], PUT);
        // What is not given back was written.
        outcomes(ids.iter().filter(|id| !failed.contains(id)).cloned().collect(), failed)
    },
};

const READS: Service = Service {
    name: "dynamodb",
    operation: "BatchGetItem",
    protocol: JSON,
    ask: |ids| {
        let keys = |keys| json!({"Keys": keys, "ConsistentRead": true});
        json!({"RequestItems": tables(ids, |id| json!({"id": {"S": id}}), keys)}).to_string()
    },
    asked: |body| ids_in(&parsed(body)["RequestItems"], "/id/S"),
    answer: |outcomes| {
        let item = |id: &String| json!({"id": {"S": id}, "more": {"S": "x"}});
        let keys = |keys| json!({"Keys": keys, "ConsistentRead": true});
        json!({
            "Responses": tables(&by(outcomes, false), item, Value::from),
            "UnprocessedKeys": tables(&by(outcomes, true), |id| json!({"id": {"S": id}}), keys),
        })
        .to_string()
    },
    read: |answer, _| {
        let answer = parsed(answer);
        outcomes(ids_in(&answer["Responses"], "/id/S"), ids_in(&answer["UnprocessedKeys"], "/id/S"))
    },
};

fn check(service: &Service, entries: usize, share: f64, roll: u64, sent: bool, really: &[bool]) {
    let ids: Vec<_> = (0..entries).map(|entry| format!("e{entry}")).collect();
    let body = (service.ask)(&ids);
    let batch = Batch::read(service.name, service.operation, service.protocol, body.as_bytes()).unwrap();
    assert_eq!(batch.entries(), entries);
    let asked = partial(share, sent);
    let chosen = batch.choose(asked.share, roll);
    let rest = batch.without(&chosen).map(|rest| String::from_utf8(rest).unwrap());
    // Entries stand in the order of the request, which is by table for DynamoDB.
    let order = (service.asked)(&body);
    let ours = |id: &String| chosen.flags().zip(&order).any(|(chosen, other)| chosen && other == id);
    let left: Vec<_> = order.iter().filter(|id| !ours(id)).cloned().collect();
    match &rest {
        Some(rest) => assert_eq!((service.asked)(rest), left),
        None => assert!(left.is_empty()),
    }
    let served = if sent { order.clone() } else { left };
    let fails =
        |id: &String| ids.iter().position(|other| other == id).is_some_and(|at| really[at % really.len()]);
    let outcome: Vec<_> = served.iter().map(|id| (id.clone(), fails(id))).collect();
    let answer = if served.is_empty() {
        String::from_utf8(batch.blank().to_vec()).unwrap()
    } else {
        (service.answer)(&outcome)
    };
    let told = batch.fail(&asked, &chosen, answer.as_bytes()).unwrap();
    let mut told = (service.read)(&String::from_utf8(told).unwrap(), &order);
    told.sort();
    let mut expected: Vec<_> = ids.iter().map(|id| (id.clone(), ours(id) || fails(id))).collect();
    expected.sort();
    assert_eq!(told, expected, "{} {}", service.name, service.operation);
}

proptest! {
    #[test]
    fn each_entry_has_one_outcome(
        entries in 1usize..30, share in 0.01f64..=1.0, roll: u64, sent: bool,
        really in prop::collection::vec(any::<bool>(), 1..10),
    ) {
        for service in [&KINESIS, &SQS, &SNS, &S3_DELETE, &WRITES, &READS] {
            check(service, entries, share, roll, sent, &really);
        }
    }
}
