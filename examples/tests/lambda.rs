//! The Lambda function: its handler in this process, and its program against a
//! small Lambda runtime API.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chaos_core::{Chaos, fault};
use examples::lambda::{Answer, Asked, Function};
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use support::World;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::oneshot;

fn event() -> LambdaEvent<Asked> {
    LambdaEvent::new(Asked { order: "17".to_owned() }, Context::default())
}

#[tokio::test]
async fn two_throttled_tries_do_not_fail_an_invocation() {
    let world = World::start().await;
    let chaos = Chaos::builder().build().unwrap();
    let function = Function::new(world.aws_config(), &chaos);
    let outage = chaos.scope(fault("dynamodb", "GetItem").error("ThrottlingException").times(2));

    assert_eq!(function.handle(event()).await.unwrap(), Answer { item: "tea".to_owned() });
    outage.assert_injected(2);
}

#[tokio::test]
async fn an_outage_fails_the_invocation_and_not_the_function() {
    let world = World::start().await;
    let chaos = Chaos::builder().build().unwrap();
    let function = Function::new(world.aws_config(), &chaos);
    let outage = chaos.scope(fault("dynamodb", "GetItem").error("InternalServerError"));

    assert!(function.handle(event()).await.is_err());
    drop(outage);
    assert!(function.handle(event()).await.is_ok()); // the same warm function
}

const OUTAGE: &str = r#"[{ "id": "down", "enabled": true,
    "target": { "function": "checkout", "service": "dynamodb", "operation": "GetItem" },
    "fault": { "error": "InternalServerError" }, "when": { "rate": "100%" } }]"#;

#[tokio::test]
async fn the_program_is_hit_where_its_environment_says_so() {
    let (way, answer) = invoked(&[]).await;
    assert_eq!((way.as_str(), answer), ("response", json!({ "item": "tea" })));

    let (way, answer) = invoked(&[("CHAOS_SPECS", OUTAGE)]).await;
    assert_eq!(way, "error");
    assert!(answer["errorMessage"].as_str().unwrap().contains("InternalServerError"), "{answer}");
}

/// How the function answered, `response` or `error`, and what.
type Said = (String, Value);

/// Starts the program as Lambda does, invokes it once, and tells what it said.
async fn invoked(chaos: &[(&str, &str)]) -> Said {
    let world = World::start().await;
    let (api, said) = runtime_api().await;
    let mut program = Command::new(env!("CARGO_BIN_EXE_lambda"))
        .env_clear()
        .envs([("AWS_LAMBDA_RUNTIME_API", api.as_str()), ("AWS_LAMBDA_FUNCTION_NAME", "checkout")])
        .envs([("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"), ("AWS_LAMBDA_FUNCTION_VERSION", "1")])
        .envs([("AWS_LAMBDA_LOG_GROUP_NAME", "logs"), ("AWS_LAMBDA_LOG_STREAM_NAME", "log")])
        .envs([("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", world.url("127.0.0.1").as_str())])
        .envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_MAX_ATTEMPTS", "1")])
        .envs(chaos.iter().copied())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    tokio::select! {
        said = said => said.unwrap(),
        ended = program.wait() => panic!("the program ended by itself: {ended:?}"),
    }
}

/// As much of the runtime API as one invocation needs: its address, and what
/// the function will have answered.
async fn runtime_api() -> (String, oneshot::Receiver<Said>) {
    let (tell, said) = oneshot::channel();
    let api = Api { invoked: Arc::default(), tell: Arc::new(Mutex::new(Some(tell))) };
    let routes = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/one/{way}", post(answered))
        .with_state(api);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(axum::serve(listener, routes).into_future());
    (address, said)
}

#[derive(Clone)]
struct Api {
    invoked: Arc<AtomicBool>,
    tell: Arc<Mutex<Option<oneshot::Sender<Said>>>>,
}

/// One event, and then none.
async fn next(State(api): State<Api>) -> Response {
    if api.invoked.swap(true, Ordering::SeqCst) {
        std::future::pending::<()>().await;
    }
    let headers = [
        ("lambda-runtime-aws-request-id", "one"),
        ("lambda-runtime-deadline-ms", "4102444800000"),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-west-1:123456789012:function:checkout"),
    ];
    (headers, Json(json!({ "order": "17" }))).into_response()
}

async fn answered(State(api): State<Api>, Path(way): Path<String>, said: String) -> StatusCode {
    let said = serde_json::from_str(&said).unwrap();
    if let Some(tell) = api.tell.lock().unwrap().take() {
        tell.send((way, said)).unwrap();
    }
    StatusCode::ACCEPTED
}
