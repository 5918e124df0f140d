//! Allocations: how many in a second for each way to exclude each other, and whether a long order book makes them
//! slower.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use shipping::Sku;

use crate::house::{Store, Template};
use crate::measure::number;
use crate::options::Options;
use crate::report::{Bar, Goal, Section, Table, short};
use crate::warehouse::{Exclusion, Warehouse};

/// Pieces of each kind of goods: more than anybody can allocate in the time.
const PLENTY: i64 = 10_000_000;

/// Kinds of goods in the run on many.
const MANY_GOODS: usize = 64;

/// Orders of the long order book.
const LONG: usize = 10_000;

/// Orders of the short one.
const SHORT: usize = 100;

/// Allocations of either, of which the median counts.
const WINDOW: usize = 101;

/// What a long order book may cost beside a short one.
const DEAREST: f64 = 1.2;

/// One way to exclude each other.
struct Row {
    exclusion: Exclusion,
    clients: usize,
    on_one: f64,
    on_many: f64,
}

/// Measures it.
pub fn measure(options: &Options, url: Option<&str>) -> anyhow::Result<Section> {
    let template = Template::new(url)?;
    let original = template.original();
    let mut rows = Vec::new();
    for exclusion in Exclusion::of(original) {
        for clients in &options.clients {
            rows.push(Row {
                exclusion: *exclusion,
                clients: *clients,
                on_one: throughput(options, &template.copy()?, *exclusion, *clients, 1)?,
                on_many: throughput(options, &template.copy()?, *exclusion, *clients, MANY_GOODS)?,
            });
        }
    }
    let (early, late) = growth(&template.copy()?)?;
    let ratio = late.as_secs_f64() / early.as_secs_f64();
    let goal = format!("allocation {LONG} beside allocation {SHORT} of one order book");
    Ok(Section {
        id: format!("stock-{}", original.name().to_lowercase()),
        title: format!("Allocations of stocked goods, {}", original.name()),
        facts: facts(original, early, late)?,
        table: table(&rows),
        goals: vec![Goal::at_most(&goal, DEAREST, ratio, "×")],
        bars: rows.iter().map(bar).collect(),
        bars_show: "Allocations per second on one kind of goods".to_owned(),
    })
}

fn facts(store: &Store, early: Duration, late: Duration) -> anyhow::Result<Vec<String>> {
    let micros = |time: Duration| short(time.as_secs_f64() * 1e6);
    Ok(vec![
        store.facts()?,
        "in one process without HTTP; 20 batches of each kind of goods, one piece each time, a transaction each"
            .to_owned(),
        format!(
            "alone, one allocation takes {} µs when {SHORT} orders came and went before, and {} µs after {LONG}",
            micros(early),
            micros(late)
        ),
    ])
}

/// Allocations per second.
fn throughput(
    options: &Options,
    store: &Store,
    exclusion: Exclusion,
    clients: usize,
    goods: usize,
) -> anyhow::Result<f64> {
    let warehouse = Warehouse::open(store, exclusion)?;
    let names: Vec<Sku> = (0..goods)
        .map(|number| Ok(Sku::parse(&format!("G{number}"))?))
        .collect::<anyhow::Result<_>>()?;
    for sku in &names {
        warehouse.stocks(sku.as_str(), PLENTY)?;
    }
    let (over, done) = (AtomicBool::new(false), AtomicUsize::new(0));
    let start = Instant::now();
    let outcomes: Vec<anyhow::Result<()>> = thread::scope(|scope| {
        let work = |client: usize| {
            let sku = &names[client % names.len()];
            while !over.load(Ordering::Relaxed) {
                warehouse.allocates(sku)?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        };
        let workers: Vec<_> = (0..clients)
            .map(|client| scope.spawn(move || work(client)))
            .collect();
        crate::pause::pause(Duration::from_secs(options.seconds));
        over.store(true, Ordering::Relaxed);
        workers
            .into_iter()
            .map(|worker| worker.join().expect("no client panics"))
            .collect()
    });
    let seconds = start.elapsed().as_secs_f64();
    for outcome in outcomes {
        outcome?;
    }
    Ok(number(done.into_inner()) / seconds)
}

/// What an allocation takes after a short and after a long order book whose orders have left: one of each in
/// turn, so that what else changes meanwhile changes for both.
fn growth(store: &Store) -> anyhow::Result<(Duration, Duration)> {
    let warehouse = Warehouse::open(store, Exclusion::Optimistic)?;
    let (young, old) = (Sku::parse("NEW-CLOCK")?, Sku::parse("OLD-CLOCK")?);
    for (sku, orders) in [(&young, SHORT), (&old, LONG)] {
        warehouse.stocks(sku.as_str(), PLENTY)?;
        for _ in 0..orders / SHORT {
            warehouse.serves(sku, SHORT)?;
        }
    }
    let (mut early, mut late) = (Vec::new(), Vec::new());
    for _ in 0..WINDOW {
        early.push(warehouse.allocates(&young)?);
        late.push(warehouse.allocates(&old)?);
    }
    Ok((median(early), median(late)))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn table(rows: &[Row]) -> Table {
    let heading = [
        "way to exclude each other",
        "clients",
        "1 SKU, allocations/s",
        "64 SKUs, allocations/s",
    ];
    let mut table = Table::new(&heading);
    for row in rows {
        table.rows.push(vec![
            row.exclusion.name().to_owned(),
            row.clients.to_string(),
            short(row.on_one),
            short(row.on_many),
        ]);
    }
    table
}

fn bar(row: &Row) -> Bar {
    Bar {
        label: format!("{}, {} clients", row.exclusion.name(), row.clients),
        value: row.on_one,
        stands_out: row.exclusion == Exclusion::TableLock,
    }
}
