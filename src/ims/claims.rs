//! `auth.token.provider.default.claims`: members of a JSON object, one or more per value, such as
//! `"iss" : "…@AdobeOrg"`, `aud:"…"` or `"https://ims-na1.adobelogin.com/s/ent_marketing_sdk":true`.
//!
//! Source: metatype, "Default JWT Claims in format: `<claim-key>:<claim-value>` (e.g. `aud:"service.audience.com"`).
//! Note: the string values must be provided in double quotes!"

use super::endpoint;
use super::model::{ClaimItem, FieldState};
use super::{catalog, fields};
use crate::format::Property;

/// Maximum length of a value that is read as claims, in bytes.
const LONGEST: usize = 1 << 16;

/// The claims of a property.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// The claims in order.
    pub members: Vec<Claim>,
    /// Whether a value is a placeholder, so that there may be unknown claims.
    pub opaque: bool,
}

/// One claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The key, unquoted.
    pub key: String,
    /// The value, unquoted; JSON text for anything but a string.
    pub value: String,
    /// The index of the property's value that contains it.
    pub index: usize,
}

impl Claims {
    /// The claims in `property`.
    pub fn of(property: &Property) -> Self {
        let mut claims = Self::default();
        for (index, text) in property.texts().enumerate() {
            let effective = fields::effective(text);
            let text = effective.trim();
            if text.len() > LONGEST || text.is_empty() {
                continue;
            }
            let members = members(text);
            if members.is_empty() && matches!(fields::state_of_value(text), FieldState::Placeholder(_)) {
                claims.opaque = true;
            }
            claims.members.extend(members.into_iter().map(|(key, value)| Claim { key, value, index }));
        }
        claims
    }

    /// The content of each value of `property`, to which these claims belong.
    pub fn items(&self, property: &Property) -> Vec<ClaimItem> {
        let item = |(index, text): (usize, &str)| {
            // Members are in the order of the values.
            let first = self.members.partition_point(|claim| claim.index < index);
            let members = &self.members[first..self.members.partition_point(|claim| claim.index <= index)];
            let issuers = members.iter().filter(|claim| claim.key.eq_ignore_ascii_case("iss")).count();
            let opaque = members.is_empty() && matches!(fields::state_of_value(text), FieldState::Placeholder(_));
            match issuers {
                _ if opaque => ClaimItem::Opaque,
                0 => ClaimItem::Other,
                _ if issuers == members.len() => ClaimItem::Issuer,
                _ => ClaimItem::IssuerAmongOthers,
            }
        };
        property.texts().enumerate().map(item).collect()
    }

    /// The claim called `key`.
    pub fn get(&self, key: &str) -> Option<&Claim> {
        self.members.iter().find(|claim| claim.key.eq_ignore_ascii_case(key))
    }

    /// The metascopes: claims whose key is `https://<IMS host>/s/<metascope>`.
    pub fn metascopes(&self) -> impl Iterator<Item = (&str, &Claim)> {
        self.members.iter().filter_map(|claim| metascope_of_key(&claim.key).map(|metascope| (metascope, claim)))
    }
}

/// The metascope that the key of a claim grants.
pub fn metascope_of_key(key: &str) -> Option<&str> {
    let (host, metascope) = key.split_once("/s/")?;
    let metascope = metascope.trim_end_matches('/');
    let host = host.split_once("://").map_or(host, |(_, rest)| rest);
    let ours = endpoint::is_ims_host(host) || catalog::is_metascope(metascope);
    (ours && !metascope.is_empty() && !metascope.contains('/')).then_some(metascope)
}

fn members(text: &str) -> Vec<(String, String)> {
    let braced = if text.starts_with('{') { text.to_owned() } else { format!("{{{text}}}") };
    if let Ok(serde_json::Value::Object(object)) = serde_json::from_str(&braced) {
        return object.into_iter().map(|(key, value)| (key, plain(value))).collect();
    }
    unquoted_member(text).into_iter().collect()
}

fn plain(value: serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

/// A member whose key has no quotes: up to the first `:` that does not belong to a URL's scheme.
fn unquoted_member(text: &str) -> Option<(String, String)> {
    let colon = text.match_indices(':').map(|(at, _)| at).find(|&at| !text[at..].starts_with("://"))?;
    let unquote = |t: &str| t.trim().trim_end_matches(',').trim_end().trim_matches('"').to_owned();
    let (key, value) = (unquote(&text[..colon]), unquote(&text[colon + 1..]));
    let reads_as_key = !key.is_empty() && key.len() < 256 && !key.contains(char::is_whitespace) && !key.contains('$');
    reads_as_key.then_some((key, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(values: &[&str]) -> Claims {
        Claims::of(&super::super::testing::property("claims", values))
    }

    #[test]
    fn members_are_read_with_and_without_quotes() {
        let claims = claims(&[
            "\"iss\" : \"ACME@AdobeOrg\"",
            "aud:\"https://ims-na1.adobelogin.com/c/acme\"",
            "https://ims-na1.adobelogin.com/s/ent_marketing_sdk:true",
            "\"https://ims-na1.adobelogin.com/s/ent_reactor_sdk\":true",
            "sub:\"acme@techacct.adobe.com\"",
        ]);
        assert_eq!(claims.get("iss").map(|c| (c.value.as_str(), c.index)), Some(("ACME@AdobeOrg", 0)));
        assert_eq!(claims.get("aud").map(|c| c.value.as_str()), Some("https://ims-na1.adobelogin.com/c/acme"));
        assert_eq!(claims.get("sub").map(|c| c.index), Some(4));
        let metascopes: Vec<_> = claims.metascopes().map(|(m, c)| (m, c.index)).collect();
        assert_eq!(metascopes, [("ent_marketing_sdk", 2), ("ent_reactor_sdk", 3)]);
    }

    #[test]
    fn a_comma_behind_a_claim_is_no_part_of_its_value() {
        assert_eq!(claims(&["\"iss\" : \"A@AdobeOrg\","]).get("iss").map(|c| c.value.as_str()), Some("A@AdobeOrg"));
    }

    #[test]
    fn a_whole_object_in_one_value_is_understood() {
        let claims = claims(&["{\"iss\":\"A@AdobeOrg\",\"exp\":86400}"]);
        assert_eq!(claims.get("exp").map(|c| c.value.as_str()), Some("86400"));
        let claims = self::claims(&["\"iss\":\"A@AdobeOrg\",\"sub\":\"b@techacct.adobe.com\""]);
        assert_eq!(claims.members.len(), 2);
    }

    #[test]
    fn what_oauth_keeps_of_each_value() {
        let property = super::super::testing::property(
            "claims",
            &[
                "\"iss\":\"A@AdobeOrg\"",
                "sub:\"x@techacct.adobe.com\"",
                "{\"iss\":\"A@AdobeOrg\",\"exp\":1}",
                "$[env:CLAIMS]",
                "",
            ],
        );
        let items = Claims::of(&property).items(&property);
        let expected =
            [ClaimItem::Issuer, ClaimItem::Other, ClaimItem::IssuerAmongOthers, ClaimItem::Opaque, ClaimItem::Other];
        assert_eq!(items, expected);
    }

    #[test]
    fn placeholders_hide_claims() {
        assert!(claims(&["$[env:CLAIMS]"]).opaque);
        let partly = claims(&["\"iss\":\"$[env:ORG]\""]);
        assert!(!partly.opaque);
        assert_eq!(partly.get("iss").map(|c| c.value.as_str()), Some("$[env:ORG]"));
    }

    #[test]
    fn urls_that_are_no_metascopes_are_none() {
        assert_eq!(metascope_of_key("https://shop.example.com/s/sale"), None);
        assert_eq!(metascope_of_key("/s/ent_adobeio_sdk"), Some("ent_adobeio_sdk"));
        assert_eq!(metascope_of_key("https://ims-na1.adobelogin.com/s/brand_new"), Some("brand_new"));
    }
}
