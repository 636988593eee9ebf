//! Verifies AWS signatures as a service does: by making them again.

use crate::sdk::{ACCESS_KEY, SECRET_KEY};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A request as it came over the wire.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// The method.
    pub method: &'a str,
    /// Path and query.
    pub path: &'a str,
    /// Every header, in order, names in lower case.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

impl Signed<'_> {
    fn header(&self, name: &str) -> Result<&str, String> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str()).ok_or_else(|| format!("no header {name}"))
    }

    /// Whether the signature is right.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn verify(&self) -> Result<(), String> {
        let given = self.header("authorization")?;
        let scope = between(given, "Credential=", ",")?;
        let [key, _, region, service, _] = scope.split('/').collect::<Vec<_>>()[..] else {
            return Err(format!("scope {scope}"));
        };
        if key != ACCESS_KEY {
            return Err(format!("access key {key}"));
        }
        let made = self.signature(region, service, between(given, "SignedHeaders=", ",")?)?;
        match given.split_once("Signature=") {
            Some((_, signature)) if signature == made => Ok(()),
            _ => Err(format!("the signature is {made}, and not as in {given}")),
        }
    }

    fn signature(&self, region: &str, service: &str, signed: &str) -> Result<String, String> {
        let identity = Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "tests").into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(service)
            .time(time(self.header("x-amz-date")?)?)
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| error.to_string())?;
        let signed: Vec<_> = signed.split(';').collect();
        let headers = self.headers.iter().filter(|(name, _)| signed.contains(&name.as_str()));
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_str()));
        let uri = format!("http://{}{}", self.header("host")?, self.path);
        let body = SignableBody::Bytes(self.body);
        let request =
            SignableRequest::new(self.method, uri, headers, body).map_err(|error| error.to_string())?;
        let made = sign(request, &parameters.into()).map_err(|error| error.to_string())?;
        Ok(made.signature().to_owned())
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Result<&'a str, String> {
    let found = text.split_once(start).and_then(|(_, rest)| rest.split_once(end));
    found.map(|(found, _)| found).ok_or_else(|| format!("no {start} in {text}"))
}

fn time(text: &str) -> Result<SystemTime, String> {
    let text = text.replace('Z', "+0000");
    let time = jiff::Timestamp::strptime("%Y%m%dT%H%M%S%z", text).map_err(|error| error.to_string())?;
    Ok(UNIX_EPOCH + Duration::from_secs(time.as_second().try_into().unwrap()))
}
