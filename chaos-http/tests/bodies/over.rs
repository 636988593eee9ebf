//! Faults that are over when the answer comes, and answers that have no body.

use crate::seen::{NONE, TEN};
use crate::support::Act::{Says, Waits};
use crate::support::{Peer, Server, all, client, ms};
use chaos_core::Chaos;
use chaos_http::ChaosExt;
use std::time::Duration;
use tokio::time::sleep;

/// The head after half a second, five bytes with it, and the rest again half a
/// second later.
async fn slow_peer() -> Server {
    let told = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n{\"id\"";
    let script = [Waits(ms(500)), Says(told.as_bytes()), Waits(ms(500)), Says(b":7}")];
    Server::start(Peer::Plays(script.to_vec().leak())).await
}

/// What a caller gets where the fault ends after this time.
async fn ended_after(time: Duration, fault: &str) -> Result<String, reqwest_middleware::Error> {
    let server = slow_peer().await;
    let chaos = Chaos::builder().build().unwrap();
    let outage = chaos.scope(all(fault));
    let client = client(NONE).chaos(&chaos);
    let ending = async {
        sleep(time).await;
        drop(outage);
    };
    let calling = async { Ok(client.get(&server.url).send().await?.text().await?) };
    let (answer, ()) = tokio::join!(calling, ending);
    answer
}

const FAULTS: [&str; 6] = [
    "network = \"response_lost\"",
    "corrupt = \"garbage\"",
    "corrupt = { truncate = { after = 1, by = \"end\" } }",
    "corrupt = { wrong_length = 3 }",
    "corrupt = { drop = \"id\" }",
    "slow_body = { stall_after = 0 }",
];

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_after_the_fault_is_as_it_is() {
    for fault in FAULTS {
        assert_eq!(ended_after(ms(200), fault).await.unwrap(), "{\"id\":7}", "{fault}");
        let struck = ended_after(ms(90_000), fault).await;
        assert!(!struck.is_ok_and(|body| body == "{\"id\":7}"), "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_after_the_fault_is_as_it_is() {
    for fault in
        ["corrupt = { flip = { at = 7 } }", "corrupt = { truncate = -1 }", "corrupt = { drop = \"id\" }"]
    {
        assert_eq!(ended_after(ms(700), fault).await.unwrap(), "{\"id\":7}", "{fault}");
        let struck = ended_after(ms(90_000), fault).await;
        assert!(!struck.is_ok_and(|body| body == "{\"id\":7}"), "{fault}");
    }
}

/// Their length is that of another answer.
#[tokio::test(start_paused = true)]
async fn answers_that_never_have_a_body_stay_as_they_are() {
    for damage in
        ["{ wrong_length = 3 }", "{ wrong_length = -3 }", "{ truncate = { after = 1, by = \"end\" } }"]
    {
        let unchanged = Says(b"HTTP/1.1 304 Not Modified\r\ncontent-length: 10\r\n\r\n");
        let server = Server::start(Peer::Plays(vec![unchanged].leak())).await;
        let chaos = Chaos::builder().spec(all(&format!("corrupt = {damage}"))).build().unwrap();
        let answer = client(NONE).chaos(&chaos).get(&server.url).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-length"]),
            (304, &"10".parse().unwrap())
        );
        assert_eq!(answer.bytes().await.unwrap(), "", "{damage}");
    }
}

/// Time is what the handle's clock says, and a real call takes none of that.
#[tokio::test]
async fn a_clock_that_stands_still_makes_no_client_give_up() {
    let server = Server::start(Peer::Plays(TEN)).await;
    let clock = chaos_core::clock::TestClock::at("2026-11-23T12:00:00Z".parse().unwrap());
    let scenario = all("latency = \"1s\"\nslow_body = 10");
    let chaos = Chaos::builder().clock(std::sync::Arc::new(clock)).spec(scenario).build().unwrap();
    let adapter = chaos_http::Adapter::new(&chaos).timeouts(None, None, Some(Duration::from_secs(30)));
    let limited = client(|client| client.read_timeout(Duration::from_secs(30))).chaos(adapter);
    let answer = limited.get(&server.url).timeout(Duration::from_secs(60)).send().await.unwrap();
    assert_eq!(answer.bytes().await.unwrap(), "0123456789");
}
