//! Commands that act on scenarios: the same whether a service or the table is asked.

use super::args::{Command, Common, Output};
use super::connect::{Control, scenario_id};
use super::files;
use super::print::{self, print_json, say};
use super::{Done, Ended};
use crate::refusal::{Kind, Refusal};
use crate::request::{ArmRequest, DisarmRequest, HaltRequest};
use crate::table::Edit;
use chaos_core::door::{Node, Value};
use chaos_core::spec::{Id, Scenario};
use chaos_core::table::Expected;
use serde::Serialize;
use std::time::Duration;

pub(super) async fn act(common: &Common, command: Command) -> Done {
    let control = Control::connect(common).await?;
    match command {
        Command::Apply { files, rearm } => {
            let scenarios = files::scenarios(&files, "nothing was stored; mend the files first")?;
            apply(common, &control, &scenarios, rearm.as_deref()).await
        }
        Command::Get { id: None } => {
            let found = control.scenarios(&common.environment()?).await?;
            show(common, &found, print::scenarios);
            Ok(())
        }
        Command::Get { id: Some(id) } => {
            let found = control.scenario(&common.environment()?, &scenario_id(&id)?).await?;
            show(common, &found, print::scenario);
            Ok(())
        }
        Command::Delete { id } => delete(common, &control, &scenario_id(&id)?).await,
        Command::Arm { id, time, reason, guarded } => {
            let request = arming(&time, &reason, guarded)?;
            arm(common, &control, &scenario_id(&id)?, &request).await
        }
        Command::Disarm { id, reason } => disarm(common, &control, &scenario_id(&id)?, reason).await,
        Command::Halt { reason, everywhere } => {
            let view = control.halt(&halting(common, &reason, everywhere)?, &common.actor()?).await?;
            show(common, &view, |view| print::halted(view, "halted"));
            if view.complete { Ok(()) } else { Err(Ended::Code(3)) }
        }
        Command::Resume { reason, everywhere } => {
            let view = control.resume(&halting(common, &reason, everywhere)?, &common.actor()?).await?;
            show(common, &view, |view| print::halted(view, "no longer halted"));
            if view.complete { Ok(()) } else { Err(Ended::Code(3)) }
        }
        Command::Status { watch } => status(common, &control, watch).await,
        Command::Serve { .. }
        | Command::Check { .. }
        | Command::Services { .. }
        | Command::Errors { .. }
        | Command::Explain(_)
        | Command::Pill(_)
        | Command::Verify { .. }
        | Command::Table(_)
        | Command::Iam(_) => Ok(()),
    }
}

fn show<T: Serialize>(common: &Common, view: &T, print: impl FnOnce(&T)) {
    match common.output {
        Output::Json => print_json(view),
        Output::Table => print(view),
    }
}

async fn apply(common: &Common, control: &Control, scenarios: &[Scenario], rearm: Option<&str>) -> Done {
    let (environment, by) = (common.environment()?, common.actor()?);
    let mut applied = Vec::new();
    for scenario in scenarios {
        let expected = stored(control, &environment, &scenario.id).await?;
        let edit = Edit { environment: &environment, expected, rearm, by: &by };
        let view = control.apply(scenario, &edit).await?;
        if common.output == Output::Table {
            let what = match (&view.rearmed, view.created) {
                (Some(armed), _) => format!("armed anew until {}", armed.until),
                (None, true) => "stored; nothing is armed by storing it".to_owned(),
                (None, false) => format!("replaced, now version {}", view.version),
            };
            say(&format!("{}: {what} ({})", view.id, print::summary(scenario)));
        }
        applied.push(view);
    }
    if common.output == Output::Json {
        print_json(&applied);
    }
    Ok(())
}

/// What an edit is based on: the version that is stored now.
async fn stored(control: &Control, environment: &Id, id: &Id) -> Result<Expected, Refusal> {
    match control.scenario(environment, id).await {
        Ok(found) => Ok(Expected::Version(found.version)),
        Err(refusal) if refusal.kind == Kind::NotFound => Ok(Expected::Absent),
        Err(refusal) => Err(refusal),
    }
}

async fn delete(common: &Common, control: &Control, id: &Id) -> Done {
    let environment = common.environment()?;
    let found = control.scenario(&environment, id).await?;
    control.delete(&environment, id, Expected::Version(found.version)).await?;
    show(common, &serde_json::json!({"id": id.as_str(), "deleted": true}), |_| {
        say(&format!("{id}: removed"))
    });
    Ok(())
}

/// Through the API's own door, so that both say the same of a mistake.
fn arming(time: &str, reason: &str, guarded: bool) -> Result<ArmRequest, Ended> {
    let request = ArmRequest::from_node(&object(&[("for", time), ("reason", reason)]));
    let request = request.map_err(|problems| usage(&problems))?;
    Ok(ArmRequest { guarded, ..request })
}

async fn arm(common: &Common, control: &Control, id: &Id, request: &ArmRequest) -> Done {
    let view = control.arm(&common.environment()?, id, request, &common.actor()?).await?;
    show(common, &view, |view| {
        let guarded = if view.guarded { ", guarded" } else { "" };
        say(&format!("{id}: armed until {}{guarded} (revision {})", view.until, view.revision));
    });
    Ok(())
}

async fn disarm(common: &Common, control: &Control, id: &Id, reason: String) -> Done {
    let view =
        control.disarm(&common.environment()?, id, &DisarmRequest { reason }, &common.actor()?).await?;
    show(common, &view, |view| {
        say(&format!("{id}: {}", if view.was_armed { "disarmed" } else { "was not armed" }));
    });
    Ok(())
}

fn halting(common: &Common, reason: &str, everywhere: bool) -> Result<HaltRequest, Ended> {
    let mut request =
        HaltRequest::from_node(&object(&[("reason", reason)])).map_err(|problems| usage(&problems))?;
    if !everywhere && common.environment.is_some() {
        request.environment = Some(common.environment()?);
    }
    Ok(request)
}

async fn status(common: &Common, control: &Control, watch: bool) -> Done {
    let environment = common.environment()?;
    loop {
        let view = control.status(&environment).await?;
        if watch && common.output == Output::Table {
            // Clears the screen, so that the table stands still.
            say("\u{1b}[2J\u{1b}[H");
        }
        show(common, &view, print::status);
        if !watch {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn object(members: &[(&str, &str)]) -> Node {
    let text =
        |(name, value): &(&str, &str)| ((*name).to_owned(), Node::new(Value::Text((*value).to_owned())));
    Node::new(Value::Object(members.iter().map(text).collect()))
}

fn usage(problems: &chaos_core::door::Problems) -> Ended {
    Ended::Usage(problems.0.iter().map(|problem| format!("--{problem}")).collect::<Vec<_>>().join("\n"))
}
