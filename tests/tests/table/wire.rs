//! A transport to the embedded engine that can be told to fail, to be late
//! and to forget, as the engine itself never does; and that keeps a log.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use chaos_control::embedded::Engine;
use serde_json::{Value, json};
use std::fmt;
use std::sync::{Arc, Mutex};

/// What becomes of a request.
pub enum Fate {
    /// It is answered by the engine.
    Pass,
    /// It is answered with this, and the engine never hears of it.
    Answer(u16, Value),
    /// It never arrives.
    Lost,
    /// It is done, and the answer never arrives.
    AnswerLost,
}

/// An operation and its request, which may be changed.
type Hook = Box<dyn FnMut(&str, &mut Value) -> Fate + Send>;

/// One request that the engine answered.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub operation: String,
    pub request: Value,
    pub response: Value,
}

#[derive(Clone)]
pub struct Wire(Arc<Inner>);

struct Inner {
    engine: Engine,
    hook: Mutex<Hook>,
    log: Mutex<Vec<Exchange>>,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    pub fn new(engine: &Engine) -> Self {
        let hook: Hook = Box::new(|_, _| Fate::Pass);
        Self(Arc::new(Inner { engine: engine.clone(), hook: Mutex::new(hook), log: Mutex::default() }))
    }

    /// Decides the fate of every request from now on.
    pub fn on(&self, hook: impl FnMut(&str, &mut Value) -> Fate + Send + 'static) {
        *self.0.hook.lock().unwrap() = Box::new(hook);
    }

    pub fn pass(&self) {
        self.on(|_, _| Fate::Pass);
    }

    /// What was exchanged since this was asked last.
    pub fn log(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.0.log.lock().unwrap())
    }

    async fn call(self, operation: String, mut request: Value) -> Result<HttpResponse, ConnectorError> {
        let fate = (self.0.hook.lock().unwrap())(&operation, &mut request);
        let lost = || ConnectorError::io("the wire was cut".into());
        match fate {
            Fate::Lost => return Err(lost()),
            Fate::Answer(status, body) => return response(status, body.to_string().into_bytes()),
            Fate::Pass | Fate::AnswerLost => {}
        }
        let mut counted = request.clone();
        counted["ReturnConsumedCapacity"] = json!("TOTAL");
        let counts = matches!(operation.as_str(), "GetItem" | "Query" | "TransactWriteItems");
        let sent = if counts { &counted } else { &request };
        let answer = self.0.engine.call(&operation, sent.to_string().into_bytes()).await;
        let body = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
        self.0.log.lock().unwrap().push(Exchange { operation, request, response: body });
        match fate {
            Fate::AnswerLost => Err(lost()),
            _ => response(answer.status, answer.body),
        }
    }
}

fn response(status: u16, body: Vec<u8>) -> Result<HttpResponse, ConnectorError> {
    Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body)))
}

impl HttpClient for Wire {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or(Value::Null);
        HttpConnectorFuture::new(self.clone().call(operation, body))
    }
}
