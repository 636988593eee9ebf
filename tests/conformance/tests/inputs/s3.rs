//! S3, whose bucket is in the host or in the path.

use aws_sdk_s3::types::{Delete, ObjectIdentifier, Tag, Tagging};
use aws_types::SdkConfig;

/// AWS, and endpoints of one's own by name and by address.
fn configs() -> Vec<fn() -> SdkConfig> {
    vec![
        crate::config,
        || crate::config().into_builder().endpoint_url("http://localhost:4566").build(),
        || crate::config().into_builder().endpoint_url("http://127.0.0.1:9000").build(),
        || crate::config().into_builder().endpoint_url("http://s3.storage.example").build(),
    ]
}

#[tokio::test]
async fn buckets_and_keys() {
    for config in configs() {
        hits!(config(), aws_sdk_s3, "s3", "GetObject", "Bucket", "orders", |client, bucket| {
            client.get_object().bucket(bucket).key("2026/11/23.json")
        });
        hits!(config(), aws_sdk_s3, "s3", "GetObject", "Key", "a b/c+d/e.json", |client, key| {
            client.get_object().bucket("orders").key(key)
        });
        hits!(config(), aws_sdk_s3, "s3", "ListObjectsV2", "Bucket", "orders", |client, bucket| {
            client.list_objects_v2().bucket(bucket)
        });
    }
}

/// With https it stands in the path, for certificates do not cover it; and before
/// an address the SDK puts it where no name leads to.
#[tokio::test]
async fn a_bucket_with_dots() {
    let by_address = |config: &SdkConfig| config.endpoint_url().is_some_and(|url| url.contains("127.0.0.1"));
    for config in configs().into_iter().filter(|config| !by_address(&config())) {
        hits!(config(), aws_sdk_s3, "s3", "HeadObject", "Bucket", "with.dots", |client, bucket| {
            client.head_object().bucket(bucket).key("a/b")
        });
    }
}

/// A client of its own, for the macro knows none with path style.
mod path_style {
    pub(super) mod config {
        pub(crate) struct Builder;
        impl Builder {
            pub(crate) fn from(config: &aws_types::SdkConfig) -> aws_sdk_s3::config::Builder {
                aws_sdk_s3::config::Builder::from(config).force_path_style(true)
            }
        }
    }
    pub(super) use aws_sdk_s3::Client;
}

#[tokio::test]
async fn in_path_style() {
    for config in configs() {
        hits!(config(), path_style, "s3", "PutObject", "Bucket", "orders", |client, bucket| {
            client.put_object().bucket(bucket).key("a/b")
        });
        hits!(config(), path_style, "s3", "PutObject", "Key", "a//b/", |client, key| {
            client.put_object().bucket("orders").key(key)
        });
        hits!(config(), path_style, "s3", "ListObjectsV2", "Bucket", "orders", |client, bucket| {
            client.list_objects_v2().bucket(bucket)
        });
    }
}

#[tokio::test]
async fn queries_headers_and_bodies() {
    let config = crate::config;
    hits!(config(), aws_sdk_s3, "s3", "ListObjectsV2", "Prefix", "2026/11 ", |client, prefix| {
        client.list_objects_v2().bucket("orders").prefix(prefix)
    });
    hits!(config(), aws_sdk_s3, "s3", "PutObject", "ContentType", "text/csv", |client, media| {
        client.put_object().bucket("orders").key("a").content_type(media)
    });
    hits!(config(), aws_sdk_s3, "s3", "PutObject", "Metadata.color", "red", |client, color| {
        client.put_object().bucket("orders").key("a").metadata("color", color)
    });
    hits!(config(), aws_sdk_s3, "s3", "DeleteObjects", "Delete.Objects.1.Key", "b&c", |client, key| {
        let object = |key: &str| ObjectIdentifier::builder().key(key).build().unwrap();
        let delete = Delete::builder().objects(object("a")).objects(object(key)).build().unwrap();
        client.delete_objects().bucket("orders").delete(delete)
    });
    hits!(
        config(),
        aws_sdk_s3,
        "s3",
        "PutBucketTagging",
        "Tagging.TagSet.0.Value",
        "orders",
        |client, value| {
            let tag = Tag::builder().key("team").value(value).build().unwrap();
            client
                .put_bucket_tagging()
                .bucket("orders")
                .tagging(Tagging::builder().tag_set(tag).build().unwrap())
        }
    );
}
