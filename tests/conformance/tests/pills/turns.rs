//! One pill per call: its retries get the same one, the next call the next.

use crate::{failed, pill, play};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use serde_json::json;

#[tokio::test]
async fn retries_get_the_same_pill_and_the_last_is_followed_by_the_first() {
    let stream = pill(&json!({"StreamNames": ["orders"], "HasMoreStreams": false}));
    let played = play("kinesis", "ListStreams", &json!([failed(500, "InternalFailure"), stream]));
    let kinesis = aws_sdk_kinesis::Client::new(&played.config);
    for round in 0..2 {
        let error = kinesis.list_streams().send().await.unwrap_err().into_service_error();
        assert_eq!(error.code(), Some("InternalFailure"));
        played.outage.assert_injected(round * 4 + 3);

        let streams = kinesis.list_streams().send().await.unwrap();
        assert_eq!(streams.stream_names, ["orders"]);
        played.outage.assert_injected(round * 4 + 4);
    }
}
