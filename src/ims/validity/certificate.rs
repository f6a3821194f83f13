//! When a credential expires: `certificateExpirationDate` of AEM service credentials, and the expiry date of X.509
//! certificates next to a key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use x509_cert::Certificate;
use x509_cert::der::Decode;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";
/// Maximum number of certificates in one text that are checked.
const MOST: usize = 16;
/// Maximum length of a certificate, in bytes of Base64.
const LONGEST: usize = 1 << 16;

/// The day in UTC of a time as AEM writes it: `2024-03-26T16:20:18.000Z`, or of a date.
pub fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let of_time = |time: Timestamp| Offset::UTC.to_datetime(time).date();
    text.parse::<Timestamp>().ok().map(of_time).or_else(|| text.parse::<Date>().ok())
}

/// The first day in UTC on which one of the PEM certificates in `text` ends; `None` where there is none, or none that can
/// be read.
pub fn last_day(text: &str) -> Option<Date> {
    let bodies = text.split(BEGIN).skip(1).take(MOST).filter_map(|rest| rest.split_once(END)).map(|(body, _)| body);
    bodies.filter_map(last_day_of).min()
}

fn last_day_of(body: &str) -> Option<Date> {
    if body.len() > LONGEST {
        return None;
    }
    // Also where line breaks are written `\n`.
    let base64: String = body.replace("\\r", "").replace("\\n", "").chars().filter(|c| !c.is_whitespace()).collect();
    let der = STANDARD.decode(&base64).ok()?;
    let certificate = Certificate::from_der(&der).ok()?;
    let end = certificate.tbs_certificate().validity().not_after.to_unix_duration();
    let time = Timestamp::from_second(i64::try_from(end.as_secs()).ok()?).ok()?;
    Some(Offset::UTC.to_datetime(time).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Self-signed for `CN=example`, ends on 2021-01-02; its key was thrown away.
    const EXPIRED: &str = include_str!("certificate_example.pem");

    #[test]
    fn days() {
        let day_of = |y, m, d| Some(jiff::civil::date(y, m, d));
        assert_eq!(day("2024-03-26T16:20:18.000Z"), day_of(2024, 3, 26));
        assert_eq!(day("2024-03-26T23:30:00-02:00"), day_of(2024, 3, 27));
        assert_eq!(day(" 2024-03-26 "), day_of(2024, 3, 26));
        assert_eq!(day("not-a-real-date"), None);
        assert_eq!(day(""), None);
    }

    #[test]
    fn the_end_of_a_certificate() {
        let end = Some(jiff::civil::date(2021, 1, 2));
        assert_eq!(last_day(EXPIRED), end);
        assert_eq!(last_day(&EXPIRED.replace('\n', "\r\n")), end);
        assert_eq!(last_day(&EXPIRED.replace('\n', "\\n")), end);
        assert_eq!(last_day(&format!("-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n{EXPIRED}")), end);
        assert_eq!(last_day("-----BEGIN CERTIFICATE-----\nnot-a-real-cert\n-----END CERTIFICATE-----"), None);
        assert_eq!(last_day("-----BEGIN CERTIFICATE-----"), None);
        assert_eq!(last_day(""), None);
    }
}
