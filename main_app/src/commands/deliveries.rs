//! `gavel deliveries`

use clap::Subcommand;
use foundation::{DeliveryAdministration, DeliveryId, Transactions};

use super::opening::open;
use super::printing::print_line;
use crate::composition::component;
use crate::configuration::Settings;

/// Whom the audit log names for what is done here.
const ACTOR: &str = "command line";

/// Look after deliveries.
#[derive(Debug, Subcommand)]
pub(super) enum Deliveries {
    /// List deliveries that are not finished, the oldest first.
    List {
        /// Only those in one state.
        #[arg(long, value_parser = ["ready", "running", "dead"])]
        state: Option<String>,
        /// How many at most.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Give a dead delivery all its tries again.
    Retry {
        /// Which one.
        id: DeliveryId,
    },
    /// Let a dead delivery go for good.
    Discard {
        /// Which one.
        id: DeliveryId,
        /// Why: it is written to the audit log.
        #[arg(long)]
        reason: String,
    },
}

impl Deliveries {
    pub(super) fn run(&self, settings: &Settings) -> anyhow::Result<()> {
        let opened = open(settings)?;
        let administration = component::<DeliveryAdministration>(&opened.app);
        let transactions = component::<Transactions>(&opened.app);
        match self {
            Self::List { state, limit } => {
                let listed = transactions.read(|reader| {
                    administration.list(state.as_deref(), (*limit).into(), reader)
                })?;
                for delivery in &listed {
                    print_line(format_args!(
                        "{}  {:7}  tries {:2}  due {}  {} -> {}",
                        delivery.id,
                        delivery.state,
                        delivery.attempt,
                        delivery.due_at.format("%Y-%m-%d %H:%M:%S UTC"),
                        delivery.event,
                        delivery.handler
                    ))?;
                    if let Some(error) = &delivery.last_error {
                        print_line(format_args!("    {error}"))?;
                    }
                }
                print_line(format_args!("{} deliveries", listed.len()))?;
            }
            Self::Retry { id } => {
                transactions.run(|uow| administration.retry(*id, ACTOR, uow))?;
                print_line(format_args!("{id} will be tried again"))?;
            }
            Self::Discard { id, reason } => {
                transactions.run(|uow| administration.discard(*id, ACTOR, reason, uow))?;
                print_line(format_args!("{id} is discarded"))?;
            }
        }
        Ok(())
    }
}
