//! Two calls that differ in one member.

/// Calls of `$service` that differ in the member at `$path`, which is `$value`
/// for the call that is meant: the builder's method is given that and another.
macro_rules! hits {
    ($config:expr, $sdk:ident, $service:literal, $operation:literal, $path:literal, $value:literal, |$client:ident, $given:ident| $call:expr) => {
        for with_interceptor in [false, true] {
            let chaos = chaos_core::Chaos::builder().build().unwrap();
            let config = chaos_sdk_interceptor::ChaosExt::chaos($config, &chaos);
            let mut builder = $sdk::config::Builder::from(&config);
            if with_interceptor {
                builder = builder.interceptor(chaos_sdk_interceptor::ChaosSdk::interceptor(&chaos));
            }
            let $client = $sdk::Client::from_conf(builder.build());
            let fault = chaos_core::fault($service, $operation).input($path, $value).status(503);
            let outage = chaos.scope(fault);
            let what = format!("{} {}, interceptor: {with_interceptor}", $operation, $path);
            let $given: &str = "another";
            let passed = $call.send().await;
            assert_eq!(outage.injected(), 0, "{what}");
            assert!(format!("{passed:?}").contains("the call went by"), "{what}: {passed:?}");
            let $given: &str = $value;
            let hit = $call.send().await;
            assert_eq!(outage.injected(), 1, "{what}: {hit:?}");
        }
    };
}
