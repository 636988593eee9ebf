//! The web service under faults that are aimed at one user, and as a process.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use chaos_core::Chaos;
use chaos_core::spec::Scenario;
use examples::axum_service::App;
use std::time::Duration;
use support::World;
use tokio::net::TcpListener;

/// The service on loopback, and its address.
async fn service(chaos: &Chaos) -> String {
    let world = World::start().await;
    let http = world.http_client(Duration::from_secs(5));
    let app = App::new(world.aws_config(), http, &world.url("carrier.example"), chaos);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, app.router()).into_future());
    url
}

/// What a user gets: status and body.
async fn get(url: &str, user: &str) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(url).header("x-user", user).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn for_test_user(rest: &str) -> Scenario {
    Scenario::from_toml(&format!(
        "id = 'aimed'\ntarget.label = {{ user = 'test-7' }}\nwhen.rate = '100%'\n{rest}"
    ))
    .unwrap()
}

const WHOLE: &str = r#"{"item":"tea","parcel":"17 is at the door"}"#;

#[tokio::test]
async fn a_fault_for_one_user_hits_this_users_requests_alone() {
    let chaos = Chaos::builder().build().unwrap();
    let url = format!("{}/orders/17", service(&chaos).await);
    let down = "target.service = 'dynamodb'\nfault.error = 'InternalServerError'";
    let outage = chaos.scope(for_test_user(down));

    let (test_user, customer) = tokio::join!(get(&url, "test-7"), get(&url, "alice"));
    assert_eq!(test_user, (503, String::new()));
    assert_eq!(customer, (200, WHOLE.to_owned()));
    outage.assert_injected(3); // the SDK's tries for test-7

    drop(outage);
    assert_eq!(get(&url, "test-7").await, (200, WHOLE.to_owned()));
}

#[tokio::test]
async fn without_the_carrier_there_is_less_of_an_answer() {
    let chaos = Chaos::builder().build().unwrap();
    let url = format!("{}/orders/17", service(&chaos).await);
    let outage =
        chaos.scope(for_test_user("target.host = 'carrier.example'\nfault.network = 'connection_refused'"));

    assert_eq!(get(&url, "test-7").await, (200, r#"{"item":"tea","parcel":null}"#.to_owned()));
    assert_eq!(get(&url, "alice").await, (200, WHOLE.to_owned()));
    outage.assert_injected(1);
}

#[tokio::test]
async fn readiness_shows_what_is_armed() {
    let chaos = Chaos::builder().build().unwrap();
    let url = format!("{}/ready", service(&chaos).await);
    assert!(get(&url, "alice").await.1.starts_with("ready\nchaos: nothing armed"));

    let _outage = chaos.scope(for_test_user("fault.status = 503")).optional();
    let (status, told) = get(&url, "alice").await;
    assert!(status == 200 && told.contains("chaos: armed") && told.contains("1 specs armed"), "{told}");
}

/// Without a socket, where the routes alone are to be tested.
#[tokio::test]
async fn routes_can_be_tested_without_a_server() {
    use tower::ServiceExt;
    let world = World::start().await;
    let chaos = Chaos::builder().build().unwrap();
    let http = world.http_client(Duration::from_secs(5));
    let app = App::new(world.aws_config(), http, &world.url("carrier.example"), &chaos);
    let outage = chaos.isolated(for_test_user("target.service = 'dynamodb'\nfault.status = 500"));

    let request = Request::get("/orders/17").header("x-user", "test-7").body(Body::empty()).unwrap();
    let answer = outage.run(app.router().oneshot(request)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(to_bytes(answer.into_body(), 100).await.unwrap(), "");
    outage.assert_injected(3);
}

/// The program as it is deployed: faults come from its environment.
#[cfg(unix)]
#[tokio::test]
async fn the_program_reads_its_environment_and_ends_when_told() {
    use tokio::io::{AsyncBufReadExt, BufReader};
    const SPECS: &str = r#"[{ "id": "down", "enabled": true, "target": { "service": "dynamodb" },
        "fault": { "error": "InternalServerError" }, "when": { "rate": "100%" } }]"#;
    let mut program = tokio::process::Command::new(env!("CARGO_BIN_EXE_axum-service"))
        .env_clear()
        .envs([("PORT", "0"), ("CHAOS_SPECS", SPECS), ("AWS_REGION", "eu-west-1"), ("AWS_MAX_ATTEMPTS", "1")])
        .envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")])
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let address = loop {
        let line = lines.next_line().await.unwrap().unwrap();
        if let Some(address) = line.strip_prefix("listening on ") {
            break format!("http://{address}");
        }
    };
    assert!(get(&format!("{address}/ready"), "alice").await.1.contains("1 specs armed"));
    assert_eq!(get(&format!("{address}/orders/17"), "alice").await.0, 503);

    let told = format!("kill -TERM {}", program.id().unwrap());
    assert!(tokio::process::Command::new("sh").args(["-c", &told]).status().await.unwrap().success());
    assert!(program.wait().await.unwrap().success());
}
