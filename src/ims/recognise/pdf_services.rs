//! PDF Services (PDF Extract, Document Generation): `pdfservices-api-credentials.json` with a Service Account (JWT)
//! credential. The file of today has the same name, and no `service_account_credentials`; its token does not come from
//! Adobe IMS, so it is no integration.
//!
//! Sources: `service_account_credentials.py` and its keys in the SDK for Python (adobe/pdfservices-python-sdk), README of
//! adobe/pdfservices-java-sdk-samples (`serviceAccountCredentialsBuilder().fromFile(…)`), "Getting credentials" of
//! AdobeDocs/pdfservices-api-documentation.

use super::{Lures, Recogniser};
use crate::ims::Extract;
use crate::ims::catalog::Product;
use crate::ims::draft::Draft;
use crate::ims::model::{AuthType, Confidence, FieldName, IntegrationKind};
use crate::ims::subject::Subject;
use crate::ims::validity::placeholder;
use crate::source::Literal;

/// The credential file of PDF Services.
pub struct PdfServices;

const CLIENT_ID: &str = "client_credentials.client_id";
const CLIENT_SECRET: &str = "client_credentials.client_secret";
const ORGANIZATION: &str = "service_account_credentials.organization_id";
const ACCOUNT: &str = "service_account_credentials.account_id";
/// The name of the file with the key; the key itself is never in this file.
const KEY_FILE: &str = "service_account_credentials.private_key_file";

/// Whether somebody has filled in the file that samples bring along.
fn is_filled_in(subject: Subject<'_>) -> bool {
    let is_value = |text: &str| !text.trim().is_empty() && !placeholder::has_template(text);
    [CLIENT_ID, ORGANIZATION, ACCOUNT].iter().filter_map(|name| subject.property(name)).any(|p| p.texts().any(is_value))
}

impl Recogniser for PdfServices {
    fn name(&self) -> &'static str {
        "pdf_services"
    }

    fn words(&self) -> &'static str {
        "PDF Services credentials (`pdfservices-api-credentials.json`)"
    }

    fn lures(&self) -> Lures {
        Lures::Literals(const { &[Literal::only_in(&[".json"], "service_account_credentials")] })
    }

    fn recognise(&self, subject: Subject<'_>, found: &mut Extract) -> bool {
        if !subject.scene.capture.is_of_any_program() {
            return false;
        }
        let evidence = [ACCOUNT, KEY_FILE].into_iter().find(|name| subject.property(name).is_some());
        let Some(evidence) = evidence.filter(|_| is_filled_in(subject)) else { return false };
        found.found.push(
            Draft::new(subject, IntegrationKind::CredentialFile)
                .auth(AuthType::Jwt, Confidence::High)
                .product([Some(Product::PdfServices)])
                .name(None)
                .field(FieldName::ClientId, &[CLIENT_ID])
                .field(FieldName::ClientSecret, &[CLIENT_SECRET])
                .optional(FieldName::OrgId, &[ORGANIZATION])
                .optional(FieldName::TechnicalAccount, &[ACCOUNT])
                .evidence_at(
                    AuthType::Jwt,
                    format!("`{evidence}` belongs to a Service Account (JWT) credential"),
                    evidence,
                )
                .finish(),
        );
        true
    }
}
