//! Results, for people and for programs.

use crate::explain::ExplainView;
use crate::refusal::counted;
use crate::view::{HaltView, ScenarioView, ScenariosView, StatusView};
use chaos_core::decide::Explained;
use chaos_core::spec::{Rate, Scenario, format_duration};
use comfy_table::{Cell, ColumnConstraint, ContentArrangement, Table, Width, presets};
use serde::Serialize;
use std::cmp::Reverse;
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// The width of tables that go to no terminal, in columns.
const PIPE_WIDTH: u16 = 120;

/// What stands left and right of a column.
const PADDING: u16 = 2;

pub(super) fn print_json<T: Serialize>(value: &T) {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    // A closed pipe (`| head`) is no reason to complain.
    let _ = writeln!(std::io::stdout(), "{text}");
}

pub(super) fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

pub(super) fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(head.to_vec());
    if !std::io::stdout().is_terminal() {
        // Without a width, long lists would make every row as long.
        table.set_width(PIPE_WIDTH);
    }
    table
}

/// Prints a table, without the spaces that fill up its lines. Only the last column
/// wraps, and no word: nobody wants to find a name in two pieces.
pub(super) fn say_table(mut table: Table) {
    let last = table.column_count().saturating_sub(1);
    let words = ColumnConstraint::LowerBoundary(Width::Fixed(widest_word(&table).saturating_add(PADDING)));
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_constraint(if place < last { ColumnConstraint::ContentWidth } else { words });
    }
    say(&table.trim_fmt());
}

/// Of the last column.
fn widest_word(table: &Table) -> u16 {
    let cells = table.row_iter().filter_map(|row| row.cell_iter().last());
    let width = |cell: &Cell| cell.content().split_whitespace().map(|word| word.chars().count()).max();
    cells.filter_map(width).max().and_then(|width| u16::try_from(width).ok()).unwrap_or_default()
}

pub(super) fn scenarios(view: &ScenariosView) {
    if view.scenarios.is_empty() {
        say("no scenario is stored; store one with `monkeyless apply FILE`");
    } else {
        let mut rows = table(&["SCENARIO", "ARMED", "SPECS", "VERSION", "BY", "WHAT"]);
        for scenario in &view.scenarios {
            let specs = scenario.parse().map_or(0, |parsed| parsed.spec.len());
            let armed = scenario.armed.as_ref().map_or_else(|| "-".to_owned(), |armed| left(armed.left_s));
            let what =
                scenario.scenario.get("description").and_then(|text| text.as_str()).unwrap_or_default();
            rows.add_row([
                scenario.id(),
                &armed,
                &specs.to_string(),
                &scenario.version.to_string(),
                &scenario.by,
                what,
            ]);
        }
        say_table(rows);
    }
    problems(&view.problems);
}

pub(super) fn scenario(view: &ScenarioView) {
    say(&format!("version {} by {}, {}", view.version, view.by, to_the_second(&view.at)));
    match &view.armed {
        Some(armed) => say(&format!(
            "armed, {} (until {}), revision {}",
            left(armed.left_s),
            armed.until,
            armed.revision
        )),
        None => say("not armed"),
    }
    print_json(&view.scenario);
}

pub(super) fn status(view: &StatusView) {
    match &view.halted {
        Some(halted) => say(&format!(
            "{}: HALTED by {} at {}: {}\nlift it with `monkeyless resume`; nothing restarts by itself",
            view.environment,
            halted.by,
            to_the_second(&halted.at),
            halted.why
        )),
        None if view.armed.is_empty() => {
            say(&format!("{}: nothing is armed (generation {})", view.environment, view.generation));
        }
        None => {
            let armed = counted(view.armed.len(), "scenario");
            say(&format!("{}: {armed} armed (generation {})", view.environment, view.generation));
            let mut rows = table(&["SCENARIO", "LEFT", "SINCE", "UNTIL", "SPECS"]);
            for armed in &view.armed {
                rows.add_row([
                    &armed.scenario,
                    &format!("{}{}", left(armed.left_s), if armed.guarded { ", guarded" } else { "" }),
                    &to_the_second(&armed.since),
                    &to_the_second(&armed.until),
                    &armed.specs.to_string(),
                ]);
            }
            say_table(rows);
        }
    }
    problems(&view.problems);
}

pub(super) fn halted(view: &HaltView, what: &str) {
    for copy in &view.copies {
        match &copy.error {
            None => say(&format!("{}: {what}", copy.environment)),
            Some(error) => say(&format!("{} (copy {}): NOT {what}: {error}", copy.environment, copy.copy)),
        }
    }
    if view.copies.is_empty() {
        say(&format!("{what}; the table has no environment yet"));
    }
}

/// How many specs are shown; programs read all of them.
const SHOWN: usize = 20;

/// The answer, then the specs: those that fire, those that match, the near
/// misses. What has nothing in common with the call is only counted.
pub(super) fn explained(view: &ExplainView) {
    say(&view.verdict);
    let near = |spec: &&Explained| spec.matches() || spec.met() > 0;
    let mut specs: Vec<_> = view.specs.iter().filter(near).collect();
    specs.sort_by_key(|spec| (!spec.fires, spec.mismatches.len(), Reverse(spec.constraints)));
    specs.truncate(SHOWN);
    if !specs.is_empty() {
        let mut rows = table(&["HITS", "MEETS", "SPEC"]);
        for spec in &specs {
            let hits = Rate::new(spec.rate).filter(|_| spec.fires).map(|rate| rate.to_string());
            let why = format!("{}: {}", spec.spec, spec.why);
            rows.add_row([hits.unwrap_or_else(|| "-".to_owned()), meets(spec), why]);
        }
        say("");
        say_table(rows);
    }
    match (specs.len(), view.specs.len() - specs.len()) {
        (_, 0) => {}
        (0, others) => {
            say(&format!("none of {} is about such calls (-o json shows why)", counted(others, "spec")))
        }
        (_, others) => say(&format!("and {} about other calls (-o json shows why)", counted(others, "spec"))),
    }
    view.notes.iter().for_each(|note| say(&format!("note: {note}")));
}

fn meets(spec: &Explained) -> String {
    match spec.constraints {
        0 => "all".to_owned(),
        all => format!("{} of {all}", spec.met()),
    }
}

/// What a stored scenario does, spec by spec, for `apply`.
pub(super) fn summary(scenario: &Scenario) -> String {
    counted(scenario.spec.len(), "spec")
}

/// "9m 58s left".
fn left(seconds: u64) -> String {
    match seconds {
        0 => "ending".to_owned(),
        _ => format!("{} left", format_duration(Duration::from_secs(seconds))),
    }
}

/// A time without its fraction; as it is where it is none.
fn to_the_second(time: &str) -> String {
    let parsed = time.parse::<jiff::Timestamp>().ok();
    let whole = parsed.and_then(|time| jiff::Timestamp::from_second(time.as_second()).ok());
    whole.map_or_else(|| time.to_owned(), |time| time.to_string())
}

fn problems(problems: &[String]) {
    for problem in problems {
        say(&format!("problem: {problem}"));
    }
}
