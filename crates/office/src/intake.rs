//! 收件: a case begins.

use xiaoneng_casework::{Attachment, Fields, Name, Opening, Terms, Verb};
use xiaoneng_pack::{Item, Procedure};

use crate::{ActError, Done, Office, Request, Who, new_number, number::track_hash, office::tenant_id, track_code};

/// A case to be opened.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The opening action of its procedure.
    pub action: Name,
    /// The item applied for, or none (a leave, a register's entry).
    pub item: Option<Name>,
    /// The procedure, where no item names it.
    pub procedure: Option<Name>,
    /// The unit that decides or keeps, where no item names it.
    pub unit: Option<Name>,
    /// The unit at whose window it comes in; the deciding unit where absent.
    pub intake: Option<Name>,
    /// What it is called, where no item names it.
    pub title: Option<String>,
    /// What was typed in.
    pub fields: Fields,
    /// Why, where the action asks for it.
    pub reason: Option<String>,
    /// Papers.
    pub attachments: Vec<Attachment>,
    /// When the papers came in, if earlier than now.
    pub effective_at: Option<jiff::Timestamp>,
    /// Who.
    pub who: Who,
    /// The idempotency key that came with the form.
    pub key: String,
}

impl Office {
    /// Open a case. Answers it with its number; the tracking code follows from [`Office::track_code`].
    pub async fn open(&self, intake: Intake) -> Result<Done, ActError> {
        let request = self.opening(intake).await?;
        self.act(request).await
    }

    /// The request that opens a case.
    pub async fn opening(&self, intake: Intake) -> Result<Request, ActError> {
        let world = self.world.clone();
        let item = match &intake.item {
            Some(code) => Some(world.items.get(code).ok_or_else(|| ActError::NotFound(format!("“{code}”这个事项")))?),
            None => None,
        };
        let procedure = item.map(|i| &i.procedure).or(intake.procedure.as_ref());
        let procedure = procedure.and_then(|p| world.procedures.get(p));
        let procedure = procedure.ok_or_else(|| ActError::NotFound("这个程序".to_owned()))?;
        let unit = item.map(|i| i.unit.clone()).or(intake.unit.clone());
        let unit = unit.ok_or_else(|| ActError::NotFound("办理单位".to_owned()))?;
        let intake_unit = self.intake_unit(item.map(|i| &**i), &unit, intake.intake.as_ref())?;
        let tenant = world.org.units.get(&unit).map(|u| u.tenant.clone());
        let tenant = tenant.ok_or_else(|| ActError::NotFound(format!("“{unit}”这个单位")))?;

        let (id, draw) = self.new_case_id()?;
        let number = new_number(&tenant, self.now(), draw);
        let code = track_code(&self.office_key(&tenant_id(&tenant)).await?, &number);
        let opening = Opening {
            tenant: tenant.clone(),
            procedure: procedure.id.clone(),
            rules: world.version.clone(),
            item: item.map(|i| i.code.clone()),
            title: title(item.map(|i| &**i), intake.title, procedure),
            unit,
            intake: intake_unit,
            standing: procedure.standing,
            terms: item.map(|i| terms(i)).unwrap_or_default(),
            track: item.map(|_| track_hash(&number, &code)),
            number,
            parent: None,
        };
        Ok(Request {
            tenant,
            case: id,
            verb: Verb::Open { action: intake.action, opening: Box::new(opening) },
            fields: intake.fields,
            reason: intake.reason,
            attachments: intake.attachments,
            effective_at: intake.effective_at,
            who: intake.who,
            key: intake.key,
            seen: None,
        })
    }

    /// The number drawn was taken by another case of that day: draw again. Nobody has seen the first one.
    pub(crate) async fn renumber(&self, request: &mut Request) -> Result<(), ActError> {
        let (_, draw) = self.new_case_id()?;
        if let Verb::Open { opening, .. } = &mut request.verb {
            opening.number = new_number(&opening.tenant, self.now(), draw);
            if opening.track.is_some() {
                let code = self.track_code(&opening.tenant, &opening.number).await?;
                opening.track = Some(track_hash(&opening.number, &code));
            }
        }
        Ok(())
    }

    fn intake_unit(&self, item: Option<&Item>, unit: &Name, asked: Option<&Name>) -> Result<Name, ActError> {
        let Some(item) = item else { return Ok(asked.unwrap_or(unit).clone()) };
        match asked {
            None if item.intake.is_empty() => Ok(unit.clone()),
            None => Ok(item.intake[0].clone()),
            Some(asked) if item.intake.is_empty() && asked == unit => Ok(asked.clone()),
            Some(asked) if item.intake.contains(asked) => Ok(asked.clone()),
            Some(asked) => {
                let title = self.world.org.units.get(asked).map_or(&**asked, |u| &u.title);
                Err(ActError::NotFound(format!("“{}”在“{title}”的收件窗口", item.title)))
            }
        }
    }

    /// The code with which a citizen tracks a case: printed on every letter.
    pub async fn track_code(&self, tenant: &Name, number: &str) -> Result<String, ActError> {
        Ok(track_code(&self.office_key(&tenant_id(tenant)).await?, number))
    }
}

fn title(item: Option<&Item>, given: Option<String>, procedure: &Procedure) -> String {
    item.map(|i| i.title.clone()).or(given).unwrap_or_else(|| procedure.title.clone())
}

/// The item's limits as they stand today: a later change moves no case under way.
pub(crate) fn terms(item: &Item) -> Terms {
    Terms {
        law: item.limit.law.clone(),
        stated: item.limit.stated.as_ref().map(|(n, _)| *n),
        promised: item.limit.promised.as_ref().map(|(n, _)| *n),
        steps: item.steps.iter().map(|(s, n)| (s.clone(), *n)).collect(),
    }
}
