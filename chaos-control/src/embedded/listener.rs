//! Serving other processes of this machine over HTTP: DynamoDB's wire
//! protocol, on loopback only.
//!
//! Applications reach it by `CHAOS_ENDPOINT` or an SDK's endpoint setting,
//! with any region and credentials.

use std::{future, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Request, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::post,
    serve::ListenerExt,
};
use tokio::{net::TcpListener, sync::oneshot, time};

use super::{
    Answer, Engine,
    answer::{self, MEDIA_TYPE, REQUEST_ID, TARGET},
    guard,
};
pub use super::{access::Access, error::ServeError};

/// DynamoDB's own limit on a request.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// How long requests that have begun may take to finish once the listener is
/// to stop. A client that never finishes its request must not keep us.
const DRAIN: Duration = Duration::from_secs(5);

/// Serves `engine` on `listener` until `shutdown` resolves; then lets begun
/// requests finish, for at most five seconds. Requests with an `Origin`, or
/// with a `Host` other than a loopback name, are refused (403).
///
/// # Errors
///
/// [`ServeError::NotLoopback`], before anything is served, when the listener
/// can be reached from outside this machine; [`ServeError::Io`] when the
/// operating system fails it.
pub async fn serve(
    listener: TcpListener,
    engine: Engine,
    access: Access,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = listener.local_addr()?;
    if !address.ip().to_canonical().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    // Small answers must not wait for the acknowledgement of earlier ones.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
    });
    let (stop, stopping) = oneshot::channel();
    let server = axum::serve(listener, router(Door { engine, access })).with_graceful_shutdown(async move {
        shutdown.await;
        // Nobody listens any more only when the server is gone already.
        let _ = stop.send(());
    });
    tokio::select! {
        served = server.into_future() => Ok(served?),
        () = drained(stopping) => Ok(()),
    }
}

/// Resolves [`DRAIN`] after the listener was told to stop.
async fn drained(stopping: oneshot::Receiver<()>) {
    if stopping.await.is_err() {
        future::pending::<()>().await;
    }
    time::sleep(DRAIN).await;
    tracing::warn!("requests to the embedded table were still unfinished when it stopped");
}

/// What every request passes through.
#[derive(Clone)]
struct Door {
    engine: Engine,
    access: Access,
}

fn router(door: Door) -> Router {
    Router::new()
        .route("/", post(handle))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(door.clone(), screen))
        .with_state(door)
}

/// Refuses what must not be served at all, and names every answer.
async fn screen(State(door): State<Door>, request: Request, next: Next) -> Response {
    let mut response = match guard::refusal(request.uri(), request.headers()) {
        Some(why) => Answer::error(403, "AccessDeniedException", why).into_response(),
        None => next.run(request).await,
    };
    if let Ok(id) = HeaderValue::try_from(door.engine.next_request_id()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

async fn handle(State(door): State<Door>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Answer {
    if !is_wire_json(&headers) {
        let message = format!("The content type must be {MEDIA_TYPE}.");
        return Answer::error(415, "UnsupportedMediaType", &message);
    }
    let target = headers.get(TARGET).and_then(|target| target.to_str().ok());
    let operation = answer::operation(target);
    match body {
        Ok(body) if !door.access.allows(operation, &body) => {
            let message = format!("This endpoint is for applications: it does not allow this {operation:?}.");
            Answer::error(400, "AccessDeniedException", &message)
        }
        Ok(body) => door.engine.call(operation, body).await,
        Err(refused) => {
            let status = refused.status().as_u16();
            Answer::error(status, "RequestTooLarge", &refused.body_text())
        }
    }
}

/// A content type that pages cannot send without asking first, which is
/// refused for its `Origin`.
fn is_wire_json(headers: &HeaderMap) -> bool {
    let sent = headers.get(CONTENT_TYPE).and_then(|sent| sent.to_str().ok()).unwrap_or_default();
    let media_type = sent.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case(MEDIA_TYPE)
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(CONTENT_TYPE, MEDIA_TYPE)], self.body).into_response()
    }
}
