//! The catalogue, as the API and the command line show it.

use crate::refusal::{Kind, Refusal};
use chaos_core::catalogue::{
    Catalogue, ErrorShape, Named, Operation, Retry, Service, unmodelled, unmodelled_names,
};
use serde::Serialize;

/// A service in a list.
#[derive(Debug, Serialize)]
pub struct ServiceRow {
    /// The id that specs and the SDK's user agent use.
    pub service: &'static str,
    /// As AWS writes it.
    pub name: &'static str,
    /// The other names that specs may use.
    pub aliases: Vec<&'static str>,
    /// How many operations it has.
    pub operations: usize,
    /// How many errors it models.
    pub errors: usize,
}

/// One error that may be asked for by name.
#[derive(Debug, Serialize)]
pub struct ErrorRow {
    /// The service.
    pub service: &'static str,
    /// The operation that models it; `None` for what any operation may answer.
    pub operation: Option<&'static str>,
    /// The shape's name, or the code of what is not modelled.
    pub name: String,
    /// What is sent.
    pub code: String,
    /// The status that is sent with it.
    pub status: u16,
    /// Whether the service's definition has it: then the SDK has a type for it.
    pub modelled: bool,
}

/// All about one service.
#[derive(Debug, Serialize)]
pub struct ServiceView {
    /// The list's row.
    #[serde(flatten)]
    pub row: ServiceRow,
    /// Its operations.
    #[serde(rename = "operation")]
    pub operations: Vec<OperationView>,
    /// Its errors: the modelled first.
    #[serde(rename = "error")]
    pub errors: Vec<ErrorView>,
}

/// One operation.
#[derive(Debug, Serialize)]
pub struct OperationView {
    /// Its name.
    pub name: &'static str,
    /// The names of the errors that it models.
    pub errors: Vec<&'static str>,
}

/// One error.
#[derive(Debug, Serialize)]
pub struct ErrorView {
    /// The shape's name, or the code of what is not modelled.
    pub name: String,
    /// What is sent.
    pub code: String,
    /// The status that is sent with it.
    pub status: u16,
    /// Whether the service's definition has it.
    pub modelled: bool,
    /// Whether its definition says that it may be tried again; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retryable: Option<bool>,
    /// Whether its definition says that it is about too many calls; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttling: Option<bool>,
}

/// The services whose names hold `text`, in either case.
pub fn services(text: &str) -> Vec<ServiceRow> {
    let text = text.to_ascii_lowercase();
    let rows = Catalogue::embedded().services().map(row);
    let holds = |name: &str| name.to_ascii_lowercase().contains(&text);
    rows.filter(|row| holds(row.service) || holds(row.name) || row.aliases.iter().any(|alias| holds(alias)))
        .collect()
}

/// One service with all its operations and errors.
///
/// # Errors
/// Where no service, or several, have that name.
pub fn service(name: &str) -> Result<ServiceView, Refusal> {
    let service = named(name)?;
    let operations = service.operations().map(|operation| OperationView {
        name: operation.name(),
        errors: operation.errors().map(|error| error.name()).collect(),
    });
    let modelled = service.errors().map(|error| view(&error));
    let others = unmodelled_names(service).map(|other| ErrorView {
        name: other.code.to_owned(),
        code: other.code.to_owned(),
        status: other.status,
        modelled: false,
        retryable: None,
        throttling: None,
    });
    Ok(ServiceView {
        row: row(service),
        operations: operations.collect(),
        errors: modelled.chain(others).collect(),
    })
}

/// Every error that a service, or one operation of it, can be made to answer:
/// what each operation models, then what any of them may answer unmodelled.
///
/// # Errors
/// Where there is no such service or operation.
pub fn errors(service: &str, operation: Option<&str>) -> Result<Vec<ErrorRow>, Refusal> {
    let service = named(service)?;
    let only = operation.map(|name| operation_named(service, name)).transpose()?;
    let operations: Vec<_> = match only {
        Some(operation) => vec![operation],
        None => service.operations().collect(),
    };
    let modelled = operations.iter().flat_map(|operation| {
        operation.errors().map(|error| ErrorRow {
            service: service.id(),
            operation: Some(operation.name()),
            name: error.name().to_owned(),
            code: error.code().to_owned(),
            status: error.status(),
            modelled: true,
        })
    });
    let row = |code: &'static str, status| ErrorRow {
        service: service.id(),
        operation: None,
        name: code.to_owned(),
        code: code.to_owned(),
        status,
        modelled: false,
    };
    // What other operations model and any of them may answer, such as throttling.
    let here = |name: &str| operations.iter().any(|one| one.errors().any(|error| error.name() == name));
    let elsewhere = service.errors().filter(|error| only.is_some() && !here(error.name()));
    let common = elsewhere.filter(|error| unmodelled(service, error.code()).is_some());
    let common = common.map(|error| row(error.code(), error.status()));
    let others = unmodelled_names(service).map(|other| row(other.code, other.status));
    Ok(modelled.chain(common).chain(others).collect())
}

fn view(error: &ErrorShape<'static>) -> ErrorView {
    ErrorView {
        name: error.name().to_owned(),
        code: error.code().to_owned(),
        status: error.status(),
        modelled: true,
        retryable: Some(error.retry() != Retry::None),
        throttling: Some(error.retry() == Retry::Throttling),
    }
}

fn row(service: Service<'static>) -> ServiceRow {
    ServiceRow {
        service: service.id(),
        name: service.service_id(),
        aliases: aliases(service),
        operations: service.operations().count(),
        errors: service.errors().count(),
    }
}

/// The names that stand for this service alone.
fn aliases(service: Service<'static>) -> Vec<&'static str> {
    let names = [service.name(), service.endpoint_prefix()];
    let ours = |name: &&str| {
        *name != service.id()
            && matches!(Catalogue::embedded().named(name), Named::One(one) if one.id() == service.id())
    };
    let mut aliases: Vec<_> = names.into_iter().filter(ours).collect();
    aliases.dedup();
    aliases
}

fn named(name: &str) -> Result<Service<'static>, Refusal> {
    match Catalogue::embedded().named(name) {
        Named::One(service) => Ok(service),
        Named::Several(services) => {
            let names: Vec<_> = services.iter().map(|service| service.id()).collect();
            Err(Refusal::new(
                Kind::NotFound,
                format!("{name:?} stands for several services: {}; name one of them", names.join(", ")),
            ))
        }
        Named::Unknown { near } => Err(Refusal::new(
            Kind::NotFound,
            format!("there is no service {name:?}; {}", or_list(&near, "`monkeyless services` lists them")),
        )),
    }
}

fn operation_named(service: Service<'static>, name: &str) -> Result<Operation<'static>, Refusal> {
    service.operation(name).ok_or_else(|| {
        let near = service.near_operations(name);
        let list = format!("`monkeyless errors {}` lists them", service.id());
        Refusal::new(
            Kind::NotFound,
            format!("{} has no operation {name:?}; {}", service.id(), or_list(&near, &list)),
        )
    })
}

fn or_list(near: &[&str], list: &str) -> String {
    match near {
        [] => list.to_owned(),
        near => format!("did you mean {}? {list}", near.join(", ")),
    }
}
