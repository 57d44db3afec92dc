//! The paper that is attached where a word alone proves nothing: one small invented sheet, kept once a tenant.

use std::collections::BTreeMap;
use std::fmt::Write;

use xiaoneng_casework::{Attachment, Name};
use xiaoneng_office::{Office, OfficeError};

use crate::SimError;

const NAME: &str = "证明材料（演示）.pdf";
const MEDIA: &str = "application/pdf";
const TEXT: &str = "Demonstration only: made by a program, no real document.";

/// Keep it for every tenant.
pub async fn put(office: &Office) -> Result<BTreeMap<Name, Attachment>, SimError> {
    let mut papers = BTreeMap::new();
    let bytes = sheet(TEXT).into_bytes();
    let size = bytes.len() as u64;
    for tenant in office.tenants() {
        let kept = office.store.attachment_put(&tenant.as_ref().into(), MEDIA, bytes.clone(), size).await;
        let hash = kept.map_err(OfficeError::from)?.to_string();
        papers
            .insert(tenant, Attachment { hash, name: NAME.to_owned(), media: MEDIA.to_owned(), size, material: None });
    }
    Ok(papers)
}

/// One page with one line in Latin letters.
fn sheet(line: &str) -> String {
    let drawn = format!("BT /F1 14 Tf 60 760 Td ({line}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (n, object) in objects.iter().enumerate() {
        let _ = writeln!(places, "{:010} 00000 n ", pdf.len());
        let _ = write!(pdf, "{} 0 obj\n{object}\nendobj\n", n + 1);
    }
    let (start, count) = (pdf.len(), objects.len() + 1);
    let _ = write!(
        pdf,
        "xref\n0 {count}\n0000000000 65535 f \n{places}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    pdf
}
