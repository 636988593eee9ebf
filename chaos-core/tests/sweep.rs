//! Sweeps: which runs there are, what becomes of each, and what is told of it.
//! The services are made up, and ask as adapters do.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use chaos_core::clock::{Clock, Now, Sleep, TestClock};
use chaos_core::context::CallContext;
use chaos_core::decide::Decision;
use chaos_core::effect::Answer;
use chaos_core::spec::NetworkFault::{ConnectionReset, ResponseLost, Timeout};
use chaos_core::sweep::{Coverage, Cut, Fault, How, SweepError, Verdict};
use chaos_core::{Chaos, fault, inherit};
use jiff::Timestamp;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

fn chaos() -> Chaos {
    Chaos::builder().seed(7).build().unwrap()
}

/// A client whose calls take effect where they are not hit, or lose only their answer.
#[derive(Clone)]
struct Client {
    chaos: Chaos,
    done: Arc<AtomicUsize>,
}

impl Client {
    fn new(chaos: &Chaos) -> Self {
        Self { chaos: chaos.clone(), done: Arc::default() }
    }

    fn attempt(&self, call: &CallContext<'_>) -> Result<(), String> {
        let decision = self.chaos.may_match(call.operation).then(|| self.chaos.decide(call));
        match decision {
            None | Some(Decision::Skip(_)) => {
                self.done.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            Some(Decision::Inject(injection)) => {
                let answer = injection.effect.outcome.unwrap();
                if *answer == Answer::Network(ResponseLost) {
                    self.done.fetch_add(1, Ordering::Relaxed);
                }
                Err(answer.label())
            }
        }
    }

    /// A call of an AWS service, in so many attempts.
    async fn aws(&self, service: &str, operation: &str, attempts: u32) -> Result<(), String> {
        let mut last = Ok(());
        for attempt in 1..=attempts {
            tokio::task::yield_now().await;
            let (service, operation) = (Some(service), Some(operation));
            last = self.attempt(&CallContext { service, operation, attempt, ..CallContext::unknown() });
            if last.is_ok() {
                break;
            }
        }
        last
    }

    async fn http(&self, path: &str) -> Result<(), String> {
        let (method, host, path) = (Some("GET"), Some("shop.test"), Some(path));
        self.attempt(&CallContext { method, host, path, ..CallContext::unknown() })
    }

    fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }
}

fn usual() -> [Fault; 3] {
    [ResponseLost.into(), Fault::status(503), Timeout.into()]
}

/// Rows in a few letters.
fn told(coverage: &Coverage) -> Vec<String> {
    let row = |row: &chaos_core::sweep::Row| format!("{row}: {} {}", row.verdict.word(), row.hits);
    coverage.rows.iter().map(row).collect()
}

/// What a failed assertion says.
fn complaint(work: impl FnOnce()) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(work)).err()?;
    panic.downcast_ref::<String>().cloned()
}

/// A shop that tries again and else keeps the order, but orders twice where an
/// answer is lost; whose prices have a fallback, and whose mails have none.
async fn order(client: &Client) -> Result<(), String> {
    let shop = Client::new(&client.chaos);
    let _price = shop.aws("dynamodb", "GetItem", 1).await.is_ok();
    let orders = Client::new(&client.chaos);
    let _kept = orders.aws("kinesis", "PutRecord", 3).await.is_err();
    assert!(orders.done() <= 1, "{} orders, not one", orders.done());
    client.aws("ses", "SendEmail", 2).await
}

#[tokio::test]
async fn what_the_work_does_not_stand_is_found_and_nothing_else() {
    let client = Client::new(&chaos());
    let coverage = client.chaos.sweep(|| order(&client)).faults(usual()).run().await.unwrap();
    assert_eq!(
        told(&coverage),
        [
            "dynamodb GetItem: response_lost, once: survived 1",
            "dynamodb GetItem: response_lost, always: survived 1",
            "dynamodb GetItem: 503, once: survived 1",
            "dynamodb GetItem: 503, always: survived 1",
            "dynamodb GetItem: timeout, once: survived 1",
            "dynamodb GetItem: timeout, always: survived 1",
            "kinesis PutRecord: response_lost, once: PANICKED 1",
            "kinesis PutRecord: response_lost, always: PANICKED 3",
            "kinesis PutRecord: 503, once: survived 1",
            "kinesis PutRecord: 503, always: survived 3",
            "kinesis PutRecord: timeout, once: survived 1",
            "kinesis PutRecord: timeout, always: survived 3",
            "ses SendEmail: response_lost, once: survived 1",
            "ses SendEmail: response_lost, always: FAILED 2",
            "ses SendEmail: 503, once: survived 1",
            "ses SendEmail: 503, always: FAILED 2",
            "ses SendEmail: timeout, once: survived 1",
            "ses SendEmail: timeout, always: FAILED 2",
        ]
    );
    assert_eq!(coverage.rows[6].verdict, Verdict::Panicked("2 orders, not one".to_owned()));
    assert_eq!(coverage.rows[13].verdict, Verdict::Failed("\"response_lost\"".to_owned()));
    let made: Vec<_> = coverage.calls.values().map(|made| (made.times, made.attempts)).collect();
    assert_eq!(made, [(1, 1); 3]);
    assert_eq!(client.chaos.health().active, 0);
    assert!(matches!(client.aws("ses", "SendEmail", 1).await, Ok(())), "it is over");
}

#[tokio::test]
async fn it_is_told_in_a_table_and_as_json() {
    let client = Client::new(&chaos());
    let coverage = client.chaos.sweep(|| order(&client)).faults(usual()).run().await.unwrap();
    let table = "\
call               fault          once      always
dynamodb GetItem   response_lost  survived  survived x1
                   503            survived  survived x1
                   timeout        survived  survived x1
kinesis PutRecord  response_lost  PANICKED  PANICKED x3
                   503            survived  survived x3
                   timeout        survived  survived x3
ses SendEmail      response_lost  survived  FAILED x2
                   503            survived  FAILED x2
                   timeout        survived  FAILED x2

PANICKED  kinesis PutRecord, once: response_lost
    2 orders, not one

PANICKED  kinesis PutRecord, always: response_lost
    3 orders, not one

FAILED  ses SendEmail, always: response_lost
    \"response_lost\"

FAILED  ses SendEmail, always: 503
    \"503\"

FAILED  ses SendEmail, always: timeout
    \"timeout\"

13 of 18 survived; 3 failed, 2 panicked";
    assert_eq!(coverage.to_string(), table);
    let json = coverage.to_json();
    assert_eq!((&json["version"], &json["survived"], &json["shown"]), (&1.into(), &13.into(), &18.into()));
    assert_eq!(
        json["rows"][6].to_string(),
        r#"{"because":"2 orders, not one","call":"kinesis PutRecord","fault":"response_lost","hits":1,"how":"once","operation":"PutRecord","service":"kinesis","verdict":"panicked"}"#
    );
    assert_eq!(json["calls"][0].to_string(), r#"{"attempts":1,"call":"dynamodb GetItem","times":1}"#);
}

#[tokio::test]
async fn the_same_reason_is_said_once_and_long_ones_are_cut() {
    let client = Client::new(&chaos());
    let words = "why it is so ".repeat(600);
    let work = || async { client.aws("ses", "SendEmail", 1).await.map_err(|_| words.clone()) };
    let coverage = client.chaos.sweep(work).faults(usual()).only_once().run().await.unwrap();
    assert_eq!(coverage.rows[0].verdict.because().unwrap().len(), 2003);
    let coverage = coverage.to_string();
    assert_eq!(coverage.matches("FAILED  ses").count(), 1, "{coverage}");
    assert!(coverage.contains("FAILED  ses SendEmail, once: response_lost, 503, timeout\n"), "{coverage}");
    assert!(coverage.lines().count() < 15, "{coverage}");
    assert!(coverage.lines().all(|line| line.chars().count() <= 100), "{coverage}");
}

#[tokio::test]
async fn gaps_that_are_known_are_let_pass_until_they_are_mended() {
    let client = Client::new(&chaos());
    let coverage = client.chaos.sweep(|| order(&client)).faults(usual()).run().await.unwrap();
    coverage.assert_survived_but(["kinesis PutRecord: response_lost, *", "ses SendEmail: *, always"]);
    let unknown = complaint(|| coverage.assert_survived_but(["ses SendEmail: *"])).unwrap();
    assert!(unknown.starts_with("kinesis PutRecord: response_lost, once: PANICKED\n"), "{unknown}");
    let mended = ["kinesis*", "ses*", "dynamodb GetItem: 503, once", "s3 *"];
    let mended = complaint(|| coverage.assert_survived_but(mended)).unwrap();
    assert!(
        mended.starts_with(
            "the known gap `dynamodb GetItem: 503, once` is survived now: take it out\n\
             the known gap `s3 *` matches no row: take it out\n\ncall "
        ),
        "{mended}"
    );
    assert!(complaint(|| coverage.assert_survived()).is_some());
}

#[tokio::test]
async fn work_that_stands_everything_passes() {
    let client = Client::new(&chaos());
    let work = || async {
        let _ = client.aws("ses", "SendEmail", 1).await;
    };
    let coverage = client.chaos.sweep(work).run().await.unwrap();
    coverage.assert_survived();
    assert_eq!(coverage.survived().count(), coverage.rows.len());
    assert_eq!(coverage.failed().count(), 0);
    assert_eq!(coverage.to_json()["generic"], cfg!(not(feature = "catalogue")));
    let note = "only faults that any service has: this build has no feature `catalogue`";
    assert_eq!(coverage.to_string().contains(note), cfg!(not(feature = "catalogue")));
}

#[tokio::test(start_paused = true)]
async fn what_hangs_is_dropped_and_the_sweep_goes_on() {
    let client = Client::new(&chaos());
    let work = || async {
        while client.aws("ses", "SendEmail", 1).await.is_err() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let sweep = client.chaos.sweep(work).faults([Fault::status(503)]).hung_after(Duration::from_secs(5));
    let start = tokio::time::Instant::now();
    assert_eq!(
        told(&sweep.run().await.unwrap()),
        ["ses SendEmail: 503, once: survived 1", "ses SendEmail: 503, always: HUNG 5"]
    );
    assert_eq!(start.elapsed().as_secs(), 6);
}

#[tokio::test]
async fn what_is_not_met_or_fails_by_itself_is_not_taken_for_survived() {
    let client = Client::new(&chaos());
    let runs = AtomicUsize::new(0);
    let work = || async {
        // The second call is kept from then on; the fourth run fails by itself.
        let run = runs.fetch_add(1, Ordering::Relaxed);
        client.aws("ses", "SendEmail", 2).await?;
        if run == 0 {
            client.aws("sqs", "SendMessage", 1).await?;
        }
        if run == 3 { Err("out of disk".to_owned()) } else { Ok(()) }
    };
    let sweep = client.chaos.sweep(work).faults([Fault::status(503), Timeout.into()]).only_once();
    let coverage = sweep.run().await.unwrap();
    assert_eq!(
        told(&coverage),
        [
            "ses SendEmail: 503, once: survived 1",
            "ses SendEmail: timeout, once: FAILED 1",
            "sqs SendMessage: 503, once: not met 0",
            "sqs SendMessage: timeout, once: not met 0",
        ]
    );
    assert_eq!(coverage.rows[2].verdict, Verdict::NotMet("no such call was made".to_owned()));
    let none =
        complaint(|| Coverage { rows: coverage.rows[2..].to_vec(), ..coverage.clone() }.assert_survived());
    assert!(none.unwrap().starts_with("no fault struck, so nothing was shown\n"));

    let flaky = AtomicUsize::new(0);
    let work = || async {
        let _ = client.aws("ses", "SendEmail", 1).await;
        match flaky.fetch_add(1, Ordering::Relaxed) {
            0 => client.aws("sqs", "SendMessage", 1).await,
            2 => Err("out of disk".to_owned()),
            _ => Ok(()),
        }
    };
    let coverage = client.chaos.sweep(work).faults([Fault::status(503)]).only_once().run().await.unwrap();
    assert_eq!(coverage.rows[1].verdict, Verdict::Flaky("\"out of disk\"".to_owned()));
    assert!(complaint(|| coverage.assert_survived()).unwrap().contains("sqs SendMessage: 503, once: FLAKY"));
}

#[tokio::test]
async fn what_an_adapter_cannot_make_is_told_as_it_says() {
    struct Unable;
    impl chaos_core::context::Details for Unable {
        fn header(&self, _: &str) -> Option<&str> {
            None
        }
        fn input(&self, _: &str, _: &chaos_core::input::Places) -> Option<std::borrow::Cow<'_, str>> {
            None
        }
        fn label(&self, _: &str) -> Option<std::borrow::Cow<'_, str>> {
            None
        }
        fn can_make(&self, _: &Answer) -> Result<(), &'static str> {
            Err("this client has no network")
        }
    }
    let chaos = chaos();
    let work = || async {
        let (service, operation) = (Some("ses"), Some("SendEmail"));
        chaos.decide(&CallContext { service, operation, details: &Unable, ..CallContext::unknown() });
    };
    let coverage = chaos.sweep(work).faults([Timeout.into()]).only_once().run().await.unwrap();
    assert_eq!(coverage.rows[0].verdict, Verdict::NotMet("this client has no network".to_owned()));
    assert!(coverage.to_string().ends_with("0 of 0 survived; 1 not met"), "{coverage}");
}

#[tokio::test]
async fn the_most_telling_runs_go_first_and_the_budget_cuts_the_rest() {
    let client = Client::new(&chaos());
    let coverage = client.chaos.sweep(|| order(&client)).faults(usual()).at_most(7).run().await.unwrap();
    let ran: Vec<_> =
        coverage.rows.iter().filter(|row| row.verdict != Verdict::NotRun).map(ToString::to_string).collect();
    assert_eq!(
        ran,
        [
            "dynamodb GetItem: response_lost, once",
            "dynamodb GetItem: response_lost, always",
            "dynamodb GetItem: 503, once",
            "kinesis PutRecord: response_lost, once",
            "kinesis PutRecord: response_lost, always",
            "ses SendEmail: response_lost, once",
            "ses SendEmail: response_lost, always",
        ]
    );
    assert_eq!(coverage.cut, Some(Cut::Runs(7)));
    let told = coverage.to_string();
    let summary = "4 of 7 survived; 1 failed, 2 panicked, 11 not run (the budget of 7 runs was spent)";
    assert!(told.ends_with(summary), "{told}");
    let whole = client.chaos.sweep(|| order(&client)).faults(usual()).at_most(18).run().await.unwrap();
    assert_eq!(whole.cut, None);
}

#[tokio::test]
async fn a_sweep_that_was_cut_short_is_not_taken_for_survived() {
    let client = Client::new(&chaos());
    let work = || async {
        let _ = client.aws("ses", "SendEmail", 1).await;
    };
    let sweep = || client.chaos.sweep(work).faults(usual());
    let cut = sweep().at_most(2).run().await.unwrap();
    let short = complaint(|| cut.assert_survived()).unwrap();
    let why = "only 2 of 6 cases ran: the budget of 2 runs was spent; give it more with `at_most`, or accept \
               that with `allow_cut()` on the sweep\n\ncall ";
    assert!(short.starts_with(why), "{short}");
    assert!(complaint(|| cut.assert_survived_but::<&str>([])).is_some());
    let late = sweep().within(Duration::ZERO).allow_cut().run().await.unwrap();
    assert!(complaint(|| late.assert_survived()).unwrap().starts_with("no fault struck"));
    sweep().at_most(2).allow_cut().run().await.unwrap().assert_survived();
    sweep().at_most(6).run().await.unwrap().assert_survived();
}

#[tokio::test]
async fn when_the_time_is_over_it_ends_and_says_so() {
    let clock = Arc::new(TestClock::at(Timestamp::UNIX_EPOCH));
    let client = Client::new(&Chaos::builder().clock(Arc::<TestClock>::clone(&clock)).build().unwrap());
    let work = || async {
        clock.advance(Duration::from_secs(10));
        let _ = client.http("/").await;
    };
    let coverage =
        client.chaos.sweep(work).faults(usual()).within(Duration::from_secs(25)).run().await.unwrap();
    assert_eq!(coverage.cut, Some(Cut::Time));
    assert!(coverage.to_string().ends_with("3 of 3 survived; 3 not run (the time was over)"), "{coverage}");
    let short = complaint(|| coverage.assert_survived()).unwrap();
    assert!(
        short.starts_with("only 3 of 6 cases ran: the time was over; give it more with `within`"),
        "{short}"
    );
}

/// A clock that stands still, and whose waits are those of tokio.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Now {
        Now { wall: Timestamp::UNIX_EPOCH, steady: Duration::ZERO }
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_the_end_of_the_time_cuts_off_does_not_hang() {
    let client = Client::new(&Chaos::builder().clock(Arc::new(Still)).build().unwrap());
    let work = || async {
        if client.http("/").await.is_err() {
            tokio::time::sleep(Duration::from_secs(20)).await;
        }
    };
    let sweep = client.chaos.sweep(work).faults([Timeout.into()]).within(Duration::from_secs(9));
    let coverage = sweep.run().await.unwrap();
    assert_eq!((coverage.cut, &coverage.rows[0].verdict), (Some(Cut::Time), &Verdict::NotRun));
}

#[tokio::test]
async fn other_work_and_other_handles_are_neither_hit_nor_counted() {
    let client = Client::new(&chaos());
    let elsewhere = Client::new(&chaos());
    let _awake = elsewhere.chaos.isolated(fault("sqs", "*").status(500)).optional();
    let missed = Arc::new(AtomicUsize::new(0));
    let work = || async {
        let (other, missed) = (client.clone(), Arc::clone(&missed));
        let neighbour = tokio::spawn(async move {
            let passed = other.aws("ses", "SendEmail", 1).await.is_ok() && other.http("/other").await.is_ok();
            missed.fetch_add(usize::from(!passed), Ordering::Relaxed);
        });
        elsewhere.aws("ses", "SendBounce", 1).await.unwrap();
        let mine = client.clone();
        let own = tokio::spawn(inherit(async move { mine.aws("ses", "SendEmail", 1).await.is_ok() }));
        neighbour.await.unwrap();
        own.await.unwrap();
    };
    let coverage = client.chaos.sweep(work).faults(usual()).run().await.unwrap();
    assert_eq!(missed.load(Ordering::Relaxed), 0);
    assert!(told(&coverage).iter().all(|row| row.ends_with("survived 1")), "{:?}", told(&coverage));
    assert_eq!(coverage.calls.values().map(|made| made.times).collect::<Vec<_>>(), [1]);
    // Six runs, and the clean one.
    let outside = "14 attempts came from outside of the work, and met none of its faults: \
                   ses SendEmail x7; GET shop.test/other x7\n";
    assert!(coverage.to_string().contains(outside), "{coverage}");
    let calls = r#"{"attempts":14,"calls":[{"attempts":7,"call":"ses SendEmail","times":7},{"attempts":7,"call":"GET shop.test/other","times":7}]}"#;
    assert_eq!(coverage.to_json()["outside"].to_string(), calls);
}

#[tokio::test]
async fn calls_that_escape_the_work_are_told_with_and_without_a_journal() {
    for journal in [true, false] {
        let client = Client::new(&Chaos::builder().journal(journal).build().unwrap());
        let apart = Arc::new(client.chaos.isolated(fault("sqs", "*").status(500)).optional());
        let work = || async {
            let (stray, mine, apart) = (client.clone(), client.clone(), Arc::clone(&apart));
            let stray = tokio::spawn(async move { stray.aws("s3", "GetObject", 1).await });
            stray.await.unwrap()?;
            // Other work with faults of its own is none that escaped this.
            let other = tokio::spawn(async move { apart.run(mine.aws("s3", "PutObject", 1)).await });
            other.await.unwrap()
        };
        let none = client.chaos.sweep(work).run().await.unwrap_err();
        assert_eq!(
            none.to_string(),
            "no call came from within the test, but these from outside of it: s3 GetObject x1; do tasks that \
             it spawns go through `inherit`?"
        );
        drop(apart);
        assert_eq!(client.chaos.is_idle(), !journal, "nothing is left of it");
    }
}

#[tokio::test]
async fn of_many_calls_from_outside_a_few_are_named() {
    let client = Client::new(&chaos());
    let work = || async {
        let stray = client.clone();
        let strays = tokio::spawn(async move {
            for operation in ["A", "B", "C", "D", "E"] {
                stray.aws("newer", operation, 1).await.unwrap();
            }
            stray.aws("newer", "E", 1).await.unwrap();
            stray.attempt(&CallContext::unknown()).unwrap();
        });
        strays.await.unwrap();
        client.aws("ses", "SendEmail", 2).await
    };
    let coverage = client.chaos.sweep(work).faults([Timeout.into()]).only_once().run().await.unwrap();
    let note = "14 attempts came from outside of the work, and met none of its faults: \
                newer E x4; newer A x2; newer B x2; and 3 more\n";
    assert!(coverage.to_string().contains(note), "{coverage}");
}

/// Work whose client has so many retries for all runs together, and tries thrice.
async fn with_quota(faults: &[Fault], retries: u32, operations: &[&'static str]) -> Coverage {
    let client = Client::new(&chaos());
    let left = AtomicU64::new(u64::from(retries));
    let take = || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
    let work = || async {
        for operation in operations {
            for attempt in 1..=3 {
                let (service, operation) = (Some("ses"), Some(*operation));
                let call = CallContext { service, operation, attempt, ..CallContext::unknown() };
                if client.attempt(&call).is_ok() || attempt == 3 || !take() {
                    break;
                }
            }
        }
    };
    client.chaos.sweep(work).faults(faults.iter().cloned()).run().await.unwrap()
}

#[tokio::test]
async fn retries_that_are_used_up_are_told() {
    // Once takes one retry, always two.
    let coverage = with_quota(&usual(), 1, &["SendEmail"]).await;
    let dry =
        ["ses SendEmail: response_lost, always", "ses SendEmail: 503, once", "ses SendEmail: 503, always"];
    assert_eq!(coverage.dry, dry);
    let note = "in 3 runs a call was not tried again as often as it had been before: \
                ses SendEmail: response_lost, always; ses SendEmail: 503, once; ses SendEmail: 503, always\n";
    assert!(coverage.to_string().contains(note), "{coverage}");
    assert_eq!(coverage.to_json()["dry"][1], "ses SendEmail: 503, once");
    let more = with_quota(&usual(), 4, &["SendEmail"]).await;
    assert_eq!(more.dry, ["ses SendEmail: 503, always"]);
    let shorter = with_quota(&usual()[..2], 5, &["SendEmail"]).await;
    assert_eq!((&shorter.rows[3].hits, shorter.dry), (&2, vec![]), "what waits may be out of time");
    let alike = with_quota(&[Fault::status(503), ConnectionReset.into()], 5, &["SendEmail"]).await;
    assert_eq!(
        (&alike.rows[3].hits, &alike.dry[..]),
        (&2, &["ses SendEmail: connection_reset, always".to_owned()][..])
    );
    let enough = with_quota(&usual(), 9, &["SendEmail"]).await;
    assert_eq!(enough.dry, <[&str; 0]>::default());
    assert!(!enough.to_string().contains("retr"), "{enough}");
}

#[tokio::test]
async fn faults_that_are_never_tried_again_do_not_use_up_retries() {
    let client = Client::new(&chaos());
    let work = || async {
        // As the SDK does it: what waiting does not mend is not tried again.
        for attempt in 1..=3 {
            let (service, operation) = (Some("ses"), Some("SendEmail"));
            let call = CallContext { service, operation, attempt, ..CallContext::unknown() };
            match client.attempt(&call) {
                Err(label) if label != "400" && label != "timeout" => {}
                _ => break,
            }
        }
        let _ = client.http("/").await;
    };
    let faults = [ResponseLost.into(), ConnectionReset.into(), Fault::status(400), Timeout.into()];
    let coverage = client.chaos.sweep(work).faults(faults).run().await.unwrap();
    assert_eq!(coverage.dry, <[&str; 0]>::default());
}

#[tokio::test]
async fn faults_that_are_in_force_for_everyone_stay_so() {
    let client = Client::new(&chaos());
    let slow = client.chaos.scope(fault("sqs", "SendMessage").status(500));
    let work = || async {
        assert!(client.aws("sqs", "SendMessage", 1).await.is_err());
        client.aws("ses", "SendEmail", 2).await
    };
    let coverage = client.chaos.sweep(work).faults([ConnectionReset.into()]).only_once().run().await.unwrap();
    coverage.assert_survived();
    slow.assert_injected(2);
}

#[tokio::test]
async fn what_shows_nothing_is_an_error() {
    let client = Client::new(&chaos());
    let failing = || async { Err::<(), _>("no database") };
    let clean = client.chaos.sweep(failing).run().await.unwrap_err();
    assert_eq!(clean.to_string(), "the test does not pass without faults either: \"no database\"");
    assert_eq!(client.chaos.sweep(|| async {}).run().await, Err(SweepError::NoCalls));
    let inert = Chaos::inert().sweep(|| async {}).run().await.unwrap_err();
    assert_eq!(inert.to_string(), "the handle hits no calls: it is inert");
    let dry = Chaos::builder().dry_run(true).build().unwrap().sweep(|| async {}).run().await.unwrap_err();
    assert_eq!(dry, SweepError::CannotInject("it only decides and reports (dry run)"));
    let misspelt = client.chaos.sweep(|| order(&client)).faults([Fault::error("ThrottlignException")]);
    assert_eq!(misspelt.run().await, Err(SweepError::Unfit(vec!["ThrottlignException".to_owned()])));
}

#[tokio::test(start_paused = true)]
async fn a_test_that_hangs_by_itself_is_an_error_too() {
    let hangs = chaos().sweep(std::future::pending::<()>).run().await.unwrap_err();
    assert_eq!(hangs.to_string(), "the test does not pass without faults either: it was not done in 30s");
}

#[tokio::test]
async fn http_calls_are_told_by_host_method_and_path_without_ids() {
    let client = Client::new(&chaos());
    let number = AtomicU64::new(0);
    let work = || async {
        let number = number.fetch_add(1, Ordering::Relaxed);
        let _ = client.http(&format!("/orders/{number}/lines")).await;
        let _ = client.http(&format!("/users/0000-0000-0000-{number:04}")).await;
        let _ = client.http("/health").await;
    };
    let coverage = client.chaos.sweep(work).calls(|call| !call.to_string().ends_with("health")).run().await;
    let coverage = coverage.unwrap();
    let calls: Vec<_> = coverage.calls.keys().map(ToString::to_string).collect();
    assert_eq!(calls, ["GET shop.test/health", "GET shop.test/orders/*/lines", "GET shop.test/users/*"]);
    let faults: Vec<_> = coverage.rows.iter().step_by(2).map(|row| row.fault.to_string()).collect();
    let all = ["response_lost", "503", "429", "timeout", "connection_reset", "500"];
    assert_eq!(faults, [all, all].concat());
    assert!(told(&coverage).iter().all(|row| row.ends_with("survived 1")), "{:?}", told(&coverage));
    assert!(coverage.to_string().contains("\n1 calls were not chosen"), "{coverage}");
}

#[tokio::test]
async fn so_many_different_calls_are_swept_and_the_others_told() {
    let client = Client::new(&chaos());
    let work = || async {
        for number in 0..130 {
            let _ = client.http(&format!("/page-{number}")).await;
        }
        let nameless = client.attempt(&CallContext::unknown());
        assert_eq!(nameless, Ok(()));
    };
    let sweep = client.chaos.sweep(work).faults([Fault::status(500)]).only_once().at_most(3);
    let coverage = sweep.run().await.unwrap();
    assert_eq!((coverage.calls.len(), coverage.left_out), (100, 31));
    assert!(coverage.to_string().contains("31 attempts were of calls that are not swept"), "{coverage}");
}

#[tokio::test]
async fn it_can_be_a_task_of_its_own() {
    let client = Client::new(&chaos());
    let sweep = client.chaos.clone().sweep(move || {
        let client = client.clone();
        async move { client.aws("ses", "SendEmail", 2).await }
    });
    let coverage = tokio::spawn(sweep.only_once().run()).await.unwrap().unwrap();
    coverage.assert_survived();
}

#[tokio::test]
async fn a_scope_within_the_work_that_complains_counts_as_a_panic() {
    let client = Client::new(&chaos());
    let work = || async {
        let inner = client.chaos.isolated(fault("sqs", "SendMessage").status(500));
        inner.run(client.aws("ses", "SendEmail", 1)).await.ok();
        if client.aws("ses", "SendEmail", 1).await.is_err() {
            return;
        }
        inner.assert_not_injected();
    };
    let coverage = client.chaos.sweep(work).faults([Fault::status(500)]).run().await.unwrap();
    let verdicts: Vec<_> = coverage.rows.iter().map(|row| (row.how, row.verdict.word())).collect();
    assert_eq!(verdicts, [(How::Once, "survived"), (How::Always, "PANICKED")]);
}

#[tokio::test(start_paused = true)]
async fn what_a_run_drops_half_way_may_complain_without_harm() {
    let client = Client::new(&chaos());
    let work = || async {
        let never_met = client.chaos.isolated(fault("sqs", "SendMessage").status(500));
        if client.aws("ses", "SendEmail", 1).await.is_err() {
            std::future::pending::<()>().await;
        }
        never_met.assert_not_injected();
    };
    let coverage = client.chaos.sweep(work).faults([Fault::status(500)]).only_once().run().await.unwrap();
    assert_eq!(coverage.rows[0].verdict, Verdict::Hung);
}

#[tokio::test]
async fn calls_are_heard_where_no_journal_is_kept() {
    let client = Client::new(&Chaos::builder().journal(false).build().unwrap());
    let work = || client.aws("ses", "SendEmail", 2);
    let coverage = client.chaos.sweep(work).faults(usual()).only_once().run().await.unwrap();
    assert_eq!(coverage.survived().count(), 3);
    assert!(client.chaos.is_idle(), "nothing is left of it");
}

#[test]
fn the_faults_of_a_call_are_those_that_it_is_likely_to_meet() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let faults = |service: &'static str, operation: &'static str| {
        let client = Client::new(&chaos());
        let work = || async {
            let _ = client.aws(service, operation, 1).await;
        };
        let coverage = runtime.block_on(client.chaos.sweep(work).only_once().run()).unwrap();
        assert!(coverage.rows.iter().all(|row| row.hits == 1), "{coverage}");
        coverage.rows.iter().map(|row| row.fault.to_string()).collect::<Vec<_>>().join(" ")
    };
    let generic = "response_lost ThrottlingException 503 timeout connection_reset 500";
    assert_eq!(faults("newer", "DoThings"), generic);
    if cfg!(not(feature = "catalogue")) {
        assert_eq!(faults("s3", "GetObject"), generic);
    }
    let known = [
        (
            "kinesis",
            "PutRecords",
            "response_lost ProvisionedThroughputExceededException InternalFailureException timeout \
             partial 50% connection_reset KMSThrottlingException",
        ),
        (
            "dynamodb",
            "PutItem",
            "response_lost ProvisionedThroughputExceededException InternalServerError timeout \
             connection_reset ReplicatedWriteConflictException ThrottlingException \
             ItemCollectionSizeLimitExceededException RequestLimitExceeded TransactionConflictException",
        ),
        (
            "lambda",
            "Invoke",
            "response_lost TooManyRequestsException ServiceException timeout connection_reset \
             ResourceConflictException EC2ThrottledException ServiceQuotaExceededException \
             ResourceNotReadyException SubnetIPAddressLimitReachedException EC2UnexpectedException \
             ENILimitReachedException ENINotReadyException SnapStartNotReadyException \
             SnapStartTimeoutException EFSMountTimeoutException S3FilesMountTimeoutException",
        ),
        ("s3", "GetObject", "response_lost SlowDown ServiceUnavailable timeout connection_reset"),
        (
            "sts",
            "AssumeRole",
            "response_lost ThrottlingException ServiceUnavailable timeout connection_reset",
        ),
        (
            "sqs",
            "SendMessageBatch",
            "response_lost RequestThrottled ServiceUnavailable timeout partial 50% connection_reset \
             KmsThrottled",
        ),
    ];
    for (service, operation, expected) in known {
        if cfg!(feature = "catalogue") {
            assert_eq!(faults(service, operation), expected, "{service} {operation}");
        }
    }
}
