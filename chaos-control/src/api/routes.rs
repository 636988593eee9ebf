//! One function per route: parse, act, answer.

use super::answer::{Match, if_match, versioned};
use super::read::{body, by, id};
use crate::catalogue;
use crate::refusal::{Kind, Refusal};
use crate::request::{ArmRequest, DisarmRequest, HaltRequest};
use crate::table::{Edit, TableControl};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chaos_core::described::DescribedCall;
use chaos_core::spec::Scenario;
use chaos_core::table::{Expected, StoreError};
use std::collections::BTreeMap;

type Control = State<TableControl>;
type Answered = Result<Response, Refusal>;
type Named = Path<(String, String)>;

pub(super) async fn scenarios(State(control): Control, Path(environment): Path<String>) -> Answered {
    let found = control.scenarios(&id(&environment, "environment")?).await?;
    Ok(Json(found).into_response())
}

pub(super) async fn scenario(State(control): Control, Path((environment, name)): Named) -> Answered {
    let found = control.scenario(&id(&environment, "environment")?, &id(&name, "scenario")?).await?;
    Ok(versioned(StatusCode::OK, found.version, &found))
}

pub(super) async fn create(
    State(control): Control,
    Path(environment): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answered {
    let scenario = Scenario::from_node(&body(&bytes)?)?;
    let (environment, by) = (id(&environment, "environment")?, by(&headers)?);
    let edit = Edit { environment: &environment, expected: Expected::Absent, rearm: None, by: &by };
    let applied = control.apply(&scenario, &edit).await.map_err(|refusal| taken(&scenario, refusal))?;
    let place = format!("/v1/environments/{environment}/scenarios/{}", applied.id);
    let mut response = versioned(StatusCode::CREATED, applied.version, &applied);
    if let Ok(place) = place.parse() {
        response.headers_mut().insert("location", place);
    }
    Ok(response)
}

/// A new scenario whose name is taken is not stale: it is in the way.
fn taken(scenario: &Scenario, refusal: Refusal) -> Refusal {
    match refusal.kind {
        Kind::Stale => Refusal::new(
            Kind::Refused,
            format!(
                "there is a scenario `{}` already; replace it with PUT, or choose another name",
                scenario.id
            ),
        ),
        _ => refusal,
    }
}

pub(super) async fn replace(
    State(control): Control,
    Path((environment, name)): Named,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answered {
    let (environment, name, by) = (id(&environment, "environment")?, id(&name, "scenario")?, by(&headers)?);
    let rearm = only(&query, "rearm")?;
    let scenario = Scenario::from_node(&body(&bytes)?)?;
    if scenario.id != name {
        let detail =
            format!("the body's id `{}` is not the path's `{name}`; a scenario keeps its name", scenario.id);
        return Err(Refusal::new(Kind::Invalid, detail));
    }
    let edit = Edit { environment: &environment, expected: expected(&headers)?, rearm, by: &by };
    let applied = control.apply(&scenario, &edit).await?;
    Ok(versioned(StatusCode::OK, applied.version, &applied))
}

pub(super) async fn remove(
    State(control): Control,
    Path((environment, name)): Named,
    headers: HeaderMap,
) -> Answered {
    let (environment, name) = (id(&environment, "environment")?, id(&name, "scenario")?);
    control.delete(&environment, &name, expected(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(super) async fn arm(
    State(control): Control,
    Path((environment, name)): Named,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answered {
    let (environment, name, by) = (id(&environment, "environment")?, id(&name, "scenario")?, by(&headers)?);
    let request = ArmRequest::from_node(&body(&bytes)?)?;
    let version = match if_match(&headers)? {
        Some(Match::Version(version)) => Some(version),
        Some(Match::Any) | None => None,
    };
    Ok(Json(control.arm(&environment, &name, &request, version, &by).await?).into_response())
}

pub(super) async fn disarm(
    State(control): Control,
    Path((environment, name)): Named,
    headers: HeaderMap,
    bytes: Bytes,
) -> Answered {
    let (environment, name, by) = (id(&environment, "environment")?, id(&name, "scenario")?, by(&headers)?);
    let request = DisarmRequest::from_node(&body(&bytes)?)?;
    Ok(Json(control.disarm(&environment, &name, &request, &by).await?).into_response())
}

pub(super) async fn halt(State(control): Control, headers: HeaderMap, bytes: Bytes) -> Answered {
    let request = HaltRequest::from_node(&body(&bytes)?)?;
    Ok(Json(control.halt(&request, &by(&headers)?).await?).into_response())
}

pub(super) async fn resume(State(control): Control, headers: HeaderMap, bytes: Bytes) -> Answered {
    let request = HaltRequest::from_node(&body(&bytes)?)?;
    Ok(Json(control.resume(&request, &by(&headers)?).await?).into_response())
}

pub(super) async fn validate(Path(environment): Path<String>, bytes: Bytes) -> Answered {
    id(&environment, "environment")?;
    let scenario = Scenario::from_node(&body(&bytes)?)?;
    Ok(Json(scenario.to_json()).into_response())
}

pub(super) async fn explain(
    State(control): Control,
    Path(environment): Path<String>,
    bytes: Bytes,
) -> Answered {
    let environment = id(&environment, "environment")?;
    let call = DescribedCall::from_node(&body(&bytes)?)?;
    Ok(Json(control.explain(&environment, &call).await?).into_response())
}

pub(super) async fn status(State(control): Control, Path(environment): Path<String>) -> Answered {
    Ok(Json(control.status(&id(&environment, "environment")?).await?).into_response())
}

pub(super) async fn environments(State(control): Control) -> Answered {
    let names = control.store().environments().await?;
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    Ok(Json(serde_json::json!({ "environments": names })).into_response())
}

pub(super) async fn services() -> Answered {
    Ok(Json(serde_json::json!({ "services": catalogue::services("") })).into_response())
}

pub(super) async fn service(Path(name): Path<String>) -> Answered {
    Ok(Json(catalogue::service(&name)?).into_response())
}

/// Ready when the table answers.
pub(super) async fn ready(State(control): Control) -> Result<&'static str, Refusal> {
    control
        .store()
        .environments()
        .await
        .map_err(|error: StoreError| Refusal::new(Kind::Unreachable, error.to_string()))?;
    Ok("ready\n")
}

/// What a write believes to be stored; it must say so.
fn expected(headers: &HeaderMap) -> Result<Expected, Refusal> {
    match if_match(headers)? {
        Some(Match::Version(version)) => Ok(Expected::Version(version)),
        Some(Match::Any) => Ok(Expected::Any),
        None => Err(Refusal::new(
            Kind::VersionRequired,
            "send If-Match with the ETag that was read, so that nobody's edit is lost",
        )),
    }
}

/// The one query parameter that a route knows.
fn only<'q>(query: &'q BTreeMap<String, String>, name: &str) -> Result<Option<&'q str>, Refusal> {
    if let Some(other) = query.keys().find(|key| *key != name) {
        return Err(Refusal::new(
            Kind::Invalid,
            format!("there is no query parameter `{other}` here; there is `{name}`"),
        ));
    }
    Ok(query.get(name).map(String::as_str))
}
