//! `explain`: would this call be hit, by which spec, and why not by the others?

use super::args::{Common, ExplainArgs, Output};
use super::connect::Control;
use super::files;
use super::print::{self, print_json};
use super::{Done, Ended};
use crate::explain::{ExplainView, Taken, explained};
use crate::refusal::{Kind, Refusal};
use chaos_core::clock::{Clock, SystemClock};
use chaos_core::described::{DescribedCall, http_call};
use chaos_core::door::read_json;
use serde_json::{Map, Value};

pub(super) async fn explain(common: &Common, args: &ExplainArgs) -> Done {
    let body = described(args)?;
    let call = read(&body)?;
    let view = if args.file.is_empty() {
        let control = Control::connect(common).await?;
        control.explain(&common.environment()?, &call, &body).await?
    } else {
        offline(&call, args)?
    };
    match common.output {
        Output::Json => print_json(&view),
        Output::Table => print::explained(&view),
    }
    Ok(())
}

/// The call as the API takes it.
fn described(args: &ExplainArgs) -> Result<Value, Ended> {
    let url = args.url.as_deref().map(|url| http_call("GET", url));
    let of_url = url.as_ref().map(DescribedCall::context);
    let host = args.host.as_deref().or(of_url.and_then(|call| call.host));
    if args.service.is_none() && host.is_none_or(str::is_empty) {
        return Err(Ended::Usage(WHICH.to_owned()));
    }
    let texts = [
        ("service", args.service.as_deref()),
        ("operation", args.operation.as_deref()),
        ("region", args.region.as_deref()),
        ("host", host),
        // Whoever gives a URL alone means what a browser does with it.
        ("method", args.method.as_deref().or(of_url.and_then(|call| call.method))),
        ("path", args.path.as_deref().or(of_url.and_then(|call| call.path))),
        ("function", args.function.as_deref()),
    ];
    let named = [("input", &args.input), ("header", &args.header), ("label", &args.label)];
    let mut call: Map<_, _> =
        texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.into()))).collect();
    for (name, pairs) in named.into_iter().filter(|(_, pairs)| !pairs.is_empty()) {
        let pairs = pairs.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
        call.insert(name.to_owned(), Value::Object(pairs.collect()));
    }
    call.insert("attempt".to_owned(), args.attempt.into());
    Ok(Value::Object(call))
}

const WHICH: &str = "which call? Name it with --service and --operation, or for plain HTTP with --url, or with --method, --host and --path";

/// Through the API's own door, so that both say the same of a mistake.
fn read(body: &Value) -> Result<DescribedCall, Refusal> {
    let call = read_json(&body.to_string()).and_then(|node| DescribedCall::from_node(&node));
    call.map_err(|problems| {
        let words: Vec<_> = problems.0.iter().map(|problem| format!("--{problem}")).collect();
        Refusal::new(Kind::Invalid, words.join("\n"))
    })
}

fn offline(call: &DescribedCall, args: &ExplainArgs) -> Result<ExplainView, Ended> {
    let scenarios = files::scenarios(&args.file, "nothing was asked; mend the files first")?;
    let clock = SystemClock::new();
    let now = clock.now();
    let notes = scenarios.iter().filter(|scenario| !scenario.enabled && !args.as_armed);
    let notes = notes.map(|scenario| {
        format!("{} is not `enabled` and so not armed; --as-armed asks what it would do", scenario.id)
    });
    let taken: Vec<_> = scenarios.iter().map(|scenario| Taken::file(scenario, args.as_armed, now)).collect();
    Ok(explained(call, &taken, false, notes.collect(), &clock))
}
