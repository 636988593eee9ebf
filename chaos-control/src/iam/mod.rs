//! Least-privilege policies for the table, and the CloudFormation template that
//! makes all of it.
//!
//! Who may touch which item is told by the beginning of its partition key
//! (`dynamodb:LeadingKeys`); what each is: `docs/table.md`.

mod keys;
mod policy;
mod template;

pub use template::template;

use chaos_core::spec::Id;
use serde_json::{Value, json};
use std::fmt;

/// Whose policy it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An application that follows the table: reads what is armed, writes what it
    /// experiences, and takes its shares of fleet budgets. Of one environment.
    Application,
    /// The control service, or a person with `monkeyless --table`.
    Control,
    /// Reads audit, outages and reports, and writes nothing.
    Auditor,
}

/// All roles.
pub const ROLES: [Role; 3] = [Role::Application, Role::Control, Role::Auditor];

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Application => "application",
            Self::Control => "control",
            Self::Auditor => "auditor",
        })
    }
}

/// The table that policies are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The table's name.
    pub table: String,
    /// Its region; every one where it is `None`.
    pub region: Option<String>,
    /// Its account; every one where it is `None`.
    pub account: Option<String>,
}

impl Place {
    /// The table's ARN, with `*` for what is not known.
    pub fn arn(&self) -> String {
        let region = self.region.as_deref().unwrap_or("*");
        let account = self.account.as_deref().unwrap_or("*");
        let partition = match region {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        format!("arn:{partition}:dynamodb:{region}:{account}:table/{}", self.table)
    }
}

/// The policy of a role, as IAM takes it. Without an environment it is for all
/// of them, which an application's policy never is: `None`. (The name of an
/// environment is followed by what an application may write, and no pattern of
/// IAM keeps a `*` there from standing for more than a name.)
pub fn policy(role: Role, place: &Place, environment: Option<&Id>) -> Option<Value> {
    let environment = environment.map(ToString::to_string);
    if role == Role::Application && environment.is_none() {
        return None;
    }
    let key = |pattern: String| json!(pattern);
    Some(policy::document(role, &json!(place.arn()), environment.as_deref().unwrap_or("*"), &key))
}
