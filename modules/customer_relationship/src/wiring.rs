//! What this module offers and listens to.

#![expect(missing_docs, reason = "shaku's macro writes undocumented items")]

use auctions::{AuctionEnded, BidderHasBeenOverbid, BidsWithdrawn};
use foundation::{OnAsync, OnOutbound, Subscription, handed_in, injectable};
use secrecy::SecretString;
use shaku::module;

use crate::application::{
    Correspondence, CustomerQueries, Customers, Emails, Letterhead, Mailer, Postman,
};
use crate::events::EmailQueued;
use crate::facade::CustomersFacade;
use crate::handlers::{SendEmail, TellOfWithdrawnBids, TellOverbidBidder, TellSellerOfUnsoldLot};
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
injectable!(TellOverbidBidder {
    customers: CustomersFacade
});
injectable!(TellSellerOfUnsoldLot {
    customers: CustomersFacade
});
injectable!(TellOfWithdrawnBids {
    customers: CustomersFacade
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
            #[ordered(Subscription)] OnAsync<BidderHasBeenOverbid, TellOverbidBidder>,
            #[ordered(Subscription)] OnAsync<AuctionEnded, TellSellerOfUnsoldLot>,
            #[ordered(Subscription)] OnAsync<BidsWithdrawn, TellOfWithdrawnBids>,
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
