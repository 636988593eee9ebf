//! What the services of the tests answer, by the operation's target.

/// Status and body for a request with this `x-amz-target` (or, without one,
/// with this form as its body).
pub fn answer(target: Option<&str>, body: &[u8]) -> (u16, String) {
    let body = std::str::from_utf8(body).unwrap_or_default();
    let text = match target {
        Some("secretsmanager.GetSecretValue") => r#"{"Name":"db","SecretString":"swordfish"}"#,
        Some("secretsmanager.ListSecrets") => r#"{"SecretList":[]}"#,
        Some("Kinesis_20131202.PutRecord") => r#"{"ShardId":"shardId-0","SequenceNumber":"1"}"#,
        Some("Kinesis_20131202.PutRecords") => return (200, put_records(body)),
        Some("Kinesis_20131202.ListStreams") => r#"{"StreamNames":["orders"],"HasMoreStreams":false}"#,
        Some("DynamoDB_20120810.ListTables") => r#"{"TableNames":[]}"#,
        Some(target) if target.starts_with("DynamoDB_20120810.") => "{}",
        None if body.starts_with("Action=GetCallerIdentity") => GET_CALLER_IDENTITY,
        None if body.starts_with("Action=AssumeRole") => ASSUME_ROLE,
        None => "ami-0",
        Some(_) => return (400, r#"{"__type":"UnknownOperationException"}"#.to_owned()),
    };
    (200, text.to_owned())
}

/// One answer per record, which is told by its partition key.
fn put_records(body: &str) -> String {
    let keys = body.split(r#""PartitionKey":""#).skip(1).filter_map(|rest| rest.split('"').next());
    let record = |key| format!(r#"{{"ShardId":"shardId-0","SequenceNumber":"{key}"}}"#);
    let records = keys.map(record).collect::<Vec<_>>().join(",");
    format!(r#"{{"FailedRecordCount":0,"Records":[{records}]}}"#)
}

const GET_CALLER_IDENTITY: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
     <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

const ASSUME_ROLE: &str = "<AssumeRoleResponse><AssumeRoleResult><Credentials>\
     <AccessKeyId>assumed</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>\
     <SessionToken>token</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>\
     </Credentials></AssumeRoleResult></AssumeRoleResponse>";
