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

/// Pages that belong together.
struct Section {
    /// What their menu is called; pages without one stand in the bar themselves.
    heading: Option<&'static str>,
    audience: Audience,
    pages: &'static [(Place, &'static str, &'static str)],
}

const NAVIGATION: [Section; 6] = [
    Section {
        heading: None,
        audience: Audience::Everyone,
        pages: &[
            (Place::Lots, "/", "Lots"),
            (Place::Sales, "/sales", "Sales"),
        ],
    },
    Section {
        heading: Some("Buying"),
        audience: Audience::Customers,
        pages: &[
            (Place::MyBids, "/my/bids", "My bids"),
            (Place::Won, "/my/won", "Won items"),
            (Place::Bills, "/my/billings", "Bills"),
            (Place::Invoices, "/invoices", "Invoices"),
            (Place::Parcels, "/my/parcels", "Parcels"),
            (Place::Addresses, "/my/addresses", "Addresses"),
            (Place::Statement, "/my/statement", "Statement"),
        ],
    },
    Section {
        heading: Some("Selling"),
        audience: Audience::Sellers,
        pages: &[
            (Place::MyLots, "/my/lots", "My lots"),
            (Place::Sell, "/sell", "Sell a lot"),
            (Place::Earnings, "/my/earnings", "Earnings"),
        ],
    },
    Section {
        heading: Some("Desks"),
        audience: Audience::Staff,
        pages: &[
            (Place::SalesDesk, "/desk/sales", "Sales desk"),
            (Place::Packing, "/desk/packing", "Packing desk"),
            (Place::Stock, "/desk/stock", "Stock"),
            (Place::Cashier, "/desk/billings", "Payments"),
            (Place::Invoices, "/invoices", "Invoices"),
        ],
    },
    Section {
        heading: Some("House"),
        audience: Audience::Staff,
        pages: &[
            (Place::Processes, "/desk/processes", "Processes"),
            (Place::Deliveries, "/desk/deliveries", "Deliveries"),
        ],
    },
    Section {
        heading: None,
        audience: Audience::Demo,
        pages: &[(Place::Mailbox, "/dev/mail", "Mailbox")],
    },
];

/// One page in the navigation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tab {
    pub(crate) path: &'static str,
    pub(crate) label: &'static str,
    pub(crate) is_current: bool,
}

/// Some pages in the navigation: in a menu, or next to each other in the bar.
pub(crate) struct Menu {
    pub(crate) heading: Option<&'static str>,
    pub(crate) tabs: Vec<Tab>,
}

impl Menu {
    /// Whether the page that is looked at is in it.
    pub(crate) fn is_current(&self) -> bool {
        self.tabs.iter().any(|tab| tab.is_current)
    }
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
    pub(crate) fn menus(&self) -> Vec<Menu> {
        let shown = NAVIGATION
            .iter()
            .filter(|section| self.is_for(section.audience));
        let menus = shown.map(|section| {
            let tabs = section.pages.iter().map(|(place, path, label)| Tab {
                path,
                label,
                is_current: *place == self.place,
            });
            Menu {
                heading: section.heading,
                tabs: tabs.collect(),
            }
        });
        menus.collect()
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

    fn frame(role: Option<Role>, is_demo: bool, place: Place) -> Frame {
        Frame {
            viewer: role.map(|role| Viewer {
                name: "Ada".into(),
                role,
            }),
            is_viewer_known: true,
            flash: None,
            now: DateTime::UNIX_EPOCH,
            is_demo,
            is_test_gateway: true,
            place,
        }
    }

    const BUYING: &[&str] = &[
        "Buying:",
        "My bids",
        "Won items",
        "Bills",
        "Invoices",
        "Parcels",
        "Addresses",
        "Statement",
    ];
    const SELLING: &[&str] = &["Selling:", "My lots", "Sell a lot", "Earnings"];
    const MAILBOX: &[&str] = &["Mailbox"];
    const STAFF: &[&str] = &[
        "Desks:",
        "Sales desk",
        "Packing desk",
        "Stock",
        "Payments",
        "Invoices",
        "House:",
        "Processes",
        "Deliveries",
    ];

    #[rstest]
    #[case(None, false, &[])]
    #[case(None, true, &[MAILBOX])]
    #[case(Some(Role::Bidder), true, &[BUYING, MAILBOX])]
    #[case(Some(Role::Seller), false, &[BUYING, SELLING])]
    #[case(Some(Role::Staff), false, &[STAFF])]
    #[case(Some(Role::Admin), true, &[STAFF, MAILBOX])]
    fn everybody_is_shown_where_they_can_go(
        #[case] role: Option<Role>,
        #[case] is_demo: bool,
        #[case] more: &[&[&str]],
    ) {
        let mut shown = Vec::new();
        for menu in frame(role, is_demo, Place::Lots).menus() {
            shown.extend(menu.heading.map(|heading| format!("{heading}:")));
            shown.extend(menu.tabs.iter().map(|tab| tab.label.to_owned()));
        }
        assert_eq!(
            shown,
            [&["Lots", "Sales"], more.concat().as_slice()].concat()
        );
    }

    #[test]
    fn the_page_and_its_menu_are_marked() {
        let menus = frame(Some(Role::Seller), false, Place::Earnings).menus();
        let marked = menus.iter().filter(|menu| menu.is_current());
        let marked: Vec<_> = marked.map(|menu| menu.heading).collect();
        assert_eq!(marked, [Some("Selling")]);
        let tabs = menus.iter().flat_map(|menu| &menu.tabs);
        let marked: Vec<_> = tabs.filter(|tab| tab.is_current).collect();
        assert!(matches!(
            marked[..],
            [Tab {
                path: "/my/earnings",
                ..
            }]
        ));
    }

    #[test]
    fn every_place_of_a_viewer_is_there_once() {
        for role in [Role::Bidder, Role::Seller, Role::Staff, Role::Admin] {
            let menus = frame(Some(role), true, Place::Invoices).menus();
            let tabs = menus.iter().flat_map(|menu| &menu.tabs);
            assert_eq!(tabs.filter(|tab| tab.is_current).count(), 1, "{role:?}");
        }
    }
}
