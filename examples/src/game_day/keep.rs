//! After the report, with `--keep`: your turn.

use crate::failure::Failure;
use crate::outage::{ENVIRONMENT, Outage};
use crate::screen::Screen;
use crate::stage::{Stage, USUAL};
use crate::watch::Watch;
use chaos_control::view::StatusView;
use std::net::SocketAddr;
use std::time::Duration;

/// How often to ask what is armed.
const ASK: Duration = Duration::from_secs(1);

/// Shows a line per second until it is interrupted.
pub(crate) async fn go_on(stage: &mut Stage, screen: &mut Screen) -> Result<(), Failure> {
    let outage = Outage::new(stage.api())?;
    screen.say(&how_to(stage.api(), outage.id().as_str()))?;
    let mut watch = Watch::new(stage, screen);
    watch.until_all_are_there().await?;
    loop {
        let phase = phase(&outage.status().await?);
        watch.show(phase, ASK).await?;
        watch.forget();
    }
}

fn phase(status: &StatusView) -> &'static str {
    match status {
        StatusView { halted: Some(_), .. } => "halted",
        StatusView { armed, .. } if armed.is_empty() => "quiet",
        _ => "armed",
    }
}

fn how_to(api: SocketAddr, id: &str) -> String {
    let server = if api == USUAL { String::new() } else { format!("  export CHAOS_SERVER=http://{api}\n") };
    format!(
        "\nNow it is your turn: all of it goes on until Ctrl-C. In another terminal, here:\n\n  \
         alias monkeyless='cargo run -qp chaos-control --'\n{server}  \
         monkeyless status --environment {ENVIRONMENT}\n  \
         monkeyless arm {id} --for 1m --reason again --environment {ENVIRONMENT}\n  \
         monkeyless disarm {id} --environment {ENVIRONMENT}\n  \
         monkeyless apply examples/{id}.toml --environment {ENVIRONMENT}\n  \
         monkeyless halt --reason enough --environment {ENVIRONMENT}\n  \
         monkeyless resume --reason \"on we go\" --environment {ENVIRONMENT}\n"
    )
}
