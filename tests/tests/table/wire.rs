//! A transport to the embedded engine that can be told to fail, to be late
//! and to forget, as the engine itself never does; and that keeps a log.

use crate::backend::Backend;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What becomes of a request.
pub(crate) enum Fate {
    /// It is answered by the engine.
    Pass,
    /// It is answered with this, and the engine never hears of it.
    Answer(u16, Value),
    /// It never arrives.
    Lost,
    /// It is done, and the answer never arrives.
    AnswerLost,
    /// It is done, and the answer comes so much later, by tokio's clock.
    Late(Duration),
    /// It is never answered.
    Hang,
    /// It is done, and the answer arrives like this.
    Spoiled(fn(&mut Vec<u8>)),
    /// It is answered by another engine, such as one with an older state.
    By(Backend),
}

/// An operation and its request, which may be changed.
type Hook = Box<dyn FnMut(&str, &mut Value) -> Fate + Send>;

/// An operation, its request, and the answer, which may be exchanged.
type Twist = Box<dyn FnMut(&str, &Value, &mut Value) + Send>;

/// One request that the engine answered.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) operation: String,
    /// The key that it was signed with.
    pub(crate) signed_by: String,
    pub(crate) uri: String,
    pub(crate) request: Value,
    pub(crate) response: Value,
}

/// What is of interest of a request beside its body.
struct Head {
    operation: String,
    signed_by: String,
    uri: String,
}

#[derive(Clone)]
pub(crate) struct Wire(Arc<Inner>);

struct Inner {
    engine: Backend,
    hook: Mutex<Hook>,
    twist: Mutex<Twist>,
    log: Mutex<Vec<Exchange>>,
    asked: AtomicUsize,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    pub(crate) fn new(engine: &Backend) -> Self {
        let hook: Hook = Box::new(|_, _| Fate::Pass);
        let twist: Twist = Box::new(|_, _, _| ());
        let (hook, twist) = (Mutex::new(hook), Mutex::new(twist));
        Self(Arc::new(Inner {
            engine: engine.clone(),
            hook,
            twist,
            log: Mutex::default(),
            asked: AtomicUsize::new(0),
        }))
    }

    /// Decides the fate of every request from now on.
    pub(crate) fn on(&self, hook: impl FnMut(&str, &mut Value) -> Fate + Send + 'static) {
        *self.0.hook.lock().unwrap() = Box::new(hook);
    }

    /// Has a look at every answer from now on.
    pub(crate) fn twist(&self, twist: impl FnMut(&str, &Value, &mut Value) + Send + 'static) {
        *self.0.twist.lock().unwrap() = Box::new(twist);
    }

    pub(crate) fn pass(&self) {
        self.on(|_, _| Fate::Pass);
    }

    /// Requests since the log was asked for, those that were lost among them.
    pub(crate) fn asked(&self) -> usize {
        self.0.asked.load(Ordering::Relaxed)
    }

    /// What was exchanged since this was asked last.
    pub(crate) fn log(&self) -> Vec<Exchange> {
        self.0.asked.store(0, Ordering::Relaxed);
        std::mem::take(&mut self.0.log.lock().unwrap())
    }

    async fn call(self, head: Head, mut request: Value) -> Result<HttpResponse, ConnectorError> {
        let Head { operation, signed_by, uri } = head;
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        let fate = (self.0.hook.lock().unwrap())(&operation, &mut request);
        let lost = || ConnectorError::io("the wire was cut".into());
        let mut engine = &self.0.engine;
        match &fate {
            Fate::Lost => return Err(lost()),
            Fate::Answer(status, body) => return response(*status, body.to_string().into_bytes()),
            Fate::Hang => return std::future::pending().await,
            Fate::Late(time) => tokio::time::sleep(*time).await,
            Fate::By(other) => engine = other,
            Fate::Pass | Fate::AnswerLost | Fate::Spoiled(_) => {}
        }
        let mut counted = request.clone();
        counted["ReturnConsumedCapacity"] = json!("TOTAL");
        let counts = matches!(operation.as_str(), "GetItem" | "Query" | "TransactWriteItems");
        let sent = if counts { &counted } else { &request };
        let answer = engine.call(&operation, sent.to_string().into_bytes()).await;
        let mut body = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
        (self.0.twist.lock().unwrap())(&operation, &request, &mut body);
        let mut sent = body.to_string().into_bytes();
        self.0.log.lock().unwrap().push(Exchange { operation, signed_by, uri, request, response: body });
        match fate {
            Fate::AnswerLost => Err(lost()),
            Fate::Spoiled(spoil) => {
                spoil(&mut sent);
                response(answer.status, sent)
            }
            _ => response(answer.status, sent),
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
        let header = |name| request.headers().get(name).unwrap_or_default();
        let between = |text: &str, from: &str, to: &str| {
            let rest = text.split_once(from).map(|(_, rest)| rest).unwrap_or_default();
            rest.split(to).next().unwrap_or_default().to_owned()
        };
        let head = Head {
            operation: between(header("x-amz-target"), ".", "."),
            signed_by: between(header("authorization"), "Credential=", "/"),
            uri: request.uri().to_owned(),
        };
        let body = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or(Value::Null);
        HttpConnectorFuture::new(self.clone().call(head, body))
    }
}
