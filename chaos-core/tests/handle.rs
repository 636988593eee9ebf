//! The live handle: layers, scopes, files, health.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use chaos_core::clock::{Clock, SystemClock, TestClock};
use chaos_core::context::CallContext;
use chaos_core::decide::{Decision, SkipReason};
use chaos_core::settings::Settings;
use chaos_core::spec::{CorruptFault, Flip, Key, Latency, PartialFault, Rate, Scenario, SlowBodyFault};
use chaos_core::{Chaos, Observed, StartError, fault, label, with_labels};
use std::sync::Arc;
use std::time::Duration;

const INLINE: &str = r#"[{"id": "a", "enabled": true, "target": {"service": "sqs"},
    "fault": {"status": 503}, "when": {"rate": "100%"}}]"#;

fn settings(variables: &[(&str, &str)]) -> Settings {
    let lookup =
        |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
    Settings::read(&lookup, "test").unwrap()
}

fn from(variables: &[(&str, &str)]) -> Result<Chaos, StartError> {
    Chaos::from_settings(&settings(variables), Arc::new(SystemClock::new()))
}

fn send_message() -> CallContext<'static> {
    CallContext { service: Some("sqs"), operation: Some("SendMessage"), ..CallContext::unknown() }
}

fn injects(chaos: &Chaos) -> bool {
    matches!(chaos.decide(&send_message()), Decision::Inject(_))
}

#[test]
fn nothing_is_set_up_where_nothing_is_named() {
    let chaos = from(&[]).unwrap();
    assert!(chaos.is_idle() && !injects(&chaos));
    assert_eq!(
        chaos.health().to_string(),
        "nothing armed, generation 0, 0 specs armed, 0 injections under way"
    );
}

#[test]
fn inline_specs_fire_if_they_say_that_they_are_armed() {
    assert!(injects(&from(&[("CHAOS_SPECS", INLINE)]).unwrap()));
    let unarmed = INLINE.replace("true", "false");
    let chaos = from(&[("CHAOS_SPECS", &unarmed)]).unwrap();
    assert!(chaos.is_idle() && !injects(&chaos));
}

#[test]
fn the_off_switch_beats_every_source() {
    for value in ["1", "true", "yes please"] {
        let chaos = from(&[("CHAOS_SPECS", INLINE), ("CHAOS_DISABLED", value)]).unwrap();
        assert!(!injects(&chaos), "{value}");
        let _scope = chaos.scope(fault("sqs", "SendMessage").status(503));
        assert!(!injects(&chaos), "{value}");
        assert!(chaos.health().disabled);
    }
}

#[test]
fn a_dry_run_passes_and_says_so() {
    let chaos = from(&[("CHAOS_SPECS", INLINE), ("CHAOS_DRY_RUN", "1")]).unwrap();
    assert!(matches!(chaos.decide(&send_message()), Decision::Skip(SkipReason::DryRun)));
}

#[test]
fn faulty_inline_specs_name_the_variable_and_nothing_fires() {
    let error = from(&[("CHAOS_SPECS", r#"[{"id": "a"}]"#)]).unwrap_err().to_string();
    assert!(error.starts_with("CHAOS_SPECS[0].target: is missing"), "{error}");
}

#[test]
fn armed_inline_specs_end_after_twelve_hours_or_at_their_own_end() {
    let clock = Arc::new(TestClock::at("2026-11-23T12:00:00Z".parse().unwrap()));
    let start = |text: &str| {
        Chaos::from_settings(&settings(&[("CHAOS_SPECS", text)]), Arc::clone(&clock) as Arc<dyn Clock>)
            .unwrap()
    };
    let open = start(INLINE);
    let dated = start(&INLINE.replace("\"enabled\"", "\"until\": \"2026-11-23T12:01:00Z\", \"enabled\""));
    clock.advance(Duration::from_secs(60));
    assert!(injects(&open) && !injects(&dated));
    clock.advance(Duration::from_secs(12 * 3600 - 60));
    assert!(!injects(&open));
}

#[test]
fn a_scope_ends_on_drop_and_leaves_others_alone() {
    let chaos = Chaos::builder().seed(1).journal(false).build().unwrap();
    assert!(chaos.is_idle());
    let outer = chaos.scope(fault("sqs", "*").status(500));
    {
        let inner = chaos.scope(fault("sqs", "SendMessage").status(503).times(2));
        assert!(injects(&chaos));
        inner.assert_injected(1);
        outer.assert_injected(0);
        assert!(injects(&chaos) && injects(&chaos));
        inner.assert_injected(2);
        outer.assert_injected(1);
    }
    assert!(injects(&chaos));
    outer.assert_injected(2);
    drop(outer);
    assert!(!injects(&chaos) && chaos.is_idle());
}

#[test]
#[should_panic(expected = "expected 1 injections, saw 0 (0 matched)")]
fn an_assertion_says_what_it_saw() {
    Chaos::builder().build().unwrap().scope(fault("sqs", "SendMessage").status(503)).assert_injected(1);
}

#[test]
fn the_builder_tells_every_mistake() {
    let error = Chaos::builder().toml("id = 3").json("{}").build().unwrap_err();
    assert!(error.0.len() > 4, "{error}");
}

#[tokio::test(start_paused = true)]
async fn waiting_calls_are_woken_when_their_spec_goes() {
    let chaos = Chaos::builder().build().unwrap();
    let scope = chaos.scope(fault("sqs", "*").latency(Duration::from_secs(60)));
    let other = chaos.scope(fault("s3", "*").status(503)).optional();
    let Decision::Inject(injection) = chaos.decide(&send_message()) else { panic!("must inject") };
    let waiting = chaos.no_longer(&injection.specs);
    tokio::pin!(waiting);
    assert!(futures_poll(&mut waiting).await.is_none(), "still in force");
    drop(other);
    assert!(futures_poll(&mut waiting).await.is_none(), "another spec's end is nothing to it");
    drop(scope);
    waiting.await;
}

/// One look at a future.
async fn futures_poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    tokio::select! {
        biased;
        output = future => Some(output),
        () = std::future::ready(()) => None,
    }
}

#[tokio::test]
async fn labels_are_seen_inside_and_inner_ones_first() {
    assert_eq!(label("user"), None);
    with_labels([("user", "a"), ("team", "x")], async {
        assert_eq!(label("user").as_deref(), Some("a"));
        with_labels([("user", "b")], async {
            assert_eq!((label("user").as_deref(), label("team").as_deref()), (Some("b"), Some("x")));
        })
        .await;
        let elsewhere = tokio::spawn(async { label("user") }).await.unwrap();
        assert_eq!(elsewhere, None, "tasks do not inherit labels");
    })
    .await;
}

#[test]
fn observed_counts_stand_by_target_and_second() {
    let clock = Arc::new(TestClock::at("2026-11-23T12:00:00Z".parse().unwrap()));
    let chaos = Chaos::builder().observe(true).clock(Arc::clone(&clock) as Arc<dyn Clock>).build().unwrap();
    assert!(chaos.is_observing() && !chaos.is_idle());
    let (start, passed, failed) = (clock.now().wall.as_second(), true, false);
    let end = |operation, was_success| {
        let attempt = Observed { service: "sqs", operation, call: None, hit: None };
        chaos.observe(&attempt, was_success);
    };
    let seen = |operation, second| {
        let counts = chaos.observed("sqs", operation, start + second);
        (counts.passed, counts.failed)
    };
    end("SendMessage", passed);
    end("SendMessage", failed);
    end("ReceiveMessage", failed);
    clock.advance(Duration::from_secs(1));
    end("SendMessage", passed);
    assert_eq!(seen("SendMessage", 0), (1, 1));
    assert_eq!(seen("ReceiveMessage", 0), (0, 1));
    assert_eq!(seen("SendMessage", 1), (1, 0));
    let lately = chaos.observed_lately("sqs", "SendMessage");
    assert_eq!((lately.passed, lately.failed), (2, 1));
    clock.advance(Duration::from_secs(127));
    end("SendMessage", failed);
    assert_eq!(seen("SendMessage", 128), (0, 1), "an old second is emptied before it is used again");
    assert_eq!(seen("SendMessage", 0), (0, 0), "and is not mistaken for the new one");
}

fn with_names(names: &[&str]) -> Settings {
    let settings = Settings::read(&|_| None, "test").unwrap();
    settings.with_misspelt(names.iter().map(|name| (*name).to_owned()))
}

#[test]
fn misspelt_switches_are_off_and_told() {
    for name in ["CHAOS_DISABLE", "CHAOS_DRYRUN", "CHAOS_DISABELD"] {
        let settings = with_names(&[name]);
        assert!(settings.disabled, "{name}");
        let told = settings.warnings[0].to_string();
        assert!(told.contains(name) && told.contains("did you mean CHAOS_D"), "{told}");
    }
    let table = with_names(&["CHAOS_TABEL"]);
    assert_eq!((table.disabled, table.warnings.len()), (false, 1));
}

#[test]
fn variables_that_are_ours_or_of_others_are_left_alone() {
    let settings =
        with_names(&["CHAOS_DISABLED", "CHAOS_SERVER", "CHAOS_MONKEY_ENABLED", "PATH", "CHAOS_TOKEN"]);
    assert!(!settings.disabled && settings.warnings.is_empty(), "{:?}", settings.warnings);
}

/// Waits in virtual time, so that a watcher that polls gets its turns.
async fn until(mut holds: impl FnMut() -> bool) {
    for _ in 0..1_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    panic!("did not come about");
}

#[tokio::test(start_paused = true)]
async fn files_are_reloaded_and_a_faulty_one_injects_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.toml");
    let good =
        "id = \"a\"\nenabled = true\ntarget.service = \"sqs\"\nfault.status = 503\nwhen.rate = \"100%\"\n";
    let variable = format!("file:{}", folder.path().display());
    let chaos = from(&[("CHAOS_SPECS", &variable)]).unwrap();
    assert!(!injects(&chaos));
    std::fs::write(&file, good).unwrap();
    until(|| injects(&chaos)).await;
    std::fs::write(&file, good.replace("503", "\"teapot\"")).unwrap();
    until(|| !injects(&chaos)).await;
    let problems = chaos.health().problems;
    assert!(problems[0].contains("a.toml:4: fault.status"), "{problems:?}");
    std::fs::write(&file, good).unwrap();
    until(|| injects(&chaos)).await;
    assert!(chaos.health().problems.is_empty());
    std::fs::remove_file(&file).unwrap();
    until(|| !injects(&chaos)).await;
    drop(folder);
    until(|| !chaos.health().problems.is_empty()).await;
    assert!(chaos.health().problems[0].contains("cannot be read"));
}

fn always(id: &str, max: u64) -> String {
    format!(
        "id = \"{id}\"\nenabled = true\ntarget.service = \"sqs\"\nfault.status = 503\n\
         when = {{ rate = \"100%\", max = {max} }}\n"
    )
}

/// Written anew, as deployments do, a file is not another one.
#[tokio::test(start_paused = true)]
async fn counters_outlive_a_file_that_is_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.toml");
    std::fs::write(&file, always("a", 1)).unwrap();
    let chaos = from(&[("CHAOS_SPECS", &format!("file:{}", folder.path().display()))]).unwrap();
    assert!(injects(&chaos) && !injects(&chaos));
    let generation = chaos.health().generation;
    std::fs::remove_file(&file).unwrap();
    std::fs::write(&file, always("a", 1)).unwrap();
    until(|| chaos.health().generation > generation).await;
    assert!(!injects(&chaos), "`max` is per process");
    std::fs::write(&file, always("a", 2)).unwrap();
    until(|| injects(&chaos)).await;
}

#[tokio::test(start_paused = true)]
async fn two_files_of_one_name_do_not_both_count() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.toml"), always("a", 1)).unwrap();
    std::fs::write(folder.path().join("b.toml"), always("a", 1)).unwrap();
    let chaos = from(&[("CHAOS_SPECS", &format!("file:{}", folder.path().display()))]).unwrap();
    assert!(injects(&chaos) && !injects(&chaos));
    assert!(chaos.health().problems[0].contains("b.toml: id: \"a\" names the scenario of another file"));
    std::fs::remove_file(folder.path().join("a.toml")).unwrap();
    until(|| chaos.health().problems.is_empty()).await;
    assert!(injects(&chaos), "alone, it is the one");
}

#[tokio::test(start_paused = true)]
async fn health_tells_what_is_in_force_now() {
    let clock = Arc::new(TestClock::at("2026-11-23T12:00:00Z".parse().unwrap()));
    let chaos = Chaos::from_settings(&settings(&[("CHAOS_SPECS", INLINE)]), Arc::clone(&clock) as _).unwrap();
    assert!(chaos.health().live && chaos.health().armed == 1);
    clock.advance(Duration::from_secs(12 * 3600));
    assert!(!chaos.health().live && chaos.health().armed == 0);
}

#[test]
fn files_without_a_runtime_are_an_error_and_no_panic() {
    assert!(matches!(from(&[("CHAOS_SPECS", "file:specs")]), Err(StartError::NoRuntime)));
}

#[test]
fn specs_made_in_code_that_never_fire_are_refused() {
    let half = PartialFault::of(Rate::new(0.5).unwrap());
    let built = |operation| Chaos::builder().spec(fault("dynamodb", operation).partial(half.clone())).build();
    let problems = built("GetItem").unwrap_err().to_string();
    assert!(problems.contains("fault.partial: never fires"), "{problems}");
    assert!(built("BatchGetItem").is_ok());
}

#[test]
fn what_is_built_in_code_is_what_is_written() {
    let built: Scenario = fault("sqs", "Send*")
        .status(503)
        .region("eu-*")
        .label("user", "test-*")
        .attempts(2..)
        .key(Key::Label("user".to_owned()))
        .per_call()
        .latency(Latency::Uniform(Duration::from_millis(1), Duration::from_secs(1)))
        .try_into()
        .unwrap();
    let written = r#"
        id = "sqs-send"
        enabled = true
        target = { service = "sqs", operation = "Send*", region = "eu-*", label = { user = "test-*" }, attempt = "2.." }
        fault = { status = 503, latency = { uniform = ["1ms", "1s"] } }
        when = { rate = "100%", key = "label:user", per = "call" }
    "#;
    assert_eq!(built, Scenario::from_toml(written).unwrap());
    // Of an empty range its start is left.
    for (range, text) in [(1..4, "1..3"), (0..1, "1"), (4..4, "4")] {
        let built: Scenario = fault("sqs", "*").attempts(range).status(500).try_into().unwrap();
        assert_eq!(built.spec[0].target.attempt.unwrap().to_string(), text);
    }
}

#[test]
fn what_no_spec_may_say_is_refused_in_code_too() {
    let say_nothing = fault("sqs", "SendMessage");
    let cases: [(chaos_core::FaultBuilder, &str); 6] = [
        (fault("sqs", "*").status(50), "50 is out of range; write a whole number from 200 to 599"),
        (fault("sqs", "*").latency(Duration::from_secs(90)), "\"1m 30s\" is longer than the compiled-in cap"),
        (fault("sqs", "*").corrupt(CorruptFault::WrongLength(0)), "is the right length"),
        (fault("sqs", "*").corrupt(CorruptFault::Flip(Flip::Bytes(100_000))), "100000 is out of range"),
        (
            fault("sqs", "*").slow_body(SlowBodyFault { rate: Some(0), stall_after: None }),
            "0 is out of range",
        ),
        (say_nothing, "says nothing"),
    ];
    for (fault, wanted) in cases {
        let told = Chaos::builder().spec(fault.clone()).build().unwrap_err();
        assert!(format!("{told:?}").contains(wanted), "{wanted}: {told}");
        let chaos = Chaos::builder().build().unwrap();
        let scope = chaos.scope(fault).optional();
        assert!(!injects(&chaos) && chaos.health().problems.iter().any(|problem| problem.contains(wanted)));
        drop(scope);
    }
}

#[test]
fn faults_have_names_of_their_own() {
    let send = || fault("sqs", "SendMessage").status(503);
    let specs = [send(), send().named("lost-orders"), send().named("sqs-sendmessage-2"), send()];
    let chaos = specs.into_iter().fold(Chaos::builder(), |builder, spec| builder.spec(spec)).build().unwrap();
    let _scope = chaos.scope(send()).optional();
    let call = chaos_core::described::call("sqs", "SendMessage");
    let mut names: Vec<_> = chaos.explain_call(&call).into_iter().map(|spec| spec.spec).collect();
    names.sort_by_key(|name| (name.len(), name.clone()));
    let named = |id: &str| format!("{id}/{id}");
    let expected =
        ["lost-orders", "sqs-sendmessage", "sqs-sendmessage-2", "sqs-sendmessage-3", "sqs-sendmessage-4"];
    assert_eq!(names, expected.map(named));
}

#[test]
fn names_and_rates_that_are_none_are_refused() {
    let send = || fault("sqs", "*").status(503);
    let cases = [
        (send().rate(1.5), "when.rate: 1.5 is not a share from 0% to 100%"),
        (send().rate(f64::NAN), "when.rate: NaN is not a share"),
        (send().percent(150), "when.rate: \"150%\" is not a share"),
        (send().percent(-0.5), "when.rate: \"-0.5%\" is not a share"),
        (send().named("Lost Orders"), "id: \"Lost Orders\" is not an id; write 1 to 63"),
    ];
    for (fault, wanted) in cases {
        let told = Chaos::builder().spec(fault.clone()).build().unwrap_err().to_string();
        assert!(told.starts_with(wanted), "{told}");
        let chaos = Chaos::builder().build().unwrap();
        let _scope = chaos.scope(fault).optional();
        assert!(!injects(&chaos) && chaos.health().problems.iter().any(|problem| problem.contains(wanted)));
    }
    for fault in [send().percent(60), send().rate(0.6)] {
        let built: Scenario = fault.try_into().unwrap();
        assert_eq!(built.spec[0].when.rate.to_string(), "60%");
    }
}
