//! How the generated lists of calls become code.

/// A service's calls: the operation, the call, and the member that holds a
/// streamed body, where there is one.
macro_rules! calls {
    ($service:literal, $sdk:ident: $($operation:ident => |$client:ident| $call:expr $(, $body:ident)?;)*) => {
        /// The service, with a client made from this config.
        #[allow(deprecated, reason = "operations that AWS gave up still have errors")]
        pub(super) fn service(config: &aws_types::sdk_config::SdkConfig) -> $crate::Service {
            let client = $sdk::Client::new(config);
            let calls = vec![$({
                let $client = client.clone();
                let call = move || -> $crate::Calling {
                    let sent = $call.send();
                    Box::pin(async move {
                        let answer = sent.await;
                        $(let answer = match answer {
                            Ok(mut output) => {
                                let body = std::mem::take(&mut output.$body).collect().await;
                                Ok((output, body.map(|body| aws_smithy_types::Blob::new(body.to_vec()))))
                            }
                            Err(error) => Err(error),
                        };)?
                        $crate::record(answer)
                    })
                };
                $crate::Call { operation: stringify!($operation), call: Box::new(call) }
            }),*];
            $crate::Service { name: $service, calls }
        }
    };
}
