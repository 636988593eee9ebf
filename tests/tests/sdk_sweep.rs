//! A sweep over a small service with real clients: it finds the gaps that are
//! in it, and no others.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use aws_sdk_kinesis::config::Region;
use aws_sdk_kinesis::primitives::Blob;
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use chaos_core::Chaos;
use chaos_core::spec::NetworkFault;
use chaos_core::sweep::{Call, Coverage, Fault, How};
use chaos_sdk_interceptor::ChaosExt;
use reqwest_middleware::ClientWithMiddleware;
use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use tests::memory::Memory;
use tests::sdk;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Takes orders: puts each into a stream, or keeps it where that fails; greets
/// as a secret says, or as everybody does; and sends a mail, trying twice.
struct Shop {
    stream: aws_sdk_kinesis::Client,
    secrets: aws_sdk_secretsmanager::Client,
    mails: ClientWithMiddleware,
    mail_server: String,
    kept: AtomicUsize,
}

impl Shop {
    fn open(chaos: &Chaos, aws: &Memory, mail_server: &str) -> Self {
        let config = sdk::in_memory(aws.clone()).build().chaos(chaos);
        // Else the runs drain one quota of retries together.
        let partition = || RetryPartition::custom("sweep").token_bucket(TokenBucket::unlimited()).build();
        let stream = aws_sdk_kinesis::config::Builder::from(&config).retry_partition(partition());
        let secrets = aws_sdk_secretsmanager::config::Builder::from(&config).retry_partition(partition());
        Self {
            stream: aws_sdk_kinesis::Client::from_conf(stream.build()),
            secrets: aws_sdk_secretsmanager::Client::from_conf(secrets.build()),
            mails: chaos_http::ChaosExt::chaos(reqwest::Client::new(), chaos),
            mail_server: mail_server.to_owned(),
            kept: AtomicUsize::new(0),
        }
    }

    async fn order(&self) -> Result<String, Box<dyn Error>> {
        let put = self.stream.put_record().stream_name("orders").partition_key("1").data(Blob::new("tea"));
        if put.send().await.is_err() {
            self.kept.fetch_add(1, Ordering::Relaxed);
        }
        if self.mail().await.is_err() {
            self.mail().await?;
        }
        let greeting = self.secrets.get_secret_value().secret_id("greeting").send().await;
        let greeting = greeting.ok().and_then(|secret| secret.secret_string);
        Ok(greeting.unwrap_or_else(|| "Thank you".to_owned()))
    }

    async fn mail(&self) -> Result<(), Box<dyn Error>> {
        let url = format!("{}/mails/17", self.mail_server);
        self.mails.post(url).send().await?.error_for_status()?;
        Ok(())
    }
}

/// A server that takes mails.
async fn mail_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                while stream.read(&mut request).await.is_ok_and(|read| read > 0) {
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
                }
            });
        }
    });
    url
}

async fn sweep(mail_server: &str) -> Coverage {
    let chaos = Chaos::builder().build().unwrap();
    let order_once = || async {
        let aws = Memory::default();
        let shop = Shop::open(&chaos, &aws, mail_server);
        let greeting = shop.order().await?;
        assert!(["swordfish", "Thank you"].contains(&greeting.as_str()), "{greeting}");
        let streamed = aws.asked().iter().filter(|asked| asked.operation.ends_with("PutRecord")).count();
        let orders = streamed + shop.kept.load(Ordering::Relaxed);
        assert_eq!(orders, 1, "one order was made");
        Ok::<(), Box<dyn Error>>(())
    };
    chaos.sweep(order_once).run().await.unwrap()
}

#[tokio::test]
async fn the_gaps_that_are_in_a_service_are_found_and_nothing_else() {
    let coverage = sweep(&mail_server().await).await;
    println!("{coverage}");
    is_as_the_readme_shows(&coverage.to_string());
    let failed: Vec<_> = coverage.failed().map(|row| format!("{row}: {}", row.verdict.word())).collect();
    assert_eq!(
        failed,
        [
            // Who only knows that the answer is missing orders again.
            "kinesis PutRecord: response_lost, once: PANICKED",
            "kinesis PutRecord: response_lost, always: PANICKED",
            // There is no other way to send mails.
            "POST 127.0.0.1/mails/*: response_lost, always: FAILED",
            "POST 127.0.0.1/mails/*: 503, always: FAILED",
            "POST 127.0.0.1/mails/*: 429, always: FAILED",
            "POST 127.0.0.1/mails/*: timeout, always: FAILED",
            "POST 127.0.0.1/mails/*: connection_reset, always: FAILED",
            "POST 127.0.0.1/mails/*: 500, always: FAILED",
        ]
    );
    coverage
        .assert_survived_but(["kinesis PutRecord: response_lost, *", "POST 127.0.0.1/mails/*: *, always"]);
    assert_eq!(coverage.survived().count() + failed.len(), coverage.rows.len(), "each fault struck");
    // The SDK tries thrice, whatever it takes for passing; we send mails twice.
    for row in &coverage.rows {
        let tries = match (&row.call, row.how, row.fault.to_string().as_str()) {
            (_, How::Once, _) | (_, _, "KMSThrottlingException") => 1,
            (Call::Http { .. }, How::Always, _) => 2,
            (Call::Aws { .. }, How::Always, _) => 3,
        };
        assert_eq!(row.hits, tries, "{row}");
    }
}

#[tokio::test]
async fn two_sweeps_say_the_same() {
    let mail_server = mail_server().await;
    let (one, other) = (sweep(&mail_server).await, sweep(&mail_server).await);
    assert_eq!(one.to_json(), other.to_json());
    assert_eq!(one.to_string(), other.to_string());
}

/// A sweep of a client that is made anew in every run.
async fn of_new_clients(partition: Option<fn() -> RetryPartition>) -> Coverage {
    let chaos = Chaos::builder().build().unwrap();
    let read = || async {
        let config = sdk::in_memory(Memory::default()).region(Region::new("sa-east-1")).build().chaos(&chaos);
        let mut config = aws_sdk_secretsmanager::config::Builder::from(&config);
        if let Some(partition) = partition {
            config = config.retry_partition(partition());
        }
        let secrets = aws_sdk_secretsmanager::Client::from_conf(config.build());
        let _ = secrets.get_secret_value().secret_id("greeting").send().await;
    };
    // What they take for the same fault, often enough to use up any quota.
    let faults = (0..70).map(|number| match number % 2 {
        0 => Fault::status(503),
        _ => NetworkFault::ConnectionReset.into(),
    });
    chaos.sweep(read).faults(faults).run().await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn clients_that_share_a_quota_of_retries_are_found_out() {
    let shared = of_new_clients(None).await;
    let first = shared.dry.first().unwrap();
    assert!(first.starts_with("secretsmanager GetSecretValue: "), "{first}");
    // Each takes two from the quota of 50 retries, and the client that ends gives one back.
    let hits: Vec<_> = shared.rows.iter().filter(|row| row.how == How::Always).map(|row| row.hits).collect();
    assert_eq!(hits, [[3; 49].as_slice(), &[2; 21]].concat());
    assert_eq!(shared.dry.len(), 21, "{shared}");
    assert!(shared.to_string().contains("clients of one service and region"), "{shared}");
    let own = || RetryPartition::custom("own").token_bucket(TokenBucket::unlimited()).build();
    let own = of_new_clients(Some(own)).await;
    assert_eq!(own.dry, Vec::<String>::new());
}

/// Every line that the README shows of this sweep is one that it prints.
fn is_as_the_readme_shows(printed: &str) {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let printed: Vec<_> = printed.lines().map(words).collect();
    let readme = include_str!("../../README.md");
    let shown = readme.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    for line in shown.lines().map(words).filter(|line| !line.is_empty() && line != "...") {
        // The table names a call once, before the first of its faults.
        assert!(
            printed.iter().any(|printed| line.ends_with(printed.as_str()) && !printed.is_empty()),
            "{line}"
        );
    }
}
