//! Names: of tenants, streams and events.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// From anything that is text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

name! {
    /// One jurisdiction's administration (辖区): its division code (行政区划代码), such as `630222`.
    ///
    /// ```
    /// # use xiaoneng_ledger::TenantId;
    /// assert_eq!(TenantId::from("630222").to_string(), "630222");
    /// ```
    TenantId
}
name! {
    /// A history of its own with versions 1, 2, 3...: `case/<uuid>`, `post/<id>`.
    ///
    /// ```
    /// # use xiaoneng_ledger::StreamId;
    /// assert_eq!(StreamId::case("0190-a").as_str(), "case/0190-a");
    /// assert_eq!(StreamId::post("mh-window-a").case_id(), None);
    /// assert_eq!(StreamId::case("0190-a").case_id(), Some("0190-a"));
    /// ```
    StreamId
}
name! {
    /// An event's own name: a UUID as text, made by the office.
    EventId
}

impl StreamId {
    /// The stream of a case.
    #[must_use]
    pub fn case(case: &str) -> Self {
        Self(format!("case/{case}"))
    }

    /// The stream of a post (its leaves and stand-ins meet here).
    #[must_use]
    pub fn post(post: &str) -> Self {
        Self(format!("post/{post}"))
    }

    /// The stream of the calendar: holiday notices as they were taken up.
    #[must_use]
    pub fn calendar() -> Self {
        Self("calendar".to_owned())
    }

    /// The stream of the rules: versions of the packs as they were put into effect.
    #[must_use]
    pub fn rules() -> Self {
        Self("rules".to_owned())
    }

    /// The case whose stream this is, if it is one.
    #[must_use]
    pub fn case_id(&self) -> Option<&str> {
        self.0.strip_prefix("case/")
    }
}
