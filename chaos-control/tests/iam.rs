//! `monkeyless iam`, as people use it: the real binary. What the policies allow
//! is held against what is really asked for in the tests of the table.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use chaos_control::iam::{Place, ROLES, Role, policy, template};
use chaos_core::spec::Id;
use serde_json::{Value, json};
use std::process::{Command, Output};

const TEMPLATE: &str = include_str!("../../specs/iam/cloudformation.json");
const DOCUMENT: &str = include_str!("../../docs/table.md");

fn say(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_monkeyless"));
    command.arg("iam").args(words).env_clear().output().unwrap()
}

#[track_caller]
fn json(words: &[&str]) -> Value {
    let said = say(words);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    serde_json::from_slice(&said.stdout).unwrap()
}

#[track_caller]
fn usage(words: &[&str], text: &str) {
    let said = say(words);
    let err = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.code() == Some(2) && err.contains(text), "{:?} {err}", said.status);
}

fn staging() -> Id {
    Id::new("staging").unwrap()
}

fn place() -> Place {
    Place {
        table: "chaos".to_owned(),
        region: Some("eu-west-1".to_owned()),
        account: Some("111122223333".to_owned()),
    }
}

#[test]
fn each_role_has_a_policy() {
    let words = ["-e", "staging", "--region", "eu-west-1", "--account", "111122223333"];
    let all = json(&words);
    for role in ROLES {
        let one = json(&[&words[..], &["--role", &role.to_string()]].concat());
        assert_eq!(Some(&one), policy(role, &place(), Some(&staging())).as_ref());
        assert_eq!(all[role.to_string()], one);
        // A managed policy has at most 6,144 characters, without spaces.
        assert!(one.to_string().len() < 6_144 / 2, "{}", one.to_string().len());
    }
}

#[test]
fn the_document_shows_the_policy_of_applications() {
    let (_, after) = DOCUMENT.split_once("## Least privilege").unwrap();
    let block = after.split("```").nth(1).unwrap().strip_prefix("json").unwrap();
    let shown: Value = serde_json::from_str(block).unwrap();
    assert_eq!(Some(shown), policy(Role::Application, &place(), Some(&staging())));
}

#[test]
fn the_template_that_is_kept_is_the_one_that_is_printed() {
    let printed = json(&["--format", "cloudformation"]);
    assert_eq!(printed, template("chaos", None));
    let right = "run `monkeyless iam --format cloudformation > specs/iam/cloudformation.json`";
    assert_eq!(serde_json::from_str::<Value>(TEMPLATE).unwrap(), printed, "{right}");
}

#[test]
fn the_template_makes_a_table_for_production() {
    let template = json(&["--format", "cloudformation", "--table", "faults", "-e", "staging"]);
    let parameters = &template["Parameters"];
    assert_eq!(
        [&parameters["TableName"]["Default"], &parameters["Environment"]["Default"]],
        ["faults", "staging"]
    );
    let table = &template["Resources"]["Table"];
    assert_eq!([&table["DeletionPolicy"], &table["UpdateReplacePolicy"]], ["Retain", "Retain"]);
    let table = &table["Properties"];
    assert_eq!(table["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(table["TimeToLiveSpecification"], json!({"AttributeName": "ttl", "Enabled": true}));
    assert_eq!(table["PointInTimeRecoverySpecification"], json!({"PointInTimeRecoveryEnabled": true}));
    assert_eq!(table["DeletionProtectionEnabled"], true);
    assert_eq!(table["KeySchema"].as_array().unwrap().len(), 2);
}

/// With its parameters filled in, a policy of the template is the printed one.
#[test]
fn the_templates_policies_are_the_printed_ones() {
    let template = template("chaos", None);
    for (name, role) in [
        ("ApplicationPolicy", Role::Application),
        ("ControlPolicy", Role::Control),
        ("AuditorPolicy", Role::Auditor),
    ] {
        let environment = (role == Role::Application).then(staging);
        let mut document = template["Resources"][name]["Properties"]["PolicyDocument"].clone();
        fill_in(&mut document);
        assert_eq!(Some(document), policy(role, &place(), environment.as_ref()), "{name}");
    }
}

fn fill_in(value: &mut Value) {
    if *value == json!({"Fn::GetAtt": ["Table", "Arn"]}) {
        *value = json!(place().arn());
    } else if let Some(text) = value.get("Fn::Sub").and_then(Value::as_str) {
        *value = json!(text.replace("${Environment}", "staging"));
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(fill_in),
        Value::Object(members) => members.values_mut().for_each(fill_in),
        _ => {}
    }
}

#[test]
fn an_application_is_confined_to_one_environment() {
    usage(&["--role", "application"], "which environment?");
    usage(&[], "which environment?");
    usage(&["--role", "application", "-e", "*"], "is no environment's name");
    assert_eq!(policy(Role::Application, &place(), None), None);
    json(&["--role", "auditor"]);
}

#[test]
fn no_wildcard_slips_into_an_arn() {
    usage(&["--table", "*", "-e", "staging"], "is no table's name");
    usage(&["--table", "arn:aws:dynamodb:eu-west-1:111122223333:table/chaos", "-e", "staging"], "no ARN");
    usage(&["--region", "*", "-e", "staging"], "no region's name");
    usage(&["--account", "1:2", "-e", "staging"], "no account's name");
    usage(&["--role", "control", "--format", "cloudformation"], "leave out --role");
}

#[test]
fn the_arn_is_of_the_regions_partition() {
    let of = |region: Option<&str>| Place { region: region.map(str::to_owned), ..place() }.arn();
    assert_eq!(of(Some("cn-north-1")), "arn:aws-cn:dynamodb:cn-north-1:111122223333:table/chaos");
    assert_eq!(of(Some("us-gov-west-1")), "arn:aws-us-gov:dynamodb:us-gov-west-1:111122223333:table/chaos");
    assert_eq!(of(None), "arn:aws:dynamodb:*:111122223333:table/chaos");
}
