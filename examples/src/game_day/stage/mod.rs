//! Everything that the day needs, started and ended.

mod database;
mod process;

pub(crate) use process::Told;

use crate::args::Role;
use crate::failure::Failure;
use crate::screen::Screen;
use chaos_control::serve::{self, Options, Running, StartError, Table};
use database::Database;
use process::{Process, Surroundings};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::sync::mpsc;

/// Where `monkeyless` looks for a control service.
pub(crate) const USUAL: SocketAddr = loopback(7070);
/// Where `monkeyless serve` lets others read its table.
const USUAL_TABLE: SocketAddr = loopback(7071);
/// Some port that is free.
const ANY: SocketAddr = loopback(0);

const fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

/// A control service, a database, and two functions that use it.
pub(crate) struct Stage {
    service: Running,
    database: Database,
    functions: Vec<Process>,
    tell: mpsc::UnboundedSender<Told>,
    told: mpsc::UnboundedReceiver<Told>,
}

impl Stage {
    /// Starts all but the functions. What was started when something else
    /// fails ends with what is dropped here.
    pub(crate) async fn set(keep: bool, screen: &mut Screen) -> Result<Self, Failure> {
        let service = if keep { usual_service(screen).await? } else { service(ANY, ANY).await? };
        let database = Database::start().await?;
        let (tell, told) = mpsc::unbounded_channel();
        Ok(Self { service, database, functions: Vec::new(), tell, told })
    }

    pub(crate) fn start_functions(&mut self) -> Result<(), Failure> {
        let surroundings = Surroundings { table: self.service.table, database: self.database.address() };
        for role in Role::ALL {
            self.functions.push(Process::start(role, &surroundings, self.tell.clone())?);
        }
        Ok(())
    }

    /// Where the control service listens.
    pub(crate) fn api(&self) -> SocketAddr {
        self.service.api
    }

    /// Where the functions' database listens.
    pub(crate) fn database(&self) -> SocketAddr {
        self.database.address()
    }

    /// A function's process id.
    pub(crate) fn process(&self, role: Role) -> u32 {
        let function = self.functions.iter().find(|function| function.role() == role);
        function.and_then(Process::id).unwrap_or_default()
    }

    /// What a function tells next.
    pub(crate) async fn told(&mut self) -> Option<Told> {
        self.told.recv().await
    }

    /// Ends all of it, and waits for that.
    pub(crate) async fn end(self) {
        for function in self.functions {
            function.end().await;
        }
        self.service.stop().await;
    }
}

/// A control service where `monkeyless` finds it unasked, if that is free.
async fn usual_service(screen: &mut Screen) -> Result<Running, Failure> {
    match service(USUAL, USUAL_TABLE).await {
        Err(StartError::Bind(taken, _)) => {
            screen.say(&format!("{taken} is taken (another `monkeyless serve`?); using other ports\n"))?;
            Ok(service(ANY, ANY).await?)
        }
        started => Ok(started?),
    }
}

/// A control service over an embedded table that is gone when it ends.
async fn service(listen: SocketAddr, table: SocketAddr) -> Result<Running, StartError> {
    serve::start(Options { listen, table: Table::Embedded { folder: None, listen: table } }).await
}
