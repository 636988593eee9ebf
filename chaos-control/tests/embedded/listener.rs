//! Other processes of this machine, and whoever else may try.

use aws_sdk_dynamodb::{error::ProvideErrorMetadata, operation::RequestId};
use reqwest::{Method, Response};

use super::*;

/// A request that the listener would answer with 200.
fn list_tables(server: &Server) -> reqwest::RequestBuilder {
    request(server, Method::POST)
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", "DynamoDB_20120810.ListTables")
        .body("{}")
}

fn request(server: &Server, method: Method) -> reqwest::RequestBuilder {
    reqwest::Client::builder().no_proxy().build().unwrap().request(method, server.url())
}

/// The status, and the short name of the error.
async fn error(response: Response) -> (u16, String) {
    assert!(response.headers().contains_key("x-amzn-requestid"));
    let (status, body) = (response.status().as_u16(), response.text().await.unwrap());
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    (status, body["__type"].as_str().unwrap().rsplit('#').next().unwrap().to_owned())
}

#[tokio::test]
async fn other_processes_see_the_same_table_and_the_same_errors() {
    let (engine, inside) = memory().await;
    let server = Server::start(&engine, Access::Full).await;
    let outside = server.client(&engine);
    let put = || outside.put_item().table_name("items").set_item(Some(item("a", 1)));
    let put = || put().condition_expression("attribute_not_exists(pk)");

    assert!(put().send().await.unwrap().request_id().is_some());
    let got = inside.get_item().table_name("items").set_key(Some(key("a"))).send().await.unwrap();
    assert_eq!(got.item, Some(item("a", 1)));
    let error = put().send().await.unwrap_err().into_service_error();
    assert!(error.is_conditional_check_failed_exception());
    server.stop().await;
}

#[tokio::test]
async fn a_reader_reads_and_may_do_nothing_else() {
    let (engine, inside) = memory().await;
    inside.put_item().table_name("items").set_item(Some(item("a", 1))).send().await.unwrap();
    let server = Server::start(&engine, Access::Reader).await;
    let reader = server.client(&engine);

    let got = reader.get_item().table_name("items").set_key(Some(key("a"))).send().await.unwrap();
    assert_eq!(got.item, Some(item("a", 1)));
    let query = reader.query().table_name("items").key_condition_expression("pk = :pk");
    let found = query.expression_attribute_values(":pk", text("a")).send().await.unwrap();
    assert_eq!(found.count, 1);
    reader.describe_table().table_name("items").send().await.unwrap();

    let put = reader.put_item().table_name("items").set_item(Some(item("b", 1))).send().await;
    assert_eq!(put.unwrap_err().code(), Some("AccessDeniedException"));
    let scan = reader.scan().table_name("items").send().await;
    assert_eq!(scan.unwrap_err().code(), Some("AccessDeniedException"));
    assert_eq!(inside.scan().table_name("items").send().await.unwrap().count, 1);
    server.stop().await;
}

#[tokio::test]
async fn web_pages_are_refused_and_told_nothing() {
    let (engine, _) = memory().await;
    let server = Server::start(&engine, Access::Full).await;
    assert_eq!(list_tables(&server).send().await.unwrap().status(), 200);

    let page = list_tables(&server).header("origin", "https://example.com").send().await.unwrap();
    let preflight = request(&server, Method::OPTIONS)
        .header("origin", "http://localhost:7070")
        .header("access-control-request-method", "POST");
    for response in [page, preflight.send().await.unwrap()] {
        let cors = response.headers().keys().find(|name| name.as_str().starts_with("access-control"));
        assert_eq!(cors, None);
        assert_eq!(error(response).await, (403, "AccessDeniedException".into()));
    }
    server.stop().await;
}

#[tokio::test]
async fn names_that_merely_resolve_to_this_machine_are_refused() {
    let (engine, _) = memory().await;
    let server = Server::start(&engine, Access::Full).await;
    let port = server.address.port();
    let rebound = list_tables(&server).header("host", format!("example.com:{port}"));
    let refused = error(rebound.send().await.unwrap()).await;
    assert_eq!(refused, (403, "AccessDeniedException".into()));
    let named = list_tables(&server).header("host", format!("localhost:{port}"));
    assert_eq!(named.send().await.unwrap().status(), 200);
    server.stop().await;
}

#[tokio::test]
async fn addresses_of_the_network_are_not_served() {
    for address in ["0.0.0.0:0", "[::]:0"] {
        // A machine without IPv6 cannot bind the second.
        let Ok(listener) = TcpListener::bind(address).await else {
            continue;
        };
        let engine = Engine::memory().unwrap();
        let refused = serve(listener, engine, Access::Reader, async {}).await;
        let error = refused.unwrap_err();
        assert!(matches!(error, ServeError::NotLoopback(_)));
        assert!(error.to_string().contains("loopback"), "{error}");
    }
}

#[tokio::test]
async fn only_requests_of_the_protocol_are_taken() {
    let (engine, _) = memory().await;
    let server = Server::start(&engine, Access::Full).await;
    let form = request(&server, Method::POST).header("content-type", "text/plain").body("{}");
    let form = form.header("x-amz-target", "DynamoDB_20120810.ListTables");
    assert_eq!(error(form.send().await.unwrap()).await, (415, "UnsupportedMediaType".into()));

    let untargeted =
        request(&server, Method::POST).header("content-type", "application/x-amz-json-1.0; charset=utf-8");
    let untargeted = untargeted.body("{}").send().await.unwrap();
    assert_eq!(error(untargeted).await, (400, "UnknownOperationException".into()));
    assert_eq!(request(&server, Method::GET).send().await.unwrap().status(), 405);
    server.stop().await;
}

#[tokio::test]
async fn requests_beyond_the_limit_of_dynamodb_are_too_large() {
    let (engine, _) = memory().await;
    let server = Server::start(&engine, Access::Full).await;
    let padded = |bytes: usize| format!("{{}}{}", " ".repeat(bytes - 2));
    let limit = 16 * 1024 * 1024;
    let largest = list_tables(&server).body(padded(limit)).send().await.unwrap();
    assert_eq!(largest.status(), 200);
    let larger = list_tables(&server).body(padded(limit + 1)).send().await.unwrap();
    assert_eq!(error(larger).await, (413, "RequestTooLarge".into()));
    server.stop().await;
}
