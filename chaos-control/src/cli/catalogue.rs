//! What can be named: services, and their errors. Needs no service and no table.

use super::Done;
use super::args::{Common, Output};
use super::print::{print_json, say, say_table, table};
use crate::catalogue::{ErrorRow, errors as rows, services as service_rows};
use crate::refusal::{Kind, Refusal, counted};
use comfy_table::Table;
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
    let mut table = table(&["SERVICE", "OPERATIONS", "ERRORS", "ALSO"]);
    for row in &found {
        let mut names = vec![row.name];
        names.extend(&row.aliases);
        let names = names.join(", ");
        table.add_row([row.service, &row.operations.to_string(), &row.errors.to_string(), &names]);
    }
    say_table(table);
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
        rows if whole => say_table(by_error(rows)),
        rows => say_table(of_operation(rows)),
    }
    if !others.is_empty() {
        say(&format!(
            "\nAny operation may also answer, without a type in the SDK ({}):",
            counted(others.len(), "name")
        ));
        say_table(unmodelled(&others));
    }
    Ok(())
}

fn of_operation(rows: &[&ErrorRow]) -> Table {
    let codes = Codes::of(rows);
    let mut table = table(&codes.with(&["ERROR", "STATUS"], "CODE"));
    for row in rows {
        table.add_row(codes.with(&[&row.name, &row.status.to_string()], code(row)));
    }
    table
}

/// Each error once, with the one operation that has it, or how many have.
fn by_error(rows: &[&ErrorRow]) -> Table {
    let codes = Codes::of(rows);
    let mut errors: BTreeMap<&str, (&ErrorRow, Vec<&str>)> = BTreeMap::new();
    for row in rows {
        errors.entry(&row.name).or_insert((row, Vec::new())).1.extend(row.operation);
    }
    let mut table = table(&codes.with(&["ERROR", "STATUS", "OPERATIONS"], "CODE"));
    for (row, operations) in errors.values() {
        let operations = match operations.as_slice() {
            [one] => (*one).to_owned(),
            many => counted(many.len(), "operation"),
        };
        table.add_row(codes.with(&[&row.name, &row.status.to_string(), &operations], code(row)));
    }
    table
}

/// Whether there is a column of codes.
#[derive(Clone, Copy)]
enum Codes {
    /// Some codes are others than the names.
    Shown,
    /// All are the same.
    Left,
}

impl Codes {
    fn of(rows: &[&ErrorRow]) -> Self {
        if rows.iter().all(|row| row.code == row.name) { Self::Left } else { Self::Shown }
    }

    /// The cells of a row, with the code in the second place if it is shown.
    fn with<'a>(self, cells: &[&'a str], code: &'a str) -> Vec<&'a str> {
        let mut cells = cells.to_vec();
        if let Self::Shown = self {
            cells.insert(1, code);
        }
        cells
    }
}

/// The code where it is another than the name.
fn code(row: &ErrorRow) -> &str {
    if row.code == row.name { "" } else { &row.code }
}

/// Names by their status, for there may be hundreds.
fn unmodelled(rows: &[&ErrorRow]) -> Table {
    let mut statuses: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for row in rows {
        statuses.entry(row.status).or_default().push(&row.code);
    }
    let mut table = table(&["STATUS", "NAMES"]);
    for (status, mut names) in statuses {
        names.sort_unstable();
        table.add_row([status.to_string(), names.join(", ")]);
    }
    table
}
