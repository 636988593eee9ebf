//! `../src/main.rs` without the lines that speak of faults.

#[path = "../../src/aws.rs"]
mod aws;
#[path = "../../src/web.rs"]
mod web;

use aws_sdk_secretsmanager::{Client, config::Builder};

async fn page() -> String {
    let client = web::client();
    web::text(client.get(web::url()).send().await).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let config = aws::config();
    let client = Client::new(&config);

    let http = aws::Canned;
    let by_hand = Client::from_conf(Builder::from(&config).http_client(http).build());

    let first = aws::read(&client).await;
    let second = aws::read(&by_hand).await;
    let page = page().await;
    println!("enabled=false health=compiled out secrets={first},{second} page={page}");
}
