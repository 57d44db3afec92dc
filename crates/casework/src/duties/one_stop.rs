//! 一站式服务制: the lead takes papers and money once; no unit behind asks for any of its own.

use xiaoneng_pack::{Action, FieldKind, Name};

use crate::{Case, Facts, Refusal, Value, Why, fields::Sheet};

/// A case that was opened by a bundle asks the applicant for nothing: neither for papers nor for money.
pub(super) fn obey(action: &Action, case: Option<&Case>, sheet: &Sheet, facts: &Facts) -> Result<(), Refusal> {
    let Some((case, parent)) = case.and_then(|c| Some((c, c.opening.parent.as_ref()?))) else { return Ok(()) };
    let procedure = facts.procedure(&case.opening.procedure);
    let asks_papers = sheet.given("missing").is_some();
    let money = |id: &&Name| {
        let field = procedure.and_then(|p| p.fields.get(*id));
        field.is_some_and(|f| f.kind == FieldKind::Money) && matches!(sheet.given(id), Some(Value::Number(n)) if *n > 0)
    };
    let asks_money = action.needs.iter().chain(&action.takes).any(|id| money(&id));
    let what = match (asks_papers, asks_money) {
        (false, false) => return Ok(()),
        (true, _) => "要材料",
        (false, true) => "收费",
    };
    let rule = format!("这是一件事联办（编号 {}）里的一项：各单位不再另外向申请人{what}", parent.number);
    let instead = "材料和费用由牵头单位的综合窗口一次告知、一次收：请与它联系；确实不符合条件的，依法作决定并写明理由";
    Err(Refusal::new(Why::Duty, &action.title, rule, instead).by("一站式服务制"))
}
