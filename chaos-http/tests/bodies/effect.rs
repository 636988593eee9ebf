//! Damage that an answer cannot have: told, and counted apart.

use crate::seen::{CHUNKED, NONE, TEN};
use crate::support::Act::{self, Says};
use crate::support::{Peer, Server, all, client};
use chaos_core::Chaos;
use chaos_http::ChaosExt;

const JSON: &[Act] =
    &[Says(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n{\"id\":7}")];
const EMPTY: &[Act] =
    &[Says(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 0\r\n\r\n")];
const GONE: &[Act] = &[Says(b"HTTP/1.1 204 No Content\r\n\r\n")];
const TEXT: &[Act] = &[Says(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nid")];

#[tokio::test(start_paused = true)]
async fn what_an_answer_cannot_have_is_no_injection() {
    let cases: [(&'static [Act], &str, Option<&str>); 13] = [
        (JSON, "{ drop = \"Foo\" }", Some("the answer has no member `Foo`")),
        (JSON, "{ drop = \"id\" }", None),
        (JSON, "{ replace = { id = 7 } }", Some("the members have the new values already")),
        (JSON, "{ drop = \"header:vary\" }", Some("the answer has no header `vary`")),
        (JSON, "{ drop = \"header:content-type\" }", None),
        (TEXT, "{ drop = \"id\" }", Some("its media type names neither JSON nor XML")),
        (EMPTY, "{ drop = \"id\" }", Some("the body of the answer is not JSON")),
        (EMPTY, "\"garbage\"", Some("the body of the answer is empty")),
        (TEN, "{ flip = { at = [10] } }", Some("the body of the answer is too short for the damage")),
        (TEN, "{ truncate = 10 }", Some("the body of the answer is too short for the damage")),
        (CHUNKED, "{ truncate = -11 }", Some("the body of the answer is too short for the damage")),
        (CHUNKED, "{ wrong_length = 3 }", Some("the answer does not tell its length")),
        (GONE, "\"garbage\"", Some("answers with the status 204 or 304 have no body")),
    ];
    for (script, damage, why) in cases {
        let server = Server::start(Peer::Plays(script)).await;
        let chaos = Chaos::builder().observe(true).build().unwrap();
        let outage = chaos.scope(all(&format!("corrupt = {damage}")));
        let answer = client(NONE).chaos(&chaos).get(&server.url).send().await.unwrap();
        let _ = answer.bytes().await;
        outage.assert_injected(u64::from(why.is_none()));
        assert_eq!(outage.without_effect(), u64::from(why.is_some()), "{damage}");
        let told = chaos.journal().entries.remove(0).without_effect.map(|why| why.to_string());
        assert_eq!(told.as_deref(), why, "{damage}");
        let counts = chaos.observed_lately("127.0.0.1", "GET");
        // A damaged answer is a failure, whatever its status says.
        let counts = (counts.passed, counts.failed, counts.injected, counts.lost);
        assert_eq!(counts, if why.is_some() { (1, 0, 0, 0) } else { (0, 1, 1, 1) }, "{damage}");
    }
}
