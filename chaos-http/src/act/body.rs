//! The real answer with a body that is damaged or slow.

use super::Hit;
use super::hold::{asleep, client_timer};
use crate::body::{Ahead, Opened, Patience, Timed, damaged, edited};
use crate::genuine::died;
use chaos_core::body::{Pace, Slowed, Slowing, Timer};
use chaos_core::decide::NoEffect;
use chaos_core::spec::{CorruptFault, SlowBodyFault};
use http::Extensions;
use reqwest::{Body, Request, Response};
use reqwest_middleware::{Error, Next, Result};
use std::sync::Arc;

impl Hit<'_> {
    pub(super) async fn corrupt(
        self,
        fault: &CorruptFault,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let response = self.call(request, extensions, next).await?;
        // Nobody knows how long it took.
        if !self.is_in_force() {
            return self.without_effect(NoEffect::Over, response);
        }
        let made = match fault {
            CorruptFault::Members(members) => edited(response, members, || self.is_in_force()).await,
            fault => {
                let (chaos, specs) = (&self.shared.chaos, self.specs.clone());
                damaged(response, fault, self.effect.choice, |body| body.while_in_force(chaos, specs))
            }
        };
        match made {
            (response, None) => Ok(response),
            (response, Some(why)) => self.without_effect(why, response),
        }
    }

    pub(super) async fn slow(
        self,
        fault: SlowBodyFault,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        // From the start of the attempt, as the client's own.
        let total = self.patience(self.limits.total).map(client_timer);
        let response = self.call(request, extensions, next).await?;
        if !self.is_in_force() {
            return self.without_effect(NoEffect::Over, response);
        }
        let Self { shared, url, specs, limits, .. } = self;
        let (opened, body) = Opened::of(response);
        let slowing = Slowing::new(&shared.chaos, specs, timer(shared));
        let ahead = Ahead::new(body);
        let slowed = Slowed::new(ahead.clone(), Pace::new(fault), slowing, Box::new(died));
        let failing = Arc::clone(shared);
        let error = Box::pin(async move {
            match failing.genuine.timed_out(url).await {
                Error::Reqwest(error) => error.into(),
                Error::Middleware(error) => error.into(),
            }
        });
        let patience = Patience { total, read: limits.read, timer: Box::new(client_timer), error };
        Ok(opened.with(Body::wrap(Timed::new(slowed, ahead, patience))))
    }
}

fn timer(shared: &Arc<crate::middleware::Shared>) -> Timer {
    let chaos = shared.chaos.clone();
    Box::new(move |time| asleep(&chaos, time))
}
