//! The part of the program that calls others over HTTP. In a module of its own:
//! `ChaosExt` is there twice, and off it is one.

use crate::web;
use chaos_http::{Chaos, ChaosExt};

pub async fn read(chaos: &Chaos) -> String {
    let client = web::client().chaos(chaos);
    web::text(client.get(web::url()).send().await).await
}
