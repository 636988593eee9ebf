//! `iam`: prints policies and the template; asks nobody.

use super::args::{Common, Format, IamArgs, RoleName};
use super::print::print_json;
use super::{Done, Ended};
use crate::iam::{Place, ROLES, Role, policy, template};
use serde_json::{Map, Value};

/// What the table is called where nothing else is said.
const TABLE: &str = "chaos";

pub(super) fn iam(common: &Common, args: &IamArgs) -> Done {
    let printed = match (args.format, args.role) {
        (Format::Cloudformation, None) => the_template(common)?,
        (Format::Cloudformation, Some(_)) => {
            let right = "the template has the policies of all roles: leave out --role, or print JSON";
            return Err(Ended::Usage(right.to_owned()));
        }
        (Format::Json, Some(role)) => one(common, args, role.into())?,
        (Format::Json, None) => {
            let named = |role: Role| Ok((role.to_string(), one(common, args, role)?));
            Value::Object(ROLES.into_iter().map(named).collect::<Result<Map<_, _>, Ended>>()?)
        }
    };
    print_json(&printed);
    Ok(())
}

fn the_template(common: &Common) -> Result<Value, Ended> {
    let environment = common.environment.as_ref().map(|_| common.environment()).transpose()?;
    Ok(template(table(common)?, environment.as_ref()))
}

fn one(common: &Common, args: &IamArgs, role: Role) -> Result<Value, Ended> {
    let environment = match role {
        // Never assumed, and never all of them.
        Role::Application => Some(common.environment()?),
        _ => common.environment.as_ref().map(|_| common.environment()).transpose()?,
    };
    let place = Place {
        table: table(common)?.to_owned(),
        region: args.region.clone(),
        account: args.account.clone(),
    };
    let none = || Ended::Usage("which environment? Name it with --environment".to_owned());
    policy(role, &place, environment.as_ref()).ok_or_else(none)
}

/// The table's name, which becomes part of an ARN: a `*` there would be all tables.
fn table(common: &Common) -> Result<&str, Ended> {
    let name = common.table.as_deref().unwrap_or(TABLE);
    let is_one = |letter: char| letter.is_ascii_alphanumeric() || "_.-".contains(letter);
    match (3..=255).contains(&name.len()) && name.chars().all(is_one) {
        true => Ok(name),
        false => Err(Ended::Usage(format!(
            "--table: {name:?} is no table's name; those are 3 to 255 letters, digits, `_`, `-` and `.`, and no ARN"
        ))),
    }
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Application => Self::Application,
            RoleName::Control => Self::Control,
            RoleName::Auditor => Self::Auditor,
        }
    }
}
