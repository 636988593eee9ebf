//! What passes through `lambda` and the layer, in this process.

use chaos_core::Chaos;
use std::convert::Infallible;
use tower::{Layer, Service, ServiceExt, service_fn};

async fn answer(event: u32) -> Result<u32, String> {
    match event {
        0 => Err("no".to_owned()),
        13 => panic!("unlucky"),
        event => Ok(event + 1),
    }
}

#[tokio::test]
async fn answers_errors_and_panics_pass_untouched() {
    for chaos in [Chaos::inert(), Chaos::builder().build().unwrap()] {
        for mut handler in [chaos.lambda(service_fn(answer)), chaos.lambda_layer().layer(service_fn(answer))]
        {
            assert_eq!(handler.ready().await.unwrap().call(1).await, Ok(2));
            assert_eq!(handler.ready().await.unwrap().call(0).await, Err("no".to_owned()));
            let panicked = tokio::spawn(handler.call(13)).await.unwrap_err();
            assert_eq!(panicked.into_panic().downcast_ref(), Some(&"unlucky"));
        }
    }
}

/// `lambda_http` hands on futures to other threads.
#[tokio::test]
async fn invocations_are_as_free_as_their_handlers() {
    fn on_any_thread<T: Clone + Send + 'static>(it: T) -> T {
        it
    }
    let chaos = Chaos::inert();
    let mut handler = on_any_thread(chaos.lambda(service_fn(answer)));
    assert_eq!(tokio::spawn(handler.call(1)).await.unwrap(), Ok(2));
    // One that must stay where it is may be wrapped too.
    let here = std::rc::Rc::new(1);
    let mut handler = chaos.lambda(service_fn(|event: u32| {
        let here = here.clone();
        async move { Ok::<_, Infallible>(event + *here) }
    }));
    assert_eq!(handler.call(1).await, Ok(2));
}
