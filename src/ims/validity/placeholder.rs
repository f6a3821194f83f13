//! What stands for a value: template words of documentation, tokens that the build fills in, values that an export hides,
//! and texts that were meant to be `$[secret:NAME]`.
//!
//! Source of the last: `Interpolator` and `InterpolationConfigurationPlugin` of Felix. The types are `env`, `secret`,
//! `prop` and `conf` in lower case, the first colon ends them, nothing is trimmed, an unbalanced one stays as it is.

use std::sync::LazyLock;

use regex::Regex;

use super::variable;

use crate::format::placeholder::{Lookup, interpolate};
use crate::ims::catalog::squeeze;
use crate::patterns::constant_regex;

/// The types of placeholders that Felix' interpolation knows (`InterpolationConfigurationPlugin`, and `conf` of Sling).
pub const TYPES: [&str; 4] = ["secret", "env", "prop", "conf"];

/// Whether AEM fills in a placeholder: a type it knows, a name without blanks around it.
pub fn is_known(lookup: &Lookup) -> bool {
    TYPES.contains(&lookup.kind.as_str()) && !lookup.name.trim().is_empty() && lookup.name.trim() == lookup.name
}

/// A text that is nearly a placeholder and so is used as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// The intended placeholder, if known: `$[secret:NAME]`.
    pub meant: String,
    /// It is written `${…:…}`, which Maven may fill in before AEM sees it.
    pub maven: bool,
}

/// Types as people write them, with what they mean.
const TYPE: &str = r"(?i:(?P<kind>secrets?|env(?:s|var|ironment)?|prop(?:s|erty|erties)?|conf(?:ig)?))";
const NAME: &str = r"(?P<name>[A-Za-z_][A-Za-z0-9_./-]*)";

/// Forms that are near one, as regular expressions on the trimmed value; `T` and `N` stand for [`TYPE`] and [`NAME`].
static FORMS: &[&str] = &[
    // ${secret:X}, $(secret:X), $<secret:X>, wherever they stand
    r"\$\{\s*T\s*:\s*N",
    r"\$\(\s*T\s*:\s*N",
    r"\$<\s*T\s*:\s*N",
    // {secret:X}, [secret:X], %[secret:X], $ [secret:X], (secret:X) as the whole value
    r"^[$%#@&]?\s*[\[({<]{1,2}\s*T\s*:\s*N[^\])}>]*[\])}>]{0,2}$",
    // $secret:X, $secret:X]
    r"^\$T:N[\])}>]?$",
    // secret:X]
    r"^T:N\]$",
    // secret:X, which may be a value where X is no name of a variable
    r"^T:(?P<name>[A-Z][A-Z0-9_]{2,})$",
];

/// The same for what stands in `$[…`, closed or not.
const OPENED: &str = r"^\$\[[\s\[({]*(?:T[\s:.=_-]*(?:N)?)?";

static NEAR: LazyLock<Vec<Regex>> = LazyLock::new(|| FORMS.iter().map(|form| compiled(form)).collect());
static NEAR_OPENED: LazyLock<Regex> = LazyLock::new(|| compiled(OPENED));

fn compiled(form: &str) -> Regex {
    constant_regex(&form.replacen('T', TYPE, 1).replacen('N', NAME, 1))
}

/// The intended form of `text`, if AEM does not replace all of it.
pub fn near(text: &str) -> Option<Near> {
    let text = text.trim();
    if text.contains("$[") {
        return near_opened(text);
    }
    if !text.contains(':') {
        return None;
    }
    let captures = NEAR.iter().find_map(|form| form.captures(text))?;
    let kind = captures.name("kind").map_or("", |kind| kind.as_str());
    let maven = captures.get(0).is_some_and(|all| all.as_str().starts_with("${"));
    Some(Near { meant: meant(kind, captures.name("name").map(|name| name.as_str())), maven })
}

/// Whether [`near`] finds one.
pub fn is_near(text: &str) -> bool {
    near(text).is_some()
}

/// Replaces a placeholder that AEM replaces.
const FILLED: &str = "\u{1}";

/// A `$[` that is left when everything that AEM fills in is taken out, also where a backslash has kept it; or a bracket
/// too many around one.
fn near_opened(text: &str) -> Option<Near> {
    let mut first = None;
    let left = interpolate(text, &mut |lookup| {
        is_known(lookup).then(|| {
            first.get_or_insert_with(|| (lookup.kind.clone(), lookup.name.clone()));
            FILLED.to_owned()
        })
    });
    let Some(at) = left.find("$[") else {
        let (kind, name) = first?;
        let enclosed = |signs: [char; 3], at: Option<char>| at.is_some_and(|c| signs.contains(&c));
        let odd = left.match_indices(FILLED).any(|(at, filled)| {
            enclosed(['[', '{', '('], left[..at].chars().next_back())
                || enclosed([']', '}', ')'], left[at + filled.len()..].chars().next())
        });
        return odd.then(|| Near { meant: meant(&kind, Some(&name)), maven: false });
    };
    let captures = NEAR_OPENED.captures(&left[at..])?;
    let kind = captures.name("kind").map(|kind| kind.as_str());
    // Without a type it is one only when it is closed, or was one that a backslash has kept.
    let meant_one = kind.is_some() || text.contains("\\$[") || left[at..].contains(']');
    let name = captures.name("name").map(|name| name.as_str());
    meant_one.then(|| Near { meant: meant(kind.unwrap_or("secret"), name), maven: false })
}

fn meant(kind: &str, name: Option<&str>) -> String {
    let kind = match kind.chars().next().map(|c| c.to_ascii_lowercase()) {
        Some('e') => "env",
        Some('p') => "prop",
        Some('c') => "conf",
        _ => "secret",
    };
    // A name is repeated; what looks like a secret itself is not.
    let name = name.map(|name| name.trim_end_matches(['.', '/', '-']));
    let name = name.filter(|name| variable::shown(name) == *name && !name.starts_with("p8e-"));
    format!("$[{kind}:{}]", name.unwrap_or("NAME"))
}

/// Texts that the build, or what runs it, fills in.
///
/// Sources: Maven (`${x}`, `@x@`), Azure DevOps (`#{x}#`, `__X__`, `$(x)`), Windows and Cargo-like tools (`%X%`), shells
/// (`$X`); README of the tools.
static BUILD_TOKENS: LazyLock<Regex> = LazyLock::new(|| {
    constant_regex(
        &[
            r"\$\{[^{}]*\{?[^{}]*\}",
            r"#\{[^{}]+\}",
            r"(?:^|[/:\s,=])@[A-Za-z_][\w.-]*@",
            r"^%[A-Za-z_][\w.-]*%$",
            r"^__[A-Za-z]\w*__$",
            r"^\$\([A-Za-z_][\w.]*\)$",
            r"^\$[A-Z_][A-Z0-9_]+$",
        ]
        .join("|"),
    )
});

/// Whether the build fills in `text`, or a part of it.
pub fn has_build_token(text: &str) -> bool {
    text.contains(['$', '#', '@', '%', '_']) && BUILD_TOKENS.is_match(text.trim())
}

/// Squeezed texts that stand for a value which an export did not show.
static HIDDEN_WORDS: &[&str] = &["redacted", "hidden", "masked"];

/// Whether `text` stands for a value that was there and is not shown.
pub fn is_hidden(text: &str) -> bool {
    let text = text.trim();
    let mask = text.chars().count() >= 3 && text.chars().all(|c| matches!(c, '*' | '•' | '●' | '∙'));
    let bracketed = text.starts_with(['<', '[', '(']) && text.ends_with(['>', ']', ')']);
    mask || (bracketed && HIDDEN_WORDS.contains(&squeeze(text).as_str()))
}

/// Squeezed texts that ask a person to fill something in, or name what belongs there.
static TEMPLATE_WORDS: &[&str] = &[
    "changeme",
    "changeit",
    "replaceme",
    "replacewithyourownvalue",
    "fixme",
    "todo",
    "tbd",
    "fillme",
    "fillmein",
    "placeholder",
    "dummy",
    "dummyvalue",
    "dummysecret",
    "dummyclientid",
    "dummyclientsecret",
    "secret",
    "secretvalue",
    "clientsecret",
    "clientsecretvalue",
    "oauthclientsecret",
    "imsclientsecret",
    "mysecret",
    "myclientsecret",
    "thesecret",
    "clientid",
    "myclientid",
    "oauthclientid",
    "imsclientid",
    "apikey",
    "orgid",
    "imsorgid",
    "imsorg",
    "organizationid",
    "organisationid",
    "technicalaccountid",
    "scopes",
    "oauthscopes",
];

/// What a text that asks for one of them speaks of, squeezed.
static SUBJECTS: &[&str] =
    &["client", "secret", "org", "scope", "apikey", "credential", "account", "key", "value", "token"];

/// Beginnings of texts that ask for something, squeezed, where one of [`SUBJECTS`] follows.
static ASKING: &[&str] = &["your", "insert", "enter", "fillin", "replace", "provide", "paste"];

/// Beginnings that ask whatever follows.
static TEMPLATE_BEGINNINGS: &[&str] = &[
    "your_",
    "your-",
    "your ",
    "insert_",
    "insert-",
    "insert ",
    "enter your",
    "replace_with",
    "replace-with",
    "replace with",
];

/// Text that asks a person to fill it in: `<OrgID>`, `{{…}}`, `YOUR_…`, `changeme`, `xxx…`.
pub fn is_template(text: &str) -> bool {
    let text = text.trim();
    let enclosed = |open: &str, close: &str| text.starts_with(open) && text.ends_with(close);
    let bracketed = enclosed("<", ">") || enclosed("{{", "}}");
    let crosses = |text: &str| text.len() >= 3 && text.chars().all(|c| matches!(c, 'x' | 'X' | '.' | '-' | '_' | '…'));
    let repeated = crosses(text) || text.strip_prefix("p8e-").is_some_and(crosses) || is_elided(text);
    let organization = text
        .strip_suffix("@AdobeOrg")
        .is_some_and(|id| id.len() >= 3 && id.chars().all(|c| matches!(c, 'x' | 'X' | '.' | '_')));
    let lower = text.to_ascii_lowercase();
    let word = squeeze(text);
    let boxed = (enclosed("[", "]") || enclosed("{", "}")) && !text.contains([',', ':', '"']);
    bracketed
        || repeated
        || organization
        || TEMPLATE_WORDS.contains(&word.as_str())
        || word.ends_with("changeme")
        || TEMPLATE_BEGINNINGS.iter().any(|beginning| lower.starts_with(beginning))
        || (boxed && SUBJECTS.iter().any(|subject| word.contains(subject)))
        || (asks(text, &word))
}

/// Whether somebody has replaced a part of a value by rows of crosses, or has cut it off: `ae2XXXXX-XXXX-b35...`.
fn is_elided(text: &str) -> bool {
    /// Shortest row that counts; of random characters not one in a hundred thousand has such a row.
    const ROW: usize = 4;
    /// Fewest characters in rows, which are a third of the value.
    const LEAST: usize = 8;
    let rows = |sign: char| text.split(move |c| c != sign).map(str::len).filter(|length| *length >= ROW).sum::<usize>();
    let replaced = rows('x') + rows('X');
    (replaced >= LEAST && 3 * replaced >= text.len())
        || ((text.ends_with("...") || text.ends_with('…')) && !text.contains(char::is_whitespace))
}

/// `yourClientId`, `CLIENT_ID_HERE`, `put the client secret`: words of the language, no value.
fn asks(text: &str, word: &str) -> bool {
    let speaks =
        || SUBJECTS.iter().any(|subject| word.contains(subject)) && !text.contains(|c: char| c.is_ascii_digit());
    let separated = text.contains([' ', '_', '-']) || text.chars().skip(1).any(char::is_uppercase);
    (separated && ASKING.iter().any(|beginning| word.starts_with(beginning)) && speaks() && word.len() <= 40)
        || (word.ends_with("here") && speaks() && word.len() <= 40)
}

/// `<OrgID>` and `{{org}}` inside a longer value that is not secret, such as `<OrgID>@AdobeOrg`.
pub fn has_template(text: &str) -> bool {
    /// Most characters between the signs.
    const LONGEST: usize = 61;
    // The length is counted, not repeated in the pattern: `\w` has all letters of all scripts, and sixty times that took
    // longer to prepare than most scans take.
    static INSIDE: LazyLock<Regex> =
        LazyLock::new(|| constant_regex(r"<([A-Za-z][\w .…-]+)>|\{\{\s*([A-Za-z][\w. -]*)\}\}"));
    let short = |captures: regex::Captures<'_>| {
        captures.iter().skip(1).flatten().any(|name| name.as_str().chars().take(LONGEST + 1).count() <= LONGEST)
    };
    let inside = || INSIDE.captures_iter(text).any(short);
    is_template(text) || (text.contains(['<', '{']) && inside())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_inside_a_value_has_a_short_name() {
        let name = |length: usize| "n".repeat(length);
        for text in ["<OrgID>@AdobeOrg", "<Ab>x", "x{{ org id }}y", "<Your Größe…>@x", "<a b <Org ID>>"] {
            assert!(has_template(text), "{text}");
        }
        for text in ["<a>x", "<1a>x", "x {{1}} y", "x{ {org}}", "<a/b>x"] {
            assert!(!has_template(text), "{text}");
        }
        for (length, found) in [(61, true), (62, false)] {
            assert_eq!(has_template(&format!("x<{}>", name(length))), found, "{length}");
            assert_eq!(has_template(&format!("x{{{{{}}}}}", name(length))), found, "{length}");
        }
        assert!(has_template(&format!("x<{}><OrgID>", name(80))));
    }

    #[test]
    fn near_forms_say_what_was_meant() {
        for text in [
            "$[Secret:ACME]",
            "$[SECRET:ACME]",
            "$[secrets:ACME]",
            "$[ secret:ACME]",
            "$[secret :ACME]",
            "$[secret: ACME]",
            "$[secret:ACME ]",
            "$[secret.ACME]",
            "$[secret ACME]",
            "$[secret:ACME",
            "$[secret:ACME}",
            "$[[secret:ACME]]",
            "$[secret:ACME]]",
            "[$[secret:ACME]]",
            "{$[secret:ACME]}",
            "secret:ACME",
            "$(secret:ACME)",
            "$<secret:ACME>",
            "$secret:ACME",
            "$secret:ACME]",
            "{secret:ACME}",
            "[secret:ACME]",
            "%[secret:ACME]",
            "$ [secret:ACME]",
            "$((secret:ACME))",
            "secret:ACME]",
            "\\$[secret:ACME]",
            "x\\$[secret:ACME]",
            "$[secret:OTHER]$[Secret:ACME]",
            "$[Secret:ACME;default=x]",
        ] {
            assert_eq!(near(text), Some(Near { meant: "$[secret:ACME]".to_owned(), maven: false }), "{text}");
        }
        assert_eq!(near("$[secretACME]").unwrap().meant, "$[secret:ACME]");
        assert_eq!(near("${secret:ACME}"), Some(Near { meant: "$[secret:ACME]".to_owned(), maven: true }));
        assert_eq!(near("https://${env:HOST}/ims/token/v3").unwrap().meant, "$[env:HOST]");
        assert_eq!(near("$[environment:ACME]").unwrap().meant, "$[env:ACME]");
        assert_eq!(near("$[vault:ACME]").unwrap().meant, "$[secret:NAME]");
        assert_eq!(near("$[secret:]").unwrap().meant, "$[secret:NAME]");
        assert_eq!(near("$[Secret:p8e-0000]").unwrap().meant, "$[secret:NAME]");
    }

    #[test]
    fn placeholders_and_values_are_not_near() {
        for text in [
            "$[secret:ACME]",
            "$[env:ACME;default=x]",
            "$[prop:acme.host]",
            "https://$[env:HOST;default=ims-na1.adobelogin.com]/ims/token/v3",
            "\\\\$[secret:ACME]",
            "$[env:$[env:B]]",
            "${secret.acme}",
            "${env.ACME}",
            "${acme}",
            "{00112233445566778899aabbccddeeff}",
            "\"iss\" : \"0000EXAMPLE@AdobeOrg\"",
            "https://ims-na1.adobelogin.com/ims/token/v3",
            "p8e-0000$[x",
            "secret:value",
            "",
        ] {
            assert_eq!(near(text), None, "{text}");
        }
    }

    #[test]
    fn tokens_of_the_build() {
        for text in [
            "#{ims.secret}#",
            "#{ims.secret}",
            "@ims.secret@",
            "https://@ims.host@/ims/token/v3",
            "%IMS_SECRET%",
            "${ims.secret}",
            "${{ secrets.IMS }}",
            "https://${host}/ims/token/v3",
            "__IMS_SECRET__",
            "$(imsSecret)",
            "$IMS_SECRET",
        ] {
            assert!(has_build_token(text), "{text}");
        }
        for text in
            ["0000EXAMPLE@AdobeOrg", "100%", "a%20b%20", "p8e-_0_", "$ecret", "0000@techacct.adobe.com", "x@y@z", ""]
        {
            assert!(!has_build_token(text), "{text}");
        }
    }

    #[test]
    fn words_of_documentation() {
        for text in [
            "<OrgID>",
            "<ClientSecret>",
            "{{client_id}}",
            "YOUR_CLIENT_ID",
            "yourClientId",
            "your-org",
            "changeme",
            "aio_client_secret_changeMe",
            "SECRET",
            "dummy",
            "placeholder",
            "CLIENT_SECRET",
            "client_id",
            "CLIENT_ID_HERE",
            "[your client id]",
            "{CLIENT_ID}",
            "xxxxxxxx",
            "p8e-xxxxxxxx",
            "p8e-xxxxxxxxxxxxxxxxxxxxxX1",
            "ae2XXXXc-XXXX-XXXX-bf77-b35",
            "6cdd92XXXXXXXXb82de19827.....",
            "6cdd92b82de…",
            "XXXX@AdobeOrg",
            "....",
            "insert_secret",
            "Enter Client Secret",
            "TODO",
            "my-client-secret",
        ] {
            assert!(is_template(text), "{text}");
        }
        for text in [
            "0000example",
            "acme-client",
            "not-a-real-secret",
            "openid",
            "[openid]",
            "[openid, AdobeID]",
            "p8e-0000",
            "p8e-xxxxxxxA1b2C3d4E5f6",
            "p8e-00000000000000000000",
            "0000EXAMPLE@AdobeOrg",
            "cm-p1-e2-integration-0",
            "experience-catalyst-prod",
            "target_sdk",
            "secret-of-acme-2",
            "1234@AdobeOrg",
            "{00112233445566778899aabbccddeeff}",
            "mykey",
            "user",
            "setscope",
            "my-client",
            "add-client",
        ] {
            assert!(!is_template(text), "{text}");
        }
        assert!(has_template("<OrgID>@AdobeOrg"));
        assert!(has_template("https://<host>/ims/token/v3"));
        assert!(!has_template("a<b"));
    }

    #[test]
    fn masks_stand_for_a_value() {
        for text in ["********", "***", "•••••", "<redacted>", "[REDACTED]"] {
            assert!(is_hidden(text), "{text}");
        }
        for text in ["**", "a***", "redacted", ""] {
            assert!(!is_hidden(text), "{text}");
        }
    }
}
