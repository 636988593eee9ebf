//! A request with another body, signed anew: with the credentials of its call,
//! and in all else as the SDK signed it.

use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::AuthSchemeId;
use aws_smithy_runtime_api::client::identity::{Identity, ResolveCachedIdentity};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::{GetIdentityResolver, RuntimeComponents};
use aws_smithy_types::DateTime;
use aws_smithy_types::base64;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;
use md5::{Digest, Md5};
use sha2::Sha256;
use std::time::SystemTime;

const CONTENT_SHA256: &str = "x-amz-content-sha256";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
const CHECKSUM: &str = "x-amz-checksum-";
const MD5: &str = "content-md5";
const TOKEN: &str = "x-amz-security-token";

/// Knows the credentials of one call.
#[derive(Debug)]
pub(crate) struct Signer(RuntimeComponents);

impl Signer {
    pub(crate) fn new(components: &RuntimeComponents) -> Self {
        Self(components.clone())
    }

    async fn identity(&self) -> Result<Identity, BoxError> {
        let resolver = self.0.identity_resolver(AuthSchemeId::new("sigv4"));
        let resolver = resolver.ok_or("the client has no credentials to sign with")?;
        // The client's own cache: the credentials are those of the first signature.
        self.0.identity_cache().resolve_cached_identity(resolver, &self.0, &ConfigBag::base()).await
    }
}

/// What a signature says of itself.
struct Scope {
    region: String,
    service: String,
    /// The names of the headers that are signed.
    headers: Vec<String>,
    time: SystemTime,
}

/// Whether this request can have another body.
///
/// # Errors
/// Why not.
pub(super) fn can_resign(request: &HttpRequest, has_signer: bool) -> Result<(), &'static str> {
    let headers = request.headers();
    if headers.get(CONTENT_SHA256).is_some_and(|kind| kind.starts_with("STREAMING-")) {
        return Err("the request's body is signed in chunks");
    }
    if checksums(request).any(|name| checksum(name, &[]).is_none()) {
        return Err("the request has a checksum that cannot be made anew");
    }
    match scope(request)? {
        Some(_) if !has_signer => Err("the call began before the spec was armed"),
        _ => Ok(()),
    }
}

/// Puts `body` in the place of the request's own.
///
/// # Errors
/// Where there are no credentials, or [`can_resign`] says no.
pub(super) async fn replace_body(
    request: &mut HttpRequest,
    body: Vec<u8>,
    signer: Option<&Signer>,
) -> Result<(), BoxError> {
    describe(request, &body)?;
    if let Some(scope) = scope(request)? {
        let identity = signer.ok_or("nothing to sign with")?.identity().await?;
        // Credentials may have changed meanwhile: the token comes with the identity, if it has one.
        request.headers_mut().remove(TOKEN);
        for (name, value) in signature(request, &body, &scope, &identity)? {
            request.headers_mut().try_insert(name, value)?;
        }
    }
    *request.body_mut() = SdkBody::from(body);
    Ok(())
}

/// Brings the headers that tell of the body up to date.
fn describe(request: &mut HttpRequest, body: &[u8]) -> Result<(), BoxError> {
    let checksums: Vec<_> = checksums(request).map(str::to_owned).collect();
    for name in checksums {
        let checksum = checksum(&name, body).ok_or("an unknown checksum")?;
        request.headers_mut().try_insert(name, checksum)?;
    }
    if request.headers().get("content-length").is_some() {
        request.headers_mut().try_insert("content-length", body.len().to_string())?;
    }
    Ok(())
}

/// The names of the headers that hold checksums of the body.
fn checksums(request: &HttpRequest) -> impl Iterator<Item = &str> {
    let is_one = |name: &&str| *name == MD5 || name.starts_with(CHECKSUM);
    request.headers().iter().map(|(name, _)| name).filter(is_one)
}

/// The value of such a header; `None` where its algorithm is none of those that
/// cost no dependency of their own.
fn checksum(header: &str, body: &[u8]) -> Option<String> {
    match header {
        MD5 => Some(base64::encode(Md5::digest(body))),
        "x-amz-checksum-crc32" => Some(base64::encode(crc32fast::hash(body).to_be_bytes())),
        "x-amz-checksum-sha256" => Some(base64::encode(Sha256::digest(body))),
        _ => None,
    }
}

/// What the request's signature says; `None` where it has none, or one that
/// holds for any body.
fn scope(request: &HttpRequest) -> Result<Option<Scope>, &'static str> {
    let Some(given) = request.headers().get("authorization") else {
        return if request.uri().contains("X-Amz-Signature=") {
            Err("the request is presigned")
        } else {
            Ok(None)
        };
    };
    let Some(fields) = given.strip_prefix("AWS4-HMAC-SHA256 ") else {
        let other = given.starts_with("AWS4-");
        return if other { Err("the request is signed for several regions (SigV4a)") } else { Ok(None) };
    };
    let field = |name| fields.split(',').find_map(|field| field.trim().strip_prefix(name));
    let read = || {
        let mut credential = field("Credential=")?.split('/').skip(2).map(str::to_owned);
        let (region, service) = (credential.next()?, credential.next()?);
        let headers = field("SignedHeaders=")?.split(';').map(str::to_owned).collect();
        Some(Scope { region, service, headers, time: time(request.headers().get("x-amz-date")?)? })
    };
    match read().ok_or("the request's signature cannot be read")? {
        scope if scope.service == "s3express" => Err("the request is signed for a session of S3 Express"),
        scope => Ok(Some(scope)),
    }
}

/// `20261123T120000Z`.
fn time(basic: &str) -> Option<SystemTime> {
    let part = |range| basic.get(range);
    let (date, time) =
        ((part(0..4)?, part(4..6)?, part(6..8)?), (part(9..11)?, part(11..13)?, part(13..15)?));
    let text = format!("{}-{}-{}T{}:{}:{}Z", date.0, date.1, date.2, time.0, time.1, time.2);
    SystemTime::try_from(DateTime::from_str(&text, Format::DateTime).ok()?).ok()
}

/// The headers that sign the request with this body.
fn signature(
    request: &HttpRequest,
    body: &[u8],
    scope: &Scope,
    identity: &Identity,
) -> Result<Vec<(&'static str, String)>, BoxError> {
    let parameters = v4::SigningParams::builder()
        .identity(identity)
        .region(&scope.region)
        .name(&scope.service)
        .time(scope.time)
        .settings(settings(request, scope))
        .build()?
        .into();
    let headers = request.headers();
    let body = match headers.get(CONTENT_SHA256) {
        Some(UNSIGNED) => SignableBody::UnsignedPayload,
        _ => SignableBody::Bytes(body),
    };
    let signed = headers.iter().filter(|(name, _)| scope.headers.iter().any(|signed| signed == name));
    let signable = SignableRequest::new(request.method(), request.uri(), signed, body)?;
    let (instructions, _) = sign(signable, &parameters)?.into_parts();
    let (headers, _) = instructions.into_parts();
    Ok(headers.iter().map(|header| (header.name(), header.value().to_owned())).collect())
}

fn settings(request: &HttpRequest, scope: &Scope) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if request.headers().get(CONTENT_SHA256).is_some() {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    // S3 takes paths as they are: a key may hold anything.
    if scope.service.starts_with("s3") {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    settings
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{can_resign, checksum, scope, time};
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use aws_smithy_types::body::SdkBody;
    use std::time::{Duration, UNIX_EPOCH};

    const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKID/20261123/eu-west-1/s3/aws4_request, \
                          SignedHeaders=host;x-amz-date, Signature=00";

    fn request(headers: &[(&'static str, &'static str)]) -> HttpRequest {
        let mut request = HttpRequest::new(SdkBody::from("body"));
        for (name, value) in headers {
            request.headers_mut().insert(*name, *value);
        }
        request
    }

    #[test]
    fn a_signature_says_what_it_is_for() {
        let signed = request(&[("authorization", SIGNED), ("x-amz-date", "20261123T120001Z")]);
        let scope = scope(&signed).unwrap().unwrap();
        assert_eq!((scope.region.as_str(), scope.service.as_str()), ("eu-west-1", "s3"));
        assert_eq!(scope.headers, ["host", "x-amz-date"]);
        assert_eq!(scope.time, UNIX_EPOCH + Duration::from_secs(1_795_435_201));
        for wrong in ["", "20261123", "20261123T1200", "2026112éT120001Z", "20261323T120001Z"] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_signed_anew_says_why() {
        const V4A: &str = "AWS4-ECDSA-P256-SHA256 Credential=AKID/20261123/s3/aws4_request, Signature=00";
        const EXPRESS: &str = "AWS4-HMAC-SHA256 Credential=AKID/20261123/eu-west-1/s3express/aws4_request, \
                               SignedHeaders=host, Signature=00";
        let date = ("x-amz-date", "20261123T120000Z");
        let cases = [
            (vec![("authorization", SIGNED), date], None),
            (vec![], None),
            (vec![("authorization", "Bearer token")], None),
            (vec![("x-amz-checksum-sha256", "x"), ("content-md5", "x")], None),
            (vec![("authorization", V4A), date], Some("several regions")),
            (vec![("authorization", EXPRESS), date], Some("S3 Express")),
            (vec![("authorization", SIGNED)], Some("cannot be read")),
            (vec![("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")], Some("in chunks")),
            (vec![("x-amz-checksum-md5", "x")], Some("a checksum")),
            (vec![("x-amz-checksum-crc64nvme", "x")], Some("a checksum")),
        ];
        for (headers, why) in cases {
            let told = can_resign(&request(&headers), true).err();
            assert_eq!(told.is_some(), why.is_some(), "{headers:?}: {told:?}");
            assert!(told.unwrap_or_default().contains(why.unwrap_or_default()), "{headers:?}: {told:?}");
        }
        let signed = request(&[("authorization", SIGNED), date]);
        assert!(can_resign(&signed, false).unwrap_err().contains("began before"));
        let mut presigned = request(&[]);
        presigned.set_uri("http://host/?X-Amz-Signature=00").unwrap();
        assert!(can_resign(&presigned, true).unwrap_err().contains("presigned"));
    }

    #[test]
    fn checksums_are_right() {
        // As the check values of the algorithms have them.
        let cases = [
            ("x-amz-checksum-crc32", "y/Q5Jg=="),
            ("x-amz-checksum-sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="),
            ("content-md5", "JfnnlDI7RTiF9RgfG2JNCw=="),
        ];
        for (header, expected) in cases {
            assert_eq!(checksum(header, b"123456789").as_deref(), Some(expected), "{header}");
        }
    }
}
