//! Whom the agency works for, and what it builds for them: six clients, none of whom exists.

use crate::recording::Home;

/// A client and the project for it.
#[derive(Debug)]
pub(crate) struct Client {
    /// Id of the relation.
    pub(crate) id: &'static str,
    /// What it is called.
    pub(crate) name: &'static str,
    /// Domain of its mail.
    pub(crate) domain: &'static str,
    /// Who writes from there: name and the part before the @.
    pub(crate) contact: (&'static str, &'static str),
    /// Id of the project, of its repository, and what the project is called.
    pub(crate) project: (&'static str, &'static str, &'static str),
    /// Where the work on it is told.
    pub(crate) home: Home,
    /// The team that does it: id and name.
    pub(crate) team: (&'static str, &'static str),
    /// What the team is for.
    pub(crate) mission: &'static str,
    /// Whom the product serves.
    pub(crate) actors: &'static str,
    /// Parts of the program and the things that each is about.
    pub(crate) areas: &'static [(&'static str, &'static [&'static str])],
    /// Work of the project, in order: id, title, skill.
    pub(crate) tasks: &'static [(&'static str, &'static str, &'static str)],
    /// What is promised next.
    pub(crate) promise: &'static str,
}

pub(crate) const CLIENTS: &[Client] = &[
    Client {
        id: "dampfschiff",
        name: "Museum of Lake Steamers",
        domain: "lakesteamers.example",
        contact: ("Regula Trachsel", "regula.trachsel"),
        project: ("tickets", "museum-tickets", "Tickets for the steamers"),
        home: Home::GitHub,
        team: ("gangway", "Gangway"),
        mission: "A visitor has a ticket before the tram arrives.",
        actors: "visitors",
        areas: &[
            ("booking", &["group ticket", "time slot", "family ticket"]),
            ("checkout", &["voucher", "basket", "receipt"]),
            ("tours", &["guided tour", "audio guide", "school class"]),
            ("entrance", &["turnstile scan", "season pass", "waiting list"]),
        ],
        tasks: &[
            ("slots", "Time slots and group tickets", "typescript"),
            ("checkout", "Checkout with vouchers", "typescript"),
            ("entrance", "Scanning at the entrance", "typescript"),
            ("tours", "Guided tours and school classes", "typescript"),
            ("languages", "Four languages", "design"),
            ("opening", "Rehearsal at the museum", "delivery"),
        ],
        promise: "Tickets can be scanned at the pier",
    },
    Client {
        id: "hofgarten",
        name: "Hofgarten Organic Grocers",
        domain: "hofgarten-bio.example",
        contact: ("Marco Hürlimann", "m.huerlimann"),
        project: ("shop", "hofgarten-shop", "Shop for Hofgarten"),
        home: Home::GitHub,
        team: ("orchard", "Orchard"),
        mission: "What is ripe today is on the table tonight.",
        actors: "customers",
        areas: &[
            ("catalogue", &["seasonal box", "product page", "price label"]),
            ("delivery", &["delivery window", "driver route", "return crate"]),
            ("account", &["standing order", "address book", "loyalty card"]),
            ("stock", &["stock count", "supplier order", "substitute item"]),
        ],
        tasks: &[
            ("catalogue", "Catalogue with seasons", "typescript"),
            ("orders", "Orders and delivery windows", "typescript"),
            ("subscriptions", "Standing orders", "typescript"),
            ("stock", "Stock from the tills", "typescript"),
            ("drivers", "Routes for the drivers", "typescript"),
            ("launch", "Moving all customers over", "delivery"),
        ],
        promise: "Standing orders run in the first three shops",
    },
    Client {
        id: "aarmuende",
        name: "Town of Aarmünde",
        domain: "aarmuende.example",
        contact: ("Verena Stocker", "verena.stocker"),
        project: ("forms", "city-forms", "Forms of the town hall"),
        home: Home::GitHub,
        team: ("counter", "Counter"),
        mission: "Nobody queues at a counter for a form.",
        actors: "residents",
        areas: &[
            ("permits", &["parking permit", "building request", "market stall"]),
            ("registry", &["change of address", "certificate", "dog licence"]),
            ("desk", &["case file", "clerk note", "deadline letter"]),
            ("identity", &["sign-in", "power of attorney", "signature"]),
        ],
        tasks: &[
            ("identity", "Signing in with the national login", "typescript"),
            ("registry", "Forms of the registry", "typescript"),
            ("permits", "Permits with fees", "typescript"),
            ("desk", "The clerks' desk", "typescript"),
            ("access", "Audit of accessibility", "design"),
            ("rollout", "Training of two offices", "delivery"),
        ],
        promise: "Parking permits can be had online",
    },
    Client {
        id: "seebus",
        name: "Seebus Lines",
        domain: "seebus.example",
        contact: ("Claudio Fontana", "claudio.fontana"),
        project: ("timetable", "seebus-app", "Timetable of Seebus"),
        home: Home::GitLab,
        team: ("jetty", "Jetty"),
        mission: "The next boat, on one screen, also without a signal.",
        actors: "passengers",
        areas: &[
            ("timetable", &["departure board", "night line", "stop sign"]),
            ("journey", &["connection", "delay notice", "bicycle space"]),
            ("fares", &["day pass", "zone map", "reduced fare"]),
            ("offline", &["stored timetable", "background update", "map tile"]),
        ],
        tasks: &[
            ("board", "Departures of every stop", "typescript"),
            ("journey", "Connections across lines", "typescript"),
            ("delays", "Delays as they happen", "typescript"),
            ("offline", "Works without a signal", "typescript"),
            ("widgets", "Widgets for the home screen", "design"),
            ("stores", "Release in both stores", "delivery"),
        ],
        promise: "Delays are shown on the pilot line",
    },
    Client {
        id: "rain",
        name: "Clinic am Rain",
        domain: "klinik-am-rain.example",
        contact: ("Dr. Simone Bieri", "simone.bieri"),
        project: ("appointments", "clinic-booking", "Appointments for the clinic"),
        home: Home::GitHub,
        team: ("lantern", "Lantern"),
        mission: "Every call that need not be made is an hour for a patient.",
        actors: "patients",
        areas: &[
            ("calendar", &["consultation hour", "room plan", "date picker"]),
            ("booking", &["appointment", "referral", "cancellation"]),
            ("reminders", &["reminder message", "fasting note", "arrival form"]),
            ("staff", &["duty roster", "handover sheet", "on-call list"]),
        ],
        tasks: &[
            ("calendar", "Calendars of the departments", "typescript"),
            ("booking", "Booking with a referral", "typescript"),
            ("reminders", "Reminders by message", "typescript"),
            ("roster", "Duty rosters of the wards", "typescript"),
            ("consent", "Consent and data protection", "design"),
            ("golive", "Going live ward by ward", "delivery"),
        ],
        promise: "Radiology can be booked online",
    },
    Client {
        id: "alpwacht",
        name: "Alpwacht Mutual Insurance",
        domain: "alpwacht.example",
        contact: ("Andrin Caduff", "andrin.caduff"),
        project: ("claims", "claims-portal", "Claims portal"),
        home: Home::Jira("HAIL"),
        team: ("cairn", "Cairn"),
        mission: "After a hailstorm one wants a roof and no form.",
        actors: "policyholders",
        areas: &[
            ("claims", &["damage report", "photo upload", "hail claim"]),
            ("policies", &["policy document", "deductible", "renewal notice"]),
            ("assessment", &["expert visit", "repair offer", "payout"]),
            ("messages", &["status letter", "callback request", "inbox"]),
        ],
        tasks: &[
            ("report", "Reporting a damage by phone", "typescript"),
            ("photos", "Photos and their places", "typescript"),
            ("assessment", "Visits of the experts", "typescript"),
            ("payout", "Payouts and their letters", "typescript"),
            ("branding", "The mutual's new look", "design"),
            ("pilot", "Pilot with two agencies", "delivery"),
        ],
        promise: "Hail claims can be reported with photos",
    },
];

/// Shared repositories: id, the areas of their program, and what those are about.
pub(crate) const PLATFORM: &[(&str, &[&str])] = &[
    ("components", &["form field", "button row", "data table"]),
    ("pipeline", &["preview environment", "release note", "build cache"]),
    ("telemetry", &["error report", "slow query log", "uptime probe"]),
];

pub(crate) const PAYMENTS: &[(&str, &[&str])] = &[
    ("gateway", &["card payment", "refund", "chargeback"]),
    ("invoices", &["invoice", "dunning letter", "credit note"]),
    ("settlement", &["payout file", "fee split", "bank statement"]),
];
