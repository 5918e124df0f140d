//! Stripe's webhooks: whether one is genuine, and what it is about.
//!
//! The scheme is described at <https://docs.stripe.com/webhooks#verify-manually>: the header
//! `Stripe-Signature` carries a time `t` and one or more signatures `v1`, each the HMAC-SHA256 of `t.body` in
//! hexadecimal digits. There are several while a secret is being changed.

use chrono::{DateTime, TimeDelta, Utc};
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::application::gateway::{Notice, NoticeRefusal};
use crate::ids::BillingId;

/// How old, or how far ahead of our clock, a notice may be: an old one may be somebody's repetition.
const TOLERANCE: TimeDelta = TimeDelta::seconds(300);
const MAX_SIGNATURES: usize = 8;
/// What this house has caused itself, and what is not decided: there is nothing to look for yet.
const UNDECIDED: [&str; 3] = [
    "payment_intent.created",
    "payment_intent.requires_action",
    "payment_intent.processing",
];

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    id: Option<String>,
    #[serde(default)]
    object: String,
    payment_intent: Option<String>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    billing: Option<String>,
}

/// Reads a notice that is signed with the secret and about as old as it says.
pub(super) fn read(
    header: &str,
    body: &[u8],
    secret: &SecretString,
    now: DateTime<Utc>,
) -> Result<Notice, NoticeRefusal> {
    verify(header, body, secret, now)?;
    let event: Event = serde_json::from_slice(body).map_err(|_| NoticeRefusal::Malformed)?;
    if UNDECIDED.contains(&event.kind.as_str()) {
        return Ok(Notice {
            id: event.id,
            kind: event.kind,
            billing: None,
            reference: None,
        });
    }
    let object = event.data.object;
    let billing = object.metadata.billing.as_deref();
    let reference = match object.object.as_str() {
        "payment_intent" => object.id,
        _ => object.payment_intent,
    };
    Ok(Notice {
        id: event.id,
        kind: event.kind,
        billing: billing.and_then(|text| text.parse::<BillingId>().ok()),
        reference: reference.map(Into::into),
    })
}

fn verify(
    header: &str,
    body: &[u8],
    secret: &SecretString,
    now: DateTime<Utc>,
) -> Result<(), NoticeRefusal> {
    let (mut time, mut signatures) = (None, Vec::new());
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", text)) if time.is_none() => time = Some(text),
            Some(("v1", text)) if signatures.len() < MAX_SIGNATURES => signatures.push(text),
            Some(_) | None => {}
        }
    }
    let time = time.ok_or(NoticeRefusal::NotSigned)?;
    let seconds = time.parse().map_err(|_| NoticeRefusal::NotSigned)?;
    let sent = DateTime::from_timestamp(seconds, 0).ok_or(NoticeRefusal::NotSigned)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
    let signed = [time.as_bytes(), b".", body].concat();
    // `hmac::verify` takes the same time whatever the signature is.
    let fits =
        |text: &&str| unhex(text).is_some_and(|tag| hmac::verify(&key, &signed, &tag).is_ok());
    if !signatures.iter().any(fits) {
        return Err(NoticeRefusal::Forged);
    }
    if (now - sent).abs() > TOLERANCE {
        return Err(NoticeRefusal::TooOld);
    }
    Ok(())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| {
        let digits = std::str::from_utf8(pair)
            .ok()
            .filter(|two| two.len() == 2)?;
        u8::from_str_radix(digits, 16).ok()
    };
    pairs.map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const BODY: &str = r#"{"id":"evt_1","type":"payment_intent.succeeded","data":{"object":
        {"id":"pi_1","object":"payment_intent","metadata":{}}}}"#;
    const SENT: i64 = 1_795_000_000;

    fn secret() -> SecretString {
        SecretString::from("whsec_never_to_be_seen")
    }

    fn signature(secret: &str, time: &str, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, format!("{time}.{body}").as_bytes());
        tag.as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    fn genuine() -> String {
        signature("whsec_never_to_be_seen", &SENT.to_string(), BODY)
    }

    fn read_at(header: &str, body: &str, seconds_later: i64) -> Result<Notice, NoticeRefusal> {
        let now = DateTime::from_timestamp(SENT + seconds_later, 0).unwrap();
        read(header, body.as_bytes(), &secret(), now)
    }

    #[rstest]
    #[case(0)]
    #[case(300)]
    #[case(-300)]
    fn a_genuine_notice_is_read(#[case] seconds_later: i64) {
        let header = format!("t={SENT},v1={}", genuine());
        let notice = read_at(&header, BODY, seconds_later).unwrap();
        assert_eq!(
            (notice.id.as_str(), notice.kind.as_str()),
            ("evt_1", "payment_intent.succeeded")
        );
        assert_eq!(notice.reference, Some("pi_1".to_owned().into()));
    }

    #[rstest]
    #[case(301)]
    #[case(-301)]
    #[case(86_400)]
    fn a_notice_of_another_time_is_refused(#[case] seconds_later: i64) {
        let header = format!("t={SENT},v1={}", genuine());
        assert_eq!(
            read_at(&header, BODY, seconds_later).unwrap_err(),
            NoticeRefusal::TooOld
        );
    }

    #[test]
    fn one_fitting_signature_among_several_is_enough() {
        let other = signature("whsec_of_last_week", &SENT.to_string(), BODY);
        let header = format!("t={SENT},v1={other},v0=abc,v1={}", genuine());
        assert!(read_at(&header, BODY, 0).is_ok());
    }

    #[test]
    fn a_signature_of_another_scheme_counts_for_nothing() {
        let header = format!("t={SENT},v0={}", genuine());
        assert_eq!(
            read_at(&header, BODY, 0).unwrap_err(),
            NoticeRefusal::Forged
        );
    }

    #[test]
    fn a_changed_body_or_time_is_refused() {
        let header = format!("t={SENT},v1={}", genuine());
        let changed = BODY.replace("pi_1", "pi_2");
        assert_eq!(
            read_at(&header, &changed, 0).unwrap_err(),
            NoticeRefusal::Forged
        );
        let later = format!("t={},v1={}", SENT + 1, genuine());
        assert_eq!(read_at(&later, BODY, 0).unwrap_err(), NoticeRefusal::Forged);
    }

    #[rstest]
    #[case("")]
    #[case("v1=00")]
    #[case("t=yesterday,v1=00")]
    #[case("t=99999999999999999,v1=00")]
    fn a_header_without_a_time_is_no_signature(#[case] header: &str) {
        assert_eq!(
            read_at(header, BODY, 0).unwrap_err(),
            NoticeRefusal::NotSigned
        );
    }

    #[rstest]
    #[case("")]
    #[case("0")]
    #[case("zz")]
    #[case("+1")]
    fn a_signature_that_is_none_is_refused(#[case] text: &str) {
        let header = format!("t={SENT},v1={text}");
        assert_eq!(
            read_at(&header, BODY, 0).unwrap_err(),
            NoticeRefusal::Forged
        );
    }

    #[test]
    fn a_signed_body_that_is_no_event_is_refused() {
        let body = "[]";
        let tag = signature("whsec_never_to_be_seen", &SENT.to_string(), body);
        let header = format!("t={SENT},v1={tag}");
        assert_eq!(
            read_at(&header, body, 0).unwrap_err(),
            NoticeRefusal::Malformed
        );
    }

    #[test]
    fn what_is_not_decided_is_no_reason_to_look() {
        let body = BODY.replace("succeeded", "requires_action");
        let tag = signature("whsec_never_to_be_seen", &SENT.to_string(), &body);
        let notice = read_at(&format!("t={SENT},v1={tag}"), &body, 0).unwrap();
        assert_eq!((notice.billing, notice.reference), (None, None));
    }

    #[test]
    fn a_refund_is_about_its_intent() {
        let body = r#"{"id":"evt_2","type":"refund.updated","data":{"object":
            {"id":"re_1","object":"refund","payment_intent":"pi_1"}}}"#;
        let tag = signature("whsec_never_to_be_seen", &SENT.to_string(), body);
        let notice = read_at(&format!("t={SENT},v1={tag}"), body, 0).unwrap();
        assert_eq!(notice.reference, Some("pi_1".to_owned().into()));
    }
}
