//! A web service with axum: its clients consult one `Chaos`, every request
//! carries the label of its user, and its readiness shows what is armed.
//!
//! With the label a fault can be aimed at one test user, in production even,
//! and hits the calls that are made for this user's requests and no others:
//!
//! ```toml
//! id = "carrier-down-for-test-user"
//! enabled = true
//! [target]
//! host  = "carrier.example"
//! label = { user = "test-7" }
//! [fault]
//! status = 503
//! [when]
//! rate = "100%"
//! ```

use aws_config::SdkConfig;
use aws_sdk_dynamodb::types::AttributeValue;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chaos_core::Chaos;
use chaos_http::ChaosExt as _;
use chaos_sdk_interceptor::{ChaosExt as _, with_labels};
use reqwest_middleware::ClientWithMiddleware;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What every request needs; clones are the same one.
#[derive(Clone, Debug)]
pub struct App {
    orders: aws_sdk_dynamodb::Client,
    carrier: ClientWithMiddleware,
    carrier_url: Arc<str>,
    chaos: Chaos,
}

impl App {
    /// Both clients consult `chaos`.
    pub fn new(config: SdkConfig, http: reqwest::Client, carrier_url: &str, chaos: &Chaos) -> Self {
        let config = config.chaos(chaos);
        Self {
            orders: aws_sdk_dynamodb::Client::new(&config),
            carrier: http.chaos(chaos),
            carrier_url: carrier_url.into(),
            chaos: chaos.clone(),
        }
    }

    /// The routes. Readiness is outside of the labels: nobody asks for a user.
    pub fn router(self) -> Router {
        Router::new()
            .route("/orders/{id}", get(order))
            .layer(middleware::from_fn(labelled))
            .route("/ready", get(ready))
            .with_state(self)
    }
}

/// Runs the rest of the request with a label. Here the user is in a header; take
/// yours from the session, where nobody can write another's name into it.
async fn labelled(request: Request, next: Next) -> Response {
    let user = request.headers().get("x-user").and_then(|user| user.to_str().ok());
    let user = user.unwrap_or("anonymous").to_owned();
    with_labels([("user", user)], next.run(request)).await
}

/// Whether it can serve. An armed fault does not make it unready, but whoever
/// looks here for the cause of failures should see it.
async fn ready(State(app): State<App>) -> String {
    format!("ready\nchaos: {}\n", app.chaos.health())
}

#[derive(Serialize)]
struct Order {
    item: String,
    /// Where the parcel is; `None` while the carrier cannot be asked.
    parcel: Option<String>,
}

#[derive(Deserialize)]
struct Parcel {
    place: String,
}

/// Without DynamoDB there is no answer; without the carrier there is less of one.
async fn order(State(app): State<App>, Path(id): Path<String>) -> Response {
    match app.item(&id).await {
        Ok(Some(item)) => Json(Order { item, parcel: app.parcel(&id).await.ok() }).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::warn!("no orders: {error}");
            (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "5")]).into_response()
        }
    }
}

impl App {
    async fn item(&self, order: &str) -> Result<Option<String>, aws_sdk_dynamodb::Error> {
        let get =
            self.orders.get_item().table_name("orders").key("order", AttributeValue::S(order.to_owned()));
        let answer = get.send().await?;
        Ok(answer.item().and_then(|order| Some(order.get("item")?.as_s().ok()?.clone())))
    }

    async fn parcel(&self, order: &str) -> reqwest_middleware::Result<String> {
        let asked = self.carrier.get(format!("{}/parcels/{order}", self.carrier_url)).send().await?;
        let parcel: Parcel = asked.error_for_status()?.json().await?;
        Ok(parcel.place)
    }
}
