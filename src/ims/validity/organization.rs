//! Organization ids: `<hex>@AdobeOrg` in every source. Only the suffix is sure; the length of what stands before is not.

use super::{Fault, Weight, is_open};

/// What organization ids end with.
pub const SUFFIX: &str = "@AdobeOrg";
/// Text that the ids and e-mail addresses of technical accounts contain.
const TECHNICAL_ACCOUNT: &str = "@techacct";

const INSTEAD: &str = "the organization id of the Adobe Developer Console (`…@AdobeOrg`)";

/// What is wrong with an organization id.
pub fn fault(text: &str) -> Option<Fault> {
    let text = text.trim();
    if text.is_empty() || text.ends_with(SUFFIX) || is_open(text) {
        return None;
    }
    if text.contains(TECHNICAL_ACCOUNT) {
        return Some(Fault::new(Weight::Breaks, "is the id of a technical account, not of an organization", INSTEAD));
    }
    Some(Fault::new(Weight::Doubtful, format!("does not end in `{SUFFIX}`, as organization ids do"), INSTEAD))
}

/// Whether two organization ids that can be seen are of two organizations.
pub fn differ(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    !one.is_empty() && !other.is_empty() && one != other && !is_open(one) && !is_open(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_decides() {
        for text in
            ["0000EXAMPLE@AdobeOrg", "1234@AdobeOrg", "", "$[env:ORG]", "$[env:ORG]@AdobeOrg", "${org}", "<OrgID>"]
        {
            assert!(fault(text).is_none(), "{text}");
        }
        for text in ["0000EXAMPLE", "0000EXAMPLE@adobeorg", "0000EXAMPLE@AdobeID"] {
            assert_eq!(fault(text).unwrap().weight, Weight::Doubtful, "{text}");
        }
        assert_eq!(fault("0000EXAMPLE@techacct.adobe.com").unwrap().weight, Weight::Breaks);
    }

    #[test]
    fn two_organizations() {
        assert!(differ("A@AdobeOrg", "B@AdobeOrg"));
        assert!(!differ("A@AdobeOrg", " A@AdobeOrg"));
        assert!(!differ("A@AdobeOrg", "$[env:ORG]"));
        assert!(!differ("", "A@AdobeOrg"));
    }
}
