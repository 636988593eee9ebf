//! An HTTP client that costs nothing: it answers at once, by one connector for all.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

/// The connector: every answer is that of an empty Kinesis `ListStreams`.
#[derive(Clone, Debug)]
pub struct Noop;

impl HttpConnector for Noop {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let body = SdkBody::from(r#"{"StreamNames":[],"HasMoreStreams":false}"#);
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), body)))
    }
}

/// The client.
#[derive(Debug)]
pub struct NoopClient(SharedHttpConnector);

impl HttpClient for NoopClient {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        self.0.clone()
    }
}

/// A client.
pub fn noop() -> NoopClient {
    NoopClient(SharedHttpConnector::new(Noop))
}
