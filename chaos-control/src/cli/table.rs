//! `table`: makes or describes it, and sets the copies of HEAD.

use super::args::{Common, Output, TableCommand};
use super::connect::store;
use super::print::{print_json, say, say_table, table as rows};
use super::{Done, Ended};
use crate::refusal::Refusal;
use chaos_core::table::{Created, Description, TableOptions};
use serde_json::{Value, json};

/// Makes or describes a table, or sets the copies of HEAD.
pub(super) async fn table(common: &Common, command: &TableCommand) -> Done {
    let Some(name) = &common.table else {
        return Err(Ended::Usage("which table? Name it with --table".to_owned()));
    };
    let store = store(name, common.endpoint.as_deref()).await;
    match command {
        TableCommand::Create { bare } => {
            let options = if *bare { TableOptions::embedded() } else { TableOptions::default() };
            let made = store.create_table(options).await.map_err(Refusal::from)?;
            match common.output {
                Output::Json => print_json(
                    &json!({"table": name, "created": made.created, "no_backups": made.no_backups}),
                ),
                Output::Table => say_made(name, made),
            }
        }
        TableCommand::Describe => {
            let found = store.describe().await.map_err(Refusal::from)?;
            match common.output {
                Output::Json => print_json(&described(&found)),
                Output::Table => say_described(&found),
            }
        }
        TableCommand::Copies { copies, reason } => {
            let (environment, by) = (common.environment()?, common.actor()?);
            let set = store.set_copies(&environment, *copies, &by, reason).await.map_err(Refusal::from)?;
            match common.output {
                Output::Json => print_json(&json!({"table": name, "environment": environment.as_str(),
                    "copies": set.copies, "before": set.before, "generation": set.generation})),
                Output::Table => say(&format!(
                    "{environment}: copies of HEAD, itself among them: {}; before: {}; generation {}",
                    set.copies, set.before, set.generation
                )),
            }
        }
    }
    Ok(())
}

fn say_made(name: &str, made: Created) {
    say(&format!("{name}: {}", if made.created { "made" } else { "is there already" }));
    if made.no_backups {
        say("note: there are no backups here, as with emulators; for AWS, look at the endpoint");
    }
}

fn described(found: &Description) -> Value {
    let environments = found.environments.iter().map(|one| {
        json!({"name": one.name, "generation": one.generation, "halted": one.halted, "armed": one.armed,
               "copies": one.copies, "behind": one.behind})
    });
    json!({
        "table": found.name, "arn": found.arn, "status": found.status, "keys": found.keys,
        "on_demand": found.on_demand, "expires": found.expires, "recovery": found.recovery,
        "protected": found.protected, "items": found.items, "bytes": found.bytes,
        "environments": environments.collect::<Vec<_>>(), "problems": found.problems, "advice": found.advice,
    })
}

fn say_described(found: &Description) {
    let asked = |known: Option<bool>| known.map_or("not known", yes);
    say(&format!("{}: {}, {} items, {} bytes", found.name, found.status, found.items, found.bytes));
    if let Some(arn) = &found.arn {
        say(arn);
    }
    let billed = if found.on_demand { "per request" } else { "by capacity" };
    say(&format!("keys {}; billed {billed}; items expire: {}", found.keys, asked(found.expires)));
    let recovery = asked(found.recovery);
    say(&format!("point-in-time recovery: {recovery}; deletion protection: {}", yes(found.protected)));
    if !found.environments.is_empty() {
        let mut table = rows(&["ENVIRONMENT", "ARMED", "HALTED", "COPIES OF HEAD", "GENERATION"]);
        for one in &found.environments {
            let generation = one.generation.map_or_else(|| "none".to_owned(), |number| number.to_string());
            let copies = match one.behind.len() {
                0 => one.copies.to_string(),
                behind => format!("{}, {behind} behind", one.copies),
            };
            table.add_row([one.name.as_str(), &one.armed.to_string(), yes(one.halted), &copies, &generation]);
        }
        say("");
        say_table(table);
    }
    found.problems.iter().for_each(|problem| say(&format!("problem: {problem}")));
    found.advice.iter().for_each(|advice| say(&format!("note: {advice}")));
}

fn yes(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}
