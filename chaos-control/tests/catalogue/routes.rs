//! The catalogue over HTTP.

use super::service;
use reqwest::Response;
use serde_json::{Value, json};

async fn get(address: std::net::SocketAddr, path: &str) -> Response {
    reqwest::get(format!("http://{address}/v1/catalogue/services{path}")).await.unwrap()
}

#[tokio::test]
async fn services_are_listed() {
    let running = service().await;
    let answer = get(running.api, "").await;
    assert_eq!(answer.status(), 200);
    let body: Value = answer.json().await.unwrap();
    let rows = body["services"].as_array().unwrap();
    assert_eq!(rows.len(), 439);
    let logs = rows.iter().find(|row| row["service"] == "cloudwatchlogs").unwrap();
    assert_eq!(logs["aliases"], json!(["logs"]));
    running.stop().await;
}

#[tokio::test]
async fn a_service_is_shown_with_its_operations_and_errors() {
    let running = service().await;
    for name in ["cloudwatchlogs", "logs", "CloudWatch%20Logs"] {
        let answer = get(running.api, &format!("/{name}")).await;
        assert_eq!(answer.status(), 200, "{name}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["service"], "cloudwatchlogs");
        let operations = body["operation"].as_array().unwrap();
        assert_eq!(Some(operations.len() as u64), body["operations"].as_u64());
        let put = operations.iter().find(|operation| operation["name"] == "PutLogEvents").unwrap();
        assert!(put["errors"].as_array().unwrap().contains(&json!("ResourceNotFoundException")), "{put}");
        let errors = body["error"].as_array().unwrap();
        let throttled = errors.iter().find(|error| error["name"] == "ServiceUnavailableException").unwrap();
        assert_eq!((&throttled["modelled"], &throttled["status"]), (&json!(true), &json!(500)));
        assert!(errors.iter().any(|error| error["modelled"] == false));
    }
    running.stop().await;
}

#[tokio::test]
async fn a_service_that_there_is_not_is_a_problem_with_the_nearest_names() {
    let running = service().await;
    for (name, told) in
        [("kinesys", "did you mean kinesis,"), ("email", "several services: pinpointemail, ses")]
    {
        let answer = get(running.api, &format!("/{name}")).await;
        assert_eq!(answer.status(), 404);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        let body: Value = answer.json().await.unwrap();
        assert_eq!((&body["status"], &body["type"]), (&json!(404), &json!("urn:monkeyless:not-found")));
        assert!(body["detail"].as_str().unwrap().contains(told), "{body}");
    }
    running.stop().await;
}
