//! awsJson 1.0 and 1.1.

use super::Encoded;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use chaos_core::effect::ServiceError;
use serde_json::Value;

pub(super) fn encode(error: &ServiceError, media_type: &str, request: &HttpRequest) -> Encoded {
    let mut members = error.fields.clone();
    members.insert("__type".into(), Value::from(error.code.as_str()));
    // Services write it in either case; a field given by the spec is meant.
    if !members.contains_key("message") && !members.contains_key("Message") {
        members.insert("message".into(), Value::from(error.message.as_str()));
    }
    let mut headers = vec![("content-type".to_owned(), media_type.to_owned())];
    // Services that once spoke awsQuery: their clients go by the old code.
    if request.headers().get("x-amzn-query-mode").is_some() {
        let fault = if error.status < 500 { "Sender" } else { "Receiver" };
        headers.push(("x-amzn-query-error".to_owned(), format!("{};{fault}", error.code)));
    }
    Encoded { headers, body: Value::Object(members).to_string() }
}
