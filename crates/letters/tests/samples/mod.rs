//! One letter of each kind, of a homestead case in Minhe. Names are made up; the words are those of the packs.

mod plain;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use plain::{Plain, laws};
use xiaoneng_casework::{Fields, Value};
use xiaoneng_letters::{
    Addressee, ClockSaid, Contact, Count, Given, Letter, LetterData, Missing, Own, Run, Said, Track, fill,
};
use xiaoneng_pack::{Name, Procedure};

pub fn day(month: i8, day: i8) -> Date {
    date(2015, month, day)
}

pub fn contact(name: &str, post: &str) -> Contact {
    Contact {
        name: name.to_owned(),
        post: post.to_owned(),
        phone: "0972-0000101（演示号码）".to_owned(),
        address: "马营镇便民服务中心".to_owned(),
        hours: "工作日 8:30—12:00，14:30—17:30".to_owned(),
    }
}

/// A procedure of the packs in the box.
pub fn procedure(id: &str) -> Procedure {
    (*xiaoneng_packbox::world().procedures[id]).clone()
}

fn fields(of: &[(&str, Value)]) -> Fields {
    of.iter().map(|(name, value)| (Name::from(*name), value.clone())).collect()
}

pub fn count() -> Count {
    Count {
        statute: "公布的期限为10个工作日，至2015年9月6日".to_owned(),
        basis: "本机关公布的办理时限".to_owned(),
        text: "8月21日起，共5个工作日，其中周末2天不计，8月27日到期".to_owned(),
        strip: Vec::new(),
        provisional: false,
    }
}

/// One of a procedure's own letters, on a day, by an action's basis, reason and result.
fn own(procedure: &Procedure, id: &str, [basis, reason, result]: [&str; 3], on: Date, by_law: bool) -> Letter {
    let clock = |due: &str, before: &str, limit: &str, extension: &str, count: Count| ClockSaid {
        due: due.to_owned(),
        due_before: before.to_owned(),
        limit: limit.to_owned(),
        extension: extension.to_owned(),
        count,
    };
    let long = Count {
        text: "8月21日起，共30个工作日，含调休上班1天，其中周末9天、抗战胜利纪念日3天、中秋节1天、国庆节7天不计，10月9日到期".to_owned(),
        basis: "中华人民共和国行政许可法第四十二条第一款".to_owned(),
        statute: String::new(),
        ..count()
    };
    let decide = match id {
        "extension" => clock("2015年10月9日", "2015年9月18日", "20个工作日", "10个工作日", long),
        _ => clock("2015年8月27日", "2015年8月27日", "5个工作日（承诺）", "", count()),
    };
    let deliver = clock("2015年9月11日", "", "10个工作日", "", Count::default());
    let given = Given {
        procedure,
        fields: &fields(&[
            ("applicant", "马进才".into()),
            (
                "opinion",
                "申请人是本村集体经济组织成员，一户一宅，原址翻建，不占耕地，村里讨论同意并公示无异议，符合法定条件。"
                    .into(),
            ),
            ("pause-reason", "专家评审".into()),
            ("pause-days", Value::Number(3)),
        ]),
        names: &Plain,
        laws: &laws(),
        by_law,
        own: Own {
            reason: reason.to_owned(),
            unit: "民和县自然资源局".to_owned(),
            unit_before: "民和县自然资源局".to_owned(),
            number: "HD630222-2015-000137".to_owned(),
            title: "农村宅基地审批".to_owned(),
            date: on,
            opened: day(8, 20),
            basis: basis.to_owned(),
            officer: "崔建艳".to_owned(),
            phone: "0972-0000101（演示号码）".to_owned(),
            address: "马营镇便民服务中心".to_owned(),
            result: result.to_owned(),
            certificate: "农村宅基地批准书".to_owned(),
            ..Own::default()
        },
        clocks: BTreeMap::from([("decide".into(), decide), ("deliver".into(), deliver)]),
        days: BTreeMap::from([("accept".into(), day(8, 20))]),
        children: Vec::new(),
    };
    Letter::Own(fill(id, &given).unwrap_or_else(|| panic!("no letter {id}")).0)
}

pub fn letter(on: Date, letter: Letter) -> LetterData {
    LetterData {
        tenant: "民和回族土族自治县".to_owned(),
        unit: "民和县自然资源局".to_owned(),
        number: Some("民自然资〔2015〕137号".to_owned()),
        case_number: "HD630222-2015-000137".to_owned(),
        to: vec![Addressee { name: "马进才".to_owned(), own: true }],
        item: "农村宅基地审批".to_owned(),
        basis: vec!["行政许可法 32".to_owned()],
        officer: contact("祁海燕", "马营镇窗口岗"),
        date: on,
        track: Some(Track {
            url: "https://xiaoneng.example/track?n=HD630222-2015-000137".to_owned(),
            code: "7KQ4-M2XD".to_owned(),
        }),
        sealed: None,
        demo: true,
        letter,
    }
}

fn lines(rows: &[&str]) -> Vec<String> {
    rows.iter().map(|r| (*r).to_owned()).collect()
}

fn missing(name: &str, fault: &str, mend: &str) -> Missing {
    Missing { name: name.to_owned(), fault: fault.to_owned(), mend: mend.to_owned() }
}

/// All of them, in the order a case meets them: those of the licence, and a homestead's acceptance by silence.
pub fn all() -> Vec<LetterData> {
    let licence = procedure("licence");
    let own = |id: &str, [month, at]: [i8; 2], said: [&str; 3]| {
        let on = day(month, at);
        letter(on, own(&licence, id, said, on, false))
    };
    vec![
        own("acceptance", [8, 20], ["行政许可法 32", "", ""]),
        silent(),
        letter(
            day(8, 20),
            Letter::Correction {
                received: day(8, 20),
                missing: vec![
                    missing("建房承诺书", "没有提交", "原件 1 份；窗口有样表，可当场填写"),
                    missing("户口簿", "复印件缺申请人页", "复印件 1 份，户主页和申请人页"),
                    missing("村民小组（村）讨论同意的记录和公示情况", "没有写公示起止日期", "由村委会补写日期并盖章"),
                    missing("拟用地块的位置草图或者现场照片", "没有标出四至", "在原图上补标即可"),
                ],
                note: "以上材料可以委托家人代交".to_owned(),
                helper: contact("祁海燕", "马营镇窗口岗"),
            },
        ),
        own(
            "rejection",
            [8, 21],
            ["行政许可法 32", "拟用地块在乐都区境内，不属于本机关职权范围，可以向乐都区自然资源局申请。", "不予受理"],
        ),
        LetterData {
            sealed: Some("2015年8月27日，用印登记第 88 号".to_owned()),
            ..own("decision-grant", [8, 27], ["行政许可法 38", "", "准予许可"])
        },
        own(
            "decision-refuse",
            [8, 27],
            [
                "行政许可法 38",
                "拟用地块经核对村庄规划图属于永久基本农田，不能用于建房；申请人户内另有一处宅基地（阳坡村 2009 年登记），不符合一户一宅",
                "不予许可",
            ],
        ),
        own("pause", [8, 21], ["行政许可法 45", "", ""]),
        own("extension", [9, 14], ["行政许可法 42", "需要向其他机关核对情况", ""]),
        letter(
            day(8, 31),
            Letter::Delivery {
                documents: lines(&["准予批准决定书（民自然资〔2015〕137号）", "农村宅基地批准书"]),
                channel: "窗口领取".to_owned(),
                place: "马营镇便民服务中心".to_owned(),
                by: "祁海燕".to_owned(),
            },
        ),
        LetterData {
            to: Vec::new(),
            number: None,
            track: None,
            officer: contact("马文秀", "审核岗"),
            ..letter(
                day(8, 25),
                Letter::Leave {
                    reason: "现场勘查".to_owned(),
                    whereabouts: "项目现场".to_owned(),
                    from: "8月25日 10:00".to_owned(),
                    until: "8月25日 11:30".to_owned(),
                    stand_in: contact("李建国", "审核岗 B 岗"),
                },
            )
        },
        LetterData {
            to: Vec::new(),
            number: None,
            ..letter(
                day(8, 25),
                Letter::HandOver {
                    from: contact("马文秀", "审核岗"),
                    to: contact("李建国", "审核岗 B 岗"),
                    reason: "到现场勘查，半天".to_owned(),
                    at: "2015年8月25日 09:50".to_owned(),
                    limit: "剩余 2 个工作日，8月27日到期".to_owned(),
                    done: lines(&["乡镇初审通过", "已核对村庄规划图"]),
                    to_do: lines(&["写审核意见，报签发"]),
                    papers: lines(&["申请表等 6 份", "现场照片 4 张"]),
                },
            )
        },
    ]
}

/// The law accepts where nobody said anything.
fn silent() -> LetterData {
    let on = day(8, 20);
    let homestead = procedure("homestead");
    let mut written = own(&homestead, "acceptance", ["行政许可法 32", "", ""], on, true);
    if let Letter::Own(written) = &mut written {
        written.id = "acceptance-by-silence".into();
    }
    letter(on, written)
}

/// A refusal whose reasons fill more than one sheet.
pub fn long() -> LetterData {
    let reasons = "拟用地块经核对村庄规划图属于永久基本农田，不能用于建房；申请人户内另有一处宅基地，不符合一户一宅；\
                   村民会议记录缺三分之一以上代表的签名，公示起止日期前后不一；"
        .repeat(16);
    let said = ["行政许可法 38", reasons.trim_end_matches('；'), "不予许可"];
    letter(day(8, 27), own(&procedure("licence"), "decision-refuse", said, day(8, 27), false))
}

/// A pause of which nobody wrote the reason.
pub fn unfilled() -> LetterData {
    let pause = own(&procedure("homestead"), "pause", ["行政许可法 45", "", ""], day(8, 21), false);
    let mut letter = letter(day(8, 21), pause);
    if let Letter::Own(written) = &mut letter.letter {
        for block in &mut written.blocks {
            let Said::Paragraph(runs) = block else { continue };
            for run in runs.iter_mut().filter(|run| **run == Run::Value("专家评审".to_owned())) {
                *run = Run::Gap("暂停事由".to_owned());
            }
        }
    }
    letter
}
