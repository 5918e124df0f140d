//! What this module offers and listens to.

#![expect(missing_docs, reason = "shaku's macro writes undocumented items")]

use auctions::{
    AuctionCancelled, AuctionEnded, BidderHasBeenOverbid, BidderRegistered, BidsWithdrawn,
    RegistrationApproved, RegistrationRefused, SecondChanceOffered,
};
use foundation::{OnAsync, OnOutbound, Subscription, handed_in, injectable};
use secrecy::SecretString;
use shaku::module;

use crate::application::{
    Correspondence, CustomerQueries, Customers, Emails, Letterhead, Mailer, Postman,
};
use crate::events::{CancellationToTell, EmailQueued, OverbidNoticeDue};
use crate::facade::CustomersFacade;
use crate::handlers::{
    CalmOverbids, SendEmail, TellBidderOfCancelledLot, TellBiddersOfCancelledLot,
    TellOfRegistration, TellOfSecondChance, TellOfWithdrawnBids, TellOverbidBidder,
    TellSellerOfCancelledLot, TellSellerOfUnsoldLot,
};
use crate::infrastructure::{
    DieselCustomerQueries, DieselCustomers, DieselEmails, EmbeddedMailbox, SmtpAccess, SmtpMailer,
};
use crate::settings::{CustomersSettings, MailSettings};

injectable!(dyn Customers: DieselCustomers {});
injectable!(dyn Emails: DieselEmails {});
injectable!(dyn CustomerQueries: DieselCustomerQueries {});
injectable!(dyn Mailer: EmbeddedMailbox {});
handed_in!(Letterhead);
injectable!(Correspondence {
    customers: dyn Customers,
    emails: dyn Emails,
    letterhead: Letterhead,
});
injectable!(Postman { emails: dyn Emails, mailer: dyn Mailer });
injectable!(CustomersFacade {
    customers: dyn Customers,
    correspondence: Correspondence,
    queries: dyn CustomerQueries,
    mailer: dyn Mailer,
});
injectable!(CalmOverbids {});
injectable!(TellOverbidBidder {
    correspondence: Correspondence
});
injectable!(TellSellerOfUnsoldLot {
    correspondence: Correspondence
});
injectable!(TellOfWithdrawnBids {
    correspondence: Correspondence
});
injectable!(TellOfSecondChance {
    correspondence: Correspondence
});
injectable!(TellSellerOfCancelledLot {
    correspondence: Correspondence
});
injectable!(TellBiddersOfCancelledLot {});
injectable!(TellBidderOfCancelledLot {
    correspondence: Correspondence
});
injectable!(TellOfRegistration {
    correspondence: Correspondence
});
injectable!(SendEmail { postman: Postman });

module! {
    pub CustomersModule {
        components = [
            CustomersFacade,
            Correspondence,
            Postman,
            Letterhead,
            DieselCustomers,
            DieselEmails,
            DieselCustomerQueries,
            EmbeddedMailbox,
            #[ordered(Subscription)] OnAsync<BidderHasBeenOverbid, CalmOverbids>,
            #[ordered(Subscription)] OnAsync<OverbidNoticeDue, TellOverbidBidder>,
            #[ordered(Subscription)] OnAsync<AuctionEnded, TellSellerOfUnsoldLot>,
            #[ordered(Subscription)] OnAsync<BidsWithdrawn, TellOfWithdrawnBids>,
            #[ordered(Subscription)] OnAsync<SecondChanceOffered, TellOfSecondChance>,
            #[ordered(Subscription)] OnAsync<AuctionCancelled, TellSellerOfCancelledLot>,
            #[ordered(Subscription)] OnAsync<AuctionCancelled, TellBiddersOfCancelledLot>,
            #[ordered(Subscription)] OnAsync<CancellationToTell, TellBidderOfCancelledLot>,
            #[ordered(Subscription)] OnAsync<BidderRegistered, TellOfRegistration>,
            #[ordered(Subscription)] OnAsync<RegistrationApproved, TellOfRegistration>,
            #[ordered(Subscription)] OnAsync<RegistrationRefused, TellOfRegistration>,
            #[ordered(Subscription)] OnOutbound<EmailQueued, SendEmail>,
        ],
        providers = []
    }
}

/// Builds the module.
pub fn module(settings: CustomersSettings) -> CustomersModule {
    let letterhead = Letterhead::new(&settings.public_url);
    let mut builder =
        CustomersModule::builder().with_component_parameters::<Letterhead>(letterhead.into());
    if let Some(mailer) = smtp_mailer(settings) {
        builder = builder.with_component_override::<dyn Mailer>(Box::new(mailer));
    }
    builder.build()
}

/// The way to the mail server, unless mail stays in the embedded mailbox.
fn smtp_mailer(settings: CustomersSettings) -> Option<SmtpMailer> {
    let MailSettings::Smtp {
        host,
        port,
        security,
        user,
        password,
        timeout,
    } = settings.mail
    else {
        return None;
    };
    let credentials = user.map(|user| (user, password.unwrap_or_else(|| SecretString::from(""))));
    let access = SmtpAccess {
        host,
        port,
        security,
        credentials,
        timeout,
    };
    Some(SmtpMailer::new(access, settings.sender))
}
