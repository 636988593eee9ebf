//! What can be named: services, and their errors. Needs no service and no table.

use super::Done;
use super::args::{Common, Output};
use super::print::{print_json, say, table};
use crate::catalogue::{ErrorRow, errors as rows, services as service_rows};
use crate::refusal::{Kind, Refusal, counted};
use std::collections::BTreeMap;

/// Prints the services whose names hold `text`.
pub(super) fn services(common: &Common, text: Option<&str>) -> Done {
    let text = text.unwrap_or_default();
    let found = service_rows(text);
    if found.is_empty() {
        let detail = format!("no service's name holds {text:?}; `monkeyless services` lists all of them");
        return Err(Refusal::new(Kind::NotFound, detail).into());
    }
    if common.output == Output::Json {
        print_json(&found);
        return Ok(());
    }
    let mut table = table(&["SERVICE", "NAME", "ALSO", "OPERATIONS", "ERRORS"]);
    for row in &found {
        table.add_row([
            row.service,
            row.name,
            &row.aliases.join(", "),
            &row.operations.to_string(),
            &row.errors.to_string(),
        ]);
    }
    say(&table.to_string());
    Ok(())
}

/// Prints the errors of a service, or of one operation of it.
pub(super) fn errors(common: &Common, service: &str, operation: Option<&str>) -> Done {
    let found = rows(service, operation)?;
    if common.output == Output::Json {
        print_json(&found);
        return Ok(());
    }
    let (modelled, others): (Vec<_>, Vec<_>) = found.iter().partition(|row| row.modelled);
    let whole = operation.is_none();
    match modelled.as_slice() {
        [] => say("The definition of this service models no error here: the SDK has no type for any."),
        rows if whole => say(&by_error(rows)),
        rows => say(&of_operation(rows)),
    }
    if !others.is_empty() {
        say(&format!(
            "\nAny operation may also answer, without a type in the SDK ({}):",
            counted(others.len(), "name")
        ));
        say(&unmodelled(&others));
    }
    Ok(())
}

fn of_operation(rows: &[&ErrorRow]) -> String {
    let mut table = table(&["ERROR", "CODE", "STATUS"]);
    for row in rows {
        table.add_row([row.name.as_str(), code(row), &row.status.to_string()]);
    }
    table.to_string()
}

/// Each error once, with how many operations have it.
fn by_error(rows: &[&ErrorRow]) -> String {
    let mut errors: BTreeMap<&str, (&ErrorRow, Vec<&str>)> = BTreeMap::new();
    for row in rows {
        errors.entry(&row.name).or_insert((row, Vec::new())).1.extend(row.operation);
    }
    let mut table = table(&["ERROR", "CODE", "STATUS", "OPERATIONS"]);
    for (row, operations) in errors.values() {
        let operations = match operations.as_slice() {
            [one] => (*one).to_owned(),
            [one, two] => format!("{one}, {two}"),
            [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
            [] => String::new(),
        };
        table.add_row([row.name.as_str(), code(row), &row.status.to_string(), &operations]);
    }
    table.to_string()
}

/// The code where it is another than the name.
fn code(row: &ErrorRow) -> &str {
    if row.code == row.name { "same" } else { &row.code }
}

/// Names by their status, for there may be hundreds.
fn unmodelled(rows: &[&ErrorRow]) -> String {
    let mut statuses: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for row in rows {
        statuses.entry(row.status).or_default().push(&row.code);
    }
    let mut table = table(&["STATUS", "NAMES"]);
    for (status, names) in statuses {
        table.add_row([status.to_string(), names.join(", ")]);
    }
    table.to_string()
}
