#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::{Place, Request, member};
use crate::wire::{Protocol, Rest};
use minicbor::Encoder;

struct Sample<'a> {
    protocol: Protocol,
    host: &'a str,
    uri: &'a str,
    body: &'a [u8],
}

const S3: Protocol = Protocol::Rest(Rest::S3);

impl<'a> Sample<'a> {
    fn body(protocol: Protocol, body: &'a [u8]) -> Self {
        Self { protocol, host: "upstream.invalid", uri: "http://upstream.invalid/", body }
    }

    fn at(protocol: Protocol, uri: &'a str) -> Self {
        let rest = uri.split_once("://").unwrap().1;
        let host = rest.split(['/', ':']).next().unwrap();
        Self { protocol, host, uri, body: b"" }
    }

    fn get(&self, place: Option<&Place>, path: &str) -> Option<String> {
        let header = |name: &str| (name == "x-amz-meta-color" || name == "x-amz-acl").then_some("red");
        let (host, uri) = (self.host, self.uri);
        let request = Request { protocol: self.protocol, uri, host, header: &header, body: Some(self.body) };
        member(&request, place, path).map(Into::into)
    }

    fn all(&self, cases: &[(&str, Option<&str>)]) {
        for (path, found) in cases {
            assert_eq!(self.get(None, path).as_deref(), *found, "{:?} {path}", self.protocol);
        }
    }
}

fn path_at(segment: u16, of: u16, rest: Option<u16>) -> Place {
    Place::Path { segment, of, rest }
}

#[test]
fn json_by_exact_names() {
    let body = br#"{"Skipped":[{"StreamName":"x"}],"StreamName":"or\u0064ers","Limit":3.50,"Big":18446744073709551616,
        "Deep":{"On":true},"Records":[{"Key":"a"},{"Key":"b"}],"Item":{"id":{"S":"1"},"Id":{"S":"2"}},"None":null}"#;
    for protocol in [Protocol::AwsJson10, Protocol::AwsJson11] {
        Sample::body(protocol, body).all(&[
            ("StreamName", Some("orders")),
            ("Limit", Some("3.50")),
            ("Big", Some("18446744073709551616")),
            ("Deep.On", Some("true")),
            ("Records.0.Key", Some("a")),
            ("Records.1.Key", Some("b")),
            ("Records.2.Key", None),
            ("Records.x", None),
            ("Records.-1", None),
            ("Item.id.S", Some("1")),
            ("Item.Id.S", Some("2")),
            ("Deep", None),
            ("None", None),
            ("streamName", None),
            ("StreamName.x", None),
            ("", None),
            (".", None),
            ("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q", None),
        ]);
    }
    Sample::body(Protocol::AwsJson10, b"not json").all(&[("a", None)]);
}

#[test]
fn rest_json_by_names_that_differ_in_their_first_letter() {
    let body = br#"{"tags":[{"key":"a"}],"Name":"exact","name":"other"}"#;
    let sample = Sample::body(Protocol::Rest(Rest::Json), body);
    sample.all(&[
        ("Tags.0.Key", Some("a")),
        ("Name", Some("exact")),
        ("name", Some("other")),
        ("NAME", None),
        ("restApiId", None),
    ]);
    assert_eq!(sample.get(Some(&Place::Body("name".into())), "Title").as_deref(), Some("other"));
    assert_eq!(sample.get(Some(&Place::Payload), "Config.Tags.0.Key").as_deref(), Some("a"));
}

#[test]
fn cbor_of_either_length() {
    let mut bytes = Vec::new();
    let mut cbor = Encoder::new(&mut bytes);
    cbor.begin_map().unwrap().str("Skip").unwrap().begin_array().unwrap().u8(1).unwrap().end().unwrap();
    cbor.str("Namespace").unwrap().str("shop").unwrap();
    cbor.str("Data").unwrap().array(2).unwrap();
    cbor.map(1).unwrap().str("Value").unwrap().f64(1.5).unwrap();
    cbor.map(2).unwrap().str("At").unwrap().tag(minicbor::data::Tag::new(1)).unwrap().i64(-7).unwrap();
    cbor.str("Blob").unwrap().bytes(b"data").unwrap();
    cbor.str("Strict").unwrap().bool(false).unwrap().end().unwrap();
    Sample::body(Protocol::RpcV2Cbor, &bytes).all(&[
        ("Namespace", Some("shop")),
        ("Data.0.Value", Some("1.5")),
        ("Data.1.At", Some("-7")),
        ("Data.1.Blob", Some("ZGF0YQ==")),
        ("Strict", Some("false")),
        ("Skip.0", Some("1")),
        ("Skip.1", None),
        ("Data.2.Value", None),
        ("Data", None),
        ("Absent", None),
        ("namespace", None),
    ]);
}

#[test]
fn query_with_lists_and_maps_in_all_forms() {
    let body =
        b"Action=Publish&Version=1&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A1%3Aorders&Subject=two+words\
        &Entries.member.1.Id=a&Entries.member.2.Id=b&Tags.Tag.1.Key=team&Flat.1.Name=x&Flat.2.Name=y\
        &Attributes.entry.1.key=Policy&Attributes.entry.1.value=%7B%7D\
        &Message.entry.1.Name=color&Message.entry.1.Value.StringValue=red\
        &Pair.1.Name=Delay&Pair.1.Value=5";
    Sample::body(Protocol::AwsQuery, body).all(&[
        ("TopicArn", Some("arn:aws:sns:eu-west-1:1:orders")),
        ("Subject", Some("two words")),
        ("Entries.0.Id", Some("a")),
        ("Entries.1.Id", Some("b")),
        ("Entries.2.Id", None),
        ("Tags.0.Key", Some("team")),
        ("Flat.1.Name", Some("y")),
        ("Attributes.Policy", Some("{}")),
        ("Message.color.StringValue", Some("red")),
        ("Message.colour.StringValue", None),
        ("Pair.Delay", Some("5")),
        ("Pair.Other", None),
        ("Entries", None),
        ("topicArn", None),
    ]);
    Sample::body(Protocol::AwsQuery, b"\xff=1").all(&[("a", None)]);
    Sample::body(Protocol::AwsQuery, b"a=%ff&b=%4&%c3%a4=%c3%b6").all(&[
        ("a", None),
        ("b", Some("%4")),
        ("ä", Some("ö")),
    ]);
}

#[test]
fn ec2_with_entries_in_the_singular() {
    let body = b"Action=RunInstances&InstanceId.1=i-1&InstanceId.2=i-2&Filter.1.Name=tag&Filter.1.Value.1=v\
        &PrivateIpAddress.1=10.0.0.1&Entry.1.Cidr=c&SecurityGroupId.1=sg";
    let sample = Sample::body(Protocol::Ec2Query, body);
    sample.all(&[
        ("InstanceIds.0", Some("i-1")),
        ("InstanceIds.1", Some("i-2")),
        ("InstanceIds.2", None),
        ("instanceIds.1", Some("i-2")),
        ("Filters.0.Values.0", Some("v")),
        ("PrivateIpAddresses.0", Some("10.0.0.1")),
        ("Entries.0.Cidr", Some("c")),
        ("InstanceIds", None),
        ("Groups.0", None),
    ]);
    assert_eq!(sample.get(Some(&Place::Body("SecurityGroupId".into())), "Groups.0").as_deref(), Some("sg"));
}

#[test]
fn xml_with_and_without_elements_of_lists() {
    let body = b"<?xml version=\"1.0\"?>\n<Tagging xmlns=\"u\"><TagSet><Tag><Key>a</Key></Tag><Tag><Key>b &amp; &#99;</Key></Tag></TagSet>\
        <Object><Key>k1</Key></Object><Object><Key>k2</Key></Object><Quiet>true</Quiet><Empty/><C><![CDATA[<x>]]></C></Tagging>";
    let sample = Sample::body(S3, body);
    sample.all(&[
        ("Tagging.TagSet.0.Key", Some("a")),
        ("Tagging.TagSet.1.Key", Some("b & c")),
        ("TagSet.0.Key", Some("a")),
        ("TagSet.2.Key", None),
        ("Objects.0.Key", Some("k1")),
        ("Tagging.Objects.1.Key", Some("k2")),
        ("Tagging.Quiet", Some("true")),
        ("quiet", Some("true")),
        ("Empty", Some("")),
        ("C", Some("<x>")),
        ("TagSet", None),
        ("Tagging", None),
    ]);
    assert_eq!(sample.get(Some(&Place::Payload), "Delete.Objects.1.Key").as_deref(), Some("k2"));
    assert_eq!(sample.get(Some(&Place::Payload), "Delete.Tagging.Quiet"), None);
    for hostile in
        [&b"<!DOCTYPE a [<!ENTITY b \"c\">]><a><b>&b;</b></a>"[..], b"<a><b>", b"</a>", b"{}", b"<"]
    {
        Sample::body(S3, hostile).all(&[("b", None), ("a.b", None)]);
    }
}

#[test]
fn labels_of_paths() {
    let lambda =
        "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/check%3Aout/invocations?Qualifier=a";
    let rest = Protocol::Rest(Rest::Json);
    let at = |uri: &str, place: &Place| Sample::at(rest, uri).get(Some(place), "Member");
    assert_eq!(at(lambda, &path_at(2, 4, None)).as_deref(), Some("check:out"));
    assert_eq!(at("http://h/a/prefix/2015/functions/f/x/", &path_at(2, 4, None)).as_deref(), Some("f"));
    assert_eq!(at("http://h/functions/f", &path_at(2, 4, None)), None, "too short");
    assert_eq!(at("http://h", &path_at(0, 1, None)), None);
    assert_eq!(
        at("http://h/groups/arn%3Aa/b/c/members", &path_at(1, 3, Some(1))).as_deref(),
        Some("arn:a/b/c")
    );
    assert_eq!(at("http://h/groups/a/b/c/members/m", &path_at(3, 4, Some(1))).as_deref(), Some("m"));
    assert_eq!(at("http://h/x/%ff", &path_at(1, 2, None)), None, "no text");
    assert_eq!(Sample::at(rest, lambda).get(Some(&path_at(2, 4, None)), "FunctionName.x"), None);
}

#[test]
fn queries_and_headers() {
    let sample =
        Sample::at(Protocol::Rest(Rest::Json), "http://h/a?x-id=Op&tagKeys=a%20b&tagKeys=c+d&flag#f=1");
    let query = |name: &str, path: &str| sample.get(Some(&Place::Query(name.into())), path);
    assert_eq!(query("tagKeys", "TagKeys.0").as_deref(), Some("a b"));
    assert_eq!(query("tagKeys", "TagKeys.1").as_deref(), Some("c+d"));
    assert_eq!(query("tagKeys", "TagKeys").as_deref(), Some("a b"));
    assert_eq!((query("tagKeys", "TagKeys.2"), query("f", "F")), (None, None));
    assert_eq!(query("flag", "Flag").as_deref(), Some(""));
    let header = |place: Place, path: &str| sample.get(Some(&place), path);
    assert_eq!(header(Place::Header("x-amz-acl".into()), "ACL").as_deref(), Some("red"));
    assert_eq!(header(Place::Header("x-amz-other".into()), "Other"), None);
    assert_eq!(header(Place::Headers("x-amz-meta-".into()), "Metadata.Color").as_deref(), Some("red"));
    assert_eq!(header(Place::Headers("x-amz-meta-".into()), "Metadata"), None);
}

#[test]
fn the_bucket_in_host_or_path() {
    let bucket = |uri: &str| {
        let (bucket, key) = (path_at(0, 2, Some(1)), path_at(1, 2, Some(1)));
        let sample = Sample::at(S3, uri);
        (sample.get(Some(&bucket), "Bucket"), sample.get(Some(&key), "Key"))
    };
    let cases = [
        ("https://orders.s3.eu-west-1.amazonaws.com/a/b%20c", Some("orders"), Some("a/b c")),
        ("https://s3.eu-west-1.amazonaws.com/orders/a/b", Some("orders"), Some("a/b")),
        ("https://s3-eu-west-1.amazonaws.com/orders/a/", Some("orders"), Some("a/")),
        ("https://my.s3.data.s3.eu-west-1.amazonaws.com/k", Some("my.s3.data"), Some("k")),
        ("https://orders.s3-accelerate.amazonaws.com//k", Some("orders"), Some("/k")),
        ("https://orders.s3.dualstack.eu-west-1.amazonaws.com/k", Some("orders"), Some("k")),
        (
            "https://b--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com/k",
            Some("b--usw2-az1--x-s3"),
            Some("k"),
        ),
        ("https://ap-1.s3-accesspoint.eu-west-1.amazonaws.com/a/b", None, Some("a/b")),
        ("http://localhost:4566/orders/a/b", Some("orders"), Some("a/b")),
        ("http://orders.localhost:4566/a/b", Some("orders"), Some("a/b")),
        ("http://s3.localhost:4566/orders/a", Some("orders"), Some("a")),
        ("http://127.0.0.1:9000/orders/a", Some("orders"), Some("a")),
        ("http://127.0.0.1:9000/orders", None, None),
        ("http://minio.example/orders/a/b", Some("orders"), Some("a/b")),
        ("http://orders.minio.example/a", Some("orders"), Some("a")),
    ];
    for (uri, at, key) in cases {
        assert_eq!(bucket(uri), (at.map(str::to_owned), key.map(str::to_owned)), "{uri}");
    }
    let alone = |uri: &str| Sample::at(S3, uri).get(Some(&path_at(0, 1, None)), "Bucket");
    assert_eq!(alone("https://orders.s3.amazonaws.com/?list-type=2").as_deref(), Some("orders"));
    assert_eq!(alone("https://s3.amazonaws.com/orders?list-type=2").as_deref(), Some("orders"));
    assert_eq!(alone("http://orders.upstream.invalid/").as_deref(), Some("orders"));
    assert_eq!(alone("http://127.0.0.1/"), None);
}
