//! The counts that every report shows, and the sentences for them.

use std::borrow::Cow;
use std::collections::HashSet;

use super::Report;
use super::json::JsonCountsByAuth;
use crate::findings::Finding;
use crate::ims::model::TokenVerdict;
use crate::ims::{AuthType, FieldName, Integration};
use crate::rules::Level;

/// Counts of findings and integrations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Findings at level error that are not suppressed.
    pub errors: u64,
    /// Findings at level warning that are not suppressed.
    pub warnings: u64,
    /// Findings at level note that are not suppressed.
    pub notes: u64,
    /// Suppressed findings of any level.
    pub suppressed: u64,
    /// Files with findings that are not suppressed.
    pub files: u64,
    /// Integrations by authentication.
    pub(super) auth: JsonCountsByAuth,
}

impl Totals {
    /// Counts a report.
    pub fn of(report: &Report) -> Self {
        let mut totals = Self::default();
        let mut files = HashSet::new();
        for finding in &report.findings {
            if finding.suppressed.is_some() {
                totals.suppressed += 1;
                continue;
            }
            files.insert(finding.location.path());
            match finding.level {
                Level::Error => totals.errors += 1,
                Level::Warning => totals.warnings += 1,
                Level::Note => totals.notes += 1,
            }
        }
        totals.files = files.len() as u64;
        for integration in report.landscape.integrations() {
            *match Status::of(integration) {
                Status::Jwt => &mut totals.auth.jwt,
                Status::OAuthIncomplete => &mut totals.auth.oauth_incomplete,
                Status::OAuthBroken => &mut totals.auth.oauth_broken,
                Status::NotInForce => &mut totals.auth.not_in_force,
                Status::OAuthComplete => &mut totals.auth.oauth_complete,
                Status::UserCredentials => &mut totals.auth.user_credentials,
                Status::ByReference => &mut totals.auth.by_reference,
                Status::Unknown => &mut totals.auth.unknown,
            } += 1;
        }
        totals
    }

    /// All integrations.
    pub fn integrations(&self) -> u64 {
        let oauth =
            self.auth.oauth_complete + self.auth.oauth_incomplete + self.auth.oauth_broken + self.auth.not_in_force;
        self.auth.jwt + oauth + self.auth.user_credentials + self.auth.by_reference + self.auth.unknown
    }

    /// `6 errors, 2 warnings`; `no findings`.
    pub fn findings_sentence(&self) -> String {
        let parts = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        nonzero(&parts, counted).unwrap_or("no findings".to_owned())
    }

    /// What was recognised: `4 integrations in 2 files, 1 still on JWT`, `… none broken`, `no IMS integrations`.
    fn recognised(&self, report: &Report) -> String {
        if self.integrations() == 0 {
            return if report.recognition.any { "no IMS integrations" } else { "nothing recognised" }.to_owned();
        }
        let files: HashSet<_> = report.landscape.integrations().map(|one| one.location.path()).collect();
        let parts = [
            (self.auth.jwt, "still on JWT"),
            (self.auth.oauth_incomplete, "incomplete"),
            (self.auth.oauth_broken, "broken"),
            (self.auth.not_in_force, "not in force"),
        ];
        let state = nonzero(&parts, |count, what| format!("{count} {what}")).unwrap_or("none broken".to_owned());
        let all = counted(self.integrations(), "integration");
        format!("{all} in {}, {state}", counted(files.len() as u64, "file"))
    }

    /// `6 errors, 2 warnings in 5 of 1204 files, 3 packages; 4 integrations in 3 files, 2 still on JWT`.
    pub fn summary(&self, report: &Report) -> String {
        let stats = &report.stats;
        let mut text = self.findings_sentence();
        text += " in ";
        if self.files > 0 {
            text += &format!("{} of ", self.files);
        }
        text += &counted(stats.files, "file");
        if stats.packages > 0 {
            text += &format!(", {}", counted(stats.packages, "package"));
        }
        text += "; ";
        text += &self.recognised(report);
        if self.suppressed > 0 {
            text += &format!("; {} suppressed", self.suppressed);
        }
        if stats.skipped_directories > 0 {
            let directories = if stats.skipped_directories == 1 { "directory" } else { "directories" };
            text += &format!("; {} {directories} skipped", stats.skipped_directories);
        }
        let archives = "in unsupported formats not read (7z, rar, xz, …): unpack them and scan the content";
        let unread = [
            (stats.left_out, "path", "excluded on the command line"),
            (stats.links_not_followed, "symbolic link", "not followed"),
            (stats.archives_not_read, "archive", archives),
            (stats.broken_without_evidence, "malformed file", "skipped (no IMS content)"),
        ];
        for (count, what, outcome) in unread.into_iter().filter(|(count, ..)| *count > 0) {
            text += &format!("; {} {outcome}", counted(count, what));
        }
        if !report.is_complete() {
            text += &format!("; incomplete: {} not read", counted(report.incidents.len() as u64, "place"));
        }
        text
    }

    /// `14 integrations: 5 OAuth complete, 2 incomplete, 6 JWT, 1 user credential`.
    pub fn inventory(&self) -> String {
        let count = self.integrations();
        if count == 0 {
            return "no IMS integrations".to_owned();
        }
        let parts = [
            (self.auth.oauth_complete, "OAuth complete"),
            (self.auth.oauth_incomplete, if self.auth.oauth_complete > 0 { "incomplete" } else { "OAuth incomplete" }),
            (self.auth.oauth_broken, if self.auth.oauth_complete > 0 { "broken" } else { "OAuth broken" }),
            (self.auth.not_in_force, "not in force"),
            (self.auth.jwt, "JWT"),
            (
                self.auth.user_credentials,
                if self.auth.user_credentials == 1 { "user credential" } else { "user credentials" },
            ),
            (self.auth.by_reference, "by reference"),
            (self.auth.unknown, "unknown"),
        ];
        let parts = nonzero(&parts, |count, what| format!("{count} {what}")).unwrap_or_default();
        format!("{}: {parts}", counted(count, "integration"))
    }
}

/// `1 file`, `2 files`.
pub fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// What is counted at least once, as `text` says it.
fn nonzero(counts: &[(u64, &str)], text: fn(u64, &str) -> String) -> Option<String> {
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = counts.map(|(count, what)| text(*count, what)).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The text with its first letter capitalised.
pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Migration status of an integration; those that need work come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Status {
    /// Service Account (JWT).
    Jwt,
    /// OAuth Server-to-Server with a value that Adobe IMS or AEM cannot use, in at least one environment.
    #[strum(serialize = "oauthBroken")]
    OAuthBroken,
    /// OAuth Server-to-Server that AEM does not read.
    NotInForce,
    /// OAuth Server-to-Server without something that IMS requires.
    #[strum(serialize = "oauthIncomplete")]
    OAuthIncomplete,
    /// A user's or company's own credential.
    UserCredentials,
    /// Unknown.
    Unknown,
    /// Authenticates through the IMS configuration it refers to.
    ByReference,
    /// OAuth Server-to-Server that gets a token in every environment that it is in force in.
    #[strum(serialize = "oauthComplete")]
    OAuthComplete,
}

impl Status {
    /// The status of `integration`.
    pub fn of(integration: &Integration) -> Self {
        match integration.auth {
            AuthType::Jwt => Self::Jwt,
            AuthType::OAuth => match integration.token_verdict() {
                TokenVerdict::NotInForce => Self::NotInForce,
                TokenVerdict::Broken => Self::OAuthBroken,
                TokenVerdict::Incomplete => Self::OAuthIncomplete,
                TokenVerdict::Works | TokenVerdict::Unknown => Self::OAuthComplete,
            },
            AuthType::UserCredentials => Self::UserCredentials,
            AuthType::Unknown if integration.references.is_empty() => Self::Unknown,
            AuthType::Unknown => Self::ByReference,
        }
    }

    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        self.into()
    }

    /// The name shown to users.
    pub fn label(self) -> &'static str {
        match self {
            Self::Jwt => "JWT",
            Self::OAuthBroken => "OAuth, broken",
            Self::NotInForce => "OAuth, not in force",
            Self::OAuthIncomplete => "OAuth, incomplete",
            Self::UserCredentials => "user credential",
            Self::Unknown => "unknown",
            Self::ByReference => "by reference",
            Self::OAuthComplete => "OAuth",
        }
    }
}

/// The properties that an OAuth Server-to-Server integration lacks: those that the IMS token request requires, and the
/// organisation id, which AEM's documentation requires but IMS does not.
pub fn missing(integration: &Integration) -> Vec<String> {
    use FieldName::{ClientId, ClientSecret, Grant, OrgId, Scopes, TokenEndpoint};
    if integration.auth != AuthType::OAuth {
        return Vec::new();
    }
    let matters = |name| matches!(name, ClientId | ClientSecret | Scopes | TokenEndpoint | Grant | OrgId);
    let mut absent: Vec<_> =
        integration.fields.iter().filter(|field| !field.state.is_filled() && matters(field.name)).collect();
    absent.sort_by_key(|field| field.name);
    absent.into_iter().map(|field| field.property.to_string()).collect()
}

/// The findings that a report shows: those that are not suppressed, and the others on request.
pub fn shown<'a>(report: &'a Report, options: &super::Options) -> impl Iterator<Item = &'a Finding> {
    let suppressed_too = options.show_suppressed;
    report.findings.iter().filter(move |f| suppressed_too || f.suppressed.is_none())
}

/// The message of a finding in a format without a field for suppressions.
pub fn message(finding: &Finding) -> Cow<'_, str> {
    match &finding.suppressed {
        None => Cow::Borrowed(&finding.message),
        Some(suppressed) => Cow::Owned(format!("{} (suppressed: {})", finding.message, suppressed.reason)),
    }
}

/// The level of a finding in such a format: suppressed findings are notes.
pub fn level(finding: &Finding) -> Level {
    if finding.suppressed.is_some() { Level::Note } else { finding.level }
}
