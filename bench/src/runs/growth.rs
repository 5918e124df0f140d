//! Whether a bid costs more the more bids there were before it.

use std::time::Duration;

use crate::bidding::Bidding;
use crate::driver::drive;
use crate::house::{Estate, House};
use crate::lots;
use crate::measure::{Figures, Window, number};
use crate::options::Options;
use crate::report::{Bar, Goal, Section, Table, short};

use super::contest::{Way, check, in_an_hour};

/// The first bids of a lot are not measured; then so many are.
const FIRST: usize = 100;
const STRETCH: usize = 900;
/// A stretch takes a fraction of a second, so several are added up, of young lots and the old one in turn:
/// what else changes meanwhile changes for both.
const STRETCHES: usize = 10;
const NEVER: Duration = Duration::from_secs(24 * 3600);

#[derive(Default)]
struct Cost {
    decisions: f64,
    server: f64,
    database: f64,
    answers: f64,
    p99_ms: Vec<f64>,
}

/// Measures it.
pub fn measure(options: &Options, estate: &Estate, until: usize) -> anyhow::Result<Section> {
    let house = estate.open(&Way::default_terms(options))?;
    let ends = std::iter::repeat_n(in_an_hour(), STRETCHES + 1);
    let ids = lots::put_up(house.address(), &house.people.seller, ends)?;
    let clients = options.clients.iter().copied().min().unwrap_or(1);
    let people = &house.people.bidders[..clients];
    let bidding = |lots| {
        let window = window(&house)?;
        Ok::<_, anyhow::Error>(Bidding::new(people, lots, options.manner(), window))
    };
    let mut old = bidding(&ids[..1])?;
    grow(&house, clients, &mut old, until)?;
    let (mut early, mut late) = (Cost::default(), Cost::default());
    for stretch in 0..STRETCHES {
        let id = &ids[stretch + 1..=stretch + 1];
        let mut young = bidding(id)?;
        grow(&house, clients, &mut young, FIRST)?;
        early.add(&grow(&house, clients, &mut young, FIRST + STRETCH)?);
        check(house.address(), id, young)?;
        let target = until + (stretch + 1) * STRETCH;
        late.add(&grow(&house, clients, &mut old, target)?);
    }
    check(house.address(), &ids[..1], old)?;
    house.close()?;
    section(estate, until, (&early, &late))
}

fn window(house: &House) -> anyhow::Result<Window> {
    Ok(Window::after(Duration::ZERO, NEVER, house.watch()?))
}

fn grow(
    house: &House,
    clients: usize,
    bidding: &mut Bidding<'_>,
    accepted: usize,
) -> anyhow::Result<Figures> {
    bidding.go_on_until(accepted, window(house)?);
    drive(house.address(), clients, bidding)?;
    Ok(bidding.figures())
}

impl Cost {
    fn add(&mut self, figures: &Figures) {
        let seconds = number(figures.answers) / figures.per_second.max(f64::MIN_POSITIVE);
        self.decisions += number(figures.answers);
        self.server += figures.server_cpus * seconds;
        self.database += figures.database_cpus.unwrap_or_default() * seconds;
        self.answers += figures.mean_ms * number(figures.answers);
        self.p99_ms.push(figures.p99_ms);
    }

    fn cpu_us(&self) -> f64 {
        (self.server + self.database) / self.decisions * 1e6
    }

    fn mean_ms(&self) -> f64 {
        self.answers / self.decisions
    }

    fn median_p99_ms(&self) -> f64 {
        let mut sorted = self.p99_ms.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    }

    fn row(&self, name: String) -> Vec<String> {
        let cells = [
            self.server / self.decisions * 1e6,
            self.database / self.decisions * 1e6,
            self.mean_ms(),
            self.median_p99_ms(),
        ];
        let cells = cells.into_iter().map(short);
        [name, format!("{:.0}", self.decisions)]
            .into_iter()
            .chain(cells)
            .collect()
    }
}

fn bar(label: String, cost: &Cost, stands_out: bool) -> Bar {
    Bar {
        label,
        value: cost.cpu_us(),
        stands_out,
    }
}

fn section(
    estate: &Estate,
    until: usize,
    (early, late): (&Cost, &Cost),
) -> anyhow::Result<Section> {
    let database = estate.database();
    let mut table = Table::new(&[
        "accepted bids before",
        "decisions",
        "server µs/decision",
        "database µs/decision",
        "mean ms",
        "p99 ms",
    ]);
    table
        .rows
        .push(early.row(format!("{FIRST} to {}", FIRST + STRETCH)));
    table
        .rows
        .push(late.row(format!("{until} to {}", until + STRETCH * STRETCHES)));
    let bid = format!("bid {until} beside bid {FIRST}");
    Ok(Section {
        id: format!("growth-{}", database.to_lowercase()),
        title: format!("A lot with {until} bids, {database}"),
        facts: vec![
            estate.facts()?,
            format!(
                "{STRETCHES} times {STRETCH} accepted bids on fresh lots, and in turn on the old one"
            ),
        ],
        table,
        goals: vec![
            Goal::at_most(
                &format!("processor time of {bid}"),
                1.2,
                late.cpu_us() / early.cpu_us(),
                "×",
            ),
            Goal::at_most(
                &format!("mean answer time of {bid}"),
                1.2,
                late.mean_ms() / early.mean_ms(),
                "×",
            ),
        ],
        bars: vec![
            bar(format!("after {FIRST} bids"), early, false),
            bar(format!("after {until} bids"), late, true),
        ],
        bars_show: "Processor time of a decision in microseconds".to_owned(),
    })
}
