//! What people write, in invented words: every text that stands for a document says that it is of the demonstration.

use jiff::Timestamp;
use rand::Rng;
use xiaoneng_casework::PLACE;

use crate::{
    chance::Dice,
    names::{firm, pick, village},
    path::Part,
};

/// Every text that stands for a document says that it is of the demonstration.
pub const DEMO: &str = "（演示）";

/// What an internal case is about, by its procedure.
pub fn subject(procedure: &str, dice: &mut Dice) -> Option<String> {
    let of: &[&str] = match procedure {
        "task" => &[
            "完成村级公路硬化十二公里",
            "建成三个乡镇便民服务大厅",
            "农村危房改造当年任务全部竣工",
            "政务服务事项承诺时限再压缩三成",
            "城区三条背街小巷改造",
            "清理拖欠农民工工资专项行动",
            "政务公开栏目全面更新",
            "全县证明事项清理",
        ],
        "instruction" => &[
            "群众反映办证排队时间长，请查明原因并改进",
            "请尽快解决河湾片区饮水不稳定的问题",
            "来信反映窗口无人值守，请核实并回复",
            "请把清欠工资的进度按周报我",
            "请研究简化小微企业开办手续",
        ],
        "inspection" => &[
            "窗口在岗和离岗告示情况",
            "一次性告知执行情况",
            "承诺时限兑现情况",
            "首问负责制执行情况",
            "收费公示和票据情况",
        ],
        "finding" => &[
            "综合窗口工作时间无人值守二十分钟，没有离岗告示",
            "补正材料分两次告知",
            "承诺五日办结的事项连续三件超期",
            "投诉电话三次无人接听",
            "公示栏的办事指南与现行规定不一致",
        ],
        "penalty" => &[
            "未取得许可从事经营活动",
            "占道经营经责令改正后仍不改正",
            "销售超过保质期的食品",
            "施工工地扬尘防治措施不落实",
            "未按规定公示价格",
        ],
        "spot-penalty" => &["占用人行道堆放杂物", "机动车辆带泥上路", "未按规定悬挂营业执照", "随意张贴广告"],
        "seizure" => &["涉嫌无证经营的设备", "涉嫌不合格的商品一批", "占道经营的器具"],
        "normative-document" => &[
            "城区养犬管理办法",
            "政务服务大厅窗口管理规定",
            "村庄环境卫生管理办法",
            "小型工程建设项目管理办法",
            "临时救助工作实施细则",
        ],
        "accountability" => &["办件超过法定时限", "对同一申请人两次告知补正", "工作时间擅自离岗"],
        "promise" => &["当场办结", "材料齐全的一日内答复", "上门服务", "预约办理", "办结短信告知"],
        "leader-visit" => &["接待日：住房和土地", "接待日：工资和劳动", "接待日：交通和出行"],
        "referral" => &["来人反映的事不归本窗口", "来人咨询的低保、救助事项", "来人反映的噪声扰民"],
        "takeup" => &["下放的小型餐饮登记", "取消的流动人口婚育证明", "调整的乡村规划审核"],
        _ => return None,
    };
    Some((*pick(of, dice)).to_owned())
}

/// The text of a field.
pub fn text(id: &str, title: &str, place: &str, n: u64, dice: &mut Dice, at: Timestamp) -> String {
    let of: &[&str] = match id {
        "village-name" => return village(dice),
        "address" | "firm-address" | "place" | "plot" => return address(place, dice),
        "firm" => return firm(place, dice),
        "document" => return format!("演示〔{}〕{}号", PLACE.to_datetime(at).year(), n + 1),
        "goal" | "words" | "subject" | "fault" | "name" => return format!("{title}{DEMO}"),
        "opinion" => &["材料齐全，符合条件，建议准予", "情况属实，同意上报", "同意", "事实清楚，程序合法"],
        "site-note" => &["到现场查看，四至清楚，与申请一致"],
        "missing-note" | "missing" => &["请按清单补齐，复印件写明“与原件一致”并签名", "请写明名称和大致的年份"],
        "answer" | "content" | "final-opinion" | "review" | "reply" => {
            &["经核实，情况已经处理，结果如下", "您反映的问题已转有关科室办理完毕", "依照规定答复如下"]
        }
        "finding" | "verified" | "fact" | "facts" | "record" => {
            &["经现场查看和询问，情况基本属实", "调取记录核对，事实清楚", "查阅台账并询问两名工作人员，情况如上"]
        }
        "statement" => &["情况属实，已经改正，附整改照片", "当时系统故障，已补办", "没有意见"],
        "report" | "feedback" => &["按计划推进，已完成招标", "主体完工，正在收尾", "受天气影响略有滞后，下月补上"],
        "result-note" | "conclusion" => &["任务全部完成，已组织验收", "检查结束，总体情况良好"],
        "measures" | "plan" => &["增加窗口一个，错峰值守", "补齐公示内容，明确专人负责", "制定值班表并上墙"],
        "demand" | "claim" | "asked" => &["请求退还货款并赔偿损失", "请求支付拖欠的工资", "请求恢复原状"],
        "matter" | "account" | "clue" => {
            &["邻居施工堵了排水沟", "办证等了一个上午", "干完活工资没有结清", "商品与宣传不符"]
        }
        "wanted" => &["本县上一年度农村危房改造资金分配表", "某条道路的环评批复", "本乡征地补偿标准文件"],
        "question" => &["请对是否同意提出意见", "上述信息是否可以公开"],
        "limit" => &["一个工作日", "三个工作日", "当场"],
        "complain" => &["拨打效能投诉电话或者到效能办反映"],
        "contact" => &["到家中走访，听取了意见"],
        "organ" | "right-office" | "go-to" | "rightful" => &["有管辖权的公安机关", "上级主管部门", "法院"],
        "pay-note" | "receipt" | "number-there" | "case-number" | "visit" | "earlier" | "book" | "unit-code" => {
            return format!("演示-{:04}", dice.random_range(1..10_000));
        }
        "room" | "hearing-place" => &["一号会议室", "仲裁庭第二庭", "政务大厅三楼听证室"],
        _ => return format!("{title}{DEMO}"),
    };
    format!("{}{DEMO}", pick(of, dice))
}

fn address(place: &str, dice: &mut Dice) -> String {
    format!("{place}{}{}号{DEMO}", village(dice), dice.random_range(1..200))
}

/// A reason, by what is done.
pub fn reason(part: Part, dice: &mut Dice) -> String {
    let of: &[&str] = match part {
        Part::Back => &["现场查看记录没有写明四至，退回补充", "初审意见理由不足，退回补充", "事实没有查清，请补充"],
        Part::Refuse => &["不符合法定条件", "材料反映的情况与查实的不一致", "不符合规划"],
        Part::Reject => &["不属于本机关职权范围", "依法应当通过其他途径解决", "经核实不成立"],
        Part::Withdraw => &["不再需要办理", "填写有误，重新申请", "材料准备不足，以后再办"],
        Part::Extend => &["案情复杂，需要进一步核实", "需要向其他机关核对情况"],
        _ => &["按规定办理", "经研究确有必要", "情况有变化"],
    };
    (*pick(of, dice)).to_owned()
}
