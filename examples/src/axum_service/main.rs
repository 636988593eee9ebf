//! Starts the web service.
//!
//! `PORT=8080 CARRIER_URL=https://carrier.example cargo run -p examples --bin axum-service`

use aws_config::BehaviorVersion;
use chaos_core::Chaos;
use examples::axum_service::App;
use std::env;
use std::time::Duration;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().init();
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let http = reqwest::Client::builder().timeout(Duration::from_secs(2)).build()?;
    let carrier = env::var("CARRIER_URL").unwrap_or_else(|_| "https://carrier.example".to_owned());
    let port = env::var("PORT").ok().map(|port| port.parse()).transpose()?.unwrap_or(8080);

    // Never fails and never waits: without CHAOS_* variables it does nothing.
    let chaos = Chaos::from_env(&config).await;
    let app = App::new(config, http, &carrier, &chaos);

    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, app.router()).with_graceful_shutdown(asked_to_end()).await?;
    // Requests are done; what chaos still has to report goes out.
    chaos.flush().await;
    println!("ended");
    Ok(())
}

/// Ends on Ctrl-C, and on the signal that containers are ended with.
async fn asked_to_end() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
