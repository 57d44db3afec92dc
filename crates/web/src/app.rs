//! What every route is handed.

use std::sync::Arc;

use axum::extract::FromRef;
use xiaoneng_office::{DemoTime, Office};

use crate::rulebook::Rulebook;
use crate::session::Officer;
use crate::ui::{self, DemoBar, Flash, PageFrame, Section, UserBadge};

/// The state of the service.
#[derive(Clone)]
pub struct App {
    /// The office behind the counter: under one version of the rules for the whole of a request.
    pub office: Arc<Office>,
    /// The rules in force, and those that wait.
    pub rulebook: Arc<Rulebook>,
    /// Set in a demonstration: its clock can be moved.
    pub demo: Option<Arc<Demo>>,
    /// Where the service is reached from outside, for QR codes: `http://127.0.0.1:8080`.
    pub base_url: Arc<str>,
}

/// A demonstration.
pub struct Demo {
    /// Its clock.
    pub time: Arc<DemoTime>,
    /// Told after the clock was moved, so that the offset is kept.
    pub moved: Box<dyn Fn(i64) + Send + Sync>,
    /// Sign-ins shown on the sign-in page: name, what it can show.
    pub logins: Vec<(String, String)>,
    /// The password of all of them.
    pub password: String,
}

/// What the router holds: every request is handed the office of the rules that are in force when it comes.
#[derive(Clone)]
pub struct Service(pub App);

impl FromRef<Service> for App {
    fn from_ref(service: &Service) -> Self {
        let rulebook = service.0.rulebook.clone();
        App { office: rulebook.office(), rulebook, demo: service.0.demo.clone(), base_url: service.0.base_url.clone() }
    }
}

/// The parts of a page's frame that a route sets.
pub struct Frame<'a> {
    /// The window's title.
    pub title: &'a str,
    /// The part of the house.
    pub section: Section,
    /// The lit entry of the navigation.
    pub current: &'a str,
    /// What the last request has to say.
    pub flash: Option<Flash>,
    /// Counts beside entries.
    pub badges: &'a [(&'a str, usize)],
}

impl<'a> Frame<'a> {
    /// A public page.
    pub fn public(title: &'a str, current: &'a str) -> Self {
        Frame { title, section: Section::Public, current, flash: None, badges: &[] }
    }

    /// A page of the desk.
    pub fn desk(title: &'a str, current: &'a str) -> Self {
        Frame { section: Section::Desk, ..Frame::public(title, current) }
    }
}

impl App {
    /// A whole page.
    pub fn page(&self, frame: &Frame, officer: Option<&Officer>, content: maud::Markup) -> maud::Markup {
        let csrf = officer.map(|o| o.csrf.clone()).unwrap_or_default();
        let frame = PageFrame {
            title: frame.title,
            section: frame.section,
            user: officer.map(|o| self.badge(o)),
            current: frame.current,
            badges: frame.badges,
            hide: &self.hidden(officer),
            demo: self.demo.as_ref().map(|_| DemoBar { now: ui::say::instant(self.office.now()), csrf }),
            flash: frame.flash.clone(),
        };
        ui::page(&frame, content)
    }

    /// Entries of the navigation that are not this officer's.
    fn hidden(&self, officer: Option<&Officer>) -> Vec<&'static str> {
        let mut hidden = Vec::new();
        if officer.is_none_or(|o| self.office.supervised(&o.id).is_empty()) {
            hidden.push("/oversight");
        }
        if officer.is_none_or(|o| !self.office.sees_rules(&o.id)) {
            hidden.push("/admin/packs");
        }
        hidden
    }

    fn badge(&self, officer: &Officer) -> UserBadge {
        let org = &self.office.world.org;
        let name = org.officers.get(&officer.id).map_or(officer.id.to_string(), |o| o.name.clone());
        let post = |p: &xiaoneng_pack::Post| {
            let unit = org.units.get(&p.unit).map_or("", |u| &u.title);
            format!("{unit}{}", p.title)
        };
        let posts = org.posts_of_officer(&officer.id).filter(|p| p.is_a(&officer.id)).map(post).collect();
        UserBadge { name, posts, csrf: officer.csrf.clone() }
    }

    /// The title of a unit.
    pub fn unit(&self, id: &str) -> String {
        self.office.world.org.units.get(id).map_or(id.to_owned(), |u| u.title.clone())
    }
}
