//! Where our books and a gateway's differ, and what staff can do about it.

use std::fmt;
use std::str::FromStr;

use foundation::{Money, MoneyError};

use crate::domain::instruction::GatewayReference;
use crate::domain::operation::UnknownWord;

/// What our books say about one authorisation at a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ours {
    pub(crate) reference: GatewayReference,
    /// What the gateway is to hold.
    pub(crate) held: Money,
    /// What it has taken in all.
    pub(crate) taken: Money,
    /// What of that it has given back.
    pub(crate) refunded: Money,
}

/// What a gateway's books say about one authorisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// What it holds and has not taken.
    pub held: Money,
    /// What it has taken in all.
    pub taken: Money,
    /// What of that it has given back.
    pub refunded: Money,
}

/// How two books differ. Its text form is written to the database and shown in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// The gateway does not know an authorisation that counts here.
    UnknownThere,
    /// Our books say that the money is taken; the gateway only holds it.
    NotTaken,
    /// The gateway holds an amount that nobody here waits for.
    HeldForNothing,
    /// The gateway has taken, and kept, an amount for which nothing is paid here.
    TakenForNothing,
    /// The gateway has given back what no refund here has asked for.
    RefundedThereOnly,
    /// A refund counts here, and the gateway has not given it back.
    RefundedHereOnly,
    /// The amounts are not the same.
    OtherAmount,
    /// An operation has had no result for a day.
    NoResult,
}

impl DifferenceKind {
    const ALL: [Self; 8] = [
        Self::UnknownThere,
        Self::NotTaken,
        Self::HeldForNothing,
        Self::TakenForNothing,
        Self::RefundedThereOnly,
        Self::RefundedHereOnly,
        Self::OtherAmount,
        Self::NoResult,
    ];

    /// The text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownThere => "UNKNOWN_THERE",
            Self::NotTaken => "NOT_TAKEN",
            Self::HeldForNothing => "HELD_FOR_NOTHING",
            Self::TakenForNothing => "TAKEN_FOR_NOTHING",
            Self::RefundedThereOnly => "REFUNDED_THERE_ONLY",
            Self::RefundedHereOnly => "REFUNDED_HERE_ONLY",
            Self::OtherAmount => "OTHER_AMOUNT",
            Self::NoResult => "NO_RESULT",
        }
    }

    /// What staff can do, in their words.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::UnknownThere => {
                "Look for the payment in the gateway's own pages. If it is not there either, ask whether the \
                 account or its key was changed; otherwise the customer has not paid, and is to be asked again."
            }
            Self::NotTaken => {
                "Capture the payment in the gateway's own pages before the gateway lets go of it."
            }
            Self::HeldForNothing => {
                "Cancel the authorisation in the gateway's own pages, so that the customer has the amount back."
            }
            Self::TakenForNothing => {
                "Refund the payment in the gateway's own pages, and tell the customer."
            }
            Self::RefundedThereOnly => {
                "Somebody has refunded in the gateway's own pages, or the bank has taken the money back. Ask who \
                 it was, and record it with a note here."
            }
            Self::RefundedHereOnly => {
                "The customer waits for the money. Refund the missing amount in the gateway's own pages."
            }
            Self::OtherAmount => {
                "Compare the two amounts with the invoice, and refund or ask for what is missing."
            }
            Self::NoResult => {
                "Look at the failed deliveries: retry the one of this billing once the gateway answers again."
            }
        }
    }
}

impl fmt::Display for DifferenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DifferenceKind {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| UnknownWord(text.to_owned()))
    }
}

impl Ours {
    /// How the gateway's books differ from ours; `None` when they say the same about the money.
    ///
    /// A gateway that takes the money at once has taken what our books call held, and one that gives back
    /// whole what it took shows it as taken and refunded: what counts is where the money is.
    pub(crate) fn differs_from(
        &self,
        theirs: Option<&Shown>,
    ) -> Result<Option<DifferenceKind>, MoneyError> {
        let kept = self.taken.checked_sub(self.refunded)?;
        let nothing_here = self.held.is_zero() && self.taken.is_zero();
        let Some(theirs) = theirs else {
            let settled = self.held.is_zero() && kept.is_zero();
            return Ok((!settled).then_some(DifferenceKind::UnknownThere));
        };
        let kept_there = theirs.taken.checked_sub(theirs.refunded)?;
        Ok(if nothing_here {
            match (theirs.held.is_zero(), kept_there.is_zero()) {
                (true, true) => None,
                (true, false) => Some(DifferenceKind::TakenForNothing),
                (false, _) => Some(DifferenceKind::HeldForNothing),
            }
        } else if !self.taken.is_zero() && theirs.taken.is_zero() && !theirs.held.is_zero() {
            Some(DifferenceKind::NotTaken)
        } else if theirs.held.checked_add(theirs.taken)? != self.held.checked_add(self.taken)? {
            Some(DifferenceKind::OtherAmount)
        } else if minor(theirs.refunded) > minor(self.refunded) {
            Some(DifferenceKind::RefundedThereOnly)
        } else if minor(theirs.refunded) < minor(self.refunded) {
            Some(DifferenceKind::RefundedHereOnly)
        } else {
            None
        })
    }

    /// Our side in words.
    pub(crate) fn words(&self) -> String {
        words(self.held, self.taken, self.refunded)
    }
}

impl Shown {
    /// The gateway's side in words.
    pub(crate) fn words(&self) -> String {
        words(self.held, self.taken, self.refunded)
    }
}

/// Of one currency: the sums before have seen to that.
fn minor(money: Money) -> i64 {
    money.minor_units()
}

fn words(held: Money, taken: Money, refunded: Money) -> String {
    format!("held {held}, taken {taken}, refunded {refunded}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn usd(text: &str) -> Money {
        Money::parse_with_code("USD", text).unwrap()
    }

    fn ours([held, taken, refunded]: [&str; 3]) -> Ours {
        Ours {
            reference: "pi_1".to_owned().into(),
            held: usd(held),
            taken: usd(taken),
            refunded: usd(refunded),
        }
    }

    fn theirs([held, taken, refunded]: [&str; 3]) -> Shown {
        Shown {
            held: usd(held),
            taken: usd(taken),
            refunded: usd(refunded),
        }
    }

    #[rstest]
    #[case::held(["5", "0", "0"], ["5", "0", "0"], None)]
    #[case::taken_at_once(["5", "0", "0"], ["0", "5", "0"], None)]
    #[case::taken(["0", "5", "0"], ["0", "5", "0"], None)]
    #[case::refunded(["0", "5", "2"], ["0", "5", "2"], None)]
    #[case::let_go(["0", "0", "0"], ["0", "0", "0"], None)]
    #[case::given_back_whole(["0", "0", "0"], ["0", "5", "5"], None)]
    #[case(["0", "5", "0"], ["5", "0", "0"], Some(DifferenceKind::NotTaken))]
    #[case(["0", "0", "0"], ["5", "0", "0"], Some(DifferenceKind::HeldForNothing))]
    #[case(["0", "0", "0"], ["0", "5", "0"], Some(DifferenceKind::TakenForNothing))]
    #[case(["0", "0", "0"], ["0", "5", "2"], Some(DifferenceKind::TakenForNothing))]
    #[case(["0", "5", "0"], ["0", "5", "2"], Some(DifferenceKind::RefundedThereOnly))]
    #[case(["0", "5", "2"], ["0", "5", "0"], Some(DifferenceKind::RefundedHereOnly))]
    #[case(["0", "5", "0"], ["0", "4.99", "0"], Some(DifferenceKind::OtherAmount))]
    #[case(["5", "0", "0"], ["0", "0", "0"], Some(DifferenceKind::OtherAmount))]
    fn two_books_are_compared_by_where_the_money_is(
        #[case] here: [&str; 3],
        #[case] there: [&str; 3],
        #[case] expected: Option<DifferenceKind>,
    ) {
        let found = ours(here).differs_from(Some(&theirs(there)));
        assert_eq!(found.unwrap(), expected);
    }

    #[rstest]
    #[case(["5", "0", "0"], true)]
    #[case(["0", "5", "0"], true)]
    #[case(["0", "5", "5"], false)]
    #[case(["0", "0", "0"], false)]
    fn an_authorisation_that_the_gateway_does_not_know_differs_where_money_is(
        #[case] here: [&str; 3],
        #[case] differs: bool,
    ) {
        let found = ours(here).differs_from(None).unwrap();
        assert_eq!(found, differs.then_some(DifferenceKind::UnknownThere));
    }

    #[test]
    fn money_of_another_currency_is_another_amount() {
        let (won, nothing) = (
            Money::parse_with_code("KRW", "500").unwrap(),
            Money::parse_with_code("KRW", "0").unwrap(),
        );
        let theirs = Shown {
            held: won,
            taken: nothing,
            refunded: nothing,
        };
        let found = ours(["5", "0", "0"]).differs_from(Some(&theirs)).unwrap();
        assert_eq!(found, Some(DifferenceKind::OtherAmount));
    }

    #[test]
    fn every_kind_survives_its_text_form_and_says_what_to_do() {
        for kind in DifferenceKind::ALL {
            assert_eq!(kind.as_str().parse::<DifferenceKind>().unwrap(), kind);
            assert!(kind.advice().len() > 40);
        }
    }
}
