//! One letter of each kind, of a homestead case in Minhe. Names are made up.

use jiff::civil::{Date, date};
use xiaoneng_letters::{Contact, Due, Letter, LetterData, Missing, Track, remedies};

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

pub fn due() -> Due {
    Due {
        length: "5个工作日（承诺）".to_owned(),
        date: Some(day(8, 27)),
        statute: "公布的期限为10个工作日，至2015年9月6日".to_owned(),
        basis: "本机关公布的办理时限".to_owned(),
        text: "8月21日起，共5个工作日，其中周末2天不计，8月27日到期".to_owned(),
        strip: Vec::new(),
        provisional: false,
    }
}

pub fn letter(on: Date, letter: Letter) -> LetterData {
    LetterData {
        tenant: "民和回族土族自治县".to_owned(),
        unit: "民和县自然资源局".to_owned(),
        number: Some("民自然资〔2015〕137号".to_owned()),
        case_number: "HD630222-2015-000137".to_owned(),
        addressee: "马进才".to_owned(),
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

/// All ten, in the order a case meets them.
pub fn all() -> Vec<LetterData> {
    vec![
        letter(day(8, 20), Letter::Acceptance { received: day(8, 20), accepted: day(8, 20), deemed: false, due: due() }),
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
        letter(
            day(8, 21),
            Letter::Rejection {
                received: day(8, 20),
                reason: "拟用地块在乐都区境内，不属于本机关职权范围".to_owned(),
                go_to: Some("乐都区自然资源局".to_owned()),
                remedies: remedies(day(8, 21), "民和回族土族自治县人民政府"),
            },
        ),
        LetterData {
            basis: lines(&["土地管理法 第六十二条"]),
            sealed: Some("2015年8月27日，用印登记第 88 号".to_owned()),
            ..letter(
                day(8, 27),
                Letter::Grant {
                    result: "准予批准".to_owned(),
                    accepted: day(8, 20),
                    findings: "申请人是本村集体经济组织成员，一户一宅，原址翻建，不占耕地，村里讨论同意并公示无异议，符合法定条件".to_owned(),
                    decision: "同意马进才户在马营镇阳坡村原址翻建住房，用地面积 200 平方米，四至以批准书附图为准。".to_owned(),
                    document: "农村宅基地批准书".to_owned(),
                    deliver_by: Some(day(9, 11)),
                },
            )
        },
        LetterData {
            basis: lines(&["土地管理法 第六十二条"]),
            ..letter(
            day(8, 27),
            Letter::Refuse {
                result: "不予批准".to_owned(),
                accepted: day(8, 20),
                reasons: lines(&[
                    "拟用地块经核对村庄规划图属于永久基本农田，不能用于建房",
                    "申请人户内另有一处宅基地（阳坡村 2009 年登记），不符合一户一宅",
                ]),
                remedies: remedies(day(8, 27), "民和回族土族自治县人民政府"),
            },
        )},
        LetterData {
            basis: lines(&["行政许可法 45"]),
            ..letter(day(8, 21), Letter::Pause { reason: "专家评审".to_owned(), since: day(8, 21), days: 3, due: Due { date: Some(day(9, 1)), text: "8月21日起，共5个工作日，其中周末4天、暂停计时（专家评审）3天不计，9月1日到期".to_owned(), statute: "公布的期限为10个工作日，至2015年9月9日".to_owned(), ..due() } })
        },
        LetterData {
            basis: lines(&["行政许可法 42"]),
            ..letter(
                day(9, 14),
                Letter::Extension {
                    reason: "需要向其他机关核对情况".to_owned(),
                    by: "10个工作日".to_owned(),
                    approver: "本机关负责人崔建艳".to_owned(),
                    before: day(9, 18),
                    due: Due { length: "30个工作日（20个工作日，延长10个工作日）".to_owned(), date: Some(day(10, 9)), text: "8月21日起，共30个工作日，含调休上班1天，其中周末9天、抗战胜利纪念日3天、中秋节1天、国庆节7天不计，10月9日到期".to_owned(), basis: "中华人民共和国行政许可法第四十二条第一款".to_owned(), statute: String::new(), ..due() },
                },
            )
        },
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
            addressee: String::new(),
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
            addressee: String::new(),
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
