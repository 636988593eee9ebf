//! One attempt: looked at, decided upon, then acted or passed on.

use crate::act::Hit;
use crate::adapter::{Adapter, Timeouts};
use crate::context::{Call, Try};
use crate::genuine::Genuine;
use crate::guard::Guard;
use crate::watch::Watch;
use chaos_core::Chaos;
use chaos_core::context::Exempt;
use chaos_core::decide::{Decision, Injection};
use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next, Result};
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

type Answered<'a> = Pin<Box<dyn Future<Output = Result<Response>> + Send + 'a>>;

/// The innermost middleware of a client.
pub(crate) struct ChaosMiddleware(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) chaos: Chaos,
    pub(crate) timeouts: Option<Timeouts>,
    pub(crate) genuine: Genuine,
    guard: Guard,
    /// Drawn, so that calls of two clients are told apart.
    id: u64,
    calls: AtomicU64,
}

/// How often a call was tried so far, kept in its extensions: all tries of a
/// retrying middleware have them in common.
#[derive(Clone)]
struct Tries {
    /// Whose count it is: another adapter further in leaves the call alone.
    by: Arc<Shared>,
    last: Try,
}

impl ChaosMiddleware {
    pub(crate) fn new(adapter: Adapter) -> Self {
        let Adapter { chaos, timeouts } = adapter;
        let (genuine, guard) = (Genuine::default(), Guard::from_env());
        let (id, calls) = (RandomState::new().hash_one(()), AtomicU64::new(0));
        Self(Arc::new(Shared { chaos, timeouts, genuine, guard, id, calls }))
    }

    /// Which try this is; `None` where the call is looked after further out.
    fn try_of(&self, extensions: &mut Extensions) -> Option<Try> {
        let tries = extensions.get_or_insert_with(|| Tries { by: Arc::clone(&self.0), last: self.untried() });
        if !Arc::ptr_eq(&tries.by, &self.0) {
            return None;
        }
        tries.last.number = tries.last.number.saturating_add(1);
        Some(tries.last)
    }

    fn untried(&self) -> Try {
        Try { call: (self.0.id, self.0.calls.fetch_add(1, Ordering::Relaxed)), number: 0 }
    }

    /// What is to be done with an attempt, and by whom its end is counted.
    fn look(&self, request: &Request, extensions: &mut Extensions) -> (Option<Injection>, Option<Watch>) {
        const NOTHING: (Option<Injection>, Option<Watch>) = (None, None);
        let Shared { chaos, guard, .. } = &*self.0;
        // Plain HTTP has no operations, and many specs are about one.
        let (may_match, observing) = (chaos.may_match(None), chaos.is_observing());
        if !may_match && !observing {
            return NOTHING;
        }
        let Some(attempt) = self.try_of(extensions) else { return NOTHING };
        if let Some(reason) = guard.refuses(request.url()) {
            tracing::trace!(target: "chaos", host = request.url().host_str(), "{reason}");
            return NOTHING;
        }
        let call = Call::new(request, attempt);
        let watch = observing.then(|| Watch::new(chaos, &call));
        if !may_match {
            return (None, watch);
        }
        match chaos.decide(&call.context()) {
            Decision::Inject(injection) => {
                let watch = watch.map(|watch| watch.hit_by(&injection.specs));
                (Some(injection), watch)
            }
            Decision::Skip(_) => (None, watch),
        }
    }

    async fn act(
        &self,
        (injection, watch): (Option<Injection>, Option<Watch>),
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let answer = match injection {
            Some(injection) => Hit::new(&self.0, injection, &request).run(request, extensions, next).await,
            None => next.run(request, extensions).await,
        };
        if let Some(watch) = watch {
            watch.ended(&answer);
        }
        answer
    }
}

impl Middleware for ChaosMiddleware {
    // By hand: where nothing is to be done, nothing is allocated.
    fn handle<'client, 'call, 'next, 'all>(
        &'client self,
        request: Request,
        extensions: &'call mut Extensions,
        next: Next<'next>,
    ) -> Answered<'all>
    where
        Self: 'all,
        'client: 'all,
        'call: 'all,
        'next: 'all,
    {
        if self.0.chaos.is_idle() || extensions.get::<Exempt>().is_some() {
            return next.run(request, extensions);
        }
        match self.look(&request, extensions) {
            (None, None) => next.run(request, extensions),
            found => Box::pin(self.act(found, request, extensions, next)),
        }
    }
}
