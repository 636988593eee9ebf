//! Calls, and all that their callers can tell of how they ended.

use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime::client::retries::RetryPartition;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextMut, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::result::SdkError;

use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::config_bag::ConfigBag;
use aws_types::sdk_config::{Builder, SdkConfig};
use chaos_core::Chaos;
use chaos_sdk_interceptor::ChaosExt;
use std::error::Error;
use std::fmt::Debug;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// What a test sets on its client.
pub(crate) type Settings = fn(Builder) -> Builder;

/// How a call ended.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Variant, kind and connection.
    pub(crate) ended: String,
    /// Every link of the error, without the words of which nobody takes notice:
    /// the operating system's number, and that it was us.
    pub(crate) links: Vec<String>,
    pub(crate) attempts: usize,
    pub(crate) after: Duration,
}

impl Seen {
    /// The same to the caller. Tokio's timer has ticks of a millisecond.
    pub(crate) fn assert_as(&self, real: &Self, which: &str) {
        self.assert_like(real, which);
        assert_eq!(self.links, real.links, "{which}");
        assert!(self.after.abs_diff(real.after) <= Duration::from_millis(6), "{which}: {self:?} {real:?}");
    }

    /// The same to the caller's code, if not to the letter or at the same time.
    pub(crate) fn assert_like(&self, real: &Self, which: &str) {
        assert_eq!(
            (&self.ended, self.attempts),
            (&real.ended, real.attempts),
            "{which}: {self:#?} {real:#?}"
        );
    }

    pub(crate) fn assert_after(&self, milliseconds: u64, which: &str) {
        let expected = Duration::from_millis(milliseconds);
        assert!(self.after.abs_diff(expected) <= Duration::from_millis(6), "{which}: {self:?}");
    }
}

/// `ListStreams` of Kinesis.
pub(crate) async fn lists(url: &str, settings: Settings, chaos: Option<&Chaos>) -> Seen {
    let attempts = Attempts::default();
    let config = aws_sdk_kinesis::config::Builder::from(&config(url, settings, chaos));
    let config = config.interceptor(attempts.clone()).retry_partition(partition()).build();
    let client = aws_sdk_kinesis::Client::from_conf(config);
    let start = Instant::now();
    let ended = client.list_streams().send().await;
    seen(ended, &attempts, start)
}

/// So many calls of one client, one after the other: the attempts of each.
pub(crate) async fn attempts(url: &str, chaos: Option<&Chaos>, calls: usize) -> Vec<usize> {
    let attempts = Attempts::default();
    let config = aws_sdk_kinesis::config::Builder::from(&config(url, |config| config, chaos));
    let config = config.interceptor(attempts.clone()).retry_partition(partition()).build();
    let client = aws_sdk_kinesis::Client::from_conf(config);
    let mut counts = Vec::new();
    for _ in 0..calls {
        client.list_streams().send().await.unwrap_err();
        counts.push(attempts.0.swap(0, Ordering::Relaxed));
    }
    counts
}

/// `GetItem` of DynamoDB.
pub(crate) async fn gets(url: &str, settings: Settings, chaos: Option<&Chaos>) -> Seen {
    let attempts = Attempts::default();
    let config = aws_sdk_dynamodb::config::Builder::from(&config(url, settings, chaos));
    let config = config.interceptor(attempts.clone()).retry_partition(partition()).build();
    let client = aws_sdk_dynamodb::Client::from_conf(config);
    let start = Instant::now();
    let key = aws_sdk_dynamodb::types::AttributeValue::S("7".to_owned());
    let ended = client.get_item().table_name("orders").key("id", key).send().await;
    seen(ended, &attempts, start)
}

/// How a body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Upload {
    /// As the SDK makes it of an operation's input.
    InMemory,
    /// As from a file.
    Streamed,
    /// As from a stream that can be read once only.
    StreamedOnce,
    /// The same, of more than the system's buffers hold.
    Huge,
}

impl Upload {
    /// Of what is streamed, in bytes. It passes loopback at one go: the clock
    /// moves on whenever somebody waits.
    fn length(self) -> u64 {
        if self == Self::Huge { 16 * MEGABYTE as u64 } else { MEGABYTE as u64 / 8 }
    }
}

/// `PutRecord` of Kinesis.
pub(crate) async fn puts(url: &str, settings: Settings, chaos: Option<&Chaos>, upload: Upload) -> Seen {
    let attempts = Attempts::default();
    let config = aws_sdk_kinesis::config::Builder::from(&config(url, settings, chaos));
    let upload = Uploading::new(upload).await;
    let config =
        config.interceptor(attempts.clone()).interceptor(upload).retry_partition(partition()).build();
    let client = aws_sdk_kinesis::Client::from_conf(config);
    let start = Instant::now();
    let data = aws_sdk_kinesis::primitives::Blob::new(vec![0; MEGABYTE / 8]);
    let ended = client.put_record().stream_name("orders").partition_key("7").data(data).send().await;
    seen(ended, &attempts, start)
}

const MEGABYTE: usize = 1024 * 1024;

fn config(url: &str, settings: Settings, chaos: Option<&Chaos>) -> SdkConfig {
    // The SDK's throughput checks look at the clock, not only at timers.
    let config = settings(tests::sdk::config(url).time_source(VirtualTime(Instant::now()))).build();
    match chaos {
        Some(chaos) => config.chaos(chaos),
        None => config,
    }
}

/// The SDK's clients share their retry tokens by this name.
fn partition() -> RetryPartition {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    RetryPartition::new(format!("call {}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

fn seen<T, E, R>(ended: Result<T, SdkError<E, R>>, attempts: &Attempts, start: Instant) -> Seen
where
    E: Error + 'static,
    R: Debug + 'static,
{
    let after = start.elapsed();
    let attempts = attempts.0.load(Ordering::Relaxed);
    let (ended, links) = match ended {
        Ok(_) => ("answered".to_owned(), Vec::new()),
        Err(error) => (kind(&error), links(&error)),
    };
    Seen { ended, links, attempts, after }
}

fn kind<E, R>(error: &SdkError<E, R>) -> String {
    let failure = match error {
        SdkError::ConstructionFailure(_) => return "not made".to_owned(),
        SdkError::TimeoutError(_) => return "timeout of the SDK".to_owned(),
        SdkError::ResponseError(_) => return "response".to_owned(),
        SdkError::ServiceError(_) => return "service".to_owned(),
        SdkError::DispatchFailure(failure) => failure,
        _ => return "unheard of".to_owned(),
    };
    let error = failure.as_connector_error().unwrap();
    // Nothing else tells whether there ever was a connection.
    let debug = format!("{error:?}");
    let connection = debug.rsplit_once("connection: ").unwrap().1;
    format!(
        "timeout {} io {} user {} other {} ({:?}) connected {connection} {}",
        failure.is_timeout(),
        failure.is_io(),
        failure.is_user(),
        failure.is_other(),
        failure.as_other(),
        error.connection_metadata().is_some()
    )
}

fn links(error: &(dyn Error + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |&error| error.source()).map(link).collect()
}

fn link(error: &(dyn Error + 'static)) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap();
    let text = text.split(" (injected by chaos spec").next().unwrap();
    match error.downcast_ref::<io::Error>() {
        // The kind that a resolver's errors have cannot be made by anybody else.
        Some(io) => format!("{text} [{:?}]", io.kind()).replace("[Uncategorized]", "[Other]"),
        None => text.to_owned(),
    }
}

/// The time that tokio's timers live in.
#[derive(Debug)]
struct VirtualTime(Instant);

impl TimeSource for VirtualTime {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + self.0.elapsed()
    }
}

/// Counts the attempts of a call, where no server can.
#[derive(Clone, Debug, Default)]
struct Attempts(Arc<AtomicUsize>);

#[dyn_dispatch_hint]
impl Intercept for Attempts {
    fn name(&self) -> &'static str {
        "Attempts"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// Puts a streamed body in the place of the SDK's own.
#[derive(Debug)]
struct Uploading {
    upload: Upload,
    body: SdkBody,
    _file: tempfile::NamedTempFile,
}

impl Uploading {
    async fn new(upload: Upload) -> Self {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(upload.length()).unwrap();
        let body =
            ByteStream::read_from().path(file.path()).buffer_size(MEGABYTE / 16).build().await.unwrap();
        Self { upload, body: body.into_inner(), _file: file }
    }
}

#[dyn_dispatch_hint]
impl Intercept for Uploading {
    fn name(&self) -> &'static str {
        "Uploading"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let file = self.body.try_clone().unwrap();
        let body = match self.upload {
            Upload::InMemory => return Ok(()),
            Upload::Streamed => file,
            Upload::StreamedOnce | Upload::Huge => SdkBody::from_body_1_x(file),
        };
        let request = context.request_mut();
        request.headers_mut().insert("content-length", self.upload.length().to_string());
        *request.body_mut() = body;
        Ok(())
    }
}
