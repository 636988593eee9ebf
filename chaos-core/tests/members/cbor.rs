//! CBOR: as CloudWatch answers.

use super::{NONE, drop, edited_bytes, members, replace};
use chaos_core::body::members::Form;
use chaos_core::spec::Members;
use minicbor::Encoder;
use minicbor::data::IanaTag;
use serde_json::{Value, json};

type Out = Encoder<Vec<u8>>;

fn written(write: impl FnOnce(&mut Out)) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    write(&mut out);
    out.into_writer()
}

fn done<T, E: std::fmt::Debug>(written: Result<T, E>) {
    written.unwrap();
}

fn datapoint(out: &mut Out, average: f64) {
    out.begin_map().unwrap().str("Average").unwrap().f64(average).unwrap();
    out.str("Timestamp").unwrap().tag(IanaTag::Timestamp).unwrap().i64(1_700_000_000).unwrap();
    out.str("Unit").unwrap().str("Count").unwrap().end().unwrap();
}

/// With lengths and without, as services write both.
fn statistics() -> Vec<u8> {
    written(|out| {
        out.map(2).unwrap().str("Label").unwrap().str("Errors").unwrap();
        out.str("Datapoints").unwrap().begin_array().unwrap();
        datapoint(out, 1.5);
        datapoint(out, 2.0);
        out.end().unwrap();
    })
}

fn cbor(body: &[u8], members: &Members) -> Result<Vec<u8>, &'static str> {
    edited_bytes(body, Form::Cbor, members)
}

/// With its one member of this name replaced.
fn with(write: impl FnOnce(&mut Out), new: Value) -> Vec<u8> {
    let map = |value: &[u8]| [b"\xa2\x61a", value, b"\x61z\xf6"].concat();
    let changed = cbor(&map(&written(write)), &replace("a", new)).unwrap();
    let inside = changed.strip_prefix(b"\xa2\x61a").unwrap().strip_suffix(b"\x61z\xf6").unwrap();
    inside.to_vec()
}

#[test]
fn a_map_with_a_length_has_the_right_one_then() {
    let changed = cbor(&statistics(), &drop(["Datapoints"])).unwrap();
    assert_eq!(changed, b"\xa1\x65Label\x66Errors");
    let changed = cbor(&statistics(), &members(["Label"], [("New", json!([1]))])).unwrap();
    let inside = &statistics()[14..];
    assert_eq!(changed, [b"\xa2".as_slice(), inside, b"\x63New\x81\x01"].concat());
    let many = written(|out| {
        out.tag(IanaTag::Cbor).unwrap().array(24).unwrap();
        (0..24).for_each(|value| done(out.u8(value)));
    });
    let changed = cbor(&many, &drop(["0"])).unwrap();
    assert_eq!(
        changed,
        [b"\xd8\x18\x97".as_slice(), &many[5..]].concat(),
        "a shorter length, its tag as it was"
    );
}

#[test]
fn what_has_no_length_still_ends_as_it_did() {
    let changed = cbor(&statistics(), &drop(["Datapoints.0", "datapoints.1.unit"])).unwrap();
    let point = written(|out| datapoint(out, 2.0));
    let without = &point[..point.len() - 12];
    assert_eq!(
        changed,
        [b"\xa2\x65Label\x66Errors\x6aDatapoints\x9f".as_slice(), without, b"\xff\xff"].concat()
    );
}

#[test]
fn a_number_keeps_kind_and_tag_of_the_number_that_it_replaces() {
    assert_eq!(with(|out| done(out.f64(1.5)), json!(5)), b"\xfb\x40\x14\0\0\0\0\0\0");
    assert_eq!(with(|out| done(out.f32(1.5)), json!(0.5)), b"\xfa\x3f\0\0\0");
    assert_eq!(with(|out| done(out.u8(1)), json!(-2)), b"\x21");
    assert_eq!(with(|out| done(out.u8(1)), json!(u64::MAX)), b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff");
    let time = |out: &mut Out| done(out.tag(IanaTag::Timestamp).unwrap().i64(7));
    assert_eq!(with(time, json!(0)), b"\xc1\0");
    assert_eq!(with(time, json!("never")), b"\x65never", "text is no time");
    let large = |out: &mut Out| done(out.tag(IanaTag::PosBignum).unwrap().bytes(&[1; 9]));
    assert_eq!(with(large, json!(3)), b"\x03");
}

#[test]
fn text_in_place_of_bytes_is_base64() {
    let bytes = |out: &mut Out| done(out.bytes(b"abc"));
    assert_eq!(with(bytes, json!("AAE=")), b"\x42\0\x01");
    assert_eq!(with(bytes, json!("no base64")), b"\x69no base64");
    assert_eq!(
        with(bytes, json!([true, null, {"k": 1.5}])),
        b"\x83\xf5\xf6\xa1\x61k\xfb\x3f\xf8\0\0\0\0\0\0"
    );
    assert_eq!(with(|out| done(out.str("x")), json!("AAE=")), b"\x64AAE=");
}

#[test]
fn bytes_bignums_pieces_and_odd_widths_stay_as_they_were() {
    let odd =
        b"\xbf\x61a\x19\0\x01\x7f\x61b\x61c\xff\x5f\x41x\xff\x0a\xc2\x42\x01\0\x61h\xf9\x3c\0\x61u\xf7\xff";
    let changed = cbor(odd, &replace("a", json!(2))).unwrap();
    assert_eq!(changed, [b"\xbf\x61a\x02".as_slice(), &odd[6..]].concat());
    let changed = cbor(odd, &drop(["bc"])).unwrap();
    assert_eq!(changed, [&odd[..6], &odd[16..]].concat(), "a name in pieces");
}

#[test]
fn an_absent_member_is_added_before_the_end() {
    let changed = cbor(b"\xbf\x61a\x01\xff", &replace("b", json!("x"))).unwrap();
    assert_eq!(changed, b"\xbf\x61a\x01\x61b\x61x\xff");
    assert_eq!(cbor(b"\x81\x01", &replace("b", json!("x"))), Err(NONE));
    assert_eq!(cbor(&statistics(), &drop(["Label.x", "Datapoints.2"])), Err(NONE));
}

#[test]
fn what_is_no_cbor_stays_as_it_is() {
    let bodies: [&[u8]; 9] = [
        b"",
        b"{}",
        b"\xa1\x61a",
        b"\xa2\x61a\x01",
        b"\xa1\x61a\x01\x01",
        b"\xbf\x61a\x01",
        b"\x9f\x01",
        b"\xff",
        b"\x82\x01\xff",
    ];
    for body in bodies {
        assert_eq!(cbor(body, &drop(["a"])), Err("the body of the answer is not CBOR"), "{body:x?}");
    }
    assert_eq!(
        cbor(b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff", &drop(["a"])),
        Err("the body of the answer is not CBOR")
    );
    assert_eq!(cbor(&[0x81; 100_000], &drop(["a"])), Err("the answer is nested more than 64 deep"));
}
