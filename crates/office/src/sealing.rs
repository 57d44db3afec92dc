//! Personal fields: encrypted before they are written, opened only inside the office, masked outside.

use std::collections::BTreeMap;
use std::sync::Mutex;

use xiaoneng_casework::{Case, Fields, Happening, Name, Recorded, Value};
use xiaoneng_ledger::{FieldPlace, SealKey, Sealed, StreamId, TenantId, lookup_hash, open, seal};
use xiaoneng_pack::{FieldKind, Procedure};
use xiaoneng_store::KeyStore;

use crate::{
    OfficeError,
    chance::{Chance, draw},
};

/// Keys lately used, so that a list of cases does not ask the key file for each.
const KEYS_CACHED_MAX: usize = 20_000;
/// The tenant's own key: looks up identities, makes tracking codes.
pub(crate) const OFFICE_KEY: &str = "office";

/// The keys of sealed fields.
pub(crate) struct Keys {
    store: std::sync::Arc<dyn KeyStore>,
    cached: Mutex<BTreeMap<(String, String), SealKey>>,
}

impl Keys {
    pub fn new(store: std::sync::Arc<dyn KeyStore>) -> Self {
        Keys { store, cached: Mutex::new(BTreeMap::new()) }
    }

    /// The same keys, with nothing cached.
    pub fn afresh(&self) -> Self {
        Keys::new(self.store.clone())
    }

    pub async fn get(&self, tenant: &TenantId, id: &str) -> Result<Option<SealKey>, OfficeError> {
        let place = (tenant.to_string(), id.to_owned());
        if let Some(key) = self.lock().get(&place) {
            return Ok(Some(key.clone()));
        }
        let key = self.store.get(tenant, id).await?;
        if let Some(key) = &key {
            self.keep(place, key.clone());
        }
        Ok(key)
    }

    /// Make keys durable before any event is sealed under them.
    pub async fn put(&self, tenant: &TenantId, keys: Vec<(String, SealKey)>) -> Result<(), OfficeError> {
        if keys.is_empty() {
            return Ok(());
        }
        self.store.put_many(tenant, keys.clone()).await?;
        for (id, key) in keys {
            self.keep((tenant.to_string(), id), key);
        }
        Ok(())
    }

    /// The tenant's own key, made the first time it is needed.
    pub async fn office(&self, tenant: &TenantId, chance: &dyn Chance) -> Result<SealKey, OfficeError> {
        if let Some(key) = self.get(tenant, OFFICE_KEY).await? {
            return Ok(key);
        }
        let key = SealKey::new(draw(chance)?);
        match self.put(tenant, vec![(OFFICE_KEY.to_owned(), key.clone())]).await {
            Ok(()) => Ok(key),
            // Someone else made it at the same moment: theirs is the tenant's.
            Err(error) => self.get(tenant, OFFICE_KEY).await?.ok_or(error),
        }
    }

    fn keep(&self, place: (String, String), key: SealKey) {
        let mut cached = self.lock();
        if cached.len() >= KEYS_CACHED_MAX {
            cached.clear();
        }
        cached.insert(place, key);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<(String, String), SealKey>> {
        // OK because no code panics while it holds this lock.
        self.cached.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The id of the key under which a case's personal fields lie.
pub(crate) fn key_id(case: &str) -> String {
    format!("case/{case}")
}

/// Does this event hold a personal value that is not sealed yet?
pub(crate) fn needs_seal(procedure: &Procedure, event: &Recorded) -> bool {
    let plain = |(id, value): (&Name, &Value)| {
        procedure.fields.get(id).is_some_and(|f| f.personal) && !matches!(value, Value::Sealed { .. })
    };
    written(&event.what).is_some_and(|f| f.iter().any(plain))
}

/// Seal the personal values of an event in place.
pub(crate) fn seal_event(
    procedure: &Procedure,
    tenant: &str,
    case: &str,
    key: &SealKey,
    chance: &dyn Chance,
    event: &mut Recorded,
) -> Result<(), OfficeError> {
    let fields = match &mut event.what {
        Happening::Acted(acted) => std::sync::Arc::make_mut(&mut acted.fields),
        Happening::Corrected { fields, .. } => fields,
        _ => return Ok(()),
    };
    let stream = StreamId::case(case);
    for (id, value) in fields.iter_mut() {
        let Some(field) = procedure.fields.get(id).filter(|f| f.personal) else { continue };
        let plain = match &*value {
            Value::Sealed { .. } => continue,
            Value::Text(text) => text.clone(),
            other => serde_json::to_string(other).unwrap_or_default(),
        };
        let masked = if field.kind == FieldKind::Person { mask_name(&plain) } else { String::new() };
        let place = FieldPlace { tenant, stream: stream.as_str(), field: id };
        let Sealed { sealed, key } = seal(key, &key_id(case), draw(chance)?, place, plain.as_bytes());
        *value = Value::Sealed { sealed, key, masked };
    }
    Ok(())
}

/// The fields of a case, opened. What no longer opens (its key was destroyed) says so.
pub(crate) fn open_fields(tenant: &str, case_id: &str, fields: &Fields, key: Option<&SealKey>) -> Fields {
    let stream = StreamId::case(case_id);
    let opened = |(id, value): (&Name, &Value)| {
        let Value::Sealed { sealed, key: key_id, .. } = value else { return (id.clone(), value.clone()) };
        let place = FieldPlace { tenant, stream: stream.as_str(), field: id };
        let sealed = Sealed { sealed: sealed.clone(), key: key_id.clone() };
        let plain = key.and_then(|k| open(k, place, &sealed).ok()).and_then(|b| String::from_utf8(b).ok());
        (id.clone(), Value::Text(plain.unwrap_or_else(|| "（密钥已销毁）".to_owned())))
    };
    fields.iter().map(opened).collect()
}

/// The keyed hash under which a person's cases are found; only the identity is opened for it.
pub(crate) fn lookup_of(
    procedure: &Procedure,
    tenant: &str,
    case_id: &str,
    fields: &Fields,
    key: Option<&SealKey>,
    office: &SealKey,
) -> Option<String> {
    let identity = procedure.fields.iter().find(|(_, f)| f.kind == FieldKind::Identity)?.0;
    let sealed = Fields::from([(identity.clone(), fields.get(identity)?.clone())]);
    let opened = open_fields(tenant, case_id, &sealed, key);
    opened.get(identity)?.text().map(|text| lookup_hash(office, "identity", text))
}

/// What stands in place of a field whose owner asked for secrecy.
pub const KEPT_SECRET: &str = "（要求保密）";

/// The personal fields that only the unit of the window may see: their flag is set.
pub(crate) fn hidden(procedure: &Procedure, case: &Case) -> Vec<Name> {
    let set = |flag: &Name| matches!(case.fields.get(flag), Some(Value::Flag(true)));
    let fields = procedure.fields.iter().filter(|(_, f)| f.hidden_if.as_ref().is_some_and(set));
    fields.map(|(id, _)| id.clone()).collect()
}

/// The name that may be shown outside: the masked applicant of a case; not even that, where he asked for secrecy.
pub(crate) fn masked_applicant(procedure: &Procedure, case: &Case) -> String {
    match case.fields.get("applicant") {
        Some(_) if hidden(procedure, case).iter().any(|f| **f == *"applicant") => KEPT_SECRET.to_owned(),
        Some(Value::Sealed { masked, .. }) => masked.clone(),
        _ => String::new(),
    }
}

/// Words that end an organisation's name: only such names keep their end.
const ORGANISATIONS: [&str; 24] = [
    "公司",
    "合作社",
    "厂",
    "店",
    "部",
    "中心",
    "学校",
    "幼儿园",
    "医院",
    "诊所",
    "卫生院",
    "餐厅",
    "饭馆",
    "饭庄",
    "超市",
    "商行",
    "农场",
    "牧场",
    "协会",
    "委员会",
    "事务所",
    "工作室",
    "经营户",
    "馆",
];

/// 马秀兰 becomes 马**, whatever the length of a person's name; an organisation keeps its first and last two
/// characters, so that neither its length nor the rest can be read.
///
/// ```
/// use xiaoneng_office::mask_name;
/// assert_eq!(mask_name("马秀兰"), "马**");
/// assert_eq!(mask_name("索南才让多杰"), "索**");
/// assert_eq!(mask_name(" 马 秀 兰"), "马**");
/// assert_eq!(mask_name("民和兴旺餐饮有限公司"), "民和****公司");
/// assert_eq!(mask_name("民和兴旺餐饮店（演示）"), "民和****饮店");
/// ```
pub fn mask_name(name: &str) -> String {
    let start = name.trim_start_matches(['（', '(', ' ', '\u{3000}']);
    let bare = start.split(['（', '(']).next().unwrap_or_default();
    let chars: Vec<char> = bare.chars().filter(|c| c.is_alphanumeric()).collect();
    let plain: String = chars.iter().collect();
    let text = |part: &[char]| part.iter().collect::<String>();
    match chars.len() {
        0 => String::new(),
        n if n > 4 && ORGANISATIONS.iter().any(|w| plain.ends_with(w)) => {
            format!("{}****{}", text(&chars[..2]), text(&chars[n - 2..]))
        }
        n => format!("{}{}", chars[0], "*".repeat((n - 1).clamp(1, 2))),
    }
}

fn written(what: &Happening) -> Option<&Fields> {
    match what {
        Happening::Acted(acted) => Some(&acted.fields),
        Happening::Corrected { fields, .. } => Some(fields),
        _ => None,
    }
}
