use super::super::entry::everyone;
use super::super::value::{number, text};
use super::*;

fn entry() -> Entry {
    Entry {
        revision: 1_795_440_000_123_000_001,
        edition: 0,
        since: "2026-11-23T12:00:00.25Z".parse().unwrap(),
        until: "2026-11-23T12:10:00.25Z".parse().unwrap(),
        guarded: None,
        outage: 1_795_440_000_123_000_001,
        specs: 3,
        partitions: everyone(3),
        bytes: 512,
    }
}

fn head(entries: &[(&str, AttributeValue)]) -> Item {
    let entries = entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Item::from([
        ("gen".to_owned(), number(7)),
        ("halted".to_owned(), AttributeValue::Bool(false)),
        ("act".to_owned(), AttributeValue::M(entries)),
    ])
}

fn with(mut item: Item, name: &str, value: Option<AttributeValue>) -> Item {
    match value {
        Some(value) => drop(item.insert(name.to_owned(), value)),
        None => drop(item.remove(name)),
    }
    item
}

#[test]
fn an_entry_survives_the_table() {
    let partitions = BTreeMap::from([("f|a".to_owned(), 1), ("*".to_owned(), 2)]);
    let guarded = Some("2026-11-23T12:20:00.5Z".parse().unwrap());
    for entry in [entry(), Entry { partitions, ..entry() }, Entry { guarded, outage: 7, ..entry() }] {
        let parsed = Head::parse(&head(&[("one", entry.value())])).unwrap();
        assert_eq!(parsed.armed.into_values().collect::<Vec<_>>(), [entry]);
    }
}

#[test]
fn a_faulty_entry_leaves_the_others() {
    let faulty = |name, value| {
        let item = entry().value().as_m().unwrap().clone();
        AttributeValue::M(with(item, name, value))
    };
    for (name, value) in [
        ("r", None),
        ("x", Some(text("tomorrow"))),
        ("x", Some(number("1895443600"))),
        ("s", Some(number("1895443600"))),
        ("n", Some(number(10_001))),
        ("n", Some(number(-1))),
        ("t", Some(text("*"))),
        ("t", Some(AttributeValue::M(Item::from([("*".to_owned(), text("3"))])))),
    ] {
        let faulty = faulty(name, value.clone());
        let head = Head::parse(&head(&[("bad", faulty), ("good", entry().value())])).unwrap();
        assert_eq!(head.armed.keys().map(Id::as_str).collect::<Vec<_>>(), ["good"], "{name} {value:?}");
        assert!(head.problems[0].starts_with("HEAD's entry `bad` is left out: "), "{:?}", head.problems);
    }
}

#[test]
fn whatever_is_not_false_halts() {
    for value in [
        None,
        Some(AttributeValue::Bool(true)),
        Some(text("false")),
        Some(number(0)),
        Some(AttributeValue::Null(true)),
    ] {
        assert!(Head::parse(&with(head(&[]), "halted", value)).unwrap().halted.is_some());
    }
    assert_eq!(Head::parse(&head(&[])).unwrap().halted, None);
}

#[test]
fn a_head_that_cannot_be_understood_is_none() {
    for (name, value) in [
        ("gen", None),
        ("gen", Some(text("7"))),
        ("gen", Some(number("7.5"))),
        ("gen", Some(number(0))),
        ("gen", Some(number(1_u64 << 53))),
        ("shards", Some(number(0))),
        ("shards", Some(number(33))),
        ("spread_ms", Some(number(60_001))),
        ("spread_ms", Some(text("5s"))),
        ("act", None),
        ("act", Some(AttributeValue::L(Vec::new()))),
    ] {
        assert!(Head::parse(&with(head(&[]), name, value.clone())).is_err(), "{name} {value:?}");
    }
    let many: Vec<_> = (0..51).map(|n| (format!("s{n}"), entry().value())).collect();
    let many: Vec<_> = many.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    assert!(Head::parse(&head(&many)).unwrap_err().contains("51"));
}

#[test]
fn the_spread_is_none_unless_given() {
    assert_eq!(Head::parse(&head(&[])).unwrap().spread, Duration::ZERO);
    let spread = Head::parse(&with(head(&[]), "spread_ms", Some(number(2500)))).unwrap().spread;
    assert_eq!(spread, Duration::from_millis(2500));
}

#[test]
fn generations_follow_the_clock_and_never_stand_still() {
    let now = Timestamp::from_millisecond(1000).unwrap();
    let mut head = Head::parse(&head(&[])).unwrap();
    assert_eq!(head.next_generation(now), 1000);
    head.generation = 2000;
    assert_eq!(head.next_generation(now), 2001);
}
