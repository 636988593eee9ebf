//! The HTTP API.
//!
//! | verb, path (`E` = `/v1/environments/{environment}`) | does |
//! |---|---|
//! | `GET E/scenarios`, `GET E/scenarios/{id}` (ETag) | what is stored |
//! | `POST E/scenarios` | store a new one |
//! | `PUT`, `DELETE E/scenarios/{id}` (If-Match) | edit, remove; `?rearm=REASON` for an armed one |
//! | `POST E/scenarios/{id}/arm` `{for, reason, guarded}` (If-Match) | start an outage |
//! | `POST E/scenarios/{id}/disarm` `{reason}` | end it |
//! | `POST E/validate` | would this be stored? |
//! | `POST E/explain` | would this call be hit, by what, and why not by the others? |
//! | `GET E/status` | what is armed, for how long still |
//! | `POST /v1/halt`, `/v1/resume` `{reason, environment}` | the big red button, and lifting it |
//! | `GET /v1/catalogue/services`, `/v1/catalogue/services/{service}` | what can be named: services, operations, errors |
//! | `GET /healthz`, `/readyz` | alive; table reachable |
//!
//! Every "no" is an `application/problem+json`.

mod answer;
mod read;
mod routes;

use crate::table::TableControl;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::refusal::{Kind, Refusal};

/// The longest that a handler may take.
const HANDLER: Duration = Duration::from_secs(10);
/// The largest body: a scenario as large as one item of the table.
const BODY: usize = 512 * 1024;

/// The API over a table.
pub fn app(control: TableControl) -> Router {
    let environment = Router::new()
        .route("/scenarios", get(routes::scenarios).post(routes::create))
        .route("/scenarios/{id}", get(routes::scenario).put(routes::replace).delete(routes::remove))
        .route("/scenarios/{id}/arm", post(routes::arm))
        .route("/scenarios/{id}/disarm", post(routes::disarm))
        .route("/validate", post(routes::validate))
        .route("/explain", post(routes::explain))
        .route("/status", get(routes::status));
    Router::new()
        .nest("/v1/environments/{environment}", environment)
        .route("/v1/environments", get(routes::environments))
        .route("/v1/catalogue/services", get(routes::services))
        .route("/v1/catalogue/services/{service}", get(routes::service))
        .route("/v1/halt", post(routes::halt))
        .route("/v1/resume", post(routes::resume))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(routes::ready))
        .fallback(|| async {
            Refusal::new(
                Kind::NotFound,
                "there is no such route; see the documentation of chaos_control::api",
            )
        })
        .method_not_allowed_fallback(|| async {
            (StatusCode::METHOD_NOT_ALLOWED, "this route has no such method\n")
        })
        .layer(from_fn(loopback_only))
        .layer(RequestBodyLimitLayer::new(BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, HANDLER))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state((), no_store))
        .with_state(control)
}

/// There are no tokens yet: nobody but this machine's own programs may ask,
/// and no web page may make a browser do so.
async fn loopback_only(request: Request, next: Next) -> Response {
    match crate::embedded::guard::refusal(request.uri(), request.headers()) {
        Some(why) => Refusal::new(Kind::Forbidden, why).into_response(),
        None => next.run(request).await,
    }
}

/// What is armed must never come out of a cache.
async fn no_store(State(()): State<()>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert("cache-control", axum::http::HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", axum::http::HeaderValue::from_static("nosniff"));
    response
}
