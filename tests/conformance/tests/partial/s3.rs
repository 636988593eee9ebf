//! S3: checksums of the body, versions, and answers that are quiet.

use crate::calls::between;
use crate::upstream::Upstream;
use crate::{config, partial, sdk};
use aws_sdk_s3::operation::delete_objects::builders::DeleteObjectsFluentBuilder;
use aws_sdk_s3::operation::{RequestId, RequestIdExt};
use aws_sdk_s3::types::{ChecksumAlgorithm, Delete, ObjectIdentifier};
use aws_smithy_types::base64;
use aws_types::SdkConfig;
use chaos_core::{Chaos, fault};
use chaos_sdk_interceptor::ChaosExt;
use md5::{Digest, Md5};
use sha2::Sha256;

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

#[tokio::test]
async fn made_up_answers_have_the_request_ids_of_s3() {
    let upstream = Upstream::start().await;
    let chaos = Chaos::builder().build().unwrap();
    let config = config(&upstream, sdk::SECRET_KEY).chaos(&chaos);
    let _outage = chaos.scope(fault("s3", "DeleteObjects").partial(partial(1.0, false)));
    let output = call(&config, false).send().await.unwrap();
    assert_eq!(output.errors().len(), 5);
    assert_eq!(output.request_id(), Some("chaos-s3-deleteobjects"));
    assert_eq!(output.extended_request_id(), Some("chaos-s3-deleteobjects"));
    assert_eq!(upstream.all().len(), 0);
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
    for algorithm in [ChecksumAlgorithm::Crc32, ChecksumAlgorithm::Sha256] {
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
        let hash = Sha256::digest(body);
        let expected = match name.as_str() {
            "crc32" => base64::encode(crc32fast::hash(body.as_bytes()).to_be_bytes()),
            _ => base64::encode(hash),
        };
        let checksum = received.header(&format!("x-amz-checksum-{name}"));
        assert_eq!(checksum, Some(expected.as_str()), "{name}");
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(received.header("x-amz-content-sha256"), Some(hash.as_str()));
    }
    outage.assert_injected(2);
}

#[tokio::test]
async fn other_checksums_let_the_call_pass_whole() {
    let upstream = Upstream::start().await;
    let chaos = Chaos::builder().build().unwrap();
    let config = config(&upstream, sdk::SECRET_KEY).chaos(&chaos);
    let outage = chaos.scope(fault("s3", "DeleteObjects").partial(partial(0.4, false))).optional();
    for algorithm in [ChecksumAlgorithm::Crc32C, ChecksumAlgorithm::Crc64Nvme, ChecksumAlgorithm::Sha1] {
        let output = call(&config, false).checksum_algorithm(algorithm).send().await.unwrap();
        assert_eq!((output.deleted().len(), output.errors().len()), (5, 0));
    }
    assert_eq!((outage.matched(), outage.injected()), (0, 0));
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
