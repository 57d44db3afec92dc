//! Forms as they arrive: fields and papers, within explicit limits, nothing trusted.

use axum::body::Bytes;
use axum::extract::{FromRef, FromRequest, Multipart, Request};
use axum::http::header;
use axum::response::Response;
use xiaoneng_casework::{Attachment, Fields, Name, Value};
use xiaoneng_ledger::TenantId;
use xiaoneng_pack::{Action, FieldKind, Procedure};

use crate::app::{App, Service};
use crate::fault::Fault;
use crate::ui::say;

/// Most bytes of a form, papers included.
pub const FORM_SIZE_MAX: usize = 64 * 1024 * 1024;
/// Most fields of a form.
const FIELDS_MAX: usize = 2_000;
/// Most bytes of one field that is not a paper.
const FIELD_SIZE_MAX: usize = 64 * 1024;
/// Most papers in one form.
const PAPERS_MAX: usize = 50;
/// Longest file name kept.
const FILE_NAME_MAX: usize = 120;

/// A form.
#[derive(Debug, Default)]
pub struct Form {
    values: Vec<(String, String)>,
    papers: Vec<Paper>,
}

#[derive(Debug)]
struct Paper {
    name: String,
    bytes: Bytes,
    material: Option<String>,
}

impl FromRequest<Service> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, service: &Service) -> Result<Self, Response> {
        Form::read(request).await.map_err(|fault| fault.page(&App::from_ref(service), None))
    }
}

impl Form {
    async fn read(request: Request) -> Result<Self, Fault> {
        let media = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if media.starts_with("multipart/form-data") {
            let multipart = Multipart::from_request(request, &()).await.map_err(|e| Fault::Bad(e.to_string()))?;
            return read_multipart(multipart).await;
        }
        let bytes = Bytes::from_request(request, &()).await.map_err(|_| too_large())?;
        // Counted before it is taken apart: a short body can hold millions of fields.
        if bytes.iter().filter(|b| **b == b'&').count() >= FIELDS_MAX {
            return Err(too_many());
        }
        let values: Vec<(String, String)> =
            serde_urlencoded::from_bytes(&bytes).map_err(|_| Fault::Bad("表单读不出来，请刷新页面重填".to_owned()))?;
        Form { values, papers: Vec::new() }.within()
    }
}

fn too_large() -> Fault {
    Fault::TooLarge(format!("表单连附件最多 {} MB。请分几次上传", FORM_SIZE_MAX / 1024 / 1024))
}

fn too_many() -> Fault {
    Fault::TooLarge(format!("一张表单最多 {FIELDS_MAX} 项、{PAPERS_MAX} 个附件"))
}

async fn read_multipart(mut multipart: Multipart) -> Result<Form, Fault> {
    let mut form = Form::default();
    while let Some(field) = multipart.next_field().await.map_err(|_| too_large())? {
        if form.values.len() > FIELDS_MAX || form.papers.len() > PAPERS_MAX {
            return Err(too_many());
        }
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|_| too_large())?;
        match file {
            Some(_) if bytes.is_empty() => {} // An empty file input.
            Some(file) => {
                let material = name.strip_prefix("paper-").map(str::to_owned);
                form.papers.push(Paper { name: clean(&file), bytes, material });
            }
            None => {
                let text =
                    String::from_utf8(bytes.to_vec()).map_err(|_| Fault::Bad("表单里有不是文字的内容".to_owned()))?;
                form.values.push((name, text));
            }
        }
    }
    form.within()
}

/// A file's name without its path, control characters and excess.
fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.chars().filter(|c| !c.is_control() && !deceives(*c)).take(FILE_NAME_MAX).collect()
}

/// Characters that nobody sees and that make a text read as another: turned directions, spaces of no width. They
/// would also stretch a name past its mask. (Joiners stay: Mongolian and Arabic writing need them.)
fn deceives(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

impl Form {
    fn within(mut self) -> Result<Form, Fault> {
        if self.values.len() > FIELDS_MAX || self.papers.len() > PAPERS_MAX {
            return Err(too_many());
        }
        if self.values.iter().any(|(_, v)| v.len() > FIELD_SIZE_MAX) {
            return Err(Fault::TooLarge(format!("一项最多 {} KB 文字", FIELD_SIZE_MAX / 1024)));
        }
        self.values.iter_mut().for_each(|(_, v)| v.retain(|c| !deceives(c)));
        Ok(self)
    }

    /// The first value of a name, trimmed.
    pub fn get(&self, name: &str) -> &str {
        self.values.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
    }

    /// All values of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.trim())
    }

    /// All names and values, as typed.
    pub fn values(&self) -> &[(String, String)] {
        &self.values
    }

    /// From names and values kept earlier (a draft).
    pub fn from_values(values: Vec<(String, String)>) -> Form {
        Form { values, papers: Vec::new() }
    }

    /// The reason typed in, without control characters: it goes on letters and in the history.
    pub fn reason(&self) -> Option<String> {
        let plain: String = self.get("reason").chars().filter(|c| !c.is_control() || "\n\t".contains(*c)).collect();
        Some(plain).filter(|r| !r.is_empty())
    }

    /// The values of an action's fields, each as its field's kind writes it.
    pub fn fields(&self, procedure: &Procedure, action: &Action) -> Fields {
        let mut fields = Fields::new();
        for id in action.needs.iter().chain(&action.takes) {
            let Some(field) = procedure.fields.get(id) else { continue };
            if let Some(value) = self.value(id, &field.kind) {
                fields.insert(id.clone(), value);
            }
        }
        fields
    }

    /// One field's value; what cannot be read stays text, so that the check says what is wrong with it.
    pub fn value(&self, id: &str, kind: &FieldKind) -> Option<Value> {
        let text = self.get(id);
        if matches!(kind, FieldKind::Materials | FieldKind::Units | FieldKind::Posts | FieldKind::Items) {
            let ids: Vec<Name> = self.all(id).filter(|v| !v.is_empty()).map(Name::from).collect();
            return (!ids.is_empty()).then_some(Value::List(ids));
        }
        if text.is_empty() {
            return None;
        }
        let number = |n: Option<i64>| n.map_or_else(|| Value::from(text), Value::Number);
        Some(match kind {
            FieldKind::Count | FieldKind::Percent => number(text.parse().ok()),
            FieldKind::Money => number(say::parse_yuan(text)),
            FieldKind::Flag => Value::Flag(matches!(text, "yes" | "on" | "true" | "1")),
            FieldKind::Identity => Value::Text(xiaoneng_ledger::normal_identity(text)),
            _ => Value::from(text),
        })
    }

    /// Keep the papers by their hash and answer what the event is to say of them.
    pub async fn keep_papers(&mut self, app: &App, tenant: &Name) -> Result<Vec<Attachment>, Fault> {
        let max = app.office.world.values.get("attachment-max-bytes").copied().unwrap_or(20 * 1024 * 1024) as u64;
        let mut kept = Vec::with_capacity(self.papers.len());
        // Every paper is looked at before any is kept.
        for paper in &self.papers {
            if paper.bytes.len() as u64 > max {
                return Err(Fault::TooLarge(format!(
                    "“{}”超过 {} MB。请压缩或者拆成几份",
                    paper.name,
                    max / 1024 / 1024
                )));
            }
            if media_of(&paper.bytes).is_none() {
                return Err(Fault::Bad(format!("“{}”不是能收的格式。可以收：PDF、JPG、PNG、Word、Excel", paper.name)));
            }
        }
        for paper in self.papers.drain(..) {
            let media = media_of(&paper.bytes).unwrap_or("application/octet-stream");
            let size = paper.bytes.len() as u64;
            let hash =
                app.office.store.attachment_put(&TenantId::from(&**tenant), media, paper.bytes.to_vec(), max).await?;
            kept.push(Attachment {
                hash: hash.to_string(),
                name: paper.name,
                media: media.to_owned(),
                size,
                material: paper.material.map(Name::from),
            });
        }
        Ok(kept)
    }
}

/// What a paper is, by its first bytes and not by its name.
pub fn media_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [b'P', b'K', 3, 4, ..] => {
            // A zip is an office document if it holds the part that says so.
            let head = &bytes[..bytes.len().min(4096)];
            let has = |needle: &[u8]| head.windows(needle.len()).any(|w| w == needle);
            if has(b"word/") {
                Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
            } else if has(b"xl/") {
                Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            } else if has(b"[Content_Types].xml") {
                Some("application/vnd.openxmlformats-officedocument")
            } else {
                None
            }
        }
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => Some("application/msword"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_is_known_by_its_bytes_and_not_by_its_name() {
        assert_eq!(media_of(b"%PDF-1.7 ..."), Some("application/pdf"));
        assert_eq!(media_of(b"<html><script>"), None);
        assert_eq!(media_of(b"MZ\x90"), None);
        assert_eq!(media_of(b""), None);
    }

    #[test]
    fn a_file_name_keeps_no_path() {
        assert_eq!(clean("C:\\Users\\x\\户口簿.pdf"), "户口簿.pdf");
        assert_eq!(clean("../../etc/passwd"), "passwd");
        assert_eq!(clean("证明\u{202e}fdp.exe"), "证明fdp.exe");
    }
}
