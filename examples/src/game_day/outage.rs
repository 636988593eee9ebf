//! The outage, started and ended over the control service's HTTP API: what an
//! engineer does with `monkeyless`, a page or a pipeline.

use crate::failure::Failure;
use chaos_control::remote::ServerControl;
use chaos_control::request::{ArmRequest, DisarmRequest};
use chaos_control::table::{Edit, actor};
use chaos_control::view::{ArmedView, StatusView};
use chaos_core::spec::{Id, Scenario};
use chaos_core::table::{Actor, Expected};
use std::net::SocketAddr;
use std::time::Duration;

/// The environment that the functions take part in.
pub(crate) const ENVIRONMENT: &str = "gameday";

const SCENARIO: &str = include_str!("../../orders-throttled.toml");

pub(crate) struct Outage {
    server: ServerControl,
    environment: Id,
    scenario: Scenario,
    by: Actor,
}

impl Outage {
    pub(crate) fn new(api: SocketAddr) -> Result<Self, Failure> {
        let scenario =
            Scenario::from_toml(SCENARIO).map_err(|problems| Failure::Scenario(problems.to_string()))?;
        let environment =
            Id::new(ENVIRONMENT).ok_or_else(|| Failure::Scenario("no environment".to_owned()))?;
        let server = ServerControl::new(&format!("http://{api}"))?;
        Ok(Self { server, environment, scenario, by: actor("game-day")? })
    }

    /// The scenario's id.
    pub(crate) fn id(&self) -> &Id {
        &self.scenario.id
    }

    /// Stores the scenario, which hits nobody yet.
    pub(crate) async fn store(&self) -> Result<(), Failure> {
        let edit =
            Edit { environment: &self.environment, expected: Expected::Absent, rearm: None, by: &self.by };
        self.server.apply(&self.scenario, &edit).await?;
        Ok(())
    }

    /// Arms it. Should nobody disarm it, it ends by itself after `at_most`.
    pub(crate) async fn arm(&self, at_most: Duration) -> Result<ArmedView, Failure> {
        let request = ArmRequest { for_: at_most, reason: "a game day".to_owned(), guarded: false };
        Ok(self.server.arm(&self.environment, self.id(), &request, &self.by).await?)
    }

    pub(crate) async fn disarm(&self) -> Result<(), Failure> {
        let request = DisarmRequest { reason: "seen enough".to_owned() };
        self.server.disarm(&self.environment, self.id(), &request, &self.by).await?;
        Ok(())
    }

    /// What is armed now.
    pub(crate) async fn status(&self) -> Result<StatusView, Failure> {
        Ok(self.server.status(&self.environment).await?)
    }
}
