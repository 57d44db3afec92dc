//! 督查问题: what a breach opens, and takes back when it was none. The machine does no more than that.

use std::sync::Arc;

use xiaoneng_casework::{Case, Name, Verb, finding_for, finding_id};

use crate::{ActError, Office, OfficeError, Request, Who, new_number};

/// Why the machine takes a finding back.
const TAKEN_BACK: &str = "办件更正以后，原来记录的违规不再成立";

impl Office {
    /// Open the finding of a breach, once: its id follows from the breach's event.
    pub(crate) async fn open_finding(
        &self,
        tenant: &Name,
        id: &Name,
        breach: &Name,
        key: &str,
    ) -> Result<(), ActError> {
        let Some(case) = self.case(tenant, id).await? else { return Ok(()) };
        let Some(mut finding) = finding_for(&self.world, id, &case, breach, self.now()) else { return Ok(()) };
        let own = finding.opening.tenant.clone();
        if self.case(&own, &finding.id).await?.is_none() {
            let (_, draw) = self.new_case_id()?;
            finding.opening.number = new_number(&own, self.now(), draw);
            let verb = Verb::Open { action: finding.action, opening: Box::new(finding.opening) };
            let request = by_law(own, finding.id, verb, key);
            self.act(Request { fields: finding.fields, ..request }).await?;
        }
        // A correction may have been quicker than this message.
        let still = self.case(tenant, id).await?.is_some_and(|c| c.breaches.iter().any(|(event, _)| event == breach));
        if still { Ok(()) } else { self.take_back(tenant, id, breach, key).await }
    }

    /// Take back the finding of a breach that was none.
    pub(crate) async fn take_back(&self, tenant: &Name, id: &Name, breach: &Name, key: &str) -> Result<(), ActError> {
        let finding = finding_id(breach);
        let Some(rule) = &self.world.duties.finding else { return Ok(()) };
        let Some(own) = self.tenant_of_finding(tenant, &finding).await? else { return Ok(()) };
        let request = by_law(own, finding, Verb::Do(rule.withdraws.clone()), &format!("{key}/{id}"));
        match self.act(Request { reason: Some(TAKEN_BACK.to_owned()), ..request }).await {
            // Decided in the meantime: the decision stands, and says why.
            Ok(_) | Err(ActError::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whose a finding is: mostly the case's own jurisdiction's, else one above it.
    async fn tenant_of_finding(&self, tenant: &Name, finding: &Name) -> Result<Option<Name>, OfficeError> {
        let others = self.tenants().into_iter().filter(|t| t != tenant);
        for own in std::iter::once(tenant.clone()).chain(others) {
            if self.case(&own, finding).await?.is_some() {
                return Ok(Some(own));
            }
        }
        Ok(None)
    }

    /// The finding that a breach opened, if there is one: its jurisdiction and the case as it is now.
    pub async fn finding_of(&self, tenant: &Name, breach: &str) -> Result<Option<(Name, Arc<Case>)>, OfficeError> {
        let id = finding_id(breach);
        let Some(own) = self.tenant_of_finding(tenant, &id).await? else { return Ok(None) };
        Ok(self.case(&own, &id).await?.map(|case| (own, case)))
    }
}

fn by_law(tenant: Name, case: Name, verb: Verb, key: &str) -> Request {
    Request {
        tenant,
        case,
        verb,
        fields: Default::default(),
        reason: None,
        attachments: Vec::new(),
        effective_at: None,
        who: Who::Law,
        key: key.to_owned(),
        seen: None,
    }
}
