//! Members in the path and the query of REST calls.

use crate::config;

#[tokio::test]
async fn in_the_path() {
    hits!(config(), aws_sdk_lambda, "lambda", "Invoke", "FunctionName", "checkout", |client, name| {
        client.invoke().function_name(name)
    });
    hits!(
        config(),
        aws_sdk_lambda,
        "lambda",
        "GetFunction",
        "FunctionName",
        "arn:aws:lambda:eu-west-1:1:function:f",
        |client, name| { client.get_function().function_name(name) }
    );
    hits!(
        config(),
        aws_sdk_route53,
        "route53",
        "ListResourceRecordSets",
        "HostedZoneId",
        "Z17",
        |client, id| { client.list_resource_record_sets().hosted_zone_id(id) }
    );
}

#[tokio::test]
async fn behind_the_path_of_an_endpoint() {
    let config = || config().into_builder().endpoint_url("http://localhost:4566/behind/a/proxy").build();
    hits!(config(), aws_sdk_lambda, "lambda", "Invoke", "FunctionName", "checkout", |client, name| {
        client.invoke().function_name(name)
    });
}

#[tokio::test]
async fn in_the_query() {
    hits!(config(), aws_sdk_lambda, "lambda", "GetFunction", "Qualifier", "live", |client, qualifier| {
        client.get_function().function_name("checkout").qualifier(qualifier)
    });
    hits!(config(), aws_sdk_lambda, "lambda", "UntagResource", "TagKeys.1", "b c", |client, key| {
        client.untag_resource().resource("arn:aws:lambda:eu-west-1:1:function:f").tag_keys("a").tag_keys(key)
    });
    hits!(
        config(),
        aws_sdk_route53,
        "route53",
        "ListHostedZonesByName",
        "DNSName",
        "shop.example",
        |client, name| { client.list_hosted_zones_by_name().dns_name(name) }
    );
}

#[tokio::test]
async fn in_a_header() {
    hits!(config(), aws_sdk_lambda, "lambda", "Invoke", "ClientContext", "e30=", |client, context| {
        client.invoke().function_name("checkout").client_context(context)
    });
}
