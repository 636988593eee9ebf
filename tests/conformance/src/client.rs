//! Configs for clients that reach no network.

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use aws_types::region::Region;
use aws_types::sdk_config::SdkConfig;
use chaos_core::wire::Encoded;
use std::sync::{Arc, Mutex};

/// A config for clients that `http` serves; calls are tried once.
pub fn config(http: impl HttpClient + 'static) -> SdkConfig {
    let credentials = Credentials::new("AKIDTESTS", "a secret for tests", None, None, "tests");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(RetryConfig::disabled())
        .endpoint_url("http://localhost")
        .http_client(http)
        .build()
}

/// An HTTP client that no request should reach.
#[derive(Clone, Debug)]
pub struct Refusing;

impl HttpConnector for Refusing {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(Err(ConnectorError::user("the call went by".into())))
    }
}

impl HttpClient for Refusing {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// An HTTP client that answers every request with what it was last given.
#[derive(Clone, Debug, Default)]
pub struct Canned(Arc<Mutex<Encoded>>);

impl Canned {
    /// Answers so from now on.
    ///
    /// # Panics
    /// If another thread panicked meanwhile.
    pub fn set(&self, answer: Encoded) {
        *self.0.lock().expect("nothing panics while it is held") = answer;
    }

    fn answer(&self) -> Result<HttpResponse, ConnectorError> {
        let answer = self.0.lock().expect("nothing panics while it is held").clone();
        let status = answer.status.try_into().map_err(|_| ConnectorError::user("no such status".into()))?;
        let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
        for (name, value) in answer.headers {
            let added = response.headers_mut().try_append(name, value);
            added.map_err(|error| ConnectorError::user(error.into()))?;
        }
        Ok(response)
    }
}

impl HttpConnector for Canned {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(self.answer())
    }
}

impl HttpClient for Canned {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
