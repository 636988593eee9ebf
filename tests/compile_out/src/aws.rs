//! What both programs share: an AWS config that needs no network. The client
//! behind it answers every request itself.

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_secretsmanager::{Client, config::BehaviorVersion, error::DisplayErrorContext};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use aws_types::region::Region;

/// An HTTP client that gives every caller the same secret.
#[derive(Clone, Debug)]
pub struct Canned;

impl HttpConnector for Canned {
    fn call(&self, _request: HttpRequest) -> HttpConnectorFuture {
        let body = SdkBody::from(r#"{"SecretString":"swordfish"}"#);
        let response = HttpResponse::new(200_u16.try_into().expect("a valid status"), body);
        HttpConnectorFuture::ready(Ok(response))
    }
}

impl HttpClient for Canned {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// What an application usually gets from `aws_config::load_defaults`.
pub fn config() -> SdkConfig {
    let credentials = Credentials::new("akid", "secret", None, None, "static");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(SharedHttpClient::new(Canned))
        .build()
}

/// Reads one secret, or says why it could not.
pub async fn read(client: &Client) -> String {
    match client.get_secret_value().secret_id("db").send().await {
        Ok(answer) => answer.secret_string.unwrap_or_default(),
        Err(error) => DisplayErrorContext(error).to_string(),
    }
}
