//! Values of packs in words.

use serde_json::Value;

use crate::role_title;

/// A value longer than this is shown around the place where it differs.
const SHOWN_MAX: usize = 120;
/// What is shown before that place.
const LEAD: usize = 20;

/// The Chinese of a key of a pack.
pub(super) fn key_title(key: &str) -> &str {
    match key {
        "title" => "名称",
        "about" => "说明",
        "from" => "起",
        "to" => "到",
        "by" => "由谁",
        "needs" => "必填",
        "takes" => "可填",
        "reason" => "须写理由",
        "basis" => "依据",
        "letter" => "文书",
        "duties" => "制度",
        "hands_to" => "交给",
        "extends" => "延长",
        "complete" => "材料齐全才能办",
        "papers" => "须附材料",
        "recuse" => "回避",
        "apart_from" => "不能同一人",
        "while_paused" => "暂停中可办",
        "when" => "条件",
        "notice" => "公示",
        "clears" => "撤下公示",
        "result" => "结果",
        "outcome" => "办理结果",
        "batch" => "可成批",
        "dated" => "生效日取自",
        "starts" => "起算",
        "stops" => "停止",
        "ends" => "终止",
        "pauses" => "暂停",
        "resumes" => "恢复",
        "limit" => "时限",
        "promise" => "可承诺",
        "yellow" => "黄灯提前",
        "on_lapse" => "届满后果",
        "binds" => "约束",
        "right" => "逾期失权",
        "every" => "周期",
        "bars" => "期满前不得",
        "before" => "在此日之前",
        "officer" => "人员",
        "step" => "环节",
        "public" => "对外说法",
        "end" => "终结",
        "kind" => "类型",
        "personal" => "个人信息",
        "unique" => "唯一",
        "range" => "范围",
        "help" => "提示",
        "measure" => "计量",
        "standing" => "清单",
        "register" => "清单形式",
        "retention" => "保管期限",
        "series" => "系列",
        "law" => "法",
        "law_id" => "法",
        "article" => "条款",
        "bound" => "约束谁",
        "length" => "多长",
        "direction" => "怎样数",
        "open" => "无天数的原因",
        "extension" => "延长",
        "extension_note" => "延长说明",
        "excluded" => "不计入",
        "silence" | "on-lapse" => "逾期后果",
        "count_authority" => "日的依据",
        "evidence" => "所据文本",
        "number" => "文号",
        "year" => "年份",
        "amends" => "修改",
        "published" => "公布",
        "url" => "网址",
        "days" => "日子",
        "words" => "词",
        "value" => "值",
        "procedure" => "程序",
        "serves" => "服务对象",
        "holds" => "包含事项",
        "unit" => "单位",
        "intake" => "收件单位",
        "tenant" => "辖区",
        "conditions" => "申请条件",
        "to_confirm" => "待核实",
        "steps" => "环节天数",
        "materials" => "材料",
        "fee_fen" => "收费（分）",
        "fee_note" => "收费依据",
        "immediate" => "即办",
        "questions" => "常见问题",
        "popular" => "首页",
        "phone" => "电话",
        "address" => "地址",
        "hours" => "办公时间",
        "closes" => "下班时间",
        "government" => "政府",
        "calendar" => "日历",
        "division" => "区划",
        "tier" => "级别",
        "parent" => "上级",
        "roles" => "职责",
        "a" => "A岗",
        "b" => "B岗",
        "own_licence" => "须本人资格",
        "name" => "姓名",
        "demo" => "演示",
        "text" => "正文",
        "by_law" => "法律自动办理时的正文",
        "remedy" => "救济",
        "opened_by" => "由哪些动作开立",
        "each" => "每个",
        "in_turn" => "依次",
        "passes" => "带去的字段",
        "then" => "全部办结后",
        "called_off_by" => "由哪些动作叫停",
        "call_off" => "叫停时的动作",
        "layers" => "层",
        "rules" => "规定",
        "anchors" => "节日",
        other => other,
    }
}

/// A value in words: lists joined, what a pack writes in one word in that word.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        Value::Number(n) => n.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(list) => joined(list),
        Value::Object(keys) => match keys.iter().next() {
            Some((key, inner)) if keys.len() == 1 => one(key, inner),
            _ => {
                let part = |(k, v): (&String, &Value)| match plain(v) {
                    empty if empty.is_empty() => None,
                    text => Some(format!("{} {text}", key_title(k))),
                };
                keys.iter().filter(|(k, _)| *k != "line").filter_map(part).collect::<Vec<_>>().join("，")
            }
        },
    }
}

fn joined(list: &[Value]) -> String {
    let pieces = list.iter().all(|v| v.as_object().is_some_and(|o| o.len() == 1 && !o.contains_key("role")));
    list.iter().map(plain).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(if pieces { "" } else { "、" })
}

/// An enum's value: `{"series": "XK-42-1"}`, `{"role": ["window", "intake"]}`.
fn one(key: &str, inner: &Value) -> String {
    match (key, inner) {
        ("role", Value::Array(pair)) if pair.len() == 2 => {
            let role = pair[0].as_str().map_or("", role_title);
            match (&pair[1], pair[1].as_str()) {
                (_, Some("unit")) => role.to_owned(),
                (_, Some("intake")) => format!("{role}@收件"),
                (_, Some("above")) => format!("{role}@上级"),
                (_, Some("back")) => format!("{role}@原单位"),
                (whose, _) => format!("{role}@{}", plain(whose)),
            }
        }
        ("named", field) => format!("{} 所写的人", plain(field)),
        ("step", name) => format!("环节 {}", plain(name)),
        ("until", field) => format!("到 {}", plain(field)),
        ("workdays", n) => format!("{}个工作日", plain(n)),
        ("days", Value::Number(n)) => format!("{n}日"),
        ("months", n) => format!("{}个月", plain(n)),
        ("years", n) => format!("{}年", plain(n)),
        ("hours", Value::Number(n)) => format!("{n}小时"),
        (_, inner) => plain(inner),
    }
}

/// Two values that differ, each short enough to be read, with the place where they differ in sight.
pub(super) fn both(was: &Value, is: &Value) -> (String, String) {
    let (was, is) = (plain(was), plain(is));
    if was.chars().count() <= SHOWN_MAX && is.chars().count() <= SHOWN_MAX {
        return (was, is);
    }
    let same = was.chars().zip(is.chars()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| {
        let from = same.saturating_sub(LEAD);
        let mut shown: String = text.chars().skip(from).take(SHOWN_MAX).collect();
        if from > 0 {
            shown.insert(0, '…');
        }
        if text.chars().count() > from + SHOWN_MAX {
            shown.push('…');
        }
        shown
    };
    (around(&was), around(&is))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_read_as_packs_write_them() {
        assert_eq!(plain(&json!([{"role": ["window", "intake"]}, "law"])), "窗口@收件、law");
        assert_eq!(plain(&json!({"series": "XK-42-1"})), "XK-42-1");
        assert_eq!(plain(&json!(null)), "");
    }

    #[test]
    fn of_two_long_texts_the_place_is_shown_where_they_differ() {
        let long = |end: &str| json!(format!("{}{end}", "同".repeat(300)));
        let (was, is) = both(&long("甲"), &long("乙"));
        assert!(was.starts_with('…') && was.ends_with('甲') && is.ends_with('乙'), "{was} {is}");
        assert!(was.chars().count() < 30);
    }
}
