//! As much of Lambda as a function needs: the runtime API, and freezing.

use crate::function::{FORM, ORDERS, READY};
use crate::signals::Signals;
use crate::table::Table;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc};

/// One function with one environment, frozen but for its invocations.
pub(crate) struct Host {
    function: Child,
    signals: Signals,
    events: mpsc::Sender<usize>,
    /// It asks for the next event.
    asked: mpsc::Receiver<()>,
    said: mpsc::Receiver<Value>,
    invocations: usize,
}

/// How a function is started.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    pub(crate) form: &'static str,
    pub(crate) poll: &'static str,
    pub(crate) lease: &'static str,
    pub(crate) ready: bool,
}

impl Start {
    /// Polls are as frequent as they may be.
    pub(crate) fn new(form: &'static str) -> Self {
        Self { form, poll: "100ms", lease: "30s", ready: false }
    }
}

impl Host {
    /// A cold start.
    pub(crate) async fn start(table: &Table, start: Start) -> Self {
        let (api, events, asked, said) = runtime_api().await;
        let function = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "function::function", "--nocapture"])
            .env_clear()
            .envs([("AWS_LAMBDA_RUNTIME_API", api.as_str()), ("AWS_LAMBDA_FUNCTION_NAME", "checkout")])
            .envs([("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"), ("AWS_LAMBDA_FUNCTION_VERSION", "1")])
            .envs([
                ("CHAOS_TABLE", "chaos"),
                ("CHAOS_ENVIRONMENT", "staging"),
                ("CHAOS_ENDPOINT", &table.url),
            ])
            .envs([("CHAOS_POLL", start.poll), ("CHAOS_LEASE", start.lease)])
            .envs([(FORM, start.form), (ORDERS, &table.orders)])
            .envs(start.ready.then_some((READY, "1")))
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut host = Self { function, signals: Signals::new(), events, asked, said, invocations: 0 };
        host.end().await;
        host
    }

    /// One invocation: what the handler's call came to.
    pub(crate) async fn invoke(&mut self) -> String {
        self.begin().await;
        let answer = self.answer().await;
        self.end().await;
        answer
    }

    /// It thaws, for there is an event.
    pub(crate) async fn begin(&mut self) {
        self.signal("CONT").await;
        self.invocations += 1;
        self.events.send(self.invocations).await.unwrap();
    }

    /// Its response.
    pub(crate) async fn answer(&mut self) -> String {
        let said = tokio::select! {
            said = self.said.recv() => said.unwrap(),
            ended = self.function.wait() => panic!("the function ended by itself: {ended:?}"),
        };
        said.as_str().unwrap_or_else(|| panic!("no answer: {said}")).to_owned()
    }

    /// It asks for the next event, and is frozen.
    pub(crate) async fn end(&mut self) {
        self.until_asked().await;
        self.signal("STOP").await;
    }

    /// As [`Host::invoke`], after a while for which it is frozen.
    pub(crate) async fn invoke_after(&mut self, frozen: Duration) -> String {
        tokio::time::sleep(frozen).await;
        self.invoke().await
    }

    async fn until_asked(&mut self) {
        tokio::select! {
            asked = self.asked.recv() => asked.unwrap(),
            ended = self.function.wait() => panic!("the function ended by itself: {ended:?}"),
        }
    }

    async fn signal(&mut self, signal: &str) {
        self.signals.send(signal, self.function.id().unwrap()).await;
    }
}

type Ends = (String, mpsc::Sender<usize>, mpsc::Receiver<()>, mpsc::Receiver<Value>);

async fn runtime_api() -> Ends {
    let (events, event) = mpsc::channel(1);
    let (asking, asked) = mpsc::channel(1);
    let (say, said) = mpsc::channel(1);
    let routes = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/{way}", post(answered))
        .with_state(Api { asking, event: Arc::new(Mutex::new(event)), say });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(axum::serve(listener, routes).into_future());
    (address, events, asked, said)
}

#[derive(Clone)]
struct Api {
    asking: mpsc::Sender<()>,
    event: Arc<Mutex<mpsc::Receiver<usize>>>,
    say: mpsc::Sender<Value>,
}

async fn next(State(api): State<Api>) -> Response {
    api.asking.send(()).await.unwrap();
    let Some(id) = api.event.lock().await.recv().await else { return StatusCode::GONE.into_response() };
    let headers = [
        ("lambda-runtime-aws-request-id", id.to_string()),
        ("lambda-runtime-deadline-ms", "4102444800000".to_owned()),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-west-1:1:function:checkout".to_owned()),
    ];
    (headers, Json(json!({}))).into_response()
}

async fn answered(State(api): State<Api>, Path((_, _)): Path<(String, String)>, said: String) -> StatusCode {
    api.say.send(serde_json::from_str(&said).unwrap()).await.unwrap();
    StatusCode::ACCEPTED
}
