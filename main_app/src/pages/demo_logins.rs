//! Who can log in to the demo: one login per role. A serving house has none of them.

/// A login of the demo.
#[derive(Debug, Clone, Copy)]
pub struct DemoLogin {
    /// What the person is called.
    pub name: &'static str,
    /// What they are, in words.
    pub role: &'static str,
    /// The address to log in with.
    pub email: &'static str,
    /// The password.
    pub password: &'static str,
    /// Where to look first.
    pub start: &'static str,
}

/// The password of everybody in the demo.
const PASSWORD: &str = "demo-hammer-falls";

/// The demo's logins.
pub const DEMO_LOGINS: [DemoLogin; 4] = [
    DemoLogin {
        name: "Mira Okafor",
        role: "a bidder",
        email: "mira@gavel.example",
        password: PASSWORD,
        start: "/",
    },
    DemoLogin {
        name: "Jonas Lindqvist",
        role: "a seller, who may bid too",
        email: "jonas@gavel.example",
        password: PASSWORD,
        start: "/my/lots",
    },
    DemoLogin {
        name: "Tess Moreau",
        role: "staff at the packing desk",
        email: "tess@gavel.example",
        password: PASSWORD,
        start: "/desk/packing",
    },
    DemoLogin {
        name: "Ravi Anand",
        role: "the administrator",
        email: "ravi@gavel.example",
        password: PASSWORD,
        start: "/desk/deliveries",
    },
];
