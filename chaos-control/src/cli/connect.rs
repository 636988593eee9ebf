//! Whom a command asks: a control service, or the table itself.

use super::Ended;
use super::args::Common;
use crate::explain::ExplainView;
use crate::refusal::Refusal;
use crate::remote::ServerControl;
use crate::request::{ArmRequest, DisarmRequest, HaltRequest};
use crate::table::{Edit, TableControl, actor};
use crate::view::{AppliedView, ArmedView, DisarmedView, HaltView, ScenarioView, ScenariosView, StatusView};
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use chaos_core::clock::SystemClock;
use chaos_core::described::DescribedCall;
use chaos_core::spec::{Id, Scenario};
use chaos_core::table::{Actor, Expected, Store, with_endpoint};
use std::sync::Arc;
use std::time::Duration;

/// Either of the two, with the same acts.
#[derive(Debug)]
pub(super) enum Control {
    Server(ServerControl),
    Table(TableControl),
}

/// Forwards an act to whichever it is.
macro_rules! either {
    ($control:expr, $act:ident($($argument:expr),*)) => {
        match $control {
            Control::Server(server) => server.$act($($argument),*).await,
            Control::Table(table) => table.$act($($argument),*).await,
        }
    };
}

impl Control {
    pub(super) async fn connect(common: &Common) -> Result<Self, Refusal> {
        match &common.table {
            Some(table) => {
                let store = store(table, common.endpoint.as_deref()).await;
                Ok(Self::Table(TableControl::new(store, Arc::new(SystemClock::new()))))
            }
            None => ServerControl::new(&common.server).map(Self::Server),
        }
    }

    pub(super) async fn apply(&self, scenario: &Scenario, edit: &Edit<'_>) -> Result<AppliedView, Refusal> {
        either!(self, apply(scenario, edit))
    }

    pub(super) async fn scenarios(&self, environment: &Id) -> Result<ScenariosView, Refusal> {
        either!(self, scenarios(environment))
    }

    pub(super) async fn scenario(&self, environment: &Id, id: &Id) -> Result<ScenarioView, Refusal> {
        either!(self, scenario(environment, id))
    }

    pub(super) async fn delete(&self, environment: &Id, id: &Id, expected: Expected) -> Result<(), Refusal> {
        either!(self, delete(environment, id, expected))
    }

    pub(super) async fn arm(
        &self,
        environment: &Id,
        id: &Id,
        request: &ArmRequest,
        by: &Actor,
    ) -> Result<ArmedView, Refusal> {
        match self {
            Self::Server(server) => server.arm(environment, id, request, by).await,
            Self::Table(table) => table.arm(environment, id, request, None, by).await,
        }
    }

    pub(super) async fn disarm(
        &self,
        environment: &Id,
        id: &Id,
        request: &DisarmRequest,
        by: &Actor,
    ) -> Result<DisarmedView, Refusal> {
        either!(self, disarm(environment, id, request, by))
    }

    pub(super) async fn halt(&self, request: &HaltRequest, by: &Actor) -> Result<HaltView, Refusal> {
        either!(self, halt(request, by))
    }

    pub(super) async fn resume(&self, request: &HaltRequest, by: &Actor) -> Result<HaltView, Refusal> {
        either!(self, resume(request, by))
    }

    /// The call is given twice: understood, and as it was described.
    pub(super) async fn explain(
        &self,
        environment: &Id,
        call: &DescribedCall,
        body: &serde_json::Value,
    ) -> Result<ExplainView, Refusal> {
        match self {
            Self::Server(server) => server.explain(environment, body).await,
            Self::Table(table) => table.explain(environment, call).await,
        }
    }

    pub(super) async fn status(&self, environment: &Id) -> Result<StatusView, Refusal> {
        either!(self, status(environment))
    }
}

/// The largest of requests, a batch of 25 specs, takes some tenths of a second.
const ATTEMPT: Duration = Duration::from_secs(2);
const OPERATION: Duration = Duration::from_secs(5);

/// A store on a DynamoDB table, with the caller's own AWS configuration.
pub(super) async fn store(table: &str, endpoint: Option<&str>) -> Store {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let mut own = aws_sdk_dynamodb::config::Builder::from(&config);
    // A halt that is not answered must be sent again, and in another way, while it matters.
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).operation_timeout(OPERATION);
    own.set_timeout_config(Some(timeouts.build()));
    if let Some(endpoint) = endpoint.or_else(|| config.endpoint_url()) {
        own = with_endpoint(own, &config, endpoint);
    }
    Store::new(aws_sdk_dynamodb::Client::from_conf(own.build()), table)
}

impl Common {
    /// The environment to act in, which is never assumed.
    pub(super) fn environment(&self) -> Result<Id, Ended> {
        const RIGHT: &str = "name it with --environment or CHAOS_ENVIRONMENT, such as `staging`";
        let Some(name) = &self.environment else {
            return Err(Ended::Usage(format!("which environment? {RIGHT}")));
        };
        Id::new(name).ok_or_else(|| Ended::Usage(format!("{name:?} is no environment's name; {RIGHT}")))
    }

    pub(super) fn actor(&self) -> Result<Actor, Refusal> {
        actor(&self.by)
    }
}

/// A scenario's name from the command line.
pub(super) fn scenario_id(name: &str) -> Result<Id, Ended> {
    Id::new(name).ok_or_else(|| {
        Ended::Usage(format!(
            "{name:?} is no scenario's name: those are 1 to 63 lower-case letters, digits and hyphens"
        ))
    })
}
