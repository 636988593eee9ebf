//! S3: checksums of the body, versions, and answers that are quiet.

use crate::calls::between;
use crate::upstream::Upstream;
use crate::{config, partial, sdk};
use aws_sdk_s3::operation::delete_objects::builders::DeleteObjectsFluentBuilder;
use aws_sdk_s3::types::{ChecksumAlgorithm, Delete, ObjectIdentifier};
use aws_smithy_types::base64;
use aws_types::SdkConfig;
use chaos_core::{Chaos, fault};
use chaos_sdk_interceptor::ChaosExt;
use md5::{Digest, Md5};

const KEYS: [&str; 5] = crate::KEYS;

fn call(config: &SdkConfig, quiet: bool) -> DeleteObjectsFluentBuilder {
    let object = |key: &str| ObjectIdentifier::builder().key(key).build().unwrap();
    let delete = Delete::builder().set_objects(Some(KEYS.map(object).to_vec())).quiet(quiet).build().unwrap();
    aws_sdk_s3::Client::new(config).delete_objects().bucket("orders").delete(delete)
}

pub(crate) async fn delete(config: SdkConfig) -> Vec<(String, bool)> {
    let output = call(&config, false).send().await.unwrap();
    assert!(output.errors().iter().all(|error| error.code() == Some("InternalError")));
    let deleted = output.deleted().iter().map(|one| (one.key().unwrap().to_owned(), false));
    deleted.chain(output.errors().iter().map(|one| (one.key().unwrap().to_owned(), true))).collect()
}

pub(crate) fn keys(body: &str) -> Vec<String> {
    between(body, "<Key>", "</Key>")
}

pub(crate) fn answer(body: &str) -> String {
    let deleted = |key: &String| format!("<Deleted><Key>{key}</Key></Deleted>");
    let quiet = body.contains("<Quiet>true</Quiet>");
    let deleted: String = keys(body).iter().filter(|_| !quiet).map(deleted).collect();
    format!("<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{deleted}</DeleteResult>")
}

fn base64_of(algorithm: &str, body: &str) -> String {
    let mut checksum = algorithm.parse::<aws_smithy_checksums::ChecksumAlgorithm>().unwrap().into_impl();
    checksum.update(body.as_bytes());
    base64::encode(checksum.finalize())
}

#[tokio::test]
async fn quiet_deletes_name_only_what_failed() {
    let upstream = Upstream::start().await;
    let chaos = Chaos::builder().build().unwrap();
    let config = config(&upstream, sdk::SECRET_KEY).chaos(&chaos);
    for sent in [true, false] {
        let outage = chaos.scope(fault("s3", "DeleteObjects").partial(partial(0.4, sent)));
        let output = call(&config, true).send().await.unwrap();
        assert_eq!((output.deleted().len(), output.errors().len()), (0, 2));
        assert_eq!(keys(&upstream.last().body).len(), if sent { 5 } else { 3 });
        outage.assert_injected(1);
    }
}

#[tokio::test]
async fn checksums_are_those_of_the_body_that_is_sent() {
    let upstream = Upstream::start().await;
    let chaos = Chaos::builder().build().unwrap();
    let config = config(&upstream, sdk::SECRET_KEY).chaos(&chaos);
    let outage = chaos.scope(fault("s3", "DeleteObjects").partial(partial(0.4, false)));
    let algorithms = [
        ChecksumAlgorithm::Crc32,
        ChecksumAlgorithm::Crc32C,
        ChecksumAlgorithm::Crc64Nvme,
        ChecksumAlgorithm::Sha1,
        ChecksumAlgorithm::Sha256,
    ];
    for algorithm in algorithms {
        let name = algorithm.as_str().to_ascii_lowercase();
        let call = call(&config, false).checksum_algorithm(algorithm).customize();
        let call = call.mutate_request(|request| {
            request.headers_mut().insert("content-md5", "of the old body");
        });
        call.send().await.unwrap();
        let received = upstream.last();
        let body = received.body.as_str();
        assert_eq!(keys(body).len(), 3);
        assert_eq!(received.header("content-length"), Some(body.len().to_string().as_str()));
        assert_eq!(received.header("content-md5"), Some(base64::encode(Md5::digest(body)).as_str()));
        let checksum = received.header(&format!("x-amz-checksum-{name}"));
        assert_eq!(checksum, Some(base64_of(&name, body).as_str()), "{name}");
        let hash = base64::decode(base64_of("sha256", body)).unwrap();
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(received.header("x-amz-content-sha256"), Some(hash.as_str()));
    }
    outage.assert_injected(5);
}

#[tokio::test]
async fn the_upstream_refuses_wrong_signatures() {
    let upstream = Upstream::start().await;
    let chaos = Chaos::builder().build().unwrap();
    let config = config(&upstream, "wrong").chaos(&chaos);
    let outage = chaos.scope(fault("s3", "DeleteObjects").partial(partial(0.4, false)));
    assert!(call(&config, false).send().await.is_err());
    outage.assert_injected(1);
    assert_eq!(upstream.all().len(), 1);
}
