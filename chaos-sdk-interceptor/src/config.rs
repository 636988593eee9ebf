//! `config.chaos(&chaos)`: one line for every client of a config.

use crate::client::{ChaosClient, Inner};
use crate::guard::Guard;
use aws_smithy_runtime::client::defaults::default_http_client_plugin_v2;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_types::SdkConfig;
use chaos_core::Chaos;

/// Adds [`chaos`](ChaosExt::chaos) to an [`SdkConfig`].
pub trait ChaosExt: Sized {
    /// The config, with faults for every client that is made from it.
    ///
    /// Comes after loading and before any client is made: clients and copies of
    /// the config from before stay as they are, and so do the config's
    /// credentials providers. Twice does no harm: a call is decided upon once.
    ///
    /// Nothing changes where `chaos` is inert, and where there is no HTTP client
    /// to decorate: neither set in the config nor compiled into the SDK (its
    /// feature `default-https-client`).
    ///
    /// ```
    /// use aws_types::SdkConfig;
    /// use chaos_sdk_interceptor::{Chaos, ChaosExt};
    ///
    /// let chaos = Chaos::builder().build()?;
    /// let config = SdkConfig::builder().build().chaos(&chaos);
    /// # Ok::<(), chaos_core::door::Problems>(())
    /// ```
    #[must_use = "clients have to be made from the config that this returns"]
    fn chaos(self, chaos: &Chaos) -> Self;
}

impl ChaosExt for SdkConfig {
    fn chaos(self, chaos: &Chaos) -> Self {
        if chaos.clock().is_none() {
            return self;
        }
        let given = self.http_client().map(Inner::Given);
        let Some(inner) = given.or_else(|| sdk_default(&self).map(Inner::Default)) else { return self };
        let client = ChaosClient::new(chaos, inner, Guard::for_config());
        self.into_builder().http_client(client).build()
    }
}

/// The HTTP client that the SDK would make for clients of this config.
fn sdk_default(config: &SdkConfig) -> Option<SharedHttpClient> {
    let version = config.behavior_version().unwrap_or_else(BehaviorVersion::latest);
    let plugin = default_http_client_plugin_v2(version)?;
    plugin.runtime_components(&RuntimeComponentsBuilder::new("chaos")).http_client()
}
