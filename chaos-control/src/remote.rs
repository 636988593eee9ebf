//! The acts, asked of a running control service.

use crate::explain::ExplainView;
use crate::refusal::{Kind, Refusal};
use crate::request::{ArmRequest, DisarmRequest, HaltRequest};
use crate::table::Edit;
use crate::view::{AppliedView, ArmedView, DisarmedView, HaltView, ScenarioView, ScenariosView, StatusView};
use chaos_core::spec::{Id, Scenario, format_duration};
use chaos_core::table::{Actor, Expected};
use reqwest::{Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;

/// A control service, by its URL.
#[derive(Clone, Debug)]
pub struct ServerControl {
    base: String,
    client: reqwest::Client,
}

impl ServerControl {
    /// Talks to the service at `url`, such as `http://127.0.0.1:7070`.
    ///
    /// # Errors
    /// Where the URL is none, or TLS cannot be set up.
    pub fn new(url: &str) -> Result<Self, Refusal> {
        let parsed = reqwest::Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(parsed) = parsed else {
            let right = "write one such as http://127.0.0.1:7070";
            return Err(Refusal::new(Kind::Invalid, format!("--server: {url:?} is not a URL; {right}")));
        };
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(15));
        let client = client.redirect(reqwest::redirect::Policy::none());
        // What listens on this machine only is not behind any proxy.
        let client = if is_loopback(&parsed) { client.no_proxy() } else { client };
        let client = client.build();
        let client = client.map_err(|error| Refusal::new(Kind::Internal, error.to_string()))?;
        Ok(Self { base: url.trim_end_matches('/').to_owned(), client })
    }

    /// As the route `PUT E/scenarios/{id}`, or `POST E/scenarios` for a new one.
    ///
    /// # Errors
    /// What the service says, or that it was not reached.
    pub async fn apply(&self, scenario: &Scenario, edit: &Edit<'_>) -> Result<AppliedView, Refusal> {
        let path = format!("environments/{}/scenarios", edit.environment);
        let request = match edit.expected {
            Expected::Absent => self.request(Method::POST, &path),
            Expected::Version(version) => self
                .request(Method::PUT, &format!("{path}/{}", scenario.id))
                .header("if-match", format!("\"{version}\"")),
            Expected::Any => {
                self.request(Method::PUT, &format!("{path}/{}", scenario.id)).header("if-match", "*")
            }
        };
        let request =
            if let Some(reason) = edit.rearm { request.query(&[("rearm", reason)]) } else { request };
        json_of(self.send(request.header("chaos-actor", edit.by.as_str()).json(&scenario.to_json())).await?)
            .await
    }

    /// As the route `GET E/scenarios`.
    ///
    /// # Errors
    /// What the service says, or that it was not reached.
    pub async fn scenarios(&self, environment: &Id) -> Result<ScenariosView, Refusal> {
        self.get(&format!("environments/{environment}/scenarios")).await
    }

    /// As the route `GET E/scenarios/{id}`.
    ///
    /// # Errors
    /// What the service says, or that it was not reached.
    pub async fn scenario(&self, environment: &Id, id: &Id) -> Result<ScenarioView, Refusal> {
        self.get(&format!("environments/{environment}/scenarios/{id}")).await
    }

    /// As the route `DELETE E/scenarios/{id}`.
    ///
    /// # Errors
    /// What the service says, or that it was not reached.
    pub async fn delete(&self, environment: &Id, id: &Id, expected: Expected) -> Result<(), Refusal> {
        let request = self.request(Method::DELETE, &format!("environments/{environment}/scenarios/{id}"));
        let tag =
            if let Expected::Version(version) = expected { format!("\"{version}\"") } else { "*".to_owned() };
        self.send(request.header("if-match", tag)).await.map(drop)
    }

    /// As the route `POST E/scenarios/{id}/arm`.
    ///
    /// # Errors
    /// What the service says, or that it was not reached.
    pub async fn arm(
        &self,
        environment: &Id,
        id: &Id,
        request: &ArmRequest,
        by: &Actor,
    ) -> Result<ArmedView, Refusal> {
        let (time, reason) = (format_duration(request.for_), &request.reason);
        // Left out where it is not asked: an older service does not know it.
        let body = match request.guarded {
            true => json!({"for": time, "reason": reason, "guarded": true}),
            false => json!({"for": time, "reason": reason}),
        };
        self.post(&format!("environments/{environment}/scenarios/{id}/arm"), &body, by).await
    }

    /// As the route `POST E/scenarios/{id}/disarm`.
    ///
    /// # Errors
    /// What the service says, or that it was not reached.
    pub async fn disarm(
        &self,
        environment: &Id,
        id: &Id,
        request: &DisarmRequest,
        by: &Actor,
    ) -> Result<DisarmedView, Refusal> {
        let body = if request.reason.is_empty() { json!({}) } else { json!({"reason": request.reason}) };
        self.post(&format!("environments/{environment}/scenarios/{id}/disarm"), &body, by).await
    }

    /// As the route `POST /v1/halt`.
    ///
    /// # Errors
    /// What the service says, or that it was not reached.
    pub async fn halt(&self, request: &HaltRequest, by: &Actor) -> Result<HaltView, Refusal> {
        self.post("halt", &halt_body(request), by).await
    }

    /// As the route `POST /v1/resume`.
    ///
    /// # Errors
    /// What the service says, or that it was not reached.
    pub async fn resume(&self, request: &HaltRequest, by: &Actor) -> Result<HaltView, Refusal> {
        self.post("resume", &halt_body(request), by).await
    }

    /// As the route `GET E/status`.
    ///
    /// # Errors
    /// What the service says, or that it was not reached.
    pub async fn status(&self, environment: &Id) -> Result<StatusView, Refusal> {
        self.get(&format!("environments/{environment}/status")).await
    }

    /// As the route `POST E/explain`.
    ///
    /// # Errors
    /// What the service says, or that it was not reached.
    pub async fn explain(&self, environment: &Id, call: &Value) -> Result<ExplainView, Refusal> {
        let request = self.request(Method::POST, &format!("environments/{environment}/explain"));
        json_of(self.send(request.json(call)).await?).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/v1/{path}", self.base))
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Refusal> {
        json_of(self.send(self.request(Method::GET, path)).await?).await
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &Value, by: &Actor) -> Result<T, Refusal> {
        let request = self.request(Method::POST, path).header("chaos-actor", by.as_str()).json(body);
        json_of(self.send(request).await?).await
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, Refusal> {
        let response = request.send().await.map_err(|error| self.unsent(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let refusal = response.json::<Refusal>().await;
        Err(refusal.unwrap_or_else(|_| {
            let kind = if status.is_server_error() { Kind::UnknownOutcome } else { Kind::Refused };
            Refusal::new(kind, format!("{} answered {status}, and not as a control service does", self.base))
        }))
    }

    fn unsent(&self, error: &reqwest::Error) -> Refusal {
        if error.is_connect() || error.is_builder() {
            let next = "start it with `monkeyless serve`, name another with --server, or act on the table itself with --table";
            return Refusal::new(
                Kind::Unreachable,
                format!("no control service was reached at {}; {next}", self.base),
            );
        }
        Refusal::new(
            Kind::UnknownOutcome,
            format!("{} did not answer ({error}); look at the status before you repeat it", self.base),
        )
    }
}

fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn halt_body(request: &HaltRequest) -> Value {
    match &request.environment {
        Some(environment) => json!({"reason": request.reason, "environment": environment.as_str()}),
        None => json!({"reason": request.reason}),
    }
}

async fn json_of<T: DeserializeOwned>(response: Response) -> Result<T, Refusal> {
    response.json().await.map_err(|error| {
        Refusal::new(
            Kind::UnknownOutcome,
            format!("the answer is not a control service's: {error}; are both of the same version?"),
        )
    })
}
