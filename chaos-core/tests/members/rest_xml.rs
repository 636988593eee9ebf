//! XML of restXml: as S3 answers.

use super::{NONE, drop, edited, edited_bytes, members, replace};
use chaos_core::body::members::Form;
use chaos_core::spec::Members;
use serde_json::json;

const LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><KeyCount>2</KeyCount><Contents><Key>a&#x2f;1</Key><ETag>&quot;e1&quot;</ETag><Size>1</Size></Contents><Contents><Key><![CDATA[<2>]]></Key><ETag>&quot;e2&quot;</ETag><Size>2</Size></Contents><CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes><!-- end --></ListBucketResult>"#;

const ACL: &str = r#"<AccessControlPolicy><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>u</ID></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>"#;

fn xml(body: &str, members: &Members) -> Result<String, &'static str> {
    edited(body, Form::Xml, members)
}

#[test]
fn elements_of_one_name_are_a_list() {
    let first = "<Contents><Key>a&#x2f;1</Key><ETag>&quot;e1&quot;</ETag><Size>1</Size></Contents>";
    let second = "<Contents><Key><![CDATA[<2>]]></Key><ETag>&quot;e2&quot;</ETag><Size>2</Size></Contents>";
    assert_eq!(xml(LIST, &drop(["Contents.0"])).unwrap(), LIST.replace(first, ""));
    assert_eq!(xml(LIST, &drop(["contents.1"])).unwrap(), LIST.replace(second, ""));
    for path in ["Contents", "Contents.*", "ListBucketResult.Contents"] {
        assert_eq!(xml(LIST, &drop([path])).unwrap(), LIST.replace(first, "").replace(second, ""), "{path}");
    }
    let no_sizes = LIST.replace("<Size>1</Size>", "").replace("<Size>2</Size>", "");
    for path in ["Contents.*.Size", "Contents.Size"] {
        assert_eq!(xml(LIST, &drop([path])).unwrap(), no_sizes, "{path}");
    }
    assert_eq!(xml(LIST, &drop(["Contents.2"])), Err(NONE));
}

#[test]
fn one_element_alone_is_a_list_of_one() {
    let alone = "<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>";
    for path in ["CommonPrefixes", "CommonPrefixes.0", "CommonPrefixes.*"] {
        assert_eq!(xml(LIST, &drop([path])).unwrap(), LIST.replace(alone, ""), "{path}");
    }
    for path in ["CommonPrefixes.Prefix", "CommonPrefixes.0.Prefix", "CommonPrefixes.*.Prefix"] {
        assert_eq!(xml(LIST, &drop([path])).unwrap(), LIST.replace("<Prefix>p/</Prefix>", ""), "{path}");
    }
    assert_eq!(xml(LIST, &drop(["CommonPrefixes.1"])), Err(NONE));
}

#[test]
fn lists_within_an_element_of_their_own_are_stepped_through_it() {
    let body = "<R><Buckets><Bucket><Name>a</Name></Bucket></Buckets></R>";
    for path in ["Buckets.0.Name", "Buckets.Bucket.Name", "Buckets.Bucket.0.Name", "Buckets.*.Name"] {
        assert_eq!(xml(body, &drop([path])).unwrap(), body.replace("<Name>a</Name>", ""), "{path}");
    }
}

#[test]
fn a_replaced_list_is_as_many_elements_as_it_has_values() {
    let start = LIST.find("<Contents>").unwrap();
    let end = LIST.find("<CommonPrefixes>").unwrap();
    let with = |new: &str| format!("{}{new}{}", &LIST[..start], &LIST[end..]);
    let values = json!([{"Key": "x"}, {"Key": "y"}, {"Key": "z"}]);
    assert_eq!(
        xml(LIST, &replace("Contents", values)).unwrap(),
        with(
            "<Contents><Key>x</Key></Contents><Contents><Key>y</Key></Contents><Contents><Key>z</Key></Contents>"
        )
    );
    assert_eq!(xml(LIST, &replace("Contents", json!([]))).unwrap(), with(""));
    assert_eq!(xml(LIST, &replace("Contents", json!("x"))).unwrap(), with("<Contents>x</Contents>"));
    let added = xml("<ListBucketResult/>", &replace("Contents", json!([{"Key": 1}, {"Key": 2}]))).unwrap();
    assert_eq!(
        added,
        "<ListBucketResult><Contents><Key>1</Key></Contents><Contents><Key>2</Key></Contents></ListBucketResult>"
    );
    let both = members([], [("Contents", json!(["x"])), ("Contents.0", json!("y"))]);
    assert_eq!(xml(LIST, &both).unwrap(), with("<Contents>x</Contents>"), "the whole list counts");
    let both = members([], [("Contents", json!("x")), ("Contents.1", json!("y"))]);
    assert_eq!(xml(LIST, &both).unwrap(), with("<Contents>x</Contents>"), "the whole list counts");
}

#[test]
fn a_list_in_an_element_of_its_own_keeps_the_names_of_its_elements() {
    let changed = xml("<R><L><Tag>1</Tag><Tag>2</Tag></L></R>", &replace("L", json!([3]))).unwrap();
    assert_eq!(changed, "<R><L><Tag>3</Tag></L></R>");
}

#[test]
fn a_member_of_the_name_of_the_root_is_meant_before_the_root() {
    assert_eq!(xml("<a><a>1</a></a>", &drop(["a"])).unwrap(), "<a></a>");
}

#[test]
fn attributes_and_namespaces_stay() {
    let changed = xml(ACL, &replace("AccessControlList.Grant.0.Grantee", json!({"ID": "v"}))).unwrap();
    assert_eq!(changed, ACL.replace("<ID>u</ID>", "<ID>v</ID>"));
    let changed = xml("<a><b c='/>' d=\">\" /></a>", &replace("b", json!(1))).unwrap();
    assert_eq!(changed, "<a><b c='/>' d=\">\">1</b></a>");
}

#[test]
fn cdata_and_references_are_replaced_as_a_whole() {
    let changed = xml(LIST, &replace("Contents.*.Key", json!("k"))).unwrap();
    assert_eq!(changed, LIST.replace("a&#x2f;1", "k").replace("<![CDATA[<2>]]>", "k"));
}

#[test]
fn the_root_can_be_replaced_and_not_dropped() {
    let body = "<LocationConstraint xmlns=\"x\">eu-west-1</LocationConstraint>";
    let changed = xml(body, &replace("LocationConstraint", json!("mars"))).unwrap();
    assert_eq!(changed, body.replace("eu-west-1", "mars"));
    assert_eq!(xml(body, &drop(["LocationConstraint"])), Err(NONE));
}

#[test]
fn what_stands_around_the_root_stays() {
    let body = "\u{feff}<?xml version='1.0'?>\n<!-- a --><a><b>1</b></a>\n<!-- z -->\n";
    assert_eq!(xml(body, &replace("b", json!(2))).unwrap(), body.replace(">1<", ">2<"));
}

#[test]
fn what_is_no_xml_stays_as_it_is() {
    const NOT_XML: &str = "the body of the answer is not XML";
    for body in [
        "",
        " ",
        "{}",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "x<a/>",
        "<a/>x",
        "<a>&",
        "</a>",
        "<a><b></a></b>",
        "<a/>&amp;",
    ] {
        assert_eq!(xml(body, &drop(["b"])), Err(NOT_XML), "{body}");
    }
    assert_eq!(edited_bytes(b"<a>\xff</a>", Form::Xml, &drop(["b"])), Err(NOT_XML));
    let expands = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>";
    assert_eq!(
        xml(expands, &drop(["b"])),
        Err("the answer is XML with a document type, which no service sends")
    );
    let deep = |levels: usize| format!("{}<b/>{}", "<a>".repeat(levels), "</a>".repeat(levels));
    assert_eq!(xml(&deep(64), &drop(["b"])), Err("the answer is nested more than 64 deep"));
    assert_eq!(xml(&deep(63), &drop(["b"])), Err(NONE));
}
