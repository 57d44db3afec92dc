//! What a city is asked for in a year: the plausible shares, in parts of a thousand, in one table.
//!
//! Seven of ten things with an item are applications (homesteads before all, licences, services); the rest are
//! complaints, requests and disputes. Beside them stands what offices begin themselves.

/// Where cases of a procedure begin.
pub enum At {
    /// At the units of its items, popular ones more often.
    Items,
    /// At units whose ids end so.
    Units(&'static [&'static str]),
}

/// How often a procedure is begun.
pub struct Share {
    pub procedure: &'static str,
    /// Parts of about a thousand.
    pub parts: f64,
    pub at: At,
}

const fn items(procedure: &'static str, parts: f64) -> Share {
    Share { procedure, parts, at: At::Items }
}

const fn office(procedure: &'static str, parts: f64, units: &'static [&'static str]) -> Share {
    Share { procedure, parts, at: At::Units(units) }
}

/// An item's procedure that the table does not name.
pub const UNNAMED: f64 = 5.0;

/// The table.
pub const SHARES: &[Share] = &[
    // Applications.
    items("homestead", 190.0),
    items("licence", 240.0),
    items("service", 115.0),
    items("immediate", 95.0),
    items("licence-joint", 12.0),
    items("licence-tiered", 12.0),
    // Registers, bundles.
    items("real-estate", 40.0),
    items("bundle", 14.0),
    // What people bring up, ask for and quarrel about.
    items("hotline", 60.0),
    items("petition", 50.0),
    items("market-complaint", 36.0),
    items("labour", 28.0),
    items("information", 18.0),
    items("mediation", 18.0),
    items("arbitration", 14.0),
    items("market-report", 14.0),
    items("efficacy-complaint", 10.0),
    items("reconsideration", 8.0),
    // What offices begin themselves.
    office("task", 14.0, &["-xnb", "-zfb"]),
    office("instruction", 5.0, &["-zfb"]),
    office("inspection", 6.0, &["-xnb"]),
    office("finding", 9.0, &["-xnb"]),
    office("penalty", 15.0, &["-scjg", "-cgj", "-jtys", "-yjgl", "-wsjk", "-nync", "-zjj"]),
    office("spot-penalty", 9.0, &["-scjg", "-cgj", "-jtys"]),
    office("seizure", 4.0, &["-scjg", "-cgj"]),
    office("normative-document", 4.0, &["-zjj", "-cgj", "-mzj", "-nync", "-rsj", "-zfb"]),
    office("accountability", 3.0, &["-xnb"]),
    office("leader-visit", 6.0, &["-xfj", "-zfb"]),
    office("referral", 6.0, &["-zwzx", "-mzj", "-rsj"]),
    office("takeup", 3.0, &["-bb"]),
    office("promise", 9.0, &["-zrzy", "-scjg", "-mzj", "-rsj", "-wsjk", "-gaj", "-zwzx"]),
];
