//! The real answer, damaged or slowed down on its way. Whatever the service
//! answers is: successes and errors alike.

use super::{Ended, Hit, body_error, says_outcome};
use aws_smithy_async::rt::sleep::AsyncSleep;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use chaos_core::body::{Damage, Damaged, Length, Pace, Slowed, Slowing, Timer};
use chaos_core::decide::NoEffect;
use chaos_core::spec::{CorruptFault, SlowBodyFault};

impl Hit {
    /// The place among the injections under way is free again with the head.
    pub(super) async fn damage(self, fault: &CorruptFault, request: HttpRequest) -> Ended {
        let mut answer = self.call(request).await?;
        // Nobody knows how long it took.
        if !self.is_in_force() {
            return self.without_effect(NoEffect::Over, answer);
        }
        // HEAD was not chosen.
        if matches!(answer.status().as_u16(), 204 | 304) {
            // Their `content-length` is that of another answer.
            return self.without_effect("answers with the status 204 or 304 have no body", answer);
        }
        let length = length(&answer);
        match Damage::new(fault, length, self.effect.choice) {
            Ok(damage) => self.put_damage(&mut answer, damage, length),
            Err(why) => return self.without_effect(why, answer),
        }
        Ok(answer)
    }

    fn put_damage(self, answer: &mut HttpResponse, damage: Damage, length: Length) {
        let told = length.told.map(|told| damage.content_length(told));
        if let Some(told) = told.filter(|told| Some(*told) != length.told) {
            answer.headers_mut().insert("content-length", told.to_string());
        }
        let error = body_error::made(&self.name_of(says_outcome));
        let body = Damaged::new(answer.take_body(), damage, error).while_in_force(&self.chaos, self.specs);
        *answer.body_mut() = SdkBody::from_body_1_x(body);
    }

    pub(super) async fn slow_down(self, fault: SlowBodyFault, request: HttpRequest) -> Ended {
        let mut answer = self.call(request).await?;
        if !self.is_in_force() {
            return self.without_effect(NoEffect::Over, answer);
        }
        let error = body_error::made(&self.name_of(says_outcome));
        let Some(timer) = self.timer() else { return Ok(answer) };
        let slowing = Slowing::new(&self.chaos, self.specs, timer);
        let body = Slowed::new(answer.take_body(), Pace::new(fault), slowing, error);
        *answer.body_mut() = SdkBody::from_body_1_x(body);
        Ok(answer)
    }

    /// The SDK's own timer, which knows the application's runtime. Nothing
    /// injects without a clock.
    fn timer(&self) -> Option<Timer> {
        if let Some(sleep) = self.sleep.clone() {
            return Some(Box::new(move |time| Box::pin(sleep.sleep(time))));
        }
        let clock = self.chaos.clock()?.clone();
        Some(Box::new(move |time| clock.sleep(time)))
    }
}

fn length(answer: &HttpResponse) -> Length {
    let told = answer.headers().get("content-length").and_then(|told| told.trim().parse().ok());
    Length { told, exact: answer.body().content_length() }
}
