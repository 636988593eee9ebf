//! An SDK client of the same process.

use std::{
    sync::mpsc,
    thread::{self, ThreadId},
};

use aws_sdk_dynamodb::{
    operation::RequestId,
    types::{
        KeysAndAttributes, PutRequest, ReturnValue, TimeToLiveSpecification, TimeToLiveStatus, WriteRequest,
    },
};

use super::*;

#[tokio::test]
async fn items_are_put_got_updated_and_deleted() {
    let (_, client) = memory().await;
    client.put_item().table_name("items").set_item(Some(item("a", 1))).send().await.unwrap();

    let got = client.get_item().table_name("items").set_key(Some(key("a"))).send().await.unwrap();
    assert_eq!(got.item, Some(item("a", 1)));

    let update = client.update_item().table_name("items").set_key(Some(key("a")));
    let update = update.update_expression("ADD n :two").expression_attribute_values(":two", number(2));
    let updated = update.return_values(ReturnValue::AllNew).send().await.unwrap();
    assert_eq!(updated.attributes, Some(item("a", 3)));

    client.delete_item().table_name("items").set_key(Some(key("a"))).send().await.unwrap();
    let got = client.get_item().table_name("items").set_key(Some(key("a"))).send().await.unwrap();
    assert_eq!(got.item, None);
}

#[tokio::test]
async fn items_are_written_and_read_by_the_batch() {
    let (_, client) = memory().await;
    let put = |pk| PutRequest::builder().set_item(Some(item(pk, 1))).build().unwrap();
    let writes = ["a", "b", "c"].map(|pk| WriteRequest::builder().put_request(put(pk)).build());
    client.batch_write_item().request_items("items", writes.into()).send().await.unwrap();

    let keys = KeysAndAttributes::builder().keys(key("a")).keys(key("b")).build().unwrap();
    let got = client.batch_get_item().request_items("items", keys).send().await.unwrap();
    assert_eq!(got.responses.unwrap()["items"].len(), 2);

    let query = client.query().table_name("items").key_condition_expression("pk = :pk");
    let found = query.expression_attribute_values(":pk", text("c")).send().await.unwrap();
    assert_eq!(found.items(), [item("c", 1)]);

    let scanned = client.scan().table_name("items").send().await.unwrap();
    assert_eq!(scanned.count, 3);
}

#[tokio::test]
async fn concurrent_updates_are_all_counted() {
    let (_, client) = memory().await;
    let updates: Vec<_> = (0..64)
        .map(|_| {
            let update = client.update_item().table_name("items").set_key(Some(key("a")));
            let update = update.update_expression("ADD n :one");
            tokio::spawn(update.expression_attribute_values(":one", number(1)).send())
        })
        .collect();
    for update in updates {
        update.await.unwrap().unwrap();
    }
    let got = client.get_item().table_name("items").set_key(Some(key("a"))).send().await.unwrap();
    assert_eq!(got.item, Some(item("a", 64)));
}

#[tokio::test]
async fn what_has_expired_is_swept_and_nothing_else() {
    let (engine, client) = memory().await;
    let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name("n").build();
    let update = client.update_time_to_live().table_name("items");
    update.time_to_live_specification(ttl.unwrap()).send().await.unwrap();
    let described = client.describe_time_to_live().table_name("items").send().await.unwrap();
    let status = described.time_to_live_description.unwrap().time_to_live_status;
    assert_eq!(status, Some(TimeToLiveStatus::Enabled));

    let next_century = 4_200_000_000;
    for (pk, expires) in [("over", 1_700_000_000), ("not yet", next_century)] {
        let put = client.put_item().table_name("items").set_item(Some(item(pk, expires)));
        put.send().await.unwrap();
    }
    assert_eq!(engine.sweep_expired().await.unwrap(), 1);
    let left = client.scan().table_name("items").send().await.unwrap();
    assert_eq!(left.items(), [item("not yet", next_century)]);
    assert_eq!(engine.sweep_expired().await.unwrap(), 0);
}

/// A request that says which thread read it.
struct Spy(mpsc::Sender<ThreadId>);

impl AsRef<[u8]> for Spy {
    fn as_ref(&self) -> &[u8] {
        self.0.send(thread::current().id()).unwrap();
        b"{}"
    }
}

#[tokio::test]
async fn requests_run_on_threads_that_may_wait_for_the_disk() {
    let (sender, threads) = mpsc::channel();
    let answer = Engine::memory().unwrap().call("ListTables", Spy(sender)).await;
    assert_eq!(answer.status, 200);
    assert_ne!(threads.recv().unwrap(), thread::current().id());
}

#[tokio::test]
async fn every_answer_has_a_name_of_its_own() {
    let (_, client) = memory().await;
    let [one, other] = [client.list_tables(), client.list_tables()].map(|list| list.send());
    let (one, other) = (one.await.unwrap(), other.await.unwrap());
    assert!(one.request_id().is_some());
    assert_ne!(one.request_id(), other.request_id());
}
