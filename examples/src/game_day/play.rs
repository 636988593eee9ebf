//! The script of the day.

use crate::args::{Pace, Role};
use crate::failure::Failure;
use crate::outage::Outage;
use crate::recovery::{Condition, recovered};
use crate::report::{Day, Report};
use crate::screen::Screen;
use crate::stage::Stage;
use crate::watch::Watch;
use std::time::Duration;
use tokio::time::Instant;

/// Armed for so much longer than planned. Should the game day be stopped in
/// between, the outage ends by itself.
const SPARE: Duration = Duration::from_secs(30);
/// Who has not recovered by then has not recovered.
pub(crate) const GIVE_UP: Duration = Duration::from_secs(30);
/// How often to look whether all is well again.
const LOOK: Duration = Duration::from_millis(250);

/// Stores the scenario, settles, arms, disarms, and watches the recovery.
pub(crate) async fn play(stage: &mut Stage, screen: &mut Screen, pace: Pace) -> Result<Report, Failure> {
    let outage = Outage::new(stage.api())?;
    outage.store().await?;
    stage.start_functions()?;
    screen.opening(stage)?;
    let mut watch = Watch::new(stage, screen);
    watch.until_all_are_there().await?;

    let began = Instant::now();
    watch.show("settling", pace.settling).await?;
    let armed = arm(&outage, pace.outage + SPARE, watch.screen).await?;
    watch.show("outage", pace.outage).await?;
    let disarmed = disarm(&outage, watch.screen).await?;

    let normal = Condition::of(watch.of(Role::Checkout).between(began, armed));
    let recovered_after = match normal {
        Some(normal) => recovery(&mut watch, normal, disarmed, pace.recovery).await?,
        None => None,
    };
    Ok(Report::new(&Day { began, armed, disarmed, normal, recovered_after }, &watch))
}

async fn arm(outage: &Outage, at_most: Duration, screen: &mut Screen) -> Result<Instant, Failure> {
    outage.arm(at_most).await?;
    let armed = Instant::now();
    screen.say(&format!("-- `{}` is armed, for {} s at most", outage.id(), at_most.as_secs()))?;
    Ok(armed)
}

async fn disarm(outage: &Outage, screen: &mut Screen) -> Result<Instant, Failure> {
    outage.disarm().await?;
    let disarmed = Instant::now();
    screen.say(&format!("-- `{}` is disarmed", outage.id()))?;
    Ok(disarmed)
}

/// Watches until `checkout` is well again, and for at least `at_least`.
async fn recovery(
    watch: &mut Watch<'_>,
    normal: Condition,
    disarmed: Instant,
    at_least: Duration,
) -> Result<Option<Duration>, Failure> {
    while disarmed.elapsed() < GIVE_UP {
        watch.show("recovery", LOOK).await?;
        let ticks = watch.of(Role::Checkout).ticks();
        if let Some(after) = recovered(ticks, &normal, disarmed) {
            let after_s = after.as_secs_f64();
            watch.screen.say(&format!("-- checkout was well again {after_s:.1} s after the outage"))?;
            watch.show("well", at_least.saturating_sub(disarmed.elapsed())).await?;
            return Ok(Some(after));
        }
    }
    Ok(None)
}
