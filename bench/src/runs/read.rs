//! Reading one lot and the list of lots, beside a server that does nothing.

use std::net::SocketAddr;
use std::time::Duration;

use crate::calls;
use crate::empty_server;
use crate::house::{Estate, Watch};
use crate::lots;
use crate::measure::{Figures, Window, median};
use crate::options::Options;
use crate::report::{Bar, Goal, Section, Table, short};
use crate::wire::Shown;

use super::contest::{Way, in_an_hour};
use super::reading::read;

const WARM_UP: Duration = Duration::from_secs(1);
const LOTS: usize = 1_000;
const ONE_LOT: &str = "one lot";
const HOUSE: &str = "house";
const HEADING: [&str; 15] = [
    "GET",
    "clients",
    "bytes",
    "reads/s",
    "empty handler/s",
    "ratio",
    "p50 ms",
    "p99 ms",
    "max ms",
    "server CPU",
    "database CPU",
    "bench CPU",
    "bench CPU, empty",
    "others' CPU",
    "server MiB",
];

struct Entry {
    what: &'static str,
    clients: usize,
    bytes: usize,
    house: Figures,
    empty: Figures,
}

impl Entry {
    fn ratio(&self) -> f64 {
        self.house.per_second / self.empty.per_second
    }

    fn row(&self) -> Vec<String> {
        let figures = &self.house;
        vec![
            self.what.to_owned(),
            self.clients.to_string(),
            self.bytes.to_string(),
            short(figures.per_second),
            short(self.empty.per_second),
            short(self.ratio()),
            short(figures.p50_ms),
            short(figures.p99_ms),
            short(figures.max_ms),
            short(figures.server_cpus),
            figures.database_cpus.map_or_else(|| "–".to_owned(), short),
            short(figures.bench_cpus),
            short(self.empty.bench_cpus),
            short(figures.others_cpus.max(self.empty.others_cpus)),
            short(figures.server_mib),
        ]
    }
}

/// Measures it.
pub fn measure(options: &Options, estate: &Estate) -> anyhow::Result<Section> {
    let house = estate.open(&Way::default_terms(options))?;
    let ends = std::iter::repeat_n(in_an_hour(), options.lots.unwrap_or(LOTS));
    let ids = lots::put_up(house.address(), &house.people.seller, ends)?;
    let lot = format!("/api/auctions/{}", ids[0]);
    let mut entries = Vec::new();
    for &clients in &options.clients {
        for (what, path) in [(ONE_LOT, lot.as_str()), ("the list", "/api/auctions")] {
            let place = (house.address(), house.watch()?);
            entries.push(compare(options, clients, (what, path), place)?);
        }
    }
    house.close()?;
    section(estate, &entries)
}

fn compare(
    options: &Options,
    clients: usize,
    (what, path): (&'static str, &str),
    (address, watch): (SocketAddr, Watch),
) -> anyhow::Result<Entry> {
    let request = calls::get(path, Shown::Nothing);
    let reply = calls::one(address, request.clone())?;
    reply.expect(200)?;
    let bytes = reply.body.len();
    let empty = empty_server::start(bytes)?;
    let nothing = (empty.address(), Watch::of(empty.id(), None));
    let window = |watch| Window::after(WARM_UP, Duration::from_secs(options.seconds), watch);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..options.repeats {
        ours.push(read(address, clients, &request, window(watch))?);
        theirs.push(read(nothing.0, clients, &request, window(nothing.1))?);
    }
    empty.stop()?;
    Ok(Entry {
        what,
        clients,
        bytes,
        house: median(ours),
        empty: median(theirs),
    })
}

fn section(estate: &Estate, entries: &[Entry]) -> anyhow::Result<Section> {
    let database = estate.database();
    let mut section = Section {
        id: format!("read-{}", database.to_lowercase()),
        title: format!("Reading, {database}"),
        facts: vec![estate.facts()?],
        table: Table::new(&HEADING),
        bars_show: "Reads per second".to_owned(),
        ..Section::default()
    };
    for entry in entries {
        section.table.rows.push(entry.row());
        for (who, figures) in [(HOUSE, &entry.house), ("empty handler", &entry.empty)] {
            section.bars.push(Bar {
                label: format!("{}, {} clients, {who}", entry.what, entry.clients),
                value: figures.per_second,
                stands_out: who == HOUSE,
            });
        }
        if entry.what == ONE_LOT {
            let goal = format!(
                "one lot, {} clients, beside the empty handler",
                entry.clients
            );
            let percent = entry.ratio() * 100.0;
            section
                .goals
                .push(Goal::at_least(&goal, 50.0, percent, " %"));
        }
    }
    Ok(section)
}
