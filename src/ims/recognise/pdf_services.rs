//! PDF Services (PDF Extract, Document Generation): `pdfservices-api-credentials.json` with a Service Account (JWT)
//! credential. With OAuth the file has the same name and `service_principal_credentials` instead of
//! `service_account_credentials`. The program then gets its token from PDF Services, not from Adobe IMS, so that file is
//! not an integration.
//!
//! Sources: README of adobe/pdfservices-java-sdk-samples (`serviceAccountCredentialsBuilder().fromFile(…)`),
//! `create-pdf-with-inmemory-auth-credentials.js` of adobe/pdfservices-node-sdk-samples (what the file holds, and the key
//! beside it), "Getting started with PDF Extract API" (the file with OAuth). No page of Adobe shows the members of the JWT
//! form: they are as in the files of public repositories, such as Ewaoche/pdf-text-extract.

use super::{AuthType, Confidence, Draft, Extract, FieldName, IntegrationKind, Literal, Lures, Recogniser, Subject};
use crate::ims::catalog::Product;
use crate::ims::validity::placeholder;

const CLIENT_ID: &str = "client_credentials.client_id";
const CLIENT_SECRET: &str = "client_credentials.client_secret";
const ORGANIZATION: &str = "service_account_credentials.organization_id";
const ACCOUNT: &str = "service_account_credentials.account_id";
/// The name of the file with the key; the key itself is never in this file.
const KEY_FILE: &str = "service_account_credentials.private_key_file";

/// Whether the file has a value: samples contain it with placeholders.
fn is_filled_in(subject: Subject<'_>) -> bool {
    let is_value = |text: &str| !text.trim().is_empty() && !placeholder::has_template(text);
    [CLIENT_ID, ORGANIZATION, ACCOUNT].iter().filter_map(|name| subject.property(name)).any(|p| p.texts().any(is_value))
}

/// The credential file of PDF Services.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "pdf_services",
    words: "PDF Services credentials (`pdfservices-api-credentials.json`)",
    lures: Lures::Literals(&[Literal::only_in(&[".json"], "service_account_credentials")]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    if !subject.scene.capture.is_of_any_program() {
        return false;
    }
    let evidence = [ACCOUNT, KEY_FILE].into_iter().find(|name| subject.property(name).is_some());
    let Some(evidence) = evidence.filter(|_| is_filled_in(subject)) else { return false };
    Draft::new(subject, IntegrationKind::CredentialFile)
        .auth(AuthType::Jwt, Confidence::High)
        .product([Some(Product::PdfServices)])
        .field(FieldName::ClientId, &[CLIENT_ID])
        .field(FieldName::ClientSecret, &[CLIENT_SECRET])
        .optional(FieldName::OrgId, &[ORGANIZATION])
        .optional(FieldName::TechnicalAccount, &[ACCOUNT])
        .jwt_settings(subject.property(KEY_FILE).map(|_| KEY_FILE))
        .shown_by(AuthType::Jwt, evidence, "belongs to a Service Account (JWT) credential")
        .add_to(found);
    true
}
