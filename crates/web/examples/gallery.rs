//! Writes every component, with data of a homestead case in Minhe, as static pages to look at.
//!
//! `cargo run -p xiaoneng-web --example gallery -- DIR`

use std::{fs, path::Path};

use jiff::{Timestamp, civil::date};
use maud::{Markup, html};
use xiaoneng_calendar::DayCell;
use xiaoneng_casework::{
    Acted, Actor, Away, Case, ClockView, Facts, Happening, Light, Opening, PLACE, Recorded, Refusal, Terms, Why,
    clock_views, evolve,
};
use xiaoneng_letters::{Letter, Said};
use xiaoneng_pack::{Item, Name, Procedure, World};
use xiaoneng_web::ui::{self, *};

#[path = "../../letters/tests/samples/mod.rs"]
mod samples;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args().nth(1).ok_or("name a directory")?;
    let dir = Path::new(&dir);
    fs::create_dir_all(dir.join("assets"))?;
    for asset in ui::assets::all() {
        fs::write(dir.join(&asset.path[1..]), asset.body)?;
    }
    let world = xiaoneng_packbox::world();
    let shop = Shop { world: &world };
    let pages: [(&str, Markup); 7] = [
        ("index", shop.home()),
        ("item", shop.item()),
        ("track", shop.track()),
        ("desk", shop.desk()),
        ("case", shop.case()),
        ("intake", shop.intake()),
        ("oversight", shop.oversight()),
    ];
    for (name, html) in pages {
        let text = html.into_string().replace("\"/assets/", "\"assets/");
        println!("{name}: {} bytes", text.len());
        fs::write(dir.join(format!("{name}.html")), text)?;
    }
    fs::write(dir.join("strips.html"), shop.strips().into_string().replace("\"/assets/", "\"assets/"))?;
    let mut letters = samples::all();
    for n in [1, 2, 3] {
        // The longest corrections: they must stay one sheet.
        let mut long = samples::all().swap_remove(1);
        if let Letter::Correction { missing, .. } = &mut long.letter {
            *missing = missing.iter().cycle().take(n * 4 + 2).cloned().collect();
        }
        let html = xiaoneng_letters::document(&long, &ui::assets::letters_css_path()[1..], None);
        fs::write(dir.join(format!("letter-correction-{}.html", n * 4 + 2)), html.into_string())?;
    }
    for (name, letter) in [("long", samples::long()), ("unfilled", samples::unfilled())] {
        let html = xiaoneng_letters::document(&letter, &ui::assets::letters_css_path()[1..], None);
        fs::write(dir.join(format!("letter-{name}.html")), html.into_string())?;
    }
    for letter in &mut letters {
        let extended = letter.letter.id() == "extension";
        if let Letter::Own(written) = &mut letter.letter {
            let counts = written.blocks.iter_mut().filter_map(|block| match block {
                Said::Count(count) => Some(count),
                _ => None,
            });
            for count in counts {
                count.strip = match extended {
                    true => shop.extended(),
                    false => shop.view("homestead", &shop.minhe(), "decide", at(8, 20, 11, 0)).1,
                };
            }
        }
        let html = xiaoneng_letters::document(letter, &ui::assets::letters_css_path()[1..], None);
        fs::write(dir.join(format!("letter-{}.html", letter.letter.id())), html.into_string())?;
    }
    Ok(())
}

/// An instant of 2015 in Minhe.
fn at(month: i8, day: i8, hour: i8, minute: i8) -> Timestamp {
    PLACE.to_timestamp(date(2015, month, day).at(hour, minute, 0, 0)).unwrap_or_default()
}

/// One act of a story: action, state after, post holding, when, and whether it pauses.
type Told = (&'static str, &'static str, &'static str, Timestamp, Option<bool>, &'static str);

struct Shop<'a> {
    world: &'a World,
}

const NOW: (i8, i8, i8, i8) = (8, 25, 10, 0);

impl Shop<'_> {
    fn facts(&self) -> Facts<'_> {
        const NOBODY: &[Away] = &[];
        Facts { world: self.world, away: NOBODY, ids: 1 }
    }

    fn homestead(&self) -> (&Procedure, &Item) {
        (&self.world.procedures["homestead"], &self.world.items["630222-zjd"])
    }

    fn story(&self, procedure: &str, item: &str, acts: &[Told]) -> Case {
        let terms = match procedure {
            "homestead" => Terms {
                law: None,
                stated: Some(10),
                promised: Some(5),
                steps: vec![("初审".into(), 1), ("审核".into(), 2), ("签发".into(), 1)],
            },
            _ => Terms { law: Some("XK-42-1".into()), stated: None, promised: None, steps: vec![] },
        };
        let mut case = None;
        for (n, (action, to, holder, when, pauses, note)) in acts.iter().enumerate() {
            let opening = (n == 0).then(|| Opening {
                number: "HD630222-2015-000137".into(),
                tenant: "630222".into(),
                procedure: procedure.into(),
                rules: self.world.version.clone(),
                item: Some(item.into()),
                title: "马进才 农村宅基地审批".into(),
                unit: "630222-zrzy".into(),
                intake: "630222102".into(),
                standing: false,
                terms: terms.clone(),
                track: None,
                parent: None,
            });
            let id: Name = format!("e{n}").into();
            case = evolve(
                case,
                Recorded {
                    id,
                    actor: Actor::Officer { id: "mh-zrzy-checker".into(), post: Some((*holder).into()) },
                    acting_for: None,
                    recorded_at: *when,
                    effective_at: *when,
                    cause: None,
                    what: Happening::Acted(Box::new(Acted {
                        action: (*action).into(),
                        opening: opening.map(std::sync::Arc::new),
                        to: (!to.is_empty()).then(|| (*to).into()),
                        holder: Some((*holder).into()),
                        closes: matches!(*to, "closed" | "rejected" | "withdrawn"),
                        pauses: *pauses,
                        moved: None,
                        spares: Vec::new(),
                        outcome: None,
                        opens: Vec::new(),
                        calls_off: Vec::new(),
                        extends: (*action == "extend").then(|| "decide".into()),
                        fields: Default::default(),
                        reason: (!note.is_empty()).then(|| (*note).to_owned()),
                        attachments: vec![],
                        letter: None,
                        notice: None,
                        clears: None,
                        result: None,
                    })),
                },
            );
        }
        case.expect("a story opens a case")
    }

    fn minhe(&self) -> Case {
        self.story(
            "homestead",
            "630222-zjd",
            &[
                ("receive", "received", "630222102.window", at(8, 20, 9, 40), None, ""),
                ("accept", "reviewing", "630222102.handler", at(8, 20, 10, 12), None, ""),
                ("review", "checking", "630222-zrzy.checker", at(8, 21, 15, 30), None, ""),
            ],
        )
    }

    fn extended(&self) -> Vec<DayCell> {
        let start = at(8, 20, 10, 0);
        let case = self.story(
            "licence",
            "630222-zjd",
            &[
                ("receive", "received", "w", start, None, ""),
                ("accept", "examining", "h", start, None, ""),
                ("extend", "", "h", at(9, 14, 9, 0), None, ""),
            ],
        );
        self.view("licence", &case, "decide", at(9, 14, 10, 0)).1
    }

    fn view(&self, procedure: &str, case: &Case, clock: &str, now: Timestamp) -> (ClockView, Vec<DayCell>) {
        let views = clock_views(&self.world.procedures[procedure], case, &self.facts(), now);
        let view = views.into_iter().find(|v| &*v.clock == clock).expect("the clock has started");
        let known = self.world.calendar.known_on(PLACE.to_datetime(now).date());
        let cells = view.strip(&known, PLACE.to_datetime(now).date());
        (view, cells)
    }

    fn frame<'f>(&self, title: &'f str, section: Section, current: &'f str) -> PageFrame<'f> {
        let user = UserBadge {
            name: "马文秀".to_owned(),
            posts: vec!["民和县自然资源局审核岗".to_owned()],
            csrf: "t".to_owned(),
        };
        PageFrame {
            title,
            section,
            user: (section != Section::Public).then_some(user),
            current,
            badges: if section == Section::Public { &[] } else { &[("/desk", 12), ("/oversight", 3)] },
            hide: &[],
            demo: Some(DemoBar { now: say::instant(at(NOW.0, NOW.1, NOW.2, NOW.3)), csrf: "t".to_owned() }),
            flash: None,
        }
    }
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|w| (*w).to_owned()).collect()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

impl Shop<'_> {
    fn home(&self) -> Markup {
        page(
            &self.frame("办事", Section::Public, "/"),
            html! {
                div class="stack-lg" {
                    section {
                        h1 { "要办什么事" }
                        p class="soft" { "一个窗口，一张清单，一个日期。写平常的话就能找到。" }
                        div class="stack" { div {} (search_box("/", "搜索事项", "盖房、开饭馆、低保……", "")) }
                    }
                    section class="cols" {
                        div {
                            div class="sec-h" { h2 { "常办的事" } a href="#" { "全部 87 个事项" } }
                            @for (title, unit, limit) in [("农村宅基地审批", "民和县自然资源局", "承诺 5 个工作日"), ("食品经营许可", "市市场监督管理局", "承诺 10 个工作日"), ("最低生活保障", "民和县民政局", "法定期限"), ("机动车道路运输证", "市交通运输局", "即办件"), ("林木采伐许可", "互助县林业和草原局", "承诺 7 个工作日")] {
                                (notice_card("", title, "item.html", unit, limit))
                            }
                        }
                        div class="side stack" {
                            h2 { "查进度" }
                            form class="form" { div class="fld" { label for="n" { "办件编号" } input class="in code" id="n"; } div class="fld" { label for="c" { "查询码" } p class="hint" { "受理通知书右下角的六位数字" } input class="in code" id="c" inputmode="numeric"; } (button(Button::Secondary, "查询", None)) }
                        }
                    }
                    section {
                        div class="sec-h" { h2 { "今天" } span class="quiet small" { "8月25日 周二 10:00 统计，点数字看清单" } }
                        div class="stats" {
                            (stat("46", "件", html! { "收件" }, Some("#")))
                            (stat("38", "件", html! { (light(Light::Met)) "按期办结" }, Some("#")))
                            (stat("2", "件", html! { (light(Light::Red)) "正在超期" }, Some("#")))
                            (stat("3", "人", html! { "窗口人员离岗" }, Some("#")))
                        }
                    }
                    section {
                        div class="sec-h" { h2 { "公告" } a href="#" { "更多" } }
                        (notice_card("离岗告示", "民和县自然资源局窗口 马文秀 10:00—11:30 现场勘查", "#", "由 李建国 代为办理。", "今天"))
                        (notice_card("公示", "海东市本级行政许可事项目录（2015 年第五轮）", "#", "", "8月24日"))
                    }
                }
            },
        )
    }

    fn item(&self) -> Markup {
        let (_, item) = self.homestead();
        let step = |t: &str, n: &str| Step { title: t.to_owned(), state: StepState::Next, note: n.to_owned() };
        page(
            &self.frame(&item.title, Section::Public, "/"),
            html! {
                (breadcrumbs(&[("办事", "/"), ("民和县", "#"), (&item.title, "")]))
                (head(&item.title, "民和县自然资源局 · 行政许可 · 个人办理", html! { (link_button(Button::Secondary, "打印", "#")) (link_button(Button::Primary, "网上申请", "#")) }))
                div class="cols" {
                    div class="stack-lg" {
                        section class="sec" { h2 { "要带什么" } (materials_list(item)) }
                        section class="sec" { h2 { "怎么走" } (step_line(&[step("村级", "讨论、公示"), step("受理", "乡镇窗口"), step("初审", "1 个工作日"), step("审核", "2 个工作日"), step("签发", "1 个工作日"), step("送达", "")])) }
                        section class="sec" { h2 { "谁可以申请" } div class="prose" { ul { @for c in &item.conditions { li { (c) } } } } }
                    }
                    div class="side stack" {
                        (definition_list(&[
                            ("承诺时限", html! { b { "5 个工作日" } }), ("公布的时限", html! { "10 个工作日" span class="tag amber" { "待核实" } }),
                            ("收费", html! { (say::money(item.fee_fen)) }), ("在哪里", html! { "马营镇便民服务中心" }), ("什么时候", html! { "工作日 8:30—12:00，14:30—17:30" }),
                            ("谁负责", html! { "审核岗 马文秀" br; "电话 0972-0000101（演示）" }), ("结果", html! { (item.result) }), ("依据", html! { @for b in &item.basis { (b) br; } }),
                        ], true))
                    }
                }
            },
        )
    }

    fn track(&self) -> Markup {
        let case = self.minhe();
        let (procedure, _) = self.homestead();
        let now = at(NOW.0, NOW.1, NOW.2, NOW.3);
        let (view, cells) = self.view("homestead", &case, "decide", now);
        page(
            &self.frame("查进度", Section::Public, "/track"),
            html! {
                (breadcrumbs(&[("办事", "/"), ("查进度", "/track"), ("HD630222-2015-000137", "")]))
                (head("县自然资源部门正在审核", "农村宅基地审批 · 马*才 · 办件编号 HD630222-2015-000137", html! {}))
                div class="stack-lg" {
                    section { (state_line(procedure, &case)) }
                    section class="sec" { h2 { "什么时候办好" } (clock_card(&view, &cells, "受理", now)) }
                    section class="sec" { h2 { "现在谁在办" } (handover_chain(&self.links())) p class="soft small" { "有疑问请打 0972-0000101（演示号码），或者到马营镇便民服务中心窗口。" } }
                    section class="btns" { (link_button(Button::Secondary, "评价这次办理", "#")) (link_button(Button::Plain, "投诉", "#")) }
                }
            },
        )
    }

    fn links(&self) -> Vec<Link> {
        let link = |name: &str, post: &str, since: &str, kind| Link {
            name: name.to_owned(),
            post: post.to_owned(),
            since: since.to_owned(),
            kind,
        };
        vec![
            link("祁海燕", "马营镇窗口岗", "8月20日 09:40", LinkKind::Held),
            link("赵生明", "马营镇初审岗", "8月20日 10:12", LinkKind::Held),
            link("马文秀", "民和县自然资源局审核岗", "8月21日 15:30", LinkKind::Holds),
            link("李建国", "民和县自然资源局审核岗 B 岗", "8月25日 09:50", LinkKind::Offered),
        ]
    }

    fn rows(&self) -> Vec<CaseListRow> {
        let now = at(NOW.0, NOW.1, NOW.2, NOW.3);
        let people = [
            "马进才",
            "祁生花",
            "冶成龙",
            "李存德",
            "韩文海",
            "鲍玉莲",
            "马福祥",
            "张桂英",
            "喇志明",
            "王有财",
            "何秀兰",
            "马成才",
        ];
        let mut rows = Vec::new();
        for (n, person) in people.iter().enumerate() {
            let start = at(8, [11, 13, 17, 18, 19, 19, 20, 20, 21, 24, 24, 25][n], 9, 30);
            let paused = n == 3 || n == 6;
            let long = n % 5 == 4;
            let mut acts: Vec<Told> = vec![
                ("receive", "received", "630222102.window", start, None, ""),
                ("accept", if long { "examining" } else { "reviewing" }, "630222102.handler", start, None, ""),
            ];
            if paused {
                acts.push(("pause", "", "630222102.handler", at(8, 21, 11, 0), Some(true), "专家评审"));
            }
            let procedure = if long { "licence" } else { "homestead" };
            let case = self.story(procedure, "630222-zjd", &acts);
            let (view, cells) = self.view(procedure, &case, "decide", now);
            rows.push(CaseListRow {
                number: format!("HD630222-2015-{:06}", 118 + n * 2),
                href: "case.html".to_owned(),
                title: if long { "林木采伐许可".to_owned() } else { "农村宅基地审批".to_owned() },
                step: ["审核", "审核", "签发", "初审"][n % 4].to_owned(),
                applicant: (*person).to_owned(),
                officer: ["马文秀", "马文秀", "李建国（代）"][n % 3].to_owned(),
                limit: Some(LimitCell {
                    words: limit_words(&view, now),
                    light: view.light,
                    cells,
                    clock: String::new(),
                    why: Some("case.html#clock-decide".to_owned()),
                }),
                state: ["县级审核", "县级审核", "待签发", "乡镇初审"][n % 4].to_owned(),
                due: say::short_date(say::local(view.due_at).date()),
            });
        }
        rows.sort_by_key(|r| {
            r.limit.as_ref().map(|l| match l.light {
                Light::Red => 0,
                Light::Yellow => 1,
                Light::Green => 2,
                _ => 3,
            })
        });
        rows
    }

    fn desk(&self) -> Markup {
        let tab = |title: &str, n, alarm, current| Tab {
            title: title.to_owned(),
            href: "#".to_owned(),
            count: Some(n),
            alarm,
            current,
        };
        page(
            &self.frame("待办", Section::Desk, "/desk"),
            html! {
                (head("待办", "", html! { (link_button(Button::Secondary, "离岗", "#")) (link_button(Button::Primary, "收件", "intake.html")) }))
                (tabs("办件分类", &[tab("待办", 12, false, true), tab("待审签", 3, false, false), tab("已办", 246, false, false), tab("特别程序", 2, false, false), tab("预警", 4, true, false)]))
                (filters("desk.html", &[
                    Filter::Text { name: "q", label: "编号、标题、申请人", value: "" },
                    Filter::Choice { name: "step", label: "环节", options: &pairs(&[("a", "初审"), ("b", "审核")]), value: "" },
                    Filter::Choice { name: "light", label: "时限", options: &pairs(&[("red", "超期"), ("yellow", "临期")]), value: "" },
                    Filter::Date { name: "from", label: "收件自", value: "" },
                ], Some("#")))
                (case_table("待办办件", &self.rows(), Some("case")))
                (pager(12, Some(12), None, Some("#")))
                (empty_state("没有待办", "现在没有要您办的事。新收的件会排在这里，最急的在最上面。", Some(("看已办", "#"))))
            },
        )
    }

    fn case(&self) -> Markup {
        let now = at(NOW.0, NOW.1, NOW.2, NOW.3);
        let (procedure, _) = self.homestead();
        let case = self.minhe();
        let (decide, cells) = self.view("homestead", &case, "decide", now);
        let (step, step_cells) = self.view("homestead", &case, "step-check", now);
        let told = Refusal {
            why: Why::Paused,
            action: "审核通过".to_owned(),
            state: Some("县级审核（暂停计时）".to_owned()),
            rule: "暂停期间不能作出决定".to_owned(),
            article: Some("行政许可法 45".to_owned()),
            instead: "先点“恢复计时”，再提交审核意见".to_owned(),
            fields: vec![],
        };
        page(
            &self.frame("马进才 农村宅基地审批", Section::Desk, "/desk/cases"),
            html! {
                (breadcrumbs(&[("办件", "desk.html"), ("HD630222-2015-000137", "")]))
                (head("马进才 农村宅基地审批", "HD630222-2015-000137 · 收件 马营镇便民服务中心 · 承办 民和县自然资源局审核岗", html! { (button(Button::Secondary, "交办", None)) (button(Button::Secondary, "暂停计时", None)) (button(Button::Primary, "审核通过", None)) }))
                (refusal(&told))
                section { (state_line(procedure, &case)) }
                hr;
                div class="cols" {
                    div class="stack-lg" {
                        section class="sec" { h2 { "时限" } (clock_card(&decide, &cells, "受理", now)) (clock_card(&step, &step_cells, "初审通过", now)) }
                        section class="sec" { h2 { "办理经过" } (timeline(&timeline_rows())) }
                    }
                    div class="side stack-lg" {
                        section class="sec" { h2 { "申请" } (definition_list(&[("申请人", html! { "马进才" }), ("身份证号", html! { "632122********0017" }), ("联系电话", html! { "139****0000" }), ("所在村", html! { "马营镇阳坡村" }), ("户内人口", html! { "5" }), ("申请面积", html! { "200 平方米" }), ("用地类型", html! { "原址翻建" })], false)) }
                        section class="sec" { h2 { "经手" } (handover_chain(&self.links()[1..])) }
                        section class="sec" { h2 { "文书" } ul { li { a href="letter-acceptance.html" { "受理通知书" } " " span class="quiet small" { "8月20日，已用印" } } } }
                        (danger("退回乡镇", "#", csrf_field("t"), &words(&["初审意见理由不足，退回补充"])))
                    }
                }
            },
        )
    }

    fn intake(&self) -> Markup {
        let (procedure, item) = self.homestead();
        let lists = Lists::default();
        let put = |id: &str, value: &str, error: Option<&str>, required| {
            field_input(&FieldInput { id, field: &procedure.fields[id], required, value, error, stock: &[] }, &lists)
        };
        page(
            &self.frame("收件", Section::Desk, "/desk/intake"),
            html! {
                (head("收件：农村宅基地审批", "马营镇便民服务中心窗口 · 承诺 5 个工作日 · 不收费", html! {}))
                (error_summary(&pairs(&[("phone", "联系电话少一位，应当是 11 位手机号"), ("materials", "还缺“建房承诺书”：要么收齐，要么一次性告知")])))
                form class="form" method="post" data-draft-url="/desk/drafts/1" {
                    (csrf_field("t")) (idempotency_field("k"))
                    div class="cols" {
                        div class="stack-lg" {
                            section class="sec" { h2 { "材料" span class="quiet small" { "收到一样，点一样" } } (materials_checklist(item, "materials", &|id| id != "pledge" && id != "site", Some("还缺“建房承诺书”：要么收齐，要么一次性告知"))) }
                            section class="sec" { h2 { "申请" }
                                div class="form-grid" {
                                    (put("applicant", "马进才", None, true)) (put("phone", "1390000000", Some("少一位，应当是 11 位手机号"), true))
                                    (put("identity", "", None, false)) (put("village-name", "阳坡村", None, true))
                                    (put("members", "5", None, false)) (put("area", "200", None, false))
                                    (put("land-kind", "原址翻建", None, false)) (put("meeting-on", "2015-08-02", None, false))
                                    (put("plot", "", None, false))
                                }
                                (field_input(&FieldInput { id: "opinion", field: &procedure.fields["opinion"], required: false, value: "", error: None, stock: &words(&["材料齐全、形式合格，予以受理", "同意"]) }, &lists))
                            }
                        }
                        div class="side stack" {
                            h2 { "一口清" }
                            (definition_list(&[("时限", html! { "5 个工作日（承诺）" }), ("今天收，最迟", html! { b { "9月1日 周二" } }), ("收费", html! { (say::money(0)) }), ("依据", html! { "土地管理法 第六十二条" })], false))
                            (progress("材料", 5, 7))
                        }
                    }
                    div class="btns" { (button(Button::Primary, "受理并打印通知书", Some(("then", "accept")))) (button(Button::Secondary, "一次性告知补正", Some(("then", "ask")))) (button(Button::Plain, "存草稿", None)) span class="saved" data-draft-state { "草稿已保存" } }
                }
            },
        )
    }

    fn oversight(&self) -> Markup {
        let cell = |count, light| HeatCell { count, href: "#".to_owned(), light };
        let units = [
            "市自然资源局",
            "市市场监督管理局",
            "民和县自然资源局",
            "民和县民政局",
            "互助县林业和草原局",
            "乐都区住房和城乡建设局",
            "化隆县农业农村局",
            "循化县卫生健康局",
        ];
        let rows: Vec<HeatRow> = units
            .iter()
            .enumerate()
            .map(|(n, u)| HeatRow {
                title: (*u).to_owned(),
                href: "#".to_owned(),
                cells: vec![
                    cell(40 + n * 13 % 57, Some(Light::Green)),
                    cell(n * 7 % 9, Some(Light::Yellow)),
                    cell([0, 1, 4, 0, 0, 2, 0, 0][n], Some(Light::Red)),
                    cell(n * 3 % 5, Some(Light::Paused)),
                    cell(200 + n * 31, Some(Light::Met)),
                    cell(n % 3, Some(Light::Missed)),
                ],
            })
            .collect();
        let columns = [Light::Green, Light::Yellow, Light::Red, Light::Paused, Light::Met, Light::Missed]
            .map(|l| (l.title().to_owned(), Some(l)));
        page(
            &self.frame("督查", Section::Oversight, "/oversight"),
            html! {
                (head("督查", "2015 年第 35 周 · 三级 28 个单位", html! { (link_button(Button::Secondary, "抽取检查", "#")) (link_button(Button::Primary, "导出周报", "#")) }))
                div class="stack-lg" {
                    div class="stats" { (stat("1,204", "件", html! { "在办" }, Some("#"))) (stat("31", "件", html! { (light(Light::Yellow)) "临期" }, Some("#"))) (stat("7", "件", html! { (light(Light::Red)) "超期" }, Some("#"))) (stat("97.4", "%", html! { "按期办结率" }, Some("#"))) }
                    section class="sec" { h2 { "单位" } (heat("各单位在办件的灯", &columns, &rows)) }
                    section class="sec" { h2 { "问题" }
                        (notice_card("黄牌", "民和县自然资源局 4 件超过承诺时限", "#", "已于 8月24日 发出，限 3 个工作日内答复。", "剩余 2 个工作日"))
                        (notice_card("督查问题", "乐都区政务大厅 7 号窗口无人在岗，未设离岗告示", "#", "来源：随机暗访。", "8月25日 09:20"))
                    }
                }
            },
        )
    }

    fn strips(&self) -> Markup {
        let mut cards = Vec::new();
        let mut show = |title: &str, procedure: &str, acts: &[Told], clock: &str, now| {
            let case = self.story(procedure, "630222-zjd", acts);
            let (view, cells) = self.view(procedure, &case, clock, now);
            cards.push((
                title.to_owned(),
                clock_card(&view, &cells, "受理", now),
                day_strip(&cells, Size::Tiny, &Captions::of(&view)),
            ));
        };
        let open = |t| -> Vec<Told> {
            vec![("receive", "received", "w", t, None, ""), ("accept", "examining", "h", t, None, "")]
        };
        show("跨国庆", "licence", &open(at(9, 21, 10, 0)), "decide", at(9, 29, 9, 0));
        let mut paused = open(at(8, 20, 10, 0));
        paused.push(("pause", "", "h", at(8, 26, 9, 0), Some(true), "专家评审"));
        show("暂停", "licence", &paused, "decide", at(9, 1, 9, 0));
        show("超过承诺", "homestead", &open(at(8, 12, 10, 0)), "decide", at(8, 24, 9, 0));
        show("超过法定", "homestead", &open(at(8, 3, 10, 0)), "decide", at(8, 24, 9, 0));
        let mut done = open(at(8, 12, 10, 0));
        done.push(("grant", "granted", "h", at(8, 18, 9, 0), None, ""));
        show("按期办结", "homestead", &done, "decide", at(8, 18, 9, 0));
        show("日历未公布", "licence", &open(at(12, 8, 10, 0)), "decide", at(12, 9, 9, 0));
        let mut longer = open(at(8, 20, 10, 0));
        longer.push(("extend", "", "h", at(9, 10, 9, 0), None, ""));
        show("延长", "licence", &longer, "decide", at(9, 14, 9, 0));
        page(
            &self.frame("时限日历", Section::Desk, ""),
            html! {
                div class="stack-lg" {
                    h1 { "时限日历" }
                    p class="row" { @for l in [Light::Green, Light::Yellow, Light::Red, Light::Paused, Light::Met, Light::Missed] { (light::limit_text(l, l.title())) } }
                    @for (title, card, tiny) in cards { section class="sec" { h2 { (title) (tiny) } (card) } }
                }
            },
        )
    }
}

fn timeline_rows() -> Vec<TimelineRow> {
    let officer =
        |name: &str, post: &str| Who::Officer { name: name.to_owned(), post: post.to_owned(), acting_for: None };
    let row = |id: &str, what: &str, who, recorded: &str| TimelineRow {
        id: id.to_owned(),
        what: what.to_owned(),
        who,
        recorded: recorded.to_owned(),
        effective: None,
        reason: None,
        fields: vec![],
        basis: String::new(),
        light: None,
        papers: vec![],
        voided: false,
    };
    vec![
        TimelineRow { light: Some(Light::Yellow), ..row("6", "审批 转为临期", Who::Law, "8月26日 00:00") },
        TimelineRow {
            reason: Some("到现场勘查，半天".to_owned()),
            who: Who::Officer {
                name: "李建国".to_owned(),
                post: "审核岗".to_owned(),
                acting_for: Some("马文秀".to_owned()),
            },
            ..row("5", "交办给 审核岗 B 岗", officer("", ""), "8月25日 09:50")
        },
        TimelineRow {
            fields: pairs(&[
                ("审查意见", "经核对，申请人符合条件，材料真实有效，同意上报审核"),
                ("实地查看", "四至清楚，原址翻建，不占耕地"),
            ]),
            ..row("4", "初审通过", officer("赵生明", "马营镇初审岗"), "8月21日 15:30")
        },
        TimelineRow {
            papers: pairs(&[("受理通知书", "letter-acceptance.html")]),
            basis: "行政许可法 32".to_owned(),
            effective: Some("8月20日 09:40".to_owned()),
            ..row("2", "受理", Who::Law, "8月20日 10:12")
        },
        TimelineRow {
            fields: pairs(&[("收到的材料", "申请表、身份证、户口簿、讨论记录、草图、承诺书")]),
            ..row("1", "收件", officer("祁海燕", "马营镇窗口岗"), "8月20日 09:40")
        },
    ]
}
