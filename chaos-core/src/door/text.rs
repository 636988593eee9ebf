//! JSON and TOML texts to [`Node`]s.

use super::node::{Node, Value};
use super::problem::{Path, Problem, Problems};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads a JSON text.
///
/// # Errors
/// One problem with its line where the text is not JSON or names a field twice.
pub fn read_json(text: &str) -> Result<Node, Problems> {
    serde_json::from_str(text)
        .map_err(|error| Problems(vec![syntax("JSON", &error.to_string(), Some(error.line()))]))
}

/// Reads a TOML text; nodes carry their lines.
///
/// # Errors
/// Every syntax problem, with its line.
pub fn read_toml(text: &str) -> Result<Node, Problems> {
    let lines = Lines::new(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let mut problems = Vec::new();
        let node = table_node(table.get_ref(), Some(1), &lines, &mut problems);
        return if problems.is_empty() { Ok(node) } else { Err(Problems(problems)) };
    }
    let problems = errors.into_iter().map(|error| {
        let line = error.span().map(|span| lines.at(span.start));
        syntax("TOML", error.message(), line)
    });
    Err(Problems(problems.collect()))
}

fn syntax(format: &str, message: &str, line: Option<usize>) -> Problem {
    Problem {
        path: Path::root(),
        value: None,
        problem: format!("not valid {format}: {message}"),
        remedy: "mend the syntax; nothing of this input was read".to_owned(),
        line,
    }
}

fn table_node(table: &DeTable<'_>, line: Option<usize>, lines: &Lines, problems: &mut Vec<Problem>) -> Node {
    let mut members: Vec<_> = table.iter().collect();
    members.sort_by_key(|(name, _)| name.span().start);
    let members = members
        .into_iter()
        .map(|(name, value)| {
            let line = lines.at(name.span().start);
            (name.get_ref().to_string(), value_node(value, line, lines, problems))
        })
        .collect();
    Node { value: Value::Object(members), line }
}

fn value_node(
    spanned: &Spanned<DeValue<'_>>,
    line: usize,
    lines: &Lines,
    problems: &mut Vec<Problem>,
) -> Node {
    let value = match spanned.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(value) => Value::Text(value.to_string()),
        DeValue::Integer(number) => {
            let digits = number.as_str();
            i64::from_str_radix(digits, number.radix()).map_or_else(
                |_| {
                    let message = format!("the integer {digits} does not fit 64 bits with a sign");
                    problems.push(syntax("TOML", &message, Some(line)));
                    Value::Null
                },
                Value::Int,
            )
        }
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Array(items) => Value::List(
            items.iter().map(|item| value_node(item, lines.at(item.span().start), lines, problems)).collect(),
        ),
        DeValue::Table(table) => return table_node(table, Some(line), lines, problems),
    };
    Node { value, line: Some(line) }
}

/// Byte offsets of line starts.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect())
    }

    fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|start| *start <= offset)
    }
}
