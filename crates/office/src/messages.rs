//! 往来: messages between cases, of one tenant or of two, each side in its own transaction.
//!
//! A parent's action queues "open this case"; the case's own tenant opens it and queues "it is open"; whatever it
//! does later it tells, and its parent takes note. Each message is an effect under an idempotency key: delivered
//! twice, it happens once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use xiaoneng_casework::{
    Case, Fields, Happening, Name, News, Opening, Parent, Planned, Recorded, Refusal, Terms, Verb, passed_on, told,
};
use xiaoneng_pack::FieldKind;
use xiaoneng_store::Effect;

use crate::{ActError, Office, OfficeError, Request, Who, batch::Overlay, intake::terms, new_number, office::id_seed};

/// One round of deliveries.
const ROUND: usize = 200;

/// What one case's tenant asks of another's, or tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "kebab-case")]
pub(crate) enum Message {
    /// Open this case for that one.
    Open {
        /// Who waits for it.
        parent: Name,
        /// What to open.
        planned: Planned,
    },
    /// Do this by the law: the parent has called it off.
    CallOff {
        /// The child's tenant.
        tenant: Name,
        /// The child.
        case: Name,
        /// Its action.
        action: Name,
    },
    /// A breach is on record: it opens its finding.
    Breach {
        /// The case.
        case: Name,
        /// The breach's event.
        event: Name,
    },
    /// A correction made a breach untrue: its finding is taken back.
    BreachGone {
        /// The case.
        case: Name,
        /// The breach's event.
        event: Name,
    },
    /// A child's news.
    News {
        /// The parent.
        parent: Parent,
        /// What it is told.
        news: News,
    },
}

impl Message {
    /// Is an effect of this kind a message between cases?
    pub fn is_kind(kind: &str) -> bool {
        ["open-case", "call-off", "breach", "breach-gone", "news"].contains(&kind)
    }

    /// The kind of effect.
    pub fn kind(&self) -> &'static str {
        match self {
            Message::Open { .. } => "open-case",
            Message::CallOff { .. } => "call-off",
            Message::Breach { .. } => "breach",
            Message::BreachGone { .. } => "breach-gone",
            Message::News { .. } => "news",
        }
    }
}

/// The messages that follow from one event, each with a word that tells it from the others of that event.
pub(crate) fn messages_of(
    procedure: &xiaoneng_pack::Procedure,
    id: &Name,
    case: &Case,
    event: &Recorded,
) -> Vec<(Name, Message)> {
    let mut out = Vec::new();
    let open = |planned: &Planned| {
        let message = Message::Open { parent: id.clone(), planned: planned.clone() };
        (planned.key.clone(), message)
    };
    match &event.what {
        Happening::Acted(acted) => {
            out.extend(acted.opens.iter().filter(|p| !p.waits).map(open));
            out.extend(acted.calls_off.iter().filter_map(|key| Some((key.clone(), call_off(procedure, case, key)?))));
            if let Some(parent) = case.opening.parent.as_ref().filter(|p| p.waits()) {
                out.extend(told_by(procedure, id, case, acted, parent));
            }
        }
        Happening::Breached(_) => {
            out.push(("found".into(), Message::Breach { case: id.clone(), event: event.id.clone() }));
        }
        Happening::Voided { event } => {
            let is_breach = |e: &Arc<Recorded>| e.id == *event && matches!(e.what, Happening::Breached(_));
            if case.history.iter().any(is_breach) {
                out.push(("gone".into(), Message::BreachGone { case: id.clone(), event: event.clone() }));
            }
        }
        Happening::ChildCalled { key } => {
            out.extend(case.children.get(key).map(|child| open(&child.planned)));
        }
        _ => {}
    }
    out
}

fn call_off(procedure: &xiaoneng_pack::Procedure, case: &Case, key: &Name) -> Option<Message> {
    let child = case.children.get(key)?;
    let action = procedure.children.get(&child.planned.kind)?.call_off.clone()?;
    let (case, _) = child.opened.clone()?;
    Some(Message::CallOff { tenant: child.planned.unit.clone(), case, action })
}

fn told_by(
    procedure: &xiaoneng_pack::Procedure,
    id: &Name,
    case: &Case,
    acted: &xiaoneng_casework::Acted,
    parent: &Parent,
) -> Vec<(Name, Message)> {
    let mut out = Vec::new();
    let key = || parent.key.clone();
    let mut tell = |word: &str, news: News| out.push((word.into(), Message::News { parent: parent.clone(), news }));
    if let Some(opening) = &acted.opening {
        tell("opened", News::Opened { key: key(), case: id.clone(), number: opening.number.clone() });
    }
    // That it is open says where it is.
    if let Some(to) = acted.to.as_ref().filter(|_| acted.opening.is_none() || acted.closes) {
        let state = procedure.state_title(to).to_owned();
        let known = case.outcome.as_ref().or(case.result.as_ref()).map(|(r, _)| r.clone());
        let result = acted.outcome.clone().or_else(|| acted.result.clone()).or(known);
        tell("moved", News::Moved { key: key(), state, closed: acted.closes, result });
    }
    out
}

impl Office {
    /// Deliver at once what an act has queued, so that who acted sees it. What fails is left to the rounds.
    pub(crate) async fn deliver_soon(&self, tenant: &Name) {
        if let Err(error) = self.deliver(tenant).await {
            tracing::warn!(%tenant, %error, "messages are left to the next round");
        }
    }

    /// Deliver what is due for a tenant: messages between cases are done, the rest is said in the log. Answers how
    /// many. A message that cannot be done now is tried again later.
    ///
    /// # Errors
    /// The store's.
    pub async fn deliver(&self, tenant: &Name) -> Result<usize, OfficeError> {
        let mut done = 0;
        loop {
            let due = self.effects_due(tenant, ROUND).await?;
            if due.is_empty() {
                return Ok(done);
            }
            for effect in due {
                let outcome = Box::pin(self.perform(tenant, &effect)).await;
                match &outcome {
                    Ok(()) => tracing::info!(%tenant, kind = %effect.kind, id = %effect.id, "delivered"),
                    Err(error) => tracing::warn!(%tenant, kind = %effect.kind, id = %effect.id, %error, "put off"),
                }
                self.effect_delivered(tenant, &effect.id, outcome.map_err(|e| e.to_string())).await?;
                done += 1;
            }
        }
    }

    async fn perform(&self, tenant: &Name, effect: &Effect) -> Result<(), ActError> {
        let Ok(message) = serde_json::from_value::<Message>(effect.payload.clone()) else {
            // OK because letters lie ready: channels that send take their place here.
            return if effect.kind == "letter" { Ok(self.letter_issued(effect).await?) } else { Ok(()) };
        };
        match message {
            Message::Open { parent, planned } => self.open_child(tenant, &parent, planned, &effect.id).await,
            Message::CallOff { tenant: unit, case, action } => self.call_off(&unit, case, action, &effect.id).await,
            Message::Breach { case, event } => self.open_finding(tenant, &case, &event, &effect.id).await,
            Message::BreachGone { case, event } => self.take_back(tenant, &case, &event, &effect.id).await,
            Message::News { parent, news } => self.tell(&parent.tenant, &parent.case, &news).await.map_err(Into::into),
        }
    }

    async fn open_child(&self, tenant: &Name, parent: &Name, planned: Planned, key: &str) -> Result<(), ActError> {
        let case = self.case(tenant, parent).await?.ok_or_else(|| ActError::NotFound(format!("办件 {parent}")))?;
        let Some(child) = case.children.get(&planned.key) else { return Ok(()) };
        if child.opened.is_some() || child.closed_at.is_some() {
            return Ok(());
        }
        let told_off = |refusal: &Refusal| News::Moved {
            key: planned.key.clone(),
            state: format!("未能开立：{}", refusal.rule),
            closed: true,
            result: Some("未能开立".to_owned()),
        };
        // What was opened by the very act that closed it (公布, 投诉属实) is opened all the same.
        if case.closed_at.is_some() && !opened_last(&case, &planned.key) {
            return Ok(());
        }
        let request = self.child_request(tenant, parent, &case, &planned, key).await?;
        match self.act(request).await {
            Ok(_) => Ok(()),
            // The rules of the other side say no, and will say no again: the parent must know.
            Err(ActError::Refused(refusal)) => Ok(self.tell(tenant, parent, &told_off(&refusal)).await?),
            Err(error) => Err(error),
        }
    }

    async fn child_request(
        &self,
        tenant: &Name,
        parent: &Name,
        case: &Case,
        planned: &Planned,
        key: &str,
    ) -> Result<Request, ActError> {
        let world = self.world.clone();
        let not_found = |what: &str| ActError::NotFound(what.to_owned());
        let procedure = world.procedures.get(&planned.procedure).ok_or_else(|| not_found("这个程序"))?;
        let unit = world.org.units.get(&planned.unit).ok_or_else(|| not_found("这个单位"))?;
        let (action, opens) = procedure.opened_by_law().ok_or_else(|| not_found("由法律开立的动作"))?;
        let item = planned.item.as_ref().and_then(|code| world.items.get(code));
        let kind = self.procedure_of(case)?.children.get(&planned.kind);
        let fields = self.opened(tenant, parent, &case.fields).await?;
        let with_materials = kind.is_some_and(|k| k.passes.iter().any(|f| is_materials(procedure, f)));
        let fields =
            kind.map_or_else(Fields::new, |k| passed_on(k, (procedure, opens), item.map(|i| &**i), |f| fields.get(f)));
        let attachments = if with_materials { case.attachments.clone() } else { Vec::new() };
        let (id, draw) = self.new_case_id()?;
        let number = new_number(&unit.tenant, self.now(), draw);
        let title = item.map_or_else(
            || format!("{}：{}", kind.map_or(&*procedure.title, |k| &k.title), case.opening.title),
            |item| item.title.clone(),
        );
        let opening = Opening {
            tenant: unit.tenant.clone(),
            procedure: procedure.id.clone(),
            rules: world.version.clone(),
            item: item.map(|i| i.code.clone()),
            title,
            unit: unit.id.clone(),
            intake: unit.id.clone(),
            standing: procedure.standing,
            terms: item.map_or_else(Terms::default, |i| terms(i)),
            track: None,
            number,
            parent: Some(Parent {
                tenant: tenant.clone(),
                case: parent.clone(),
                number: case.opening.number.clone(),
                unit: case.unit.clone(),
                key: planned.key.clone(),
            }),
        };
        Ok(Request {
            tenant: unit.tenant.clone(),
            case: id,
            verb: Verb::Open { action: action.clone(), opening: Box::new(opening) },
            fields,
            reason: None,
            attachments,
            effective_at: None,
            who: Who::Law,
            key: key.to_owned(),
            seen: None,
        })
    }

    async fn call_off(&self, unit: &Name, case: Name, action: Name, key: &str) -> Result<(), ActError> {
        let tenant = self.world.org.units.get(unit).map(|u| u.tenant.clone());
        let tenant = tenant.ok_or_else(|| ActError::NotFound(format!("“{unit}”这个单位")))?;
        let request = Request {
            tenant,
            case,
            verb: Verb::Do(action),
            fields: Default::default(),
            reason: Some("上一级办件已经叫停".to_owned()),
            attachments: Vec::new(),
            effective_at: None,
            who: Who::Law,
            key: key.to_owned(),
            seen: None,
        };
        match self.act(request).await {
            // Closed in the meantime: its own news says so.
            Ok(_) | Err(ActError::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A parent takes note of its child's news.
    async fn tell(&self, tenant: &Name, id: &Name, news: &News) -> Result<(), OfficeError> {
        for _ in 0..crate::act::TRIES_MAX {
            let Some(case) = self.case(tenant, id).await? else { return Ok(()) };
            let procedure = self.procedure_of(&case)?.clone();
            let over = Overlay::default();
            let at = self.instant_after(tenant, &over).await?;
            let ids = id_seed(at, &*self.chance)?;
            let Some(decision) = told(&procedure, id, &case, news, &self.facts(&[], ids), at) else { return Ok(()) };
            let events = decision.events.into_iter().map(|(_, e)| e).collect();
            let prepared = self.by_law(tenant, id, &procedure, &case, events, &over).await?;
            let (append, prepared) = prepared.split();
            let _turn = self.turn().await?;
            match self.store.append(append).await {
                Ok(_) => {
                    self.finish(prepared);
                    return Ok(());
                }
                Err(error) => self.again(tenant, id, error)?,
            }
        }
        Err(OfficeError::Store(xiaoneng_store::StoreError::Unavailable {
            detail: "too many acts on one case at once".to_owned(),
        }))
    }
}

/// Did the act that closed the case open this child?
fn opened_last(case: &Case, key: &str) -> bool {
    let opens = |event: &Recorded| matches!(&event.what, Happening::Acted(a) if a.closes && a.opens.iter().any(|p| *p.key == *key));
    case.history.iter().any(|event| opens(event))
}

fn is_materials(procedure: &xiaoneng_pack::Procedure, field: &Name) -> bool {
    procedure.fields.get(field).is_some_and(|f| f.kind == FieldKind::Materials)
}
