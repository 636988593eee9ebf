//! Every modelled error of every operation of eleven services, injected by name
//! and read back by the service's real client.

mod tally;

use chaos_core::Chaos;
use chaos_core::spec::Scenario;
use chaos_sdk_interceptor::ChaosExt;
use conformance::{Call, Failure, Modelled, Record, Refusing, Sdk, Service, config, modelled, sdk, services};
use serde_json::json;
use tally::{Miss, Tally};

/// Of a thousand errors, so many must come back with code and message.
const FLOOR: usize = 995;

/// What is known of a service, for the task that tries it.
struct Known {
    modelled: Modelled,
    sdk: Sdk,
}

/// One error of one operation, asked for by one of its names.
struct Case<'a> {
    service: &'a str,
    call: &'a Call,
    /// The name in the spec: the shape's, or the code on the wire.
    name: &'a str,
    /// The code that the client is to see.
    code: &'a str,
    /// The variant that the client is to see, where it has one.
    variant: Option<&'a str>,
    /// The answer has no body, so that S3 itself can say no more than "not found".
    bodiless: bool,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_modelled_error_comes_back() {
    let chaos = Chaos::builder().build().unwrap();
    let (mut modelled, mut sdk) = (modelled(), sdk());
    let tasks = services(&config(Refusing).chaos(&chaos)).into_iter().map(|service| {
        let modelled = modelled.remove(service.name).unwrap();
        let sdk = sdk.remove(service.name).unwrap();
        tokio::spawn(tally_of(chaos.clone(), service, Known { modelled, sdk }))
    });
    let mut tallies = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        tallies.push(task.await.unwrap());
    }
    tally::print(&tallies);
    let sum = |count: fn(&Tally) -> usize| tallies.iter().map(count).sum::<usize>();
    let (cases, met, untyped) = (sum(|one| one.cases), sum(|one| one.met), sum(|one| one.untyped.len()));
    assert!(cases > 2_500, "there should be more errors: {cases}");
    assert!(met * 1000 >= cases * FLOOR, "{met} of {cases} came back with code and message");
    assert!(
        untyped * 1000 <= cases * (1000 - FLOOR),
        "{untyped} of {cases} are not the variant that there is"
    );
    assert!(tallies.iter().all(|one| one.cases > 0), "every service has errors");
}

/// Tries all errors of a service.
async fn tally_of(chaos: Chaos, service: Service, known: Known) -> Tally {
    let mut tally = Tally::new(service.name);
    for (operation, errors) in &known.modelled.operations {
        match service.calls.iter().find(|call| call.operation == operation) {
            Some(call) => operation_of(&chaos, call, &known, errors, &mut tally).await,
            None => tally.absent(&known.sdk, operation, errors),
        }
    }
    tally
}

async fn operation_of(chaos: &Chaos, call: &Call, known: &Known, errors: &[String], tally: &mut Tally) {
    for error in errors {
        let wire = &known.modelled.errors[error];
        // Where a service had other codes in the query protocol, its client goes by those.
        let code = known.sdk.code(error).unwrap_or(&wire.code);
        let variant = known.sdk.variant(call.operation, error);
        let bodiless = known.modelled.bodiless.iter().any(|operation| operation == call.operation);
        let mut case = Case { service: tally.service, call, name: error, code, variant, bodiless };
        tally.count(&case, case.play(chaos).await);
        if wire.code != *error && is_of_one(&known.modelled, &wire.code) {
            case.name = &wire.code;
            tally.count_by_code(&case, &case.play(chaos).await);
        }
    }
}

/// No two errors of the service share this code.
fn is_of_one(modelled: &Modelled, code: &str) -> bool {
    modelled.errors.iter().filter(|(name, wire)| *name == code || wire.code == code).count() == 1
}

impl Case<'_> {
    /// Injects the error into one call; an error says why it could not be asked for.
    async fn play(&self, chaos: &Chaos) -> Result<Failure, String> {
        let spec = json!({
            "id": "named",
            "target": {"service": self.service, "operation": self.call.operation},
            "fault": {"error": {"name": self.name, "message": self.message()}},
            "when": {"rate": "100%"},
        });
        let scenario = Scenario::from_json(&spec.to_string()).map_err(|problems| problems.to_string())?;
        let _outage = chaos.scope(scenario);
        match self.call.run().await {
            Record::Err(failure) => Ok(failure),
            Record::Ok(output) => Err(format!("succeeded with {output}")),
        }
    }

    /// With all that XML, JSON and headers must escape.
    fn message(&self) -> String {
        format!("it is <{}> & \"so\" it's said", self.name)
    }

    /// Why this failure is not the one asked for, if so.
    fn miss(&self, played: &Result<Failure, String>) -> Option<Miss> {
        let reason = match played {
            Ok(failure) if self.bodiless && failure.code.as_deref() != Some(self.code) => {
                format!("answers to HEAD have no body that could name it, so it is {:?}", failure.code)
            }
            Err(reason) => reason.clone(),
            Ok(failure) if failure.code.as_deref() != Some(self.code) => {
                let code = failure.code.as_deref().unwrap_or("none");
                format!("the code is {code}, not {}: {}", self.code, failure.debug)
            }
            Ok(failure) if failure.message.as_deref() != Some(&self.message()) => {
                format!("the message is {:?}", failure.message)
            }
            Ok(failure) if !failure.request_id.as_ref().is_some_and(|id| id.starts_with("chaos-")) => {
                format!("the request id is {:?}", failure.request_id)
            }
            Ok(_) => return None,
        };
        Some(Miss::new(self, reason))
    }
}
