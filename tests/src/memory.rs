//! An HTTP client without a network: it answers at once and keeps what it was
//! asked. For tests in virtual time, which sockets would upset.

use crate::answers::answer;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// One request that arrived.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Where it went.
    pub uri: String,
    /// Its `x-amz-target`, or its form's action.
    pub operation: String,
    /// Its body.
    pub body: Vec<u8>,
}

/// The client; clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    asked: Arc<Mutex<Vec<Asked>>>,
    status: Option<u16>,
    takes: Duration,
}

impl Memory {
    /// One that answers everything with this status and nothing else.
    pub fn answering(status: u16) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    /// One that takes so long to answer.
    pub fn taking(time: Duration) -> Self {
        Self { takes: time, ..Self::default() }
    }

    /// Every request so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How many requests arrived so far.
    pub fn hits(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

impl HttpClient for Memory {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        crate::logs::install();
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Memory {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            let target = request.headers().get("x-amz-target").map(str::to_owned);
            let body = request.body().bytes().unwrap_or_default().to_vec();
            let (status, text) = answer(target.as_deref(), &body);
            let uri = request.uri().to_owned();
            this.asked.lock().unwrap().push(Asked { uri, operation: target.unwrap_or_default(), body });
            if !this.takes.is_zero() {
                tokio::time::sleep(this.takes).await;
            }
            let status = this.status.unwrap_or(status).try_into().unwrap();
            Ok(HttpResponse::new(status, SdkBody::from(text)))
        })
    }
}
