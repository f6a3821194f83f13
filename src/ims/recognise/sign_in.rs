//! Sign-in through the Admin Console or another identity provider, and PIDs that are not credentials.

use super::{Extract, Literal, Lures, Recogniser, Subject, field_of};
use crate::ims::catalog::{pid, squeeze};
use crate::ims::literals::GRANITE_AUTH;
use crate::ims::model::FieldName;

/// The sign-in through any OAuth provider; only sign-in with Adobe is relevant.
const OAUTH_PROVIDER: &str = "com.adobe.granite.auth.oauth.provider";

/// Only the secrets of these are reported to the rules, not how they authenticate.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "sign_in",
    words: "Sign-in of users: only its secrets are checked",
    lures: Lures::Literals(&[GRANITE_AUTH, Literal::new("sling.auth.oauth_client.")]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    let known = pid::SIGN_IN.iter().find(|(known, _)| subject.configures(known).is_some());
    let Some((holder, secrets)) = known.filter(|_| subject.configures(pid::REQUEST_CUSTOMIZER).is_none()) else {
        return subject.is_foreign();
    };
    if subject.configures(OAUTH_PROVIDER).is_some() && !signs_in_with_adobe(subject) {
        return true;
    }
    for name in *secrets {
        found.add_secret(holder, field_of(subject, FieldName::ClientSecret, &[name]));
    }
    true
}

fn signs_in_with_adobe(subject: Subject<'_>) -> bool {
    ["oauth.config.provider.id", "oauth.config.id", "oauth.scope"].iter().filter_map(|name| subject.property(name)).any(
        |property| property.texts().any(|text| matches!(squeeze(text), t if t.contains("ims") || t.contains("adobe"))),
    )
}
