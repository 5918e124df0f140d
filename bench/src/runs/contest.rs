//! Bidders on lots, decided in each of the ways that the server has, all in one session.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::ensure;
use chrono::{DateTime, TimeDelta, Utc};

use crate::bidding::Bidding;
use crate::driver::drive;
use crate::house::{Estate, House, Terms};
use crate::lots;
use crate::measure::{Figures, Window, median};
use crate::options::Options;
use crate::report::{Bar, Table, short};

const WARM_UP: Duration = Duration::from_secs(2);
/// The server's setting that chooses how bids are decided.
const SETTING: &str = "bidding.strategy";
const VARIABLE: &str = "GAVEL_BIDDING__STRATEGY";

const DESK: &str = "desk";
const ROW_LOCK: &str = "row_lock";

/// A way of deciding bids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// The setting's value, if there is the setting.
    pub name: &'static str,
    set: bool,
}

/// The figures of one way with so many clients.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The way.
    pub way: Way,
    /// How many clients.
    pub clients: usize,
    /// The median run.
    pub figures: Figures,
}

impl Way {
    /// Without our server.
    pub const PGBENCH: Self = Self {
        name: "pgbench, row lock",
        set: false,
    };

    /// Whether it is the one that is compared with the others.
    pub fn is_desk(self) -> bool {
        self.name == DESK
    }

    /// The way that the server takes unless told otherwise.
    pub fn default_terms(options: &Options) -> Terms {
        let way = Self {
            name: "as set",
            set: false,
        };
        way.terms(options)
    }

    /// Those that this build of the server has and that are wanted.
    pub fn wanted(options: &Options, estate: &Estate) -> anyhow::Result<Vec<Self>> {
        let all = if estate.knows_setting(SETTING)? {
            [DESK, "optimistic", ROW_LOCK]
                .map(|name| Self { name, set: true })
                .to_vec()
        } else {
            vec![Self {
                name: "transaction per bid",
                set: false,
            }]
        };
        let only = &options.only;
        let wanted = |way: &Self| only.is_empty() || only.iter().any(|name| name == way.name);
        Ok(all.into_iter().filter(wanted).collect())
    }

    /// The terms on which a house decides like this.
    pub fn terms(self, options: &Options) -> Terms {
        let mut terms = Terms::default();
        if self.set {
            terms = terms.with(VARIABLE, self.name);
        }
        if options.without_workers {
            terms = terms.with("GAVEL_WORKER__INSIDE_SERVER", "false");
        }
        terms
    }
}

/// Measures every way with every number of clients. The ways take turns, so that whatever changes on the
/// machine changes for all of them.
pub fn hold(options: &Options, estate: &Estate, lots: usize) -> anyhow::Result<Vec<Entry>> {
    let ways = Way::wanted(options, estate)?;
    let mut entries = Vec::new();
    for &clients in &options.clients {
        let mut runs = vec![Vec::new(); ways.len()];
        for _ in 0..options.repeats {
            for (way, runs) in ways.iter().zip(&mut runs) {
                let house = estate.open(&way.terms(options))?;
                let figures = run(options, &house, clients, lots)?;
                house.close()?;
                tell(way.name, clients, &figures);
                runs.push(figures);
            }
        }
        entries.extend(ways.iter().zip(runs).map(|(&way, runs)| Entry {
            way,
            clients,
            figures: median(runs),
        }));
    }
    Ok(entries)
}

fn tell(way: &str, clients: usize, figures: &Figures) {
    eprintln!(
        "{way}, {clients} clients: {}/s, of which {}/s accepted",
        short(figures.per_second),
        short(figures.accepted_per_second)
    );
}

fn run(options: &Options, house: &House, clients: usize, lots: usize) -> anyhow::Result<Figures> {
    let ends = std::iter::repeat_n(in_an_hour(), lots);
    let ids = lots::put_up(house.address(), &house.people.seller, ends)?;
    let length = Duration::from_secs(options.seconds);
    let window = Window::after(WARM_UP, length, house.watch()?);
    let people = &house.people.bidders[..clients];
    let mut bidding = Bidding::new(people, &ids, options.manner(), window);
    drive(house.address(), clients, &mut bidding)?;
    let figures = bidding.figures();
    check(house.address(), &ids, bidding)?;
    Ok(figures)
}

/// Compares the answers with the histories; contradictions are an error.
pub fn check(address: SocketAddr, ids: &[String], bidding: Bidding<'_>) -> anyhow::Result<()> {
    for (id, mut story) in ids.iter().zip(bidding.stories()) {
        story.history = lots::history(address, id)?;
        let violations = story.violations();
        let shown: Vec<_> = violations
            .iter()
            .take(10)
            .map(ToString::to_string)
            .collect();
        ensure!(
            violations.is_empty(),
            "the answers contradict the history of lot {id} in {} places:\n{}",
            violations.len(),
            shown.join("\n")
        );
    }
    Ok(())
}

/// The row lock's entry with so many clients.
pub fn row_lock(entries: &[Entry], clients: usize) -> Option<&Entry> {
    let mut peers = entries.iter().filter(|entry| entry.clients == clients);
    peers.find(|entry| entry.way.name == ROW_LOCK)
}

/// The fastest way, with so many clients, that takes a transaction for each bid.
pub fn best_transaction(entries: &[Entry], clients: usize) -> Option<&Entry> {
    let peers = entries.iter().filter(|entry| entry.clients == clients);
    let others = peers.filter(|entry| !entry.way.is_desk() && entry.way != Way::PGBENCH);
    others.max_by(|a, b| a.figures.per_second.total_cmp(&b.figures.per_second))
}

/// How people bid, in words.
pub fn manner(options: &Options) -> String {
    let workers = if options.without_workers {
        "deliveries left undone"
    } else {
        "the server delivers events meanwhile"
    };
    format!(
        "{} s each, median of {}; {} % of the bids exceed all that were sent before; {workers}",
        options.seconds, options.repeats, options.eager
    )
}

/// The decisions per second as bars.
pub fn bars(entries: &[Entry]) -> Vec<Bar> {
    let bar = |entry: &Entry| Bar {
        label: format!("{}, {} clients", entry.way.name, entry.clients),
        value: entry.figures.per_second,
        stands_out: entry.way.is_desk(),
    };
    entries.iter().map(bar).collect()
}

/// The figures as a table.
pub fn table(entries: &[Entry]) -> Table {
    let mut table = Table::new(&[
        "way",
        "clients",
        "decisions/s",
        "× row lock",
        "accepted/s",
        "p50 ms",
        "p99 ms",
        "max ms",
        "full",
        "gave up",
        "server CPU",
        "database CPU",
        "bench CPU",
        "others' CPU",
        "server MiB",
        "database MiB",
    ]);
    let optional = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), short);
    for Entry {
        way,
        clients,
        figures,
    } in entries
    {
        let baseline = row_lock(entries, *clients).map(|entry| entry.figures.per_second);
        table.rows.push(vec![
            way.name.to_owned(),
            clients.to_string(),
            short(figures.per_second),
            optional(baseline.map(|baseline| figures.per_second / baseline)),
            short(figures.accepted_per_second),
            short(figures.p50_ms),
            short(figures.p99_ms),
            short(figures.max_ms),
            figures.full.to_string(),
            figures.gave_up.to_string(),
            short(figures.server_cpus),
            optional(figures.database_cpus),
            short(figures.bench_cpus),
            short(figures.others_cpus),
            short(figures.server_mib),
            optional(figures.database_mib),
        ]);
    }
    table
}

/// The time.
#[expect(
    clippy::disallowed_methods,
    reason = "server and client share the machine's clock; the client is no part of the house"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// When lots end that shall not end meanwhile.
pub fn in_an_hour() -> DateTime<Utc> {
    now() + TimeDelta::hours(1)
}
