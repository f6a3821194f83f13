//! One credential in the members of a JSON file, the variables of a `.env` file or a YAML mapping, with any prefix of
//! the names: downloads of the Adobe Developer Console, files for App Builder and the Commerce kits, and files of
//! projects.
//!
//! Sources: the history of adobe/pdfservices-node-sdk-samples (`PUBLIC_KEYS_WITH_EXPIRY`), the README of
//! knennigtri/aep-tag-tool (`CLIENT_SECRETS`, `SCOPES`), AdobeDocs/app-builder (`IMS_OAUTH_S2S_…`),
//! adobe/commerce-integration-starter-kit (`OAUTH_…`, `AIO_COMMERCE_AUTH_IMS_…`), action inputs in `app.config.yaml`.

use std::collections::BTreeMap;

use super::{Draft, Extract, Literal, Lures, Property, Recogniser, Subject, field_of, names_key_file};
use crate::format::traits::Stores;
use crate::ims::catalog::{self, Product};
use crate::ims::fields;
use crate::ims::model::{AuthType, Confidence, FieldName, IntegrationKind};

/// What a member of a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Field(FieldName),
    Email,
    KeyDates,
    KeyFile,
    SignIn,
}

/// Endings of names, in upper case with `_`; longer ones come first.
const ENDINGS: &[(&str, Role)] = &[
    ("PUBLIC_KEYS_WITH_EXPIRY", Role::KeyDates),
    ("TECHNICAL_ACCOUNT_EMAIL", Role::Email),
    ("TECHNICAL_ACCOUNT_ID", Role::Field(FieldName::TechnicalAccount)),
    ("TECH_ACCOUNT_ID", Role::Field(FieldName::TechnicalAccount)),
    ("TECH_ACCT_ID", Role::Field(FieldName::TechnicalAccount)),
    ("TECHNICAL_ACCOUNT", Role::Field(FieldName::TechnicalAccount)),
    ("REFRESH_TOKEN", Role::SignIn),
    ("REDIRECT_URI", Role::SignIn),
    ("REDIRECT_URL", Role::SignIn),
    ("AUTHORIZATION_ENDPOINT", Role::SignIn),
    ("CLIENT_SECRETS", Role::Field(FieldName::ClientSecret)),
    ("CLIENT_SECRET", Role::Field(FieldName::ClientSecret)),
    ("CLIENT_ID", Role::Field(FieldName::ClientId)),
    ("API_KEY", Role::Field(FieldName::ClientId)),
    ("IMS_ORG_ID", Role::Field(FieldName::OrgId)),
    ("IMS_ORG", Role::Field(FieldName::OrgId)),
    ("ORG_ID", Role::Field(FieldName::OrgId)),
    ("META_SCOPES", Role::Field(FieldName::Metascopes)),
    ("METASCOPES", Role::Field(FieldName::Metascopes)),
    ("META_SCOPE", Role::Field(FieldName::Metascopes)),
    ("METASCOPE", Role::Field(FieldName::Metascopes)),
    ("SCOPES", Role::Field(FieldName::Scopes)),
    ("SCOPE", Role::Field(FieldName::Scopes)),
    ("PRIVATE_KEY_FILE_PATH", Role::KeyFile),
    ("PRIVATE_KEY_PATH", Role::KeyFile),
    ("PRIVATE_KEY_FILE", Role::KeyFile),
    ("PRIVATE_KEY", Role::Field(FieldName::PrivateKey)),
];

/// A known reader of credentials: the prefix of its names, its product and what it requires in addition to Adobe IMS.
struct CredentialReader {
    begins: &'static str,
    product: Product,
    name: &'static str,
    demands: &'static [(&'static str, Role)],
}

const READERS: &[CredentialReader] = &[
    CredentialReader {
        begins: "IMS_OAUTH_S2S_",
        product: Product::AppBuilder,
        name: "App Builder",
        demands: &[("ORG_ID", Role::Field(FieldName::OrgId))],
    },
    CredentialReader {
        begins: "AIO_COMMERCE_AUTH_IMS_",
        product: Product::Commerce,
        name: "the Commerce kit",
        demands: &[
            ("ORG_ID", Role::Field(FieldName::OrgId)),
            ("TECHNICAL_ACCOUNT_ID", Role::Field(FieldName::TechnicalAccount)),
            ("TECHNICAL_ACCOUNT_EMAIL", Role::Email),
        ],
    },
];

/// Members with the same prefix.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "credential_file",
    words: "One credential in JSON, YAML or variables, however its names begin",
    lures: Lures::Literals(&[
        Literal::only_in(&[".json", ".yaml", ".yml"], "client_secret"),
        Literal::only_in(&[".json", ".yaml", ".yml"], "client-secret"),
        Literal::only_in(&[".json", ".yaml", ".yml"], "private_key"),
        Literal::only_in(&[".json", ".yaml", ".yml"], "private-key"),
    ]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    // Of the files of the command line, only the variables of applications: contexts have their own recogniser.
    let capture = subject.scene.capture;
    let is_of_application = capture.stores(Stores::CommandLine) && subject.node.path.is_empty();
    if !is_of_application && !capture.is_of_any_program() {
        return false;
    }
    let mut groups: BTreeMap<String, KeyGroup<'_>> = BTreeMap::new();
    for property in &subject.node.properties {
        if let Some((begins, role)) = role_of(&property.name) {
            groups.entry(begins).or_default().add(role, property);
        }
    }
    // With `IMS_ORG_ID` next to `IMS_CLIENT_ID`, the prefix of all is `IMS_`.
    let of_ims: Vec<String> = groups.keys().filter(|begins| begins.ends_with("IMS_")).cloned().collect();
    for begins in of_ims {
        let org = groups.get(begins.trim_end_matches("IMS_")).and_then(|group| group.field(FieldName::OrgId));
        if let (Some(org), Some(group)) = (org, groups.get_mut(&begins)) {
            group.add(Role::Field(FieldName::OrgId), org);
        }
    }
    let before = found.found.len();
    let people_sign_in = groups.values().any(|group| group.filled(Role::SignIn).is_some());
    for (begins, group) in groups {
        if people_sign_in && group.auth(None).0 == AuthType::Unknown {
            continue;
        }
        found.found.extend(group.credential(subject, &begins).map(Draft::finish));
    }
    found.found.len() > before
}

/// The upper-case prefix of a member's name, and the role of the member.
fn role_of(name: &str) -> Option<(String, Role)> {
    // Only members of the mapping itself; nested mappings have their own node.
    let own = match name.split_once('.') {
        Some((own, _)) if own.eq_ignore_ascii_case("PUBLIC_KEYS_WITH_EXPIRY") => own,
        Some(_) => return None,
        None => name,
    };
    let spelled = own.to_ascii_uppercase().replace('-', "_");
    // A reader's prefix may end like the start of the name of an organization.
    if let Some((reader, ending)) = READERS.iter().find_map(|r| Some((r, spelled.strip_prefix(r.begins)?))) {
        let role = ENDINGS.iter().find(|(known, _)| *known == ending).map(|&(_, role)| role)?;
        return Some((reader.begins.to_owned(), role));
    }
    let whole_words = |begins: &str| begins.is_empty() || begins.ends_with('_');
    ENDINGS.iter().find_map(|&(ending, role)| {
        let begins = spelled.strip_suffix(ending).filter(|begins| whole_words(begins))?;
        Some((begins.to_owned(), role))
    })
}

/// Members with the same prefix.
#[derive(Default)]
struct KeyGroup<'a> {
    members: Vec<(Role, &'a Property)>,
}

impl<'a> KeyGroup<'a> {
    fn add(&mut self, role: Role, property: &'a Property) {
        self.members.push((role, property));
    }

    fn all(&self, role: Role) -> impl Iterator<Item = &'a Property> {
        self.members.iter().filter(move |(own, _)| *own == role).map(|&(_, property)| property)
    }

    fn filled(&self, role: Role) -> Option<&'a Property> {
        self.all(role).find(|property| fields::state_of(property).is_filled())
    }

    fn field(&self, name: FieldName) -> Option<&'a Property> {
        self.filled(Role::Field(name))
    }

    /// Whether it shows evidence of Adobe: a client id alone may belong to any vendor.
    fn is_adobe(&self) -> bool {
        let says =
            |role: Role, is: &dyn Fn(&str) -> bool| self.filled(role).is_some_and(|p| p.texts().any(|t| is(t.trim())));
        let account = |text: &str| text.ends_with("@techacct.adobe.com");
        says(Role::Field(FieldName::OrgId), &|text| text.ends_with("@AdobeOrg"))
            || says(Role::Field(FieldName::TechnicalAccount), &account)
            || says(Role::Email, &account)
            || says(Role::Field(FieldName::ClientSecret), &|text| text.starts_with("p8e-"))
            || says(Role::Field(FieldName::Scopes), &|text| words(text).any(|word| word == "AdobeID"))
            // Only Adobe uses these, whatever their values.
            || [Role::Field(FieldName::Metascopes), Role::Field(FieldName::TechnicalAccount), Role::KeyDates]
                .into_iter()
                .any(|role| self.filled(role).is_some())
    }

    /// How it authenticates, and the member that shows it.
    fn auth(&self, reader: Option<&CredentialReader>) -> (AuthType, Confidence, Option<(&'a Property, &'static str)>) {
        let jwt = [
            (Role::KeyDates, "lists the public keys of a Service Account (JWT) credential"),
            (Role::Field(FieldName::Metascopes), "belongs to a Service Account (JWT) credential"),
            (Role::Field(FieldName::PrivateKey), "is the key that signs a JWT"),
            (Role::KeyFile, "names the key that signs a JWT"),
        ];
        let told = jwt.iter().find_map(|&(role, text)| Some((self.filled(role)?, text)));
        let scopes = self.field(FieldName::Scopes);
        let metascopes = scopes.filter(|p| p.texts().flat_map(words).any(|word| word.starts_with("ent_")));
        if let Some(told) = told.filter(|_| reader.is_none()) {
            return (AuthType::Jwt, Confidence::High, Some(told));
        }
        if let Some(property) = metascopes.filter(|_| reader.is_none()) {
            return (AuthType::Jwt, Confidence::Medium, Some((property, "lists metascopes")));
        }
        let lists = self.members.iter().find(|(role, property)| {
            *role == Role::Field(FieldName::ClientSecret) && property.name.to_ascii_uppercase().ends_with('S')
        });
        if let Some(property) = scopes.or(lists.map(|&(_, property)| property)) {
            return (AuthType::OAuth, Confidence::High, Some((property, "belongs to an OAuth credential")));
        }
        if reader.is_some() {
            let named = self.members.first().map(|&(_, property)| (property, "is read for an OAuth credential"));
            return (AuthType::OAuth, Confidence::High, named);
        }
        (AuthType::Unknown, Confidence::Low, None)
    }

    fn credential(&self, subject: Subject<'a>, begins: &str) -> Option<Draft<'a>> {
        let reader = READERS.iter().find(|reader| reader.begins == begins);
        let keyed = self.field(FieldName::ClientSecret).or_else(|| self.field(FieldName::PrivateKey)).is_some();
        let signs_in = self.filled(Role::SignIn).is_some();
        if signs_in || !keyed || !(reader.is_some() || self.is_adobe()) {
            return None;
        }
        let (auth, confidence, evidence) = self.auth(reader);
        let scopes = self.field(FieldName::Scopes).map(fields::joined).unwrap_or_default();
        let metascopes = self.field(FieldName::Metascopes).map(fields::joined).unwrap_or_default();
        let mut draft = Draft::new(subject, IntegrationKind::CredentialFile)
            .auth(auth, confidence)
            .product([
                catalog::product_of_metascopes(words(&metascopes)),
                catalog::product_of_scopes(&scopes),
                reader.map(|reader| reader.product),
            ])
            .name(Some(begins.trim_end_matches('_')).filter(|begins| !begins.is_empty()));
        use FieldName::{ClientId, ClientSecret, Metascopes, OrgId, PrivateKey, Scopes, TechnicalAccount};
        for (name, ending) in [(ClientId, "CLIENT_ID"), (ClientSecret, "CLIENT_SECRET"), (Scopes, "SCOPES")] {
            let there: Vec<&str> = self.all(Role::Field(name)).map(|property| property.name.as_str()).collect();
            let demanded = name != Scopes || auth == AuthType::OAuth;
            if !there.is_empty() {
                draft = draft.with(field_of(subject, name, &there));
            } else if demanded {
                draft = draft.with(fields::missing(name, &format!("{begins}{ending}")));
            }
        }
        for name in [OrgId, TechnicalAccount, Metascopes, PrivateKey] {
            let held = self.all(Role::Field(name)).find(|property| name != PrivateKey || !names_key_file(property));
            if let Some(property) = held {
                draft = draft.with(field_of(subject, name, &[&property.name]));
            }
        }
        let key_path = self.field(PrivateKey).filter(|property| names_key_file(property));
        draft = draft.jwt_settings(self.filled(Role::KeyFile).or(key_path).map(|property| property.name.as_str()));
        let dates = self.all(Role::KeyDates).next().map(|property| property.name.as_str());
        draft = draft.jwt_settings(dates.map(|name| name.split_once('.').map_or(name, |(object, _)| object)));
        if let Some(reader) = reader {
            for (ending, _) in reader.demands.iter().filter(|(_, role)| self.filled(*role).is_none()) {
                let name = format!("{begins}{ending}");
                let what = format!("{} demands `{name}`", reader.name);
                draft =
                    draft.unmet(&name, what, format!("Add `{name}` with the value of the Adobe Developer Console."));
            }
        }
        Some(match evidence {
            Some((property, text)) => draft.shown_by(auth, &property.name, text),
            None => draft,
        })
    }
}

/// The items of a list in any notation.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ', '"', '\'', '[', ']', '\n']).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_by_their_ends() {
        let is =
            |name: &str, begins: &str, role: Role| assert_eq!(role_of(name), Some((begins.to_owned(), role)), "{name}");
        is("IMS_OAUTH_S2S_CLIENT_SECRET", "IMS_OAUTH_S2S_", Role::Field(FieldName::ClientSecret));
        is("OAUTH_IMS_ORG_ID", "OAUTH_", Role::Field(FieldName::OrgId));
        is("client_id", "", Role::Field(FieldName::ClientId));
        is("AIO_COMMERCE_AUTH_IMS_ORG_ID", "AIO_COMMERCE_AUTH_IMS_", Role::Field(FieldName::OrgId));
        is("PUBLIC_KEYS_WITH_EXPIRY.0011", "", Role::KeyDates);
        assert_eq!(role_of("MYCLIENT_ID"), None);
        assert_eq!(role_of("with.client_id"), None);
        is("PRIVATE_KEY_PATH", "", Role::KeyFile);
        assert_eq!(role_of("PRIVATE_KEY_ALIAS"), None);
    }
}
