//! Serving AWS SDK clients of this process, without a socket.

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Region},
};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;

use super::{
    Engine,
    answer::{self, Answer},
};

/// Where requests would go if this transport were taken out of the
/// configuration: a name that never resolves (RFC 2606), and not AWS.
const NOWHERE: &str = "http://embedded.invalid";

/// The HTTP client that hands every request to an [`Engine`].
///
/// It has no connections, so the SDK's connect and read timeouts mean nothing
/// here; its attempt and operation timeouts work as ever.
#[derive(Clone, Debug)]
pub struct InProcess {
    engine: Engine,
}

impl InProcess {
    /// A transport to `engine`, which it keeps open.
    pub fn new(engine: Engine) -> Self {
        Self { engine }
    }
}

impl HttpClient for InProcess {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let engine = self.engine.clone();
        let Some(body) = request.body().bytes().map(<[u8]>::to_vec) else {
            let streamed = "DynamoDB requests have no streamed bodies";
            return HttpConnectorFuture::ready(Err(ConnectorError::user(streamed.into())));
        };
        HttpConnectorFuture::new(async move {
            let operation = answer::operation(request.headers().get(answer::TARGET));
            let answer = engine.call(operation, body).await;
            response(answer, engine.next_request_id())
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

fn response(
    answer: Answer,
    request_id: String,
) -> Result<HttpResponse, aws_smithy_runtime_api::http::HttpError> {
    let mut response = HttpResponse::new(answer.status.try_into()?, SdkBody::from(answer.body));
    response.headers_mut().try_insert("content-type", answer::MEDIA_TYPE)?;
    response.headers_mut().try_insert(answer::REQUEST_ID, request_id)?;
    Ok(response)
}

impl Engine {
    /// The configuration of SDK clients that this engine serves in process.
    /// Has a region and credentials because the SDK insists; neither means
    /// anything. Needs a Tokio runtime to be used.
    pub fn sdk_config(&self) -> SdkConfig {
        let credentials = Credentials::new("embedded", "embedded", None, None, "embedded");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .endpoint_url(NOWHERE)
            .http_client(InProcess::new(self.clone()))
            .sleep_impl(TokioSleep::new())
            .build()
    }

    /// A DynamoDB client that this engine serves in process.
    pub fn client(&self) -> Client {
        Client::new(&self.sdk_config())
    }
}
