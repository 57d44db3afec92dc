//! The one way through: load, decide, seal, append.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use xiaoneng_casework::{
    Actor, Attachment, Away, Case, Command, Fields, Name, Opening, Recorded, Stream, Value, Verb, decide, due_by_law,
};
use xiaoneng_ledger::{SealKey, StreamId, TenantId};
use xiaoneng_pack::{Duty, Procedure};
use xiaoneng_store::{Append, Idempotency, StoreError, UniqueClaim};

use crate::{
    ActError, Office, OfficeError,
    batch::Overlay,
    chance::draw,
    codec::{stream_id, to_ledger},
    effects::effects_of,
    messages::Message,
    office::{id_seed, tenant_id, uuid_text},
    rows::{RowFacts, rows_of},
    sealing::{key_id, lookup_of, needs_seal, seal_event},
};

/// Deciding again after someone else was quicker; more often than this is a fault, not a race.
pub(crate) const TRIES_MAX: usize = 8;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// An officer who has signed in.
    Officer(Name),
    /// The citizen or firm whose matter it is.
    Applicant,
    /// The law itself, on a message from another case; no page asks for it.
    Law,
}

/// One thing that someone wants done.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whose.
    pub tenant: Name,
    /// Which case; for [`Verb::Open`] the id it is to have.
    pub case: Name,
    /// What.
    pub verb: Verb,
    /// What was typed in.
    pub fields: Fields,
    /// The reason.
    pub reason: Option<String>,
    /// Papers, already kept by their hash.
    pub attachments: Vec<Attachment>,
    /// When it counts, if earlier than now.
    pub effective_at: Option<Timestamp>,
    /// Who.
    pub who: Who,
    /// The idempotency key that came with the form.
    pub key: String,
    /// The version the form was filled in against: if someone acted since, one is told what changed.
    pub seen: Option<u64>,
}

/// What was done.
#[derive(Clone, Debug)]
pub struct Done {
    /// The case's id.
    pub id: Name,
    /// The case as it is now.
    pub case: Arc<Case>,
    /// It had been done before under the same key; nothing was done now.
    pub replayed: bool,
}

/// A decision ready to be appended.
pub(crate) struct Prepared {
    pub append: Append,
    pub tenant: Name,
    pub id: Name,
    pub case: Arc<Case>,
    pub touches_away: bool,
    pub key: Option<(String, SealKey)>,
}

impl Prepared {
    /// What goes to the store, and the rest.
    pub fn split(mut self) -> (Append, Prepared) {
        let nothing = Append::new(self.append.tenant.clone());
        (std::mem::replace(&mut self.append, nothing), self)
    }
}

impl Request {
    /// The idempotency key as the store keeps it: bound to what was asked, not to the id a new case was given.
    fn idempotency(&self) -> Idempotency {
        let actor = match &self.who {
            Who::Officer(id) => id.to_string(),
            Who::Applicant => "applicant".to_owned(),
            Who::Law => "law".to_owned(),
        };
        let (case, verb) = match &self.verb {
            Verb::Open { action, opening } => {
                ("", format!("open {action} {:?} {} {} {}", opening.item, opening.unit, opening.intake, opening.title))
            }
            verb => (&*self.case, format!("{verb:?}")),
        };
        let body = serde_json::json!([case, verb, self.fields, self.reason, self.attachments, self.effective_at]);
        Idempotency { actor, key: self.key.clone(), body_hash: Sha256::digest(body.to_string()).into() }
    }
}

impl Office {
    /// Do it, once: the same request under the same key answers the same.
    pub async fn act(&self, mut request: Request) -> Result<Done, ActError> {
        for _ in 0..TRIES_MAX {
            if let Some(done) = self.done_before(&request).await? {
                return Ok(done);
            }
            let prepared = match self.prepare(&request, &Overlay::default()).await {
                Err(ActError::Refused(refusal)) => {
                    // What the law did in the meantime is true, whether this act is allowed or not.
                    self.catch_up(&request.tenant, &request.case).await?;
                    return Err(ActError::Refused(refusal));
                }
                other => other?,
            };
            if let Some(key) = prepared.key.clone() {
                self.keys.put(&tenant_id(&request.tenant), vec![key]).await?;
            }
            let (append, prepared) = prepared.split();
            let waits = append.effects.iter().any(|e| Message::is_kind(&e.kind));
            let turn = self.turn().await?;
            match self.store.append(append).await {
                Ok(appended) if appended.replayed => continue,
                Ok(_) => {
                    let done = self.finish(prepared);
                    drop(turn); // Delivering takes turns of its own.
                    if waits {
                        self.deliver_soon(&request.tenant).await;
                    }
                    return Ok(done);
                }
                Err(StoreError::Taken { ref space, .. }) if space == "number" => self.renumber(&mut request).await?,
                Err(error) => self.again(&request.tenant, &request.case, error)?,
            }
        }
        Err(StoreError::Unavailable { detail: "too many acts on one case at once".to_owned() }.into())
    }

    /// Record what the law did by time alone; answers how many events.
    pub async fn catch_up(&self, tenant: &Name, id: &Name) -> Result<usize, OfficeError> {
        for _ in 0..TRIES_MAX {
            let Some(prepared) = self.prepare_law(tenant, id, &Overlay::default()).await? else { return Ok(0) };
            let (append, prepared) = prepared.split();
            let count = append.events.len();
            let _turn = self.turn().await?;
            match self.store.append(append).await {
                Ok(_) => {
                    self.finish(prepared);
                    return Ok(count);
                }
                Err(error) => self.again(tenant, id, error)?,
            }
        }
        Ok(0)
    }

    /// What the law did to a case by time alone, ready to be appended; `None` if it did nothing.
    pub(crate) async fn prepare_law(
        &self,
        tenant: &Name,
        id: &Name,
        over: &Overlay,
    ) -> Result<Option<Prepared>, OfficeError> {
        let case = match over.case(id) {
            Some(case) => Some(case),
            None => self.case(tenant, id).await?,
        };
        let Some(case) = case else { return Ok(None) };
        let procedure = self.procedure_of(&case)?.clone();
        let at = self.instant_after(tenant, over).await?;
        let ids = id_seed(at, &*self.chance)?;
        let events = due_by_law(&procedure, &case, &self.facts(&[], ids), at);
        if events.is_empty() {
            return Ok(None);
        }
        self.by_law(tenant, id, &procedure, &case, events, over).await.map(Some)
    }

    pub(crate) async fn by_law(
        &self,
        tenant: &Name,
        id: &Name,
        procedure: &Arc<Procedure>,
        case: &Case,
        events: Vec<Arc<Recorded>>,
        over: &Overlay,
    ) -> Result<Prepared, OfficeError> {
        let mut after = Some(case.clone());
        for event in &events {
            after = xiaoneng_casework::evolve(after, event.clone());
        }
        let after = after.unwrap_or_else(|| case.clone());
        let events = events.into_iter().map(|e| (Stream::Case, e)).collect();
        let leave = is_leave(procedure);
        let mut prepared =
            self.assemble(tenant, id, procedure, Some(case), after, events, Vec::new(), None, None, over).await?;
        prepared.touches_away = leave;
        Ok(prepared)
    }

    async fn done_before(&self, request: &Request) -> Result<Option<Done>, ActError> {
        let Some(appended) = self.store.remembered(&tenant_id(&request.tenant), &request.idempotency()).await? else {
            return Ok(None);
        };
        let id: Name = appended.answer["case"].as_str().unwrap_or_default().into();
        let case = self.case(&request.tenant, &id).await?;
        let case = case.ok_or_else(|| ActError::NotFound(format!("办件 {id}")))?;
        Ok(Some(Done { id, case, replayed: true }))
    }

    pub(crate) async fn prepare(&self, request: &Request, over: &Overlay) -> Result<Prepared, ActError> {
        let (tenant, id) = (&request.tenant, &request.case);
        let opening = match &request.verb {
            Verb::Open { opening, .. } => Some(&**opening),
            _ => None,
        };
        let case = match over.case(id) {
            Some(case) => Some(case),
            None if opening.is_some() => None,
            None => self.case(tenant, id).await?,
        };
        if case.is_none() && opening.is_none() {
            return Err(ActError::NotFound("这个办件".to_owned()));
        }
        if let (Some(case), Some(seen)) = (&case, request.seen) {
            changed_since(case, seen)?;
        }
        let procedure = match (opening, &case) {
            (Some(o), _) => self.world.procedures.get(&o.procedure).cloned(),
            (None, Some(c)) => self.world.procedures.get(&c.opening.procedure).cloned(),
            (None, None) => None,
        };
        let procedure = procedure.ok_or_else(|| ActError::NotFound("这个程序".to_owned()))?;
        let leave = is_leave(&procedure);
        // The posts' versions are read before the leaves: whoever leaves in between makes the append fail.
        let posts = if leave { self.post_versions(tenant, request, case.as_deref(), over).await? } else { Vec::new() };
        let away = match over.away(tenant) {
            Some(away) => away,
            None if leave => self.away_fresh(tenant).await?,
            None => self.away(tenant).await?,
        };
        let at = self.instant_after(tenant, over).await?;
        let command = command(request);
        let actor = match &request.who {
            Who::Officer(officer) => Actor::Officer { id: officer.clone(), post: None },
            Who::Applicant => Actor::Applicant,
            Who::Law => Actor::Law,
        };
        let facts = self.facts(&away, id_seed(at, &*self.chance)?);
        let decision = decide(&procedure, id, case.as_deref(), &command, &actor, &facts, at)?;
        let claims = decision.claims.into_iter().map(|(space, value)| UniqueClaim {
            space: space.to_string(),
            value,
            owner: id.to_string(),
            release: false,
        });
        let claims = claims.collect();
        let (expects, idempotency) = (posts, Some(request.idempotency()));
        let mut prepared = self
            .assemble(
                tenant,
                id,
                &procedure,
                case.as_deref(),
                decision.case,
                decision.events,
                claims,
                idempotency,
                opening,
                over,
            )
            .await?;
        prepared.append.expects.extend(expects);
        prepared.touches_away = leave;
        Ok(prepared)
    }

    /// Seal, and put together one transaction.
    #[expect(clippy::too_many_arguments, reason = "the parts of one transaction, each of another kind")]
    async fn assemble(
        &self,
        tenant: &Name,
        id: &Name,
        procedure: &Arc<Procedure>,
        before: Option<&Case>,
        mut after: Case,
        mut events: Vec<(Stream, Arc<Recorded>)>,
        claims: Vec<UniqueClaim>,
        idempotency: Option<Idempotency>,
        opening: Option<&Opening>,
        over: &Overlay,
    ) -> Result<Prepared, OfficeError> {
        let store_tenant = tenant_id(tenant);
        let mut new_key = None;
        let mut key = None;
        if events.iter().any(|(_, e)| needs_seal(procedure, e)) {
            key = self.key_of(&store_tenant, id, over).await?;
            if key.is_none() && (opening.is_some() || before.is_some_and(|c| !has_sealed(c))) {
                let fresh = SealKey::new(draw(&*self.chance)?);
                new_key = Some((key_id(id), fresh.clone()));
                key = Some(fresh);
            }
            let key = key.as_ref().ok_or_else(|| OfficeError::Chance("the case's key was destroyed".to_owned()))?;
            for (_, event) in &mut events {
                seal_event(procedure, tenant, id, key, &*self.chance, Arc::make_mut(event))?;
            }
            after = sealed_case(before, &events).unwrap_or(after);
        }
        let office_key = self.office_key(&store_tenant).await?;
        if key.is_none() && has_sealed(&after) {
            key = self.key_of(&store_tenant, id, over).await?;
        }
        let lookup = lookup_of(procedure, tenant, id, &after.fields, key.as_ref(), &office_key);
        let rows = rows_of(&RowFacts { world: &self.world, procedure, tenant, id, lookup }, &after);
        let mut append = Append::new(store_tenant);
        append.idempotency = idempotency;
        append.expects = vec![(StreamId::case(id), before.map_or(0, Case::version))];
        append.effects = effects_of(procedure, tenant, id, &after, &events);
        append.events = events.iter().map(|(s, e)| to_ledger(stream_id(s, id), e)).collect();
        append.rows = rows;
        append.claims = claims;
        append.answer = serde_json::json!({ "case": &**id, "version": after.version() });
        Ok(Prepared {
            append,
            tenant: tenant.clone(),
            id: id.clone(),
            case: Arc::new(after),
            touches_away: false,
            key: new_key,
        })
    }

    pub(crate) fn finish(&self, prepared: Prepared) -> Done {
        let case = prepared.case;
        self.keep_case(&prepared.tenant, &prepared.id, case.clone());
        if prepared.touches_away {
            self.forget_away(&prepared.tenant);
        }
        Done { id: prepared.id, case, replayed: false }
    }

    /// Someone else was quicker: forget what was cached and decide again; anything else is an error.
    pub(crate) fn again(&self, tenant: &Name, id: &Name, error: StoreError) -> Result<(), OfficeError> {
        self.forget_case(tenant, id);
        self.forget_away(tenant);
        match error {
            StoreError::Conflict { .. } | StoreError::TimeWentBack { .. } => Ok(()),
            other => Err(other.into()),
        }
    }

    /// Now, but never before the tenant's last event: `recorded_at` never goes back.
    pub(crate) async fn instant_after(&self, tenant: &Name, over: &Overlay) -> Result<Timestamp, OfficeError> {
        let now = self.now();
        let now = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
        let last = match over.last(tenant) {
            Some(last) => Some(last),
            None => self.store.last_recorded_at(&tenant_id(tenant)).await?,
        };
        Ok(last.map_or(now, |l| l.max(now)))
    }

    async fn key_of(&self, tenant: &TenantId, id: &Name, over: &Overlay) -> Result<Option<SealKey>, OfficeError> {
        match over.key(&key_id(id)) {
            Some(key) => Ok(Some(key)),
            None => self.keys.get(tenant, &key_id(id)).await,
        }
    }

    async fn post_versions(
        &self,
        tenant: &Name,
        request: &Request,
        case: Option<&Case>,
        over: &Overlay,
    ) -> Result<Vec<(StreamId, u64)>, OfficeError> {
        let value = |field: &str| request.fields.get(field).or_else(|| case.and_then(|c| c.fields.get(field)));
        let written = |field: &str| value(field).and_then(|v| v.text());
        let org = &self.world.org;
        let who = written("officer").or_else(|| written("deputy"));
        // The post for which someone is named, and those in which he stands himself.
        let own = who.into_iter().flat_map(|officer| org.posts_of_officer(officer));
        let named = value("posts").map(Value::list).unwrap_or_default().iter().filter_map(|post| org.posts.get(post));
        let named = named.filter(|p| who.is_none_or(|w| !p.is_a(w) && !p.is_b(w)));
        let mut versions = Vec::new();
        for post in own.chain(named) {
            let stream = StreamId::post(&post.id);
            let version = match over.version(tenant, &stream) {
                Some(version) => version,
                None => self.store.stream_version(&tenant_id(tenant), &stream).await?,
            };
            versions.push((stream, version));
        }
        Ok(versions)
    }

    /// A new case's id.
    pub(crate) fn new_case_id(&self) -> Result<(Name, u128), OfficeError> {
        let seed = id_seed(self.now(), &*self.chance)?;
        Ok((uuid_text(seed), u128::from_be_bytes(draw(&*self.chance)?)))
    }

    /// The leaves that matter to one officer's posts, for buttons and badges.
    pub async fn is_out(&self, tenant: &Name, officer: &str) -> Result<Option<Away>, OfficeError> {
        Ok(self.away(tenant).await?.iter().find(|a| a.out && &*a.officer == officer).cloned())
    }
}

/// A procedure whose cases take someone away from his posts.
fn is_leave(procedure: &Procedure) -> bool {
    procedure.actions.values().any(|a| a.duties.contains(&Duty::AbPost))
}

fn command(request: &Request) -> Command {
    Command {
        verb: request.verb.clone(),
        fields: request.fields.clone(),
        reason: request.reason.clone(),
        attachments: request.attachments.clone(),
        effective_at: request.effective_at,
    }
}

/// Told when someone acted since the form was filled in; lights that turned by themselves disturb nobody, nor do
/// letters that were put away.
fn changed_since(case: &Case, seen: u64) -> Result<(), ActError> {
    use xiaoneng_casework::Happening;
    let later = case.history.iter().skip(seen as usize);
    let since: Vec<Recorded> = later
        .filter(|e| !matches!(e.what, Happening::Turned { .. } | Happening::LetterKept { .. }))
        .map(|e| Recorded::clone(e))
        .collect();
    if since.is_empty() { Ok(()) } else { Err(ActError::Changed { since }) }
}

fn has_sealed(case: &Case) -> bool {
    case.fields.values().any(|v| matches!(v, xiaoneng_casework::Value::Sealed { .. }))
}

/// The case as its sealed events make it: no plain personal value stays in a cache.
fn sealed_case(before: Option<&Case>, events: &[(Stream, Arc<Recorded>)]) -> Option<Case> {
    let mut case = before.cloned();
    for (stream, event) in events {
        if *stream == Stream::Case {
            case = xiaoneng_casework::evolve(case, event.clone());
        }
    }
    case
}
