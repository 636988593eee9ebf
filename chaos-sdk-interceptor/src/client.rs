//! The decorated HTTP client. It picks a connector for each attempt, and hands
//! out the undecorated one wherever no fault can strike.

use crate::act::Signer;
use crate::connector::{ChaosConnector, Shared};
use crate::connectors::Connectors;
use crate::guard::Guard;
use crate::operation::OperationNames;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::config_bag::ConfigBag;
use chaos_core::Chaos;
use std::sync::Arc;

/// What the handle offers to AWS SDK clients that are made without an
/// `SdkConfig`.
pub trait ChaosSdk {
    /// `inner`, with faults.
    ///
    /// Calls to STS, SSO and sign-in are never injected, for such a client may
    /// serve credentials providers; nor are instance metadata, container
    /// credentials and the Lambda runtime API.
    ///
    /// ```
    /// use aws_smithy_runtime_api::client::http::{HttpClient, SharedHttpClient};
    /// use chaos_sdk_interceptor::{Chaos, ChaosSdk};
    ///
    /// fn decorated(chaos: &Chaos, inner: SharedHttpClient) -> impl HttpClient + 'static {
    ///     // Then: aws_sdk_kinesis::config::Builder::new().http_client(..)
    ///     chaos.http_client(inner)
    /// }
    /// ```
    fn http_client(&self, inner: impl HttpClient + 'static) -> SharedHttpClient;

    /// As [`http_client`](ChaosSdk::http_client), and specs whose `target.service`
    /// names STS, SSO or sign-in exactly may hit them: for the application's own calls to them, or to see what
    /// happens when credentials cannot be had. Instance metadata, container
    /// credentials and the Lambda runtime API stay out of reach.
    fn http_client_with_credentials(&self, inner: impl HttpClient + 'static) -> SharedHttpClient;

    /// An interceptor for one client, beside the decorated HTTP client: with it
    /// service, operation and attempt are what the SDK itself says, instead of
    /// what its requests show. Alone it does nothing.
    #[cfg(feature = "interceptor")]
    fn interceptor(&self) -> crate::ChaosInterceptor;
}

impl ChaosSdk for Chaos {
    fn http_client(&self, inner: impl HttpClient + 'static) -> SharedHttpClient {
        by_hand(self, inner, Guard::by_hand())
    }

    fn http_client_with_credentials(&self, inner: impl HttpClient + 'static) -> SharedHttpClient {
        by_hand(self, inner, Guard::for_config())
    }

    #[cfg(feature = "interceptor")]
    fn interceptor(&self) -> crate::ChaosInterceptor {
        crate::ChaosInterceptor::new(self)
    }
}

fn by_hand(chaos: &Chaos, inner: impl HttpClient + 'static, guard: Guard) -> SharedHttpClient {
    let inner = SharedHttpClient::new(inner);
    SharedHttpClient::new(ChaosClient::new(chaos, Inner::Given(inner), guard))
}

/// The HTTP client that is decorated, and what is known of it.
#[derive(Debug)]
pub(crate) enum Inner {
    /// The application's own.
    Given(SharedHttpClient),
    /// The SDK's default, made by us: it keeps its connectors by settings alone.
    Default(SharedHttpClient),
}

/// An HTTP client with faults.
#[derive(Debug)]
pub(crate) struct ChaosClient {
    inner: SharedHttpClient,
    names: OperationNames,
    kept: Option<Connectors>,
    shared: Arc<Shared>,
}

impl ChaosClient {
    pub(crate) fn new(chaos: &Chaos, inner: Inner, guard: Guard) -> Self {
        // Another client may choose its connectors by what we cannot see, so
        // ours are kept for later calls only where we know better.
        let (inner, kept) = match inner {
            Inner::Given(inner) => (inner, None),
            Inner::Default(inner) => (inner, Some(Connectors::default())),
        };
        let shared = Arc::new(Shared::new(chaos, guard));
        Self { inner, names: OperationNames::default(), kept, shared }
    }

    fn decorated(
        &self,
        operation: Option<&'static str>,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
        signs: bool,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        let innermost = self.kept.is_some();
        let shared = Arc::clone(&self.shared);
        let sleep = components.sleep_impl();
        let connector = ChaosConnector::new(inner, innermost, shared, operation, settings, sleep);
        match signs {
            true => SharedHttpConnector::new(connector.signing(Signer::new(components))),
            false => SharedHttpConnector::new(connector),
        }
    }
}

impl HttpClient for ChaosClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let chaos = &self.shared.chaos;
        if chaos.is_idle() {
            return self.inner.http_connector(settings, components);
        }
        let operation = if self.shared.requests_tell() { None } else { self.names.scan(components) };
        // A call without a name is looked at: its request may still reveal one.
        let targeted = operation.is_none() || chaos.may_match(operation);
        if !targeted && !chaos.is_observing() {
            return self.inner.http_connector(settings, components);
        }
        // Asked once, for a spec may be armed meanwhile.
        let signs = chaos.may_resign();
        let make = || self.decorated(operation, settings, components, signs);
        // Clients that share connectors need not share credentials.
        match self.kept.as_ref().filter(|_| !signs) {
            Some(kept) => kept.get_or_insert(operation, settings, make),
            None => make(),
        }
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.inner.validate_base_client_config(components, config)
    }

    /// Runs once per call, before its first attempt, and knows the operation for certain.
    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        if !self.shared.chaos.is_idle()
            && let Some(metadata) = config.load::<Metadata>()
            && self.shared.chaos.may_match(Some(metadata.name()))
        {
            self.names.check(components, metadata.name());
        }
        self.inner.validate_final_config(components, config)
    }

    // The SDK's user agent names the connector: it stays the inner one's.
    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.inner.connector_metadata()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{ChaosClient, Inner};
    use crate::guard::Guard;
    use aws_smithy_runtime_api::client::http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    };
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
    use chaos_core::spec::{PartialFault, Rate};
    use chaos_core::{Chaos, Scope, fault};
    use std::sync::Mutex;

    /// Arms a spec that takes requests to be signed anew, while its connector is asked for.
    #[derive(Debug)]
    struct Arming(Chaos, Mutex<Option<Scope>>);

    impl HttpClient for Arming {
        fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
            let unsent = PartialFault { sent: false, ..PartialFault::of(Rate::ALWAYS) };
            let armed = self.0.scope(fault("kinesis", "PutRecords").partial(unsent)).optional();
            *self.1.lock().unwrap() = Some(armed);
            SharedHttpConnector::new(Unused)
        }
    }

    #[derive(Debug)]
    struct Unused;

    impl HttpConnector for Unused {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            HttpConnectorFuture::ready(Err(ConnectorError::user("unused".into())))
        }
    }

    #[test]
    fn what_is_kept_never_signs_whatever_is_armed_meanwhile() {
        let chaos = Chaos::builder().build().unwrap();
        let inner = SharedHttpClient::new(Arming(chaos.clone(), Mutex::default()));
        let client = ChaosClient::new(&chaos, Inner::Default(inner), Guard::for_config());
        let components = RuntimeComponentsBuilder::for_tests().build().unwrap();
        let settings = HttpConnectorSettings::builder().build();
        let ask = || format!("{:?}", client.http_connector(&settings, &components));
        let _first = chaos.scope(fault("kinesis", "PutRecords").status(503)).optional();
        assert!(ask().contains("signer: None"));
        assert!(chaos.may_resign() && ask().contains("signer: Some"));
        let kept = format!("{:?}", client.kept);
        assert!(kept.contains("signer: None") && !kept.contains("signer: Some"), "{kept}");
    }
}
