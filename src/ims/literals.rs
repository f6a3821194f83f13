//! Which files are read: those with a literal that a recogniser, a library, a mark of the edition or of an instance has.
//!
//! Each recogniser declares its own; those that several have are here.

use super::kinds::Kinds;
use super::recognise::{Lures, RECOGNISERS, STRAY_SECRETS};
use super::{inline, libraries, systems, target};
use crate::format::sysview;
use crate::source::markers::ESCAPE;
use crate::source::{Literal, Markers};

/// The host of Adobe IMS.
pub const HOST: Literal = Literal::new("adobelogin.com");
/// An organization.
pub const ORGANISATION: Literal = Literal::new("adobeorg");
/// A technical account.
pub const ACCOUNT: Literal = Literal::new("techacct.adobe.com");
/// The JWT exchange endpoint.
pub const EXCHANGE: Literal = Literal::new("/ims/exchange");
/// The token endpoint.
pub const TOKEN: Literal = Literal::new("/ims/token");
/// A metascope as a claim.
pub const METASCOPE_CLAIM: Literal = Literal::new("/s/ent_");
/// Names of properties with metascopes.
pub const METASCOPES: [Literal; 4] =
    [Literal::new("metascope"), Literal::new("meta_scope"), Literal::new("meta-scope"), Literal::new("meta.scope")];
/// Components of AEM's own that ask for tokens or sign people in.
pub const GRANITE_AUTH: Literal = Literal::new("com.adobe.granite.auth.");
/// ACS AEM Commons Adobe I/O.
pub const ACS_COMMONS: Literal = Literal::new("com.adobe.acs.commons.adobeio.");
/// I/O Events for AEM.
pub const AIO_FOR_AEM: Literal = Literal::new("com.adobe.aio.aem.");
/// Who names an IMS configuration, and AEM Guides.
pub const IMS_CONFIG: Literal = Literal::new("imsconfig");
/// Names of properties with a technical account.
pub const TECHNICAL_ACCOUNT: Literal = Literal::new("technical_account");
/// Cloud configurations.
pub const CLOUD_CONFIGS: Literal = Literal::new("cloudconfigs");
/// Cloud services.
pub const CLOUD_SERVICES: Literal = Literal::new("cloudservices");

/// What the literals have in common: so few can be searched twice as fast, and what has none of them has no literal either. A
/// literal that has none of them in it is searched by all of it.
///
/// Any would do, in any order; these are found fastest. The search takes a place for a candidate by the first four bytes
/// of all parts that have the same number modulo eight, or sixteen where the processor can, so each begins where its
/// literals are rare in pages, and stands among others whose halves of bytes are like its own.
const PARTS: &[&str] = &[
    "imsconfig",
    "andtarget",
    "tsync",
    "tech",
    "exchange",
    "sv/1.0",
    "lyst",
    "eorg",
    "scene7",
    "uth.",
    "-ims-",
    "oken",
    "egration_type",
    "o_server",
    "exts",
    "aio.",
    "aio_",
    ESCAPE,
    "tm-reactor",
    "ecretstring",
    "cope",
    "eystore",
    "iaportal",
    "s/ent_",
    "p8e-",
    "pps-action",
    "obelogin.com",
    "cloud",
    "e.acs.commons.adobeio.",
    "_org_id",
    "gging",
    "jcrinstall",
];

/// What shows that a file speaks of IMS, so that the unread rest of a broken one may matter.
static EVIDENCE: &[&str] =
    &["adobelogin.com", "@AdobeOrg", "techacct.adobe.com", "auth.oauth.accesstoken.provider", "allowedClientIDs"];

/// Every literal, each once.
pub fn all() -> Vec<Literal> {
    let of_recognisers = RECOGNISERS.iter().flat_map(|recogniser| match recogniser.lures {
        Lures::Literals(literals) => literals,
        Lures::Declared => &[],
    });
    let others =
        [STRAY_SECRETS, inline::LITERALS, sysview::LITERALS, libraries::LITERALS, target::LITERALS, systems::LITERALS];
    let mut all: Vec<Literal> = Vec::new();
    for literal in of_recognisers.chain(others.into_iter().flatten()) {
        if !all.contains(literal) {
            all.push(*literal);
        }
    }
    all
}

/// The choice of what to read, for everything that is known.
pub fn known() -> Markers {
    markers(&Kinds::default())
}

/// The choice of what to read, for everything that is known and for the kinds that users declare.
pub fn markers(kinds: &Kinds) -> Markers {
    Markers::new(&all(), PARTS, kinds.literals().as_deref(), EVIDENCE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::markers::{MOST_PARTS, parts_of};

    #[test]
    fn literals_are_as_the_search_needs_them() {
        for literal in all().iter().filter(|literal| literal.is_everywhere()) {
            let text = literal.text();
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._:/-".contains(&b);
            assert!(text.bytes().all(plain), "{literal:?}: lower case, letters, digits and ._:/-");
            // The beginning of a client secret has no more.
            assert!(text.len() >= 6 || text == "p8e-", "{literal:?} is too short to be searched fast");
        }
    }

    #[test]
    fn there_are_few_parts() {
        let all: Vec<Literal> = all().into_iter().filter(Literal::is_everywhere).collect();
        let parts = parts_of(&all, PARTS);
        assert!(parts.iter().all(|part| part.len() >= 4));
        assert!(PARTS.iter().all(|part| parts.contains(part)), "a part that no literal has any more: {PARTS:?}");
        assert!(
            parts.len() <= MOST_PARTS,
            "{} parts, and the fastest search takes {MOST_PARTS}: give `PARTS` one that the new literal has in common with \
             another, or look for it in some files only: {parts:?}",
            parts.len()
        );
    }

    /// Else a broken file that shows evidence would be an incident only without the choice.
    #[test]
    fn what_shows_evidence_is_chosen() {
        let chosen = |evidence: &str| {
            all().iter().any(|literal| evidence.to_lowercase().contains(&literal.text().to_lowercase()))
        };
        for evidence in EVIDENCE {
            assert!(chosen(evidence), "{evidence}");
        }
    }

    /// A configuration of AEM Guides that was copied into a text, without anything else of Adobe in it, was passed over.
    #[test]
    fn regression_a_copied_configuration_is_chosen_by_the_keys_that_tell_its_component() {
        let known = known();
        let mut passed_over = Vec::new();
        for (_, keys) in crate::ims::catalog::pid::COMPONENTS {
            for key in *keys {
                for text in [format!("{{\n  \"{key}\": \"x\"\n}}\n"), format!("{key}=\"x\"\n")] {
                    if !known.may_matter("copied.txt", text.as_bytes()) {
                        passed_over.push(text);
                    }
                }
            }
        }
        assert!(
            passed_over.is_empty(),
            "declare these keys in the `lures` of the recogniser, as `Literal::only_in(&[\".json\", \".txt\"], …)`: \
            {passed_over:?}"
        );
    }
}
