//! Answers with other members, and what stays of all answers.

use crate::seen::{ALL, NONE, bare, call, corrupt};
use crate::support::Act::{self, Says};
use crate::support::{Peer, Server, all, client};
use chaos_core::Chaos;
use chaos_http::ChaosExt;
use reqwest::Response;

const JSON: &[Act] = &[Says(
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\netag: \"7\"\r\n\
      content-length: 27\r\n\r\n{\"id\": 7, \"lines\": [1, 2] }",
)];

#[tokio::test(start_paused = true)]
async fn members_are_dropped_and_replaced() {
    let (json, xml) = (Server::start(Peer::Plays(JSON)).await, Server::start(Peer::Plays(XML)).await);
    let cases = [
        (&json, "{ drop = \"lines\" }", "{\"id\": 7}", true),
        (
            &json,
            "{ replace = { \"lines.0\" = 9 }, drop = \"header:etag\" }",
            "{\"id\": 7, \"lines\": [9, 2] }",
            false,
        ),
        (&json, "{ drop = \"header:etag\" }", "{\"id\": 7, \"lines\": [1, 2] }", false),
        // None of these is there: half of what was asked is not done either.
        (&json, "{ drop = [\"other\", \"header:etag\"] }", "{\"id\": 7, \"lines\": [1, 2] }", true),
        (&xml, "{ replace = { id = 8 } }", "<order><id>8</id></order>", false),
    ];
    for (server, damage, body, has_etag) in cases {
        let answer = client(NONE).chaos(&corrupt(damage)).get(&server.url).send().await.unwrap();
        assert_eq!(answer.headers().contains_key("etag"), has_etag, "{damage}");
        assert_eq!(answer.headers()["content-length"], *body.len().to_string(), "{damage}");
        assert_eq!(answer.content_length(), Some(body.len() as u64), "{damage}");
        assert_eq!(answer.text().await.unwrap(), body, "{damage}");
    }
}

const XML: &[Act] = &[Says(
    b"HTTP/1.1 200 OK\r\ncontent-type: application/soap+xml\r\ncontent-length: 25\r\n\r\n\
      <order><id>7</id></order>",
)];

/// The whole of it comes, in JSON or not.
#[tokio::test(start_paused = true)]
async fn what_cannot_be_edited_passes() {
    let long = chaos_core::caps::MAX_EDITED_BYTES + 1;
    let body = format!("{{\"id\":7,\"x\":\"{}\"}}", "x".repeat(long));
    let told = format!("content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let untold = format!("content-type: application/json\r\nconnection: close\r\n\r\n{body}");
    let text = format!("content-type: text/plain\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    for rest in [told, untold, text] {
        let answer = format!("HTTP/1.1 200 OK\r\n{rest}").into_bytes().leak();
        let server = Server::start(Peer::Plays(Box::leak(Box::new([Says(answer)])))).await;
        let answer = client(NONE).chaos(&corrupt("{ drop = \"id\" }")).get(&server.url).send().await.unwrap();
        assert!(answer.text().await.unwrap() == body);
    }
    let broken =
        &[Says(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{\"id\"")];
    let server = Server::start(Peer::Plays(broken)).await;
    for reads in ALL {
        let seen = call(&client(NONE).chaos(&corrupt("{ drop = \"id\" }")), &server, reads).await;
        let really = call(&bare(NONE), &server, reads).await;
        assert_eq!((seen.body, seen.error), (really.body, really.error), "{reads:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn all_else_of_an_answer_stays() {
    let server = Server::start(Peer::Plays(JSON)).await;
    let faults = ["corrupt = { flip = 1 }", "slow_body = 1000", "corrupt = { drop = \"id\" }"];
    for fault in faults {
        let chaos = Chaos::builder().spec(all(fault)).build().unwrap();
        let url = format!("{}/a?b=c", server.url);
        let seen = client(NONE).chaos(&chaos).get(&url).send().await.unwrap();
        let really = bare(NONE).get(&url).send().await.unwrap();
        assert_eq!((seen.status(), seen.version()), (really.status(), really.version()));
        assert_eq!((seen.url(), seen.remote_addr()), (really.url(), really.remote_addr()));
        assert!(seen.remote_addr().is_some());
        assert_eq!(seen.extensions().len(), really.extensions().len(), "{fault}");
        let headers = |answer: &Response| {
            let names = answer.headers().iter().filter(|(name, _)| *name != "content-length");
            names.map(|(name, value)| format!("{name}: {value:?}")).collect::<Vec<_>>()
        };
        assert_eq!(headers(&seen), headers(&really), "{fault}");
    }
}

/// Who asks for a head gets no body to damage, and the decision says so.
#[tokio::test(start_paused = true)]
async fn heads_have_no_body() {
    let server = Server::start(Peer::Plays(&[Says(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n")])).await;
    for fault in ["corrupt = { wrong_length = 3 }", "slow_body = 1"] {
        let chaos = Chaos::builder().build().unwrap();
        let outage = chaos.scope(all(fault));
        let answer = client(NONE).chaos(&chaos).head(&server.url).send().await.unwrap();
        assert_eq!(answer.headers()["content-length"], "10");
        assert_eq!(answer.bytes().await.unwrap(), "");
        outage.assert_not_injected();
    }
}
