//! The API's promises, over a real socket.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use chaos_control::serve::{Options, Running, StartError, Table, start};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::path::Path;

struct Service {
    running: Running,
    client: Client,
}

fn embedded(folder: Option<&Path>) -> Options {
    let any = "127.0.0.1:0".parse().unwrap();
    Options { listen: any, table: Table::Embedded { folder: folder.map(Path::to_owned), listen: any } }
}

impl Service {
    async fn start() -> Self {
        Self { running: start(embedded(None)).await.unwrap(), client: Client::new() }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("http://{}{path}", self.running.api))
            .header("chaos-actor", "alice")
    }

    fn scenario(&self, method: Method, rest: &str) -> RequestBuilder {
        self.request(method, &format!("/v1/environments/test/scenarios{rest}"))
    }

    async fn create(&self, scenario: &Value) -> Response {
        self.scenario(Method::POST, "").json(scenario).send().await.unwrap()
    }

    async fn arm(&self, id: &str) -> Response {
        let body = json!({"for": "10m", "reason": "game day"});
        self.scenario(Method::POST, &format!("/{id}/arm")).json(&body).send().await.unwrap()
    }

    async fn status(&self) -> Value {
        json_of(self.request(Method::GET, "/v1/environments/test/status").send().await.unwrap()).await
    }
}

async fn json_of(response: Response) -> Value {
    response.json().await.unwrap()
}

/// The status and the body of a "no", which is always a problem.
async fn problem(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let body = json_of(response).await;
    assert_eq!(body["status"], status);
    assert!(body["detail"].as_str().unwrap().len() > 20, "says what to do next: {body}");
    (status, body)
}

fn throttled(id: &str, rate: &str) -> Value {
    json!({"id": id, "target": {"service": "kinesis"}, "fault": {"error": "ThrottlingException"}, "when": {"rate": rate}})
}

#[tokio::test]
async fn a_scenario_is_stored_armed_disarmed_and_removed() {
    let service = Service::start().await;
    let created = service.create(&throttled("a", "60%")).await;
    assert_eq!(created.status(), StatusCode::CREATED);
    assert_eq!(created.headers()["location"], "/v1/environments/test/scenarios/a");
    let etag = created.headers()["etag"].clone();
    let found = service.scenario(Method::GET, "/a").send().await.unwrap();
    assert_eq!(found.headers()["etag"], etag);
    assert_eq!(found.headers()["cache-control"], "no-store");
    let found = json_of(found).await;
    assert_eq!((found["by"].as_str(), &found["armed"]), (Some("alice"), &Value::Null));
    assert_eq!(found["scenario"]["spec"][0]["when"]["rate"], 0.6);

    let armed = service.arm("a").await;
    assert_eq!(armed.status(), StatusCode::OK);
    assert_eq!(json_of(armed).await["scenario"], "a");
    assert_eq!(service.status().await["armed"][0]["scenario"], "a");
    let (status, body) =
        problem(service.scenario(Method::DELETE, "/a").header("if-match", &etag).send().await.unwrap()).await;
    assert_eq!(status, 409, "an armed scenario is not removed: {body}");

    let disarmed = service.scenario(Method::POST, "/a/disarm").send().await.unwrap();
    assert_eq!(json_of(disarmed).await, json!({"id": "a", "was_armed": true}));
    assert_eq!(service.status().await["armed"], json!([]));
    let removed = service.scenario(Method::DELETE, "/a").header("if-match", &etag).send().await.unwrap();
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    assert_eq!(problem(service.scenario(Method::GET, "/a").send().await.unwrap()).await.0, 404);
    assert_eq!(problem(service.arm("a").await).await.0, 404);
    assert_eq!(problem(service.scenario(Method::POST, "/a/disarm").send().await.unwrap()).await.0, 404);
}

#[tokio::test]
async fn every_mistake_of_a_body_is_told_with_its_pointer() {
    let service = Service::start().await;
    let body = json!({"id": "A", "target": {"servcie": "x"}, "fault": {}, "when": {"rate": 1}});
    let (status, told) = problem(service.create(&body).await).await;
    let pointers: Vec<_> =
        told["violations"].as_array().unwrap().iter().map(|v| v["pointer"].as_str().unwrap()).collect();
    assert_eq!((status, pointers), (422, vec!["/id", "/target/servcie", "/fault", "/when/rate"]));
    service.create(&throttled("a", "60%")).await;
    let arm =
        service.scenario(Method::POST, "/a/arm").json(&json!({"for": "13h", "why": "x", "guarded": "yes"}));
    let (status, told) = problem(arm.send().await.unwrap()).await;
    let pointers: Vec<_> =
        told["violations"].as_array().unwrap().iter().map(|v| v["pointer"].as_str().unwrap()).collect();
    assert_eq!(status, 422);
    for pointer in ["/for", "/why", "/guarded", "/reason"] {
        assert!(pointers.contains(&pointer), "{told}");
    }
    for body in ["", "{", "[]", "\u{0}", "{\"id\": \"a\", \"id\": \"b\"}"] {
        let sent = service.scenario(Method::POST, "").body(body).send().await.unwrap();
        assert_eq!(problem(sent).await.0, 422, "{body:?}");
    }
    let huge = service.scenario(Method::POST, "").body("x".repeat(600 * 1024)).send().await.unwrap();
    assert_eq!(huge.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn an_edit_names_the_version_that_it_is_based_on() {
    let service = Service::start().await;
    let first = service.create(&throttled("a", "60%")).await.headers()["etag"].clone();
    let put = |rate: &str| service.scenario(Method::PUT, "/a").json(&throttled("a", rate));
    assert_eq!(problem(put("1%").send().await.unwrap()).await.0, 428);
    let edited = put("1%").header("if-match", &first).send().await.unwrap();
    assert_eq!(edited.status(), StatusCode::OK);
    let second = edited.headers()["etag"].clone();
    assert_ne!(first, second);
    let (status, told) = problem(put("2%").header("if-match", &first).send().await.unwrap()).await;
    assert!(status == 412 && told["detail"].as_str().unwrap().contains("alice"), "{told}");
    assert_eq!(problem(put("2%").header("if-match", "yesterday's").send().await.unwrap()).await.0, 422);
    let (status, _) = problem(service.create(&throttled("a", "3%")).await).await;
    assert_eq!(status, 409, "a taken name is in the way");
    let other = service.scenario(Method::PUT, "/a").json(&throttled("b", "3%")).header("if-match", &second);
    assert_eq!(problem(other.send().await.unwrap()).await.0, 422, "a scenario keeps its name");
    let stale = service
        .scenario(Method::POST, "/a/arm")
        .header("if-match", &first)
        .json(&json!({"for": "1m", "reason": "x"}));
    assert_eq!(problem(stale.send().await.unwrap()).await.0, 412, "arms only what was read");
}

#[tokio::test]
async fn of_two_editors_one_wins_and_none_is_lost() {
    let service = Service::start().await;
    let etag = service.create(&throttled("a", "60%")).await.headers()["etag"].clone();
    let put = |rate: &'static str| {
        service.scenario(Method::PUT, "/a").json(&throttled("a", rate)).header("if-match", &etag)
    };
    let (one, two) = tokio::join!(put("1%").send(), put("2%").send());
    let mut statuses = [one.unwrap().status().as_u16(), two.unwrap().status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test]
async fn an_armed_scenario_is_edited_only_by_arming_it_anew() {
    let service = Service::start().await;
    let etag = service.create(&throttled("a", "60%")).await.headers()["etag"].clone();
    let armed = json_of(service.arm("a").await).await;
    let put = |path: &str| {
        service.scenario(Method::PUT, path).json(&throttled("a", "1%")).header("if-match", &etag)
    };
    assert_eq!(problem(put("/a").send().await.unwrap()).await.0, 409);
    assert_eq!(
        problem(put("/a?rarm=x").send().await.unwrap()).await.0,
        422,
        "a misspelt wish is not ignored"
    );
    let view = json_of(put("/a?rearm=narrower").send().await.unwrap()).await;
    assert_eq!(view["rearmed"]["until"], armed["until"], "the deadline stays");
    assert_ne!(view["rearmed"]["revision"], armed["revision"], "a revision is never used again");
}

#[tokio::test]
async fn halt_ends_everything_bars_arming_and_lifting_it_restarts_nothing() {
    let service = Service::start().await;
    service.create(&throttled("a", "60%")).await;
    service.arm("a").await;
    let act = |path: &str, body: Value| service.request(Method::POST, path).json(&body).send();
    assert_eq!(problem(act("/v1/halt", json!({})).await.unwrap()).await.0, 422, "a halt has a reason");
    let halted = json_of(act("/v1/halt", json!({"reason": "customers notice"})).await.unwrap()).await;
    assert_eq!(halted["complete"], true);
    assert_eq!(halted["copies"][0]["environment"], "test");
    let status = service.status().await;
    assert_eq!((status["halted"]["why"].as_str(), &status["armed"]), (Some("customers notice"), &json!([])));
    assert_eq!(problem(service.arm("a").await).await.0, 409);
    let again = act("/v1/halt", json!({"reason": "again", "environment": "test"})).await.unwrap();
    assert_eq!(again.status(), StatusCode::OK, "halting twice is no error");
    act("/v1/resume", json!({"reason": "all clear"})).await.unwrap();
    let status = service.status().await;
    assert_eq!((&status["halted"], &status["armed"]), (&Value::Null, &json!([])));
    assert_eq!(service.arm("a").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn pages_and_foreign_names_are_refused_everywhere() {
    let service = Service::start().await;
    for path in ["/v1/environments", "/v1/environments/test/status", "/v1/halt", "/healthz", "/readyz"] {
        for (name, value) in [("origin", "http://127.0.0.1:7070"), ("host", "evil.example")] {
            let sent = service.request(Method::POST, path).header(name, value).send().await.unwrap();
            assert_eq!(problem(sent).await.0, 403, "{path} {name}");
        }
    }
    assert_eq!(problem(service.request(Method::GET, "/nowhere").send().await.unwrap()).await.0, 404);
    assert_eq!(
        service.request(Method::GET, "/readyz").send().await.unwrap().text().await.unwrap(),
        "ready\n"
    );
}

#[tokio::test]
async fn validating_stores_nothing() {
    let service = Service::start().await;
    let validate =
        |body: &Value| service.request(Method::POST, "/v1/environments/test/validate").json(body).send();
    assert_eq!(validate(&throttled("a", "60%")).await.unwrap().status(), StatusCode::OK);
    assert_eq!(problem(validate(&json!({"id": "a"})).await.unwrap()).await.0, 422);
    assert_eq!(problem(service.scenario(Method::GET, "/a").send().await.unwrap()).await.0, 404);
}

#[tokio::test]
async fn only_loopback_addresses_are_served() {
    for address in ["0.0.0.0:0", "[::]:0"] {
        let options = Options { listen: address.parse().unwrap(), ..embedded(None) };
        assert!(matches!(start(options).await, Err(StartError::NotLoopback(_))), "{address}");
        let table = Table::Embedded { folder: None, listen: address.parse().unwrap() };
        let options = Options { table, ..embedded(None) };
        assert!(matches!(start(options).await, Err(StartError::NotLoopback(_))), "{address}");
    }
}

#[tokio::test]
async fn what_is_stored_and_armed_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first =
        Service { running: start(embedded(Some(folder.path()))).await.unwrap(), client: Client::new() };
    first.create(&throttled("a", "60%")).await;
    let armed = json_of(first.arm("a").await).await;
    let second = start(embedded(Some(folder.path()))).await;
    assert!(matches!(second, Err(StartError::Engine(_))), "one process owns the folder");
    first.running.stop().await;
    let second =
        Service { running: start(embedded(Some(folder.path()))).await.unwrap(), client: Client::new() };
    assert_eq!(second.status().await["armed"][0]["until"], armed["until"]);
}
