//! XML of the query protocols: as IAM, SQS and EC2 answer.

use super::{NONE, drop, edited, members, replace};
use chaos_core::body::members::Form;
use chaos_core::spec::Members;
use serde_json::json;

const LIST_USERS: &str = r#"<ListUsersResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <ListUsersResult>
    <IsTruncated>false</IsTruncated>
    <Users>
      <member><UserName>ann</UserName><Path>/a&amp;b/</Path><Arn>arn:1</Arn></member>
      <member><UserName>bob</UserName><Path/><Arn>arn:2</Arn></member>
    </Users>
  </ListUsersResult>
  <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>
</ListUsersResponse>
"#;

const DESCRIBE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><reservationSet><item><reservationId>r-1</reservationId><groupSet/><instancesSet><item><instanceId>i-1</instanceId></item></instancesSet></item></reservationSet></DescribeInstancesResponse>"#;

fn xml(body: &str, members: &Members) -> Result<String, &'static str> {
    edited(body, Form::Xml, members)
}

#[test]
fn paths_start_below_the_result() {
    let without = LIST_USERS.replace("<IsTruncated>false</IsTruncated>", "");
    for path in ["IsTruncated", "isTruncated", "ListUsersResult.IsTruncated"] {
        assert_eq!(xml(LIST_USERS, &drop([path])).unwrap(), without, "{path}");
    }
    let path = "ListUsersResponse.ListUsersResult.IsTruncated";
    assert_eq!(xml(LIST_USERS, &drop([path])).unwrap(), without);
    let changed = xml(LIST_USERS, &replace("ResponseMetadata.RequestId", json!("r-2"))).unwrap();
    assert_eq!(changed, LIST_USERS.replace("r-1", "r-2"));
}

#[test]
fn wrapped_lists_are_stepped_by_place_with_or_without_the_wrapper() {
    let changed = LIST_USERS.replace("<Arn>arn:2</Arn>", "");
    for path in ["Users.1.Arn", "Users.member.1.Arn"] {
        assert_eq!(xml(LIST_USERS, &drop([path])).unwrap(), changed, "{path}");
    }
    let changed = LIST_USERS.replace("<Arn>arn:1</Arn>", "").replace("<Arn>arn:2</Arn>", "");
    for path in ["Users.*.Arn", "Users.member.*.Arn", "Users.member.Arn"] {
        assert_eq!(xml(LIST_USERS, &drop([path])).unwrap(), changed, "{path}");
    }
    for path in ["Users.2.Arn", "Users.Arn", "Users.0.Arn.0.x", "Users.x.Arn"] {
        assert_eq!(xml(LIST_USERS, &drop([path])), Err(NONE), "{path}");
    }
}

#[test]
fn a_list_of_one_is_a_list() {
    let changed = xml(DESCRIBE, &drop(["ReservationSet.0.InstancesSet.*.InstanceId"])).unwrap();
    assert_eq!(changed, DESCRIBE.replace("<instanceId>i-1</instanceId>", ""));
    let changed = xml(DESCRIBE, &drop(["reservationSet.*"])).unwrap();
    assert!(changed.contains("<reservationSet></reservationSet>"), "{changed}");
    assert_eq!(xml(DESCRIBE, &drop(["reservationSet.0.groupSet.*"])), Err(NONE), "an empty list has none");
    assert_eq!(xml(DESCRIBE, &drop(["reservationSet.0.groupSet.0"])), Err(NONE), "an empty list has none");
}

#[test]
fn text_is_escaped_and_entities_stay() {
    let changed = xml(LIST_USERS, &replace("Users.0.UserName", json!("<a & \"b\">\r\u{e9}"))).unwrap();
    assert_eq!(changed, LIST_USERS.replace("ann", "&lt;a &amp; \"b\"&gt;&#13;\u{e9}"));
    let changed = xml(LIST_USERS, &replace("Users.1.Path", json!("/x/"))).unwrap();
    assert_eq!(changed, LIST_USERS.replace("<Path/>", "<Path>/x/</Path>"));
    let changed = xml(LIST_USERS, &replace("Users.0.Path", json!(null))).unwrap();
    assert_eq!(changed, LIST_USERS.replace("/a&amp;b/", ""));
    assert_eq!(
        xml(LIST_USERS, &replace("Users.0.Path", json!("\u{1}"))),
        Err("XML cannot hold the control characters of a new value")
    );
}

#[test]
fn objects_and_lists_are_written_as_their_siblings_are() {
    let changed = xml(LIST_USERS, &replace("Users", json!([{"UserName": "eve"}, {"Tags": ["t"]}]))).unwrap();
    assert!(
        changed.contains("<Users><member><UserName>eve</UserName></member><member><Tags><member>t</member></Tags></member></Users>"),
        "{changed}"
    );
    let changed = xml(DESCRIBE, &replace("reservationSet.0.groupSet", json!([{"groupId": 7}]))).unwrap();
    assert!(changed.contains("<groupSet><item><groupId>7</groupId></item></groupSet>"), "{changed}");
    let changed = xml(LIST_USERS, &replace("Users", json!([]))).unwrap();
    assert!(changed.contains("<Users></Users>"), "{changed}");
}

#[test]
fn an_absent_member_is_added_at_the_end_of_its_parent() {
    let changed = xml(LIST_USERS, &replace("Marker", json!(true))).unwrap();
    assert_eq!(changed, LIST_USERS.replace("</Users>", "</Users><Marker>true</Marker>"));
    let changed = xml(LIST_USERS, &replace("Users.*.Tags", json!(["a"]))).unwrap();
    assert_eq!(changed, LIST_USERS.replace("</Arn>", "</Arn><Tags><member>a</member></Tags>"));
    let changed = xml(LIST_USERS, &replace("Users.1.Path.x", json!(1))).unwrap();
    assert_eq!(changed, LIST_USERS.replace("<Path/>", "<Path><x>1</x></Path>"));
    let no_name = Err("XML has no elements of the name of a new member");
    assert_eq!(xml(LIST_USERS, &replace("a b", json!(1))), no_name);
    assert_eq!(xml(LIST_USERS, &replace("Marker", json!({"<": 1}))), no_name);
    assert_eq!(xml(LIST_USERS, &replace("Users.2", json!(1))), Err(NONE));
}

#[test]
fn some_that_have_a_member_and_some_that_have_not_all_have_it_then() {
    let body = "<LResponse><LResult><A><member><x>1</x></member><member/></A></LResult></LResponse>";
    assert_eq!(
        xml(body, &replace("A.*.x", json!(2))).unwrap(),
        "<LResponse><LResult><A><member><x>2</x></member><member><x>2</x></member></A></LResult></LResponse>"
    );
    let asked = members(["A.*"], [("A.1", json!(3))]);
    assert_eq!(
        xml(body, &asked).unwrap(),
        "<LResponse><LResult><A><member>3</member></A></LResult></LResponse>"
    );
}
