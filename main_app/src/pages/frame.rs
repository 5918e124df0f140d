//! What surrounds every page: who looks at it, where they can go, and the message that waited for them.

use chrono::{DateTime, Utc};

use super::flash::Flash;
use crate::accounts::Role;

/// Who looks at a page.
#[derive(Debug, Clone)]
pub(crate) struct Viewer {
    pub(crate) name: String,
    pub(crate) role: Role,
}

/// The pages that have a place in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Lots,
    Sales,
    MyBids,
    Won,
    Bills,
    Invoices,
    Parcels,
    Addresses,
    Statement,
    MyLots,
    Sell,
    Earnings,
    SalesDesk,
    Packing,
    Stock,
    Cashier,
    Processes,
    Deliveries,
    Mailbox,
    Elsewhere,
}

/// Whom a place is shown to. What they may do there is checked there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    Everyone,
    Customers,
    Sellers,
    Staff,
    Demo,
}

const NAVIGATION: [(Place, &str, &str, Audience); 20] = [
    (Place::Lots, "/", "Lots", Audience::Everyone),
    (Place::Sales, "/sales", "Sales", Audience::Everyone),
    (Place::MyBids, "/my/bids", "My bids", Audience::Customers),
    (Place::Won, "/my/won", "Won items", Audience::Customers),
    (Place::Bills, "/my/billings", "Bills", Audience::Customers),
    (
        Place::Invoices,
        "/invoices",
        "Invoices",
        Audience::Customers,
    ),
    (
        Place::Parcels,
        "/my/parcels",
        "Parcels",
        Audience::Customers,
    ),
    (
        Place::Addresses,
        "/my/addresses",
        "Addresses",
        Audience::Customers,
    ),
    (
        Place::Statement,
        "/my/statement",
        "Statement",
        Audience::Customers,
    ),
    (Place::MyLots, "/my/lots", "My lots", Audience::Sellers),
    (Place::Sell, "/sell", "Sell a lot", Audience::Sellers),
    (
        Place::Earnings,
        "/my/earnings",
        "Earnings",
        Audience::Sellers,
    ),
    (
        Place::SalesDesk,
        "/desk/sales",
        "Sales desk",
        Audience::Staff,
    ),
    (
        Place::Packing,
        "/desk/packing",
        "Packing desk",
        Audience::Staff,
    ),
    (Place::Stock, "/desk/stock", "Stock", Audience::Staff),
    (
        Place::Cashier,
        "/desk/billings",
        "Payments",
        Audience::Staff,
    ),
    (Place::Invoices, "/invoices", "Invoices", Audience::Staff),
    (
        Place::Processes,
        "/desk/processes",
        "Processes",
        Audience::Staff,
    ),
    (
        Place::Deliveries,
        "/desk/deliveries",
        "Deliveries",
        Audience::Staff,
    ),
    (Place::Mailbox, "/dev/mail", "Mailbox", Audience::Demo),
];

/// One entry of the navigation.
pub(crate) struct Tab {
    pub(crate) path: &'static str,
    pub(crate) label: &'static str,
    pub(crate) is_current: bool,
    /// Whether it begins a group of its own: selling, the house's work, the demo's.
    pub(crate) starts_group: bool,
}

/// What surrounds a page.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) viewer: Option<Viewer>,
    /// Whether it is known who looks: the page about an unknown address was asked before anybody looked.
    pub(crate) is_viewer_known: bool,
    pub(crate) flash: Option<Flash>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) is_demo: bool,
    /// Whether no money moves: every page says so.
    pub(crate) is_test_gateway: bool,
    pub(crate) place: Place,
}

impl Frame {
    /// Where this viewer can go.
    pub(crate) fn tabs(&self) -> Vec<Tab> {
        let mut before = Audience::Everyone;
        let shown = NAVIGATION
            .iter()
            .filter(|(.., audience)| self.is_for(*audience));
        let tabs = shown.map(|(place, path, label, audience)| {
            let starts_group = *audience != before && before != Audience::Everyone;
            before = *audience;
            Tab {
                path,
                label,
                is_current: *place == self.place,
                starts_group,
            }
        });
        tabs.collect()
    }

    fn is_for(&self, audience: Audience) -> bool {
        let is = |asked: fn(Role) -> bool| {
            self.viewer
                .as_ref()
                .is_some_and(|viewer| asked(viewer.role))
        };
        match audience {
            Audience::Everyone => true,
            Audience::Customers => is(Role::is_customer),
            Audience::Sellers => is(Role::may_sell),
            Audience::Staff => is(Role::is_staff),
            Audience::Demo => self.is_demo,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(None, false, &["Lots", "Sales"])]
    #[case(Some(Role::Bidder), true, &["Lots", "Sales", "My bids", "Won items", "Bills", "Invoices", "Parcels", "Addresses", "Statement", "Mailbox"])]
    #[case(Some(Role::Staff), false, &["Lots", "Sales", "Sales desk", "Packing desk", "Stock", "Payments", "Invoices", "Processes", "Deliveries"])]
    fn everybody_is_shown_where_they_can_go(
        #[case] role: Option<Role>,
        #[case] is_demo: bool,
        #[case] labels: &[&str],
    ) {
        let frame = Frame {
            viewer: role.map(|role| Viewer {
                name: "Ada".into(),
                role,
            }),
            is_viewer_known: true,
            flash: None,
            now: DateTime::UNIX_EPOCH,
            is_demo,
            is_test_gateway: true,
            place: Place::Lots,
        };
        let shown: Vec<&str> = frame.tabs().iter().map(|tab| tab.label).collect();
        assert_eq!(shown, labels);
        assert!(frame.tabs()[0].is_current);
    }
}
