//! The acts, done on the table itself.

use crate::explain::{ExplainView, Taken, explained};
use crate::refusal::{Kind, Refusal};
use crate::request::{ArmRequest, DisarmRequest, HaltRequest};
use crate::view::{
    AppliedView, ArmedView, DisarmedView, HaltView, ScenarioView, ScenariosView, StatusView, seconds_left,
};
use chaos_core::clock::Clock;
use chaos_core::described::DescribedCall;
use chaos_core::spec::{Id, Scenario};
use chaos_core::table::{Actor, Arm, Armed, Expected, Scope, Status, Store, StoreError};
use std::sync::Arc;

/// Who edits which stored scenario, and what they believe to be stored.
#[derive(Clone, Debug)]
pub struct Edit<'a> {
    /// The environment.
    pub environment: &'a Id,
    /// What is believed to be stored.
    pub expected: Expected,
    /// Arm it anew where it is armed, for this reason.
    pub rearm: Option<&'a str>,
    /// By whom.
    pub by: &'a Actor,
}

/// Acts on DynamoDB directly: what the API does, and the CLI with `--table`.
#[derive(Clone, Debug)]
pub struct TableControl {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl TableControl {
    /// Acts on the table of `store`, by the time of `clock`.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store: store.with_clock(Arc::clone(&clock)), clock }
    }

    /// The table.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Stores a scenario; armed already, only with `rearm`.
    ///
    /// # Errors
    /// As [`Store::put_definition`] and [`Store::rearm`].
    pub async fn apply(&self, scenario: &Scenario, edit: &Edit<'_>) -> Result<AppliedView, Refusal> {
        let id = scenario.id.to_string();
        let armed = self.armed(edit.environment, &scenario.id).await?;
        if let (Some(reason), Some(_)) = (edit.rearm, armed) {
            let armed = self.store.rearm(edit.environment, scenario, edit.expected, edit.by, reason).await?;
            let version = armed.version;
            return Ok(AppliedView { id, version, created: false, rearmed: Some(self.armed_view(&armed)) });
        }
        let stored = self.store.put_definition(edit.environment, scenario, edit.expected, edit.by).await?;
        Ok(AppliedView { id, version: stored.version, created: stored.created, rearmed: None })
    }

    /// Every stored scenario.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub async fn scenarios(&self, environment: &Id) -> Result<ScenariosView, Refusal> {
        let stored = self.store.definitions(environment).await?;
        let status = self.status_if_any(environment).await?;
        let armed = |id: &Id| self.armed_in(status.as_ref(), id);
        let scenarios =
            stored.found.iter().map(|found| ScenarioView::new(found, armed(&found.scenario.id))).collect();
        Ok(ScenariosView { scenarios, problems: stored.problems })
    }

    /// One stored scenario.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn scenario(&self, environment: &Id, id: &Id) -> Result<ScenarioView, Refusal> {
        let definition = self.store.definition(environment, id).await?;
        Ok(ScenarioView::new(&definition, self.armed(environment, id).await?))
    }

    /// Removes a stored scenario.
    ///
    /// # Errors
    /// As [`Store::delete_definition`].
    pub async fn delete(&self, environment: &Id, id: &Id, expected: Expected) -> Result<(), Refusal> {
        Ok(self.store.delete_definition(environment, id, expected).await?)
    }

    /// Starts an outage.
    ///
    /// # Errors
    /// As [`Store::arm`].
    pub async fn arm(
        &self,
        environment: &Id,
        id: &Id,
        request: &ArmRequest,
        expected_version: Option<u64>,
        by: &Actor,
    ) -> Result<ArmedView, Refusal> {
        let arm = Arm {
            for_: request.for_,
            reason: request.reason.clone(),
            by: by.clone(),
            guarded: request.guarded,
            expected_version,
        };
        let armed = self.store.arm(environment, id, &arm).await?;
        Ok(self.armed_view(&armed))
    }

    /// Ends an outage.
    ///
    /// # Errors
    /// As [`Store::disarm`]; not found where neither armed nor stored.
    pub async fn disarm(
        &self,
        environment: &Id,
        id: &Id,
        request: &DisarmRequest,
        by: &Actor,
    ) -> Result<DisarmedView, Refusal> {
        let disarmed = self.store.disarm(environment, id, by, &request.reason).await?;
        if !disarmed.was_armed {
            // A typing error must not look like an outage that was ended.
            self.store.definition(environment, id).await?;
        }
        Ok(DisarmedView { id: id.to_string(), was_armed: disarmed.was_armed })
    }

    /// Halts.
    ///
    /// # Errors
    /// As [`Store::halt`].
    pub async fn halt(&self, request: &HaltRequest, by: &Actor) -> Result<HaltView, Refusal> {
        let report = self.store.halt(&scope(request), &request.reason, by).await?;
        Ok(HaltView::from(&report))
    }

    /// Lifts a halt.
    ///
    /// # Errors
    /// As [`Store::resume`].
    pub async fn resume(&self, request: &HaltRequest, by: &Actor) -> Result<HaltView, Refusal> {
        let report = self.store.resume(&scope(request), &request.reason, by).await?;
        Ok(HaltView::from(&report))
    }

    /// What is armed for how long still.
    ///
    /// # Errors
    /// As [`Store::status`].
    pub async fn status(&self, environment: &Id) -> Result<StatusView, Refusal> {
        let status = self.store.status(environment).await?;
        Ok(StatusView::new(&status, self.clock.now().wall))
    }

    /// What every stored scenario would do with a call, as armed now.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub async fn explain(&self, environment: &Id, call: &DescribedCall) -> Result<ExplainView, Refusal> {
        let stored = self.store.definitions(environment).await?;
        let status = self.status_if_any(environment).await?;
        let now = self.clock.now();
        let armed = |id: &Id| status.as_ref()?.armed.iter().find(|armed| armed.scenario == *id);
        let taken = stored.found.iter().map(|found| {
            let period = armed(&found.scenario.id).map(|armed| (armed.since, armed.until));
            Taken::stored(&found.scenario, period, now)
        });
        let halted = status.as_ref().is_some_and(|status| status.halted.is_some());
        let taken: Vec<_> = taken.collect();
        Ok(explained(call, &taken, halted, stored.problems, &*self.clock))
    }

    async fn armed(&self, environment: &Id, id: &Id) -> Result<Option<ArmedView>, Refusal> {
        let status = self.status_if_any(environment).await?;
        Ok(self.armed_in(status.as_ref(), id))
    }

    /// An environment without a first scenario has no status, which is no error here.
    async fn status_if_any(&self, environment: &Id) -> Result<Option<Status>, Refusal> {
        match self.store.status(environment).await {
            Ok(status) => Ok(Some(status)),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn armed_in(&self, status: Option<&Status>, id: &Id) -> Option<ArmedView> {
        let armed = status?.armed.iter().find(|armed| armed.scenario == *id)?;
        Some(ArmedView::new(armed, self.clock.now().wall))
    }

    fn armed_view(&self, armed: &Armed) -> ArmedView {
        ArmedView {
            scenario: armed.scenario.to_string(),
            revision: armed.revision,
            since: armed.since.to_string(),
            until: armed.guarded.unwrap_or(armed.until).to_string(),
            left_s: seconds_left(armed.guarded.unwrap_or(armed.until), self.clock.now().wall),
            guarded: armed.guarded.is_some(),
            specs: armed.specs,
        }
    }
}

fn scope(request: &HaltRequest) -> Scope {
    request.environment.clone().map_or(Scope::Everywhere, Scope::Environment)
}

/// The name that an act is recorded under.
///
/// # Errors
/// Where it is empty, too long or holds control characters.
pub fn actor(name: &str) -> Result<Actor, Refusal> {
    Actor::new(name).ok_or_else(|| {
        Refusal::new(
            Kind::Invalid,
            format!(
                "{name:?} is no name to record an act under; write 1 to 256 bytes without control characters"
            ),
        )
    })
}
