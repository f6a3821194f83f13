//! Invisible characters in a value, which are sent unchanged.
//!
//! Client id and secret are exact strings ("Server to Server authentication", Adobe Developer Console): one with a blank is
//! another one, and IMS answers `invalid_client`. That it does so was not tried, but follows. Scopes are separated by
//! commas or blanks, so plain blanks do no harm there.

use super::{Fault, Weight, placeholder};
use crate::format::placeholder::interpolate;
use crate::ims::model::FieldName;

/// Where in a value a character stands that does not belong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spot {
    Beginning,
    Inside,
    End,
}

/// A character that does not belong into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Flaw {
    spot: Spot,
    character: char,
}

/// Characters without a width or of one that no keyboard makes, with their names in Unicode.
static INVISIBLE: &[(char, &str)] = &[
    ('\u{a0}', "no-break space"),
    ('\u{ad}', "soft hyphen"),
    ('\u{180e}', "Mongolian vowel separator"),
    ('\u{200b}', "zero-width space"),
    ('\u{200c}', "zero-width non-joiner"),
    ('\u{200d}', "zero-width joiner"),
    ('\u{200e}', "left-to-right mark"),
    ('\u{200f}', "right-to-left mark"),
    ('\u{202a}', "left-to-right embedding"),
    ('\u{202b}', "right-to-left embedding"),
    ('\u{202c}', "pop directional formatting"),
    ('\u{202d}', "left-to-right override"),
    ('\u{202e}', "right-to-left override"),
    ('\u{202f}', "narrow no-break space"),
    ('\u{2007}', "figure space"),
    ('\u{2060}', "word joiner"),
    ('\u{2066}', "left-to-right isolate"),
    ('\u{2067}', "right-to-left isolate"),
    ('\u{2068}', "first strong isolate"),
    ('\u{2069}', "pop directional isolate"),
    ('\u{feff}', "byte order mark"),
];

/// The effect of a space around a value, of one inside, and of an invisible character, by field. `None`: harmless.
///
/// The organization is not a parameter of IMS, and whether AEM trims a URL is not known: there a blank is doubtful.
fn weights(name: FieldName) -> Option<[Option<Weight>; 3]> {
    let (breaks, doubtful) = (Some(Weight::Breaks), Some(Weight::Doubtful));
    match name {
        FieldName::ClientId | FieldName::ClientSecret => Some([breaks, breaks, breaks]),
        FieldName::Scopes => Some([None, None, breaks]),
        FieldName::TokenEndpoint => Some([doubtful, breaks, breaks]),
        FieldName::OrgId | FieldName::Issuer => Some([doubtful, doubtful, doubtful]),
        _ => None,
    }
}

/// The worst fault in the characters of the values of the field `name`.
pub fn faults(name: FieldName, values: &[&str]) -> Vec<Fault> {
    let Some(weights) = weights(name) else { return Vec::new() };
    let weigh = |flaw: &Flaw| match flaw {
        Flaw { character, .. } if is_invisible(*character) => weights[2],
        Flaw { spot: Spot::Inside, .. } => weights[1],
        _ => weights[0],
    };
    let flaws = values.iter().flat_map(|text| flaws(text));
    let worst = flaws.filter_map(|flaw| Some((weigh(&flaw)?, flaw))).reduce(|a, b| if b.0 > a.0 { b } else { a });
    worst.into_iter().map(|(weight, flaw)| fault(weight, flaw)).collect()
}

/// Quotes around a whole value, which AEM takes for a part of it.
pub fn quotes(name: FieldName, values: &[&str]) -> Option<Fault> {
    let weight = match name {
        FieldName::ClientId | FieldName::ClientSecret => Weight::Breaks,
        FieldName::OrgId => Weight::Doubtful,
        _ => return None,
    };
    let quoted = |text: &&&str| {
        ['"', '\''].iter().any(|quote| text.len() > 2 && text.starts_with(*quote) && text.ends_with(*quote))
    };
    values.iter().find(quoted)?;
    Some(Fault::new(weight, "is in quotes, which are part of the value", "the same without quotes"))
}

/// What is wrong with the characters of the name that links a provider and its secret.
pub fn name_fault(text: &str) -> Option<Fault> {
    flaws(text)
        .find(|flaw| flaw.spot != Spot::Inside || is_invisible(flaw.character))
        .map(|flaw| fault(Weight::Doubtful, flaw))
}

fn fault(weight: Weight, flaw: Flaw) -> Fault {
    let spot = match flaw.spot {
        Spot::Beginning => "at its beginning",
        Spot::Inside => "in it",
        Spot::End => "at its end",
    };
    let name = describe(flaw.character);
    Fault::new(weight, format!("has {name} {spot}, which is part of the value"), format!("remove {name} {spot}"))
}

fn is_invisible(c: char) -> bool {
    INVISIBLE.iter().any(|(known, _)| *known == c) || (!c.is_ascii() && c.is_whitespace())
}

fn describe(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        '\t' => "a tab".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        c => match INVISIBLE.iter().find(|(known, _)| *known == c) {
            Some((_, name)) => format!("a {name} (U+{:04X})", u32::from(c)),
            None => format!("the character U+{:04X}", u32::from(c)),
        },
    }
}

/// The characters that do not belong into `text`. Placeholders stand for values that nobody sees; what the documentation
/// left in is no value at all.
fn flaws(text: &str) -> impl Iterator<Item = Flaw> {
    let judged = !text.trim().is_empty() && !placeholder::is_template(text.trim()) && !placeholder::is_near(text);
    let shown = interpolate(text, &mut |_| Some("x".to_owned()));
    let characters: Vec<char> = if judged { shown.chars().collect() } else { Vec::new() };
    let strange = |c: char| c.is_whitespace() || c.is_control() || is_invisible(c);
    let first = characters.iter().position(|&c| !strange(c)).unwrap_or(0);
    let last = characters.iter().rposition(|&c| !strange(c)).unwrap_or(0);
    characters.into_iter().enumerate().filter(move |(_, c)| strange(*c)).map(move |(at, character)| {
        let spot = match at {
            at if at < first => Spot::Beginning,
            at if at > last => Spot::End,
            _ => Spot::Inside,
        };
        Flaw { spot, character }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: FieldName, text: &str) -> Option<(Weight, String)> {
        let faults = faults(name, &[text]);
        assert!(faults.len() <= 1, "{text:?}");
        faults.into_iter().next().map(|fault| (fault.weight, fault.what))
    }

    #[test]
    fn a_client_id_with_a_blank_is_another_one() {
        for (text, what) in [
            ("0000example ", "has a space at its end, which is part of the value"),
            (" 0000example", "has a space at its beginning, which is part of the value"),
            ("0000 example", "has a space in it, which is part of the value"),
            ("0000example\n", "has a line break at its end, which is part of the value"),
            ("0000\u{a0}example", "has a no-break space (U+00A0) in it, which is part of the value"),
            ("0000example\u{200b}", "has a zero-width space (U+200B) at its end, which is part of the value"),
            ("\u{feff}0000example", "has a byte order mark (U+FEFF) at its beginning, which is part of the value"),
            ("0000\u{3000}example", "has the character U+3000 in it, which is part of the value"),
        ] {
            assert_eq!(one(FieldName::ClientId, text), Some((Weight::Breaks, what.to_owned())), "{text:?}");
        }
        assert_eq!(one(FieldName::ClientId, "0000example"), None);
    }

    #[test]
    fn what_fills_a_placeholder_is_not_seen_and_what_is_around_it_is() {
        assert_eq!(one(FieldName::ClientSecret, "$[secret:ACME;default=a b]"), None);
        assert_eq!(one(FieldName::ClientSecret, "$[secret:ACME] ").map(|found| found.0), Some(Weight::Breaks));
        assert_eq!(one(FieldName::ClientId, "<your client id>"), None);
        assert_eq!(one(FieldName::ClientId, "$[secret: ACME]"), None);
    }

    #[test]
    fn blanks_separate_scopes_and_invisible_characters_do_not() {
        assert_eq!(one(FieldName::Scopes, " openid, AdobeID "), None);
        assert_eq!(one(FieldName::Scopes, "openid AdobeID"), None);
        assert_eq!(one(FieldName::Scopes, "openid,\u{a0}AdobeID").map(|found| found.0), Some(Weight::Breaks));
        assert_eq!(one(FieldName::Scopes, "openid,\u{200b}AdobeID").map(|found| found.0), Some(Weight::Breaks));
    }

    #[test]
    fn the_worst_is_told() {
        let url = one(FieldName::TokenEndpoint, "https://ims-na1. adobelogin.com/ims/token/v3 ").unwrap();
        assert_eq!(url, (Weight::Breaks, "has a space in it, which is part of the value".to_owned()));
        assert_eq!(one(FieldName::TokenEndpoint, "https://x/ ").unwrap().0, Weight::Doubtful);
        assert_eq!(one(FieldName::OrgId, " 0000EXAMPLE@AdobeOrg").unwrap().0, Weight::Doubtful);
    }

    #[test]
    fn quotes_are_part_of_a_value() {
        let weight = |name, text| quotes(name, &[text]).map(|fault| fault.weight);
        assert_eq!(weight(FieldName::ClientId, "\"0000example\""), Some(Weight::Breaks));
        assert_eq!(weight(FieldName::ClientSecret, "'$[secret:ACME]'"), Some(Weight::Breaks));
        assert_eq!(weight(FieldName::OrgId, "\"A@AdobeOrg\""), Some(Weight::Doubtful));
        assert_eq!(weight(FieldName::ClientId, "0000\"example"), None);
        assert_eq!(weight(FieldName::Scopes, "\"openid\""), None);
    }

    #[test]
    fn keys_may_have_line_breaks() {
        assert_eq!(one(FieldName::PrivateKey, "-----BEGIN\nx\n"), None);
    }

    #[test]
    fn names_that_differ_by_a_blank_differ() {
        assert!(name_fault("acme ").is_some());
        assert!(name_fault("ac\u{a0}me").is_some());
        assert!(name_fault("Acme Target").is_none());
        assert!(name_fault("acme").is_none());
    }
}
