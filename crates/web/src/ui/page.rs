//! The frame of a page: head, navigation, content, foot.

use maud::{DOCTYPE, Markup, html};

use super::{assets, form::csrf_field};

/// Which part of the house a page is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Residents and firms: roomy.
    Public,
    /// Clerks and officers: dense.
    Desk,
    /// The supervision office.
    Oversight,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserBadge {
    /// 马文秀
    pub name: String,
    /// 民和县自然资源局审核岗
    pub posts: Vec<String>,
    /// The token of the session, for the form that signs out.
    pub csrf: String,
}

/// The bar that moves the demo's clock: `POST /demo/clock` with `step` = `hour`, `workday` or `week`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoBar {
    /// 2015年8月25日 周二 10:00
    pub now: String,
    /// The token of the session.
    pub csrf: String,
}

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It is done.
    Good,
    /// To know.
    Plain,
    /// Take care.
    Near,
    /// It went wrong.
    Bad,
}

/// What the last request has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// How it is meant.
    pub tone: Tone,
    /// In a sentence.
    pub text: String,
}

/// An entry of the navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// 待办
    pub title: &'static str,
    /// Where it leads.
    pub href: &'static str,
}

const fn nav(title: &'static str, href: &'static str) -> NavItem {
    NavItem { title, href }
}

impl Section {
    /// The navigation of this part.
    pub fn nav(self) -> &'static [NavItem] {
        const PUBLIC: [NavItem; 4] =
            [nav("办事", "/"), nav("查进度", "/track"), nav("权力清单", "/lists/power"), nav("公告", "/notices")];
        const WORK: [NavItem; 6] = [
            nav("待办", "/desk"),
            nav("收件", "/desk/intake"),
            nav("新建", "/desk/new"),
            nav("离岗", "/desk/leave"),
            nav("督查", "/oversight"),
            nav("规则", "/admin/packs"),
        ];
        match self {
            Section::Public => &PUBLIC,
            Section::Desk | Section::Oversight => &WORK,
        }
    }

    fn is_public(self) -> bool {
        self == Section::Public
    }

    fn title(self) -> &'static str {
        match self {
            Section::Public => "海东市政务服务",
            Section::Desk => "工作台",
            Section::Oversight => "效能督查",
        }
    }
}

/// All a page needs besides its content.
#[derive(Clone, Debug)]
pub struct PageFrame<'a> {
    /// The window's title; 效能 is added.
    pub title: &'a str,
    /// The part of the house.
    pub section: Section,
    /// Who is signed in.
    pub user: Option<UserBadge>,
    /// The address of the navigation's lit entry.
    pub current: &'a str,
    /// Number beside an entry (href, count): how many wait.
    pub badges: &'a [(&'a str, usize)],
    /// Entries that this reader has no use for.
    pub hide: &'a [&'a str],
    /// The demo's clock.
    pub demo: Option<DemoBar>,
    /// What the last request has to say.
    pub flash: Option<Flash>,
}

/// A whole page.
///
/// ```
/// use maud::html;
/// use xiaoneng_web::ui::{PageFrame, Section, page};
/// let frame = PageFrame { title: "办事", section: Section::Public, user: None, current: "/", badges: &[], hide: &[], demo: None, flash: None };
/// let html = page(&frame, html! { h1 { "办事" } }).into_string();
/// assert!(html.contains("<title>办事 - 效能</title>") && html.contains("href=\"#main\""));
/// ```
pub fn page(frame: &PageFrame, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (frame.title) " - 效能" }
                @if let Some(user) = &frame.user { meta name="csrf" content=(user.csrf); }
                link rel="stylesheet" href=(assets::css_path());
                link rel="icon" href=(ICON);
                script src=(assets::js_path()) {}
            }
            body class=[(!frame.section.is_public()).then_some("work")] {
                a class="skip" href="#main" { "跳到正文" }
                @if let Some(demo) = &frame.demo { (demo_bar(demo)) }
                (header(frame))
                main id="main" tabindex="-1" {
                    @if let Some(flash) = &frame.flash { (flash_line(flash)) }
                    (content)
                }
                (footer(frame))
            }
        }
    }
}

fn flash_line(flash: &Flash) -> Markup {
    let class = match flash.tone {
        Tone::Good => "flash good",
        Tone::Plain => "flash",
        Tone::Near => "flash near",
        Tone::Bad => "flash bad",
    };
    html! { div class=(class) role="status" { (flash.text) } }
}

fn header(frame: &PageFrame) -> Markup {
    html! {
        header class="top" {
            div class="bar" {
                a class="brand" href=(if frame.section.is_public() { "/" } else { "/desk" }) {
                    (seal_mark())
                    b { "效能" }
                    span { (frame.section.title()) }
                }
                nav class="nav" aria-label="主导航" {
                    @for item in frame.section.nav().iter().filter(|i| !frame.hide.contains(&i.href)) {
                        a href=(item.href) aria-current=[(item.href == frame.current).then_some("page")] {
                            (item.title)
                            @if let Some((_, n)) = frame.badges.iter().find(|(href, n)| *href == item.href && *n > 0) { span class="n num" { (n) } }
                        }
                    }
                }
                (tools(frame))
            }
        }
    }
}

fn tools(frame: &PageFrame) -> Markup {
    html! {
        div class="tools" {
            @if frame.section.is_public() {
                button class="tool js-only" type="button" data-type-toggle aria-pressed="false" { "大字" span class="vh" { "显示" } }
            }
            button class="tool js-only" type="button" data-theme-toggle aria-label="切换深色显示" aria-pressed="false" {
                svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" {
                    circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5" {}
                    path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" {}
                }
            }
            @if let Some(user) = &frame.user {
                span class="me" { b { (user.name) } span { (user.posts.join("、")) } }
                form method="post" action="/sign-out" { (csrf_field(&user.csrf)) button class="tool" type="submit" { "退出" } }
            } @else { a class="tool" href="/sign-in" { span class="t-word" { "工作人员" } "登录" } }
        }
    }
}

fn demo_bar(demo: &DemoBar) -> Markup {
    html! {
        aside class="demo" aria-label="演示时钟" {
            form method="post" action="/demo/clock" {
                (csrf_field(&demo.csrf))
                span { strong { "演示" } " 现在是 " span class="num" { (demo.now) } }
                span class="steps" {
                    "时钟前进"
                    button type="submit" name="step" value="hour" { "1 小时" }
                    button type="submit" name="step" value="workday" { "1 个工作日" }
                    button type="submit" name="step" value="week" { "1 周" }
                }
            }
        }
    }
}

fn footer(frame: &PageFrame) -> Markup {
    html! {
        footer class="foot" {
            div class="bar" {
                @if frame.demo.is_some() { strong { "演示数据，非真实办件" } }
                span { "期限依法计算，每个日期都可以展开看到理由" }
                @if frame.section.is_public() {
                    a href="/track" { "查办件" }
                    a href="/laws" { "法定时限" }
                } @else {
                    span class="js-only" { "按 " kbd { "?" } " 看快捷键" }
                    a href="/" { "公众首页" }
                }
            }
        }
    }
}

/// The mark: 效能 in straight strokes in a square, as a seal is cut. It is a mark, and seals nothing.
pub fn seal_mark() -> Markup {
    html! {
        svg class="seal-mark" viewBox="0 0 48 48" aria-hidden="true" focusable="false" {
            path fill="currentColor" d=(SEAL_GROUND) {}
            path fill="none" stroke="#fff" stroke-width="2" d=(SEAL_STROKES) {}
        }
    }
}

const SEAL_GROUND: &str = "M3 1.5 24 1l21 .5 1.8 2L47 24l-.4 20.6-2 1.9L24 47l-20.8-.4-1.8-1.8L1 24l.4-20.7z";
/// 效 on the right, 能 on the left: read from the right, as on a seal.
const SEAL_STROKES: &str = "M26 9.5h9M30.5 5.500v4M28 12.500v4M33 12.500v4M26 20h9M28 20v5l-2 3M33 20l-7 22M27 29l8 13M38 5.500l-2 8M37.500 10.500h6M42 10.500v8l-6 10M38 20l5.500 9M36.500 34h7M40 29v13M36.500 42h7M8 5.500l-3 7h8M11 8l3 6M6 17h8v25M6 17v25M6 24.500h8M6 31.500h8M17 5.500v12h5.500v-4M22.500 6.500l-5.500 4M17 23v18h5.500v-5M22.500 25.500l-5.500 5";

/// The mark as the window's icon.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%23b02a1c' d='M1 1h14v14H1z'/%3E%3Cpath stroke='%23fff' d='M4 4.500h8M4 8h8M4 11.500h5'/%3E%3C/svg%3E";
