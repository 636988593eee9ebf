//! A report as an item.

use super::{KEPT, Report, TargetReport, seconds};
use crate::clock::later;
use crate::spec::Id;
use crate::table::keys;
use crate::table::value::{Item, number, string, text, whole};
use aws_sdk_dynamodb::types::AttributeValue;

pub(super) fn written(environment: &Id, report: &Report) -> Item {
    let all = report.targets.iter().flat_map(|target| &target.seconds);
    let first = all.map(|(at, _)| *at).min().unwrap_or(report.at.as_second());
    let targets = report.targets.iter().map(|target| {
        let members = [
            ("s", text(&target.service)),
            ("o", text(&target.operation)),
            ("c", text(seconds::written(first, &target.seconds))),
        ];
        AttributeValue::M(members.map(|(name, value)| (name.to_owned(), value)).into())
    });
    let attributes = [
        ("f", text(&report.function)),
        ("at", text(report.at.to_string())),
        ("first", number(first)),
        ("targets", AttributeValue::L(targets.collect())),
        ("dropped", number(report.dropped)),
        ("ttl", number(later(report.at, KEPT).as_second())),
    ];
    let mut item = keys::report(environment, report.at, report.instance).item();
    item.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    item
}

pub(super) fn read(item: &Item) -> Result<Report, String> {
    let at = string(item, "at").parse().map_err(|_| "`at` is no time".to_owned())?;
    let first = whole(item, "first").and_then(|first| i64::try_from(first).ok());
    let first = first.ok_or("`first` is no second since 1970")?;
    let sk = string(item, "sk");
    let instance = sk.split('|').next().and_then(|hex| u64::from_str_radix(hex, 16).ok());
    let targets = item.get("targets").and_then(|value| value.as_l().ok()).ok_or("`targets` is no list")?;
    Ok(Report {
        function: string(item, "f"),
        instance: instance.ok_or("its sort key does not begin with an instance")?,
        at,
        targets: targets.iter().map(|target| read_target(first, target)).collect::<Result<_, _>>()?,
        dropped: whole(item, "dropped").unwrap_or(0),
    })
}

fn read_target(first: i64, value: &AttributeValue) -> Result<TargetReport, String> {
    let item = value.as_m().map_err(|_| "`targets` holds something that is no map".to_owned())?;
    let counts = string(item, "c");
    let seconds = seconds::read(first, &counts);
    Ok(TargetReport {
        service: string(item, "s"),
        operation: string(item, "o"),
        seconds: seconds.ok_or_else(|| format!("`c` is not like `0:5,2,2,1 3:4,0,0,0`: {counts:?}"))?,
    })
}
