//! The CloudFormation template: the table and the three policies.

use super::{Role, policy};
use chaos_core::spec::Id;
use serde_json::{Map, Value, json};

/// A template (JSON) that makes the table, with backups and deletion protection,
/// and a managed policy for each role. The application's is for the environment
/// that is given as a parameter, the others are for all of them. The table stays
/// when the stack goes.
pub fn template(table: &str, environment: Option<&Id>) -> Value {
    let mut resources = Map::from_iter([("Table".to_owned(), table_resource())]);
    let mut outputs = Map::from_iter([("Table".to_owned(), json!({"Value": {"Ref": "Table"}}))]);
    for (name, role, about) in [
        ("ApplicationPolicy", Role::Application, "Follows the chaos table in one environment."),
        ("ControlPolicy", Role::Control, "Stores, arms and halts fault scenarios in the chaos table."),
        ("AuditorPolicy", Role::Auditor, "Reads audit, outages and reports of the chaos table."),
    ] {
        resources.insert(name.to_owned(), managed(role, about));
        outputs.insert(name.to_owned(), json!({"Value": {"Ref": name}}));
    }
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The table of Monkeyless Chaos, and who may do what with it",
        "Parameters": {
            "TableName": {"Type": "String", "Default": table, "AllowedPattern": "^[a-zA-Z0-9_.-]{3,255}$",
                          "Description": "The table's name: CHAOS_TABLE of applications"},
            "Environment": environment_parameter(environment),
        },
        "Resources": resources,
        "Outputs": outputs,
    })
}

fn environment_parameter(environment: Option<&Id>) -> Value {
    let mut parameter = json!({
        "Type": "String",
        "AllowedPattern": "^[a-z0-9][a-z0-9-]{0,62}$",
        "Description": "The environment of the application's policy: CHAOS_ENVIRONMENT of applications",
    });
    if let (Some(parameter), Some(environment)) = (parameter.as_object_mut(), environment) {
        parameter.insert("Default".to_owned(), json!(environment.as_str()));
    }
    parameter
}

fn table_resource() -> Value {
    json!({
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "TableName": {"Ref": "TableName"},
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"},
                                     {"AttributeName": "sk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": true},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true},
            "DeletionProtectionEnabled": true,
        },
    })
}

fn managed(role: Role, about: &str) -> Value {
    let environment = if role == Role::Application { "${Environment}" } else { "*" };
    let key = |pattern: String| match pattern.contains("${") {
        true => json!({"Fn::Sub": pattern}),
        false => json!(pattern),
    };
    let arn = json!({"Fn::GetAtt": ["Table", "Arn"]});
    json!({
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {
            "Description": about,
            "PolicyDocument": policy::document(role, &arn, environment, &key),
        },
    })
}
