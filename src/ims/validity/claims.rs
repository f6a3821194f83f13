//! `auth.token.provider.default.claims`: "in format: `<claim-key>:<claim-value>` … the string values must be provided in
//! double quotes" (metatype); `"\"iss\" : \"<OrgID>\""` ("Configure OAuth for Smart Tags"). Keys have quotes or none. What
//! AEM does with anything else is not documented.

use super::{Fault, Weight, is_open};

const INSTEAD: &str = "one claim per value, such as `\"iss\" : \"<organization id>\"`";

/// What is wrong with the values of claims: the first fault.
pub fn fault(values: &[&str]) -> Option<Fault> {
    let what = values.iter().find_map(|text| flaw(text.trim()))?;
    Some(Fault::new(Weight::Doubtful, what, INSTEAD))
}

fn flaw(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return None;
    }
    if text.starts_with('{') && text.ends_with('}') {
        return (!text.starts_with("{{")).then_some("has a whole object instead of one claim");
    }
    if is_object_of(text) {
        return None;
    }
    if text.ends_with(',')
        && (is_object_of(text.trim_end_matches([',', ' '])) || is_member(text.trim_end_matches([',', ' '])))
    {
        return Some("has a comma after a claim");
    }
    if is_member(text) || is_open(text) {
        return None;
    }
    Some(match split(text) {
        Some((key, value)) if value.is_empty() || key.is_empty() => "has a claim without key or value",
        Some(_) => "has a claim whose value is not in double quotes",
        None => "has a value that is not in the form `key : \"value\"`",
    })
}

/// `"key" : value, …`
fn is_object_of(members: &str) -> bool {
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&format!("{{{members}}}")).is_ok()
}

/// `key : value` with a key that needs no quotes.
fn is_member(text: &str) -> bool {
    split(text).is_some_and(|(key, value)| !key.is_empty() && serde_json::from_str::<serde_json::Value>(value).is_ok())
}

/// A bare key, which may be a URL, and the text after its colon.
fn split(text: &str) -> Option<(&str, &str)> {
    let colon = text.match_indices(':').map(|(at, _)| at).find(|&at| !text[at..].starts_with("://"))?;
    Some((text[..colon].trim(), text[colon + 1..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_claims() {
        for text in [
            "\"iss\" : \"0000EXAMPLE@AdobeOrg\"",
            "iss:\"0000EXAMPLE@AdobeOrg\"",
            "aud:\"https://ims-na1.adobelogin.com/c/0000example\"",
            "\"https://ims-na1.adobelogin.com/s/ent_marketing_sdk\" : true",
            "https://ims-na1.adobelogin.com/s/ent_marketing_sdk:true",
            "\"exp\" : 86400",
            "\"iss\":\"A@AdobeOrg\",\"sub\":\"b@techacct.adobe.com\"",
            "\"iss\" : \"$[env:ORG]\"",
            "\"iss\" : $[env:ORG]",
            "$[env:CLAIMS]",
            "{{claims}}",
            "",
        ] {
            assert!(fault(&[text]).is_none(), "{text}");
        }
    }

    #[test]
    fn anything_else_is_none() {
        for (text, what) in [
            ("{\"iss\":\"A@AdobeOrg\"}", "has a whole object instead of one claim"),
            ("\"iss\" : \"A@AdobeOrg\",", "has a comma after a claim"),
            ("iss:\"A@AdobeOrg\" ,", "has a comma after a claim"),
            ("\"iss\" : A@AdobeOrg", "has a claim whose value is not in double quotes"),
            ("iss:A@AdobeOrg", "has a claim whose value is not in double quotes"),
            ("'iss' : 'A@AdobeOrg'", "has a claim whose value is not in double quotes"),
            ("\"iss\" :", "has a claim without key or value"),
            ("\"iss\"=\"A@AdobeOrg\"", "has a value that is not in the form `key : \"value\"`"),
            ("A@AdobeOrg", "has a value that is not in the form `key : \"value\"`"),
        ] {
            let found = fault(&["\"a\" : 1", text]).map(|fault| (fault.weight, fault.what));
            assert_eq!(found, Some((Weight::Doubtful, what.to_owned())), "{text}");
        }
    }
}
