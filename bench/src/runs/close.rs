//! Many lots that end in the same second.

use std::time::{Duration, Instant};

use anyhow::ensure;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::calls;
use crate::driver::drive;
use crate::house::{Estate, House};
use crate::lots::{self, Ending};
use crate::measure::{Times, Window, number};
use crate::options::Options;
use crate::report::{Bar, Goal, Section, Table, short};
use crate::wire::Shown;

use super::contest::{Way, in_an_hour, now};
use super::visitors::{Visit, Visitors};

const LOTS: usize = 10_000;
/// Lots that go on, to see how fast lots are put up and to bid on meanwhile.
const OTHERS: usize = 500;
/// One lot of so many gets two bids and is sold.
const SOLD: usize = 10;
const VISITORS: usize = 8;
/// Between the last preparation and the end.
const QUIET: TimeDelta = TimeDelta::seconds(5);
const LONGEST: Duration = Duration::from_secs(3600);

/// Measures it.
pub fn measure(options: &Options, estate: &Estate) -> anyhow::Result<Section> {
    let count = options.lots.unwrap_or(LOTS);
    let house = estate.open(&Way::default_terms(options))?;
    let seller = &house.people.seller;
    let started = Instant::now();
    let others = std::iter::repeat_n(in_an_hour(), OTHERS);
    let others = lots::put_up(house.address(), seller, others)?;
    bid_twice(&house, &others[..OTHERS / SOLD])?;
    let each = started.elapsed() / u32::try_from(OTHERS)?;
    let preparing = each * u32::try_from(count)? * 2;
    let end = now() + TimeDelta::from_std(preparing)? + QUIET * 2;
    let within = |number: usize| end + TimeDelta::microseconds((number * 1_000_000 / count) as i64);
    let closing = lots::put_up(house.address(), seller, (0..count).map(within))?;
    bid_twice(&house, &closing[..count / SOLD])?;
    let left = end - now();
    ensure!(
        left >= QUIET,
        "preparing {count} lots took longer than expected; try again"
    );
    let last_end = end + TimeDelta::seconds(1);
    let window = Window::after(left.to_std()?, LONGEST, house.watch()?);
    let people = &house.people.bidders[..VISITORS.min(house.people.bidders.len())];
    let mut visitors = Visitors::new(people, (&closing, &others), (seller, last_end), window);
    drive(house.address(), people.len() + 1, &mut visitors)?;
    let visit = visitors.leave();
    if !visit.closed {
        eprintln!("not all lots have closed");
    }
    let endings = lots::endings(house.address(), seller)?;
    house.close()?;
    let endings: Vec<_> = endings
        .into_iter()
        .filter(|ending| ending.ends_at <= last_end)
        .collect();
    ensure!(
        endings.len() == count,
        "of {count} lots the list shows {}",
        endings.len()
    );
    section(estate, &endings, &visit)
}

/// Gives each lot two bids of two people.
fn bid_twice(house: &House, ids: &[String]) -> anyhow::Result<()> {
    for (round, amount) in ["1.00", "2.00"].into_iter().enumerate() {
        let bids = ids.iter().enumerate().map(|(number, id)| {
            let people = &house.people.bidders;
            let person = &people[(number + round) % people.len()];
            let path = format!("/api/auctions/{id}/bids");
            calls::post(
                &path,
                Shown::Token(&person.token),
                &json!({"amount": amount}),
            )
        });
        for reply in calls::all(house.address(), bids.collect(), VISITORS)? {
            reply.expect(200)?;
        }
    }
    Ok(())
}

fn lateness(endings: &[Ending]) -> Times {
    let late = |ending: &Ending| (ending.ended_at? - ending.ends_at).to_std().ok();
    Times::new(endings.iter().filter_map(late).collect())
}

fn section(estate: &Estate, endings: &[Ending], visit: &Visit) -> anyhow::Result<Section> {
    let database = estate.database();
    let late = lateness(endings);
    let closed = number(late.count()) / number(endings.len()) * 100.0;
    let median = late.milliseconds(500) / 1_000.0;
    let p99 = visit.meanwhile.milliseconds(990);
    Ok(Section {
        id: format!("close-{}", database.to_lowercase()),
        title: format!("Lots that end together, {database}"),
        facts: vec![
            estate.facts()?,
            format!(
                "one lot of {SOLD} is sold; {VISITORS} visitors look at lots and bid on others"
            ),
        ],
        table: table(endings, &late, visit),
        goals: vec![
            Goal::at_least("closed lots", 100.0, closed, " %"),
            Goal::at_most("median lateness", 2.0, median, " s"),
            Goal::at_most("API p99 while lots close", 250.0, p99, " ms"),
        ],
        bars: bars(&late),
        bars_show: "Seconds late".to_owned(),
    })
}

fn bars(late: &Times) -> Vec<Bar> {
    let shares = [
        ("half", 500),
        ("90 of 100", 900),
        ("99 of 100", 990),
        ("all", 1_000),
    ];
    let bar = |(name, share)| Bar {
        label: format!("{name} closed within"),
        value: late.milliseconds(share) / 1_000.0,
        stands_out: share == 500,
    };
    shares.into_iter().map(bar).collect()
}

fn table(endings: &[Ending], late: &Times, visit: &Visit) -> Table {
    let late_by = |share| format!("{} s", short(late.milliseconds(share) / 1_000.0));
    let last: Option<DateTime<Utc>> = endings.iter().filter_map(|ending| ending.ended_at).max();
    let first: Option<DateTime<Utc>> = endings.iter().map(|ending| ending.ends_at).min();
    let took = last.zip(first).map(|(last, first)| last - first);
    let seconds = took.map_or(f64::INFINITY, |took| took.as_seconds_f64());
    let used = &visit.used;
    let mut table = Table::new(&["what", "measured"]);
    let mut row = |what: &str, measured: String| table.rows.push(vec![what.to_owned(), measured]);
    row("lots that end within one second", endings.len().to_string());
    row("closed", late.count().to_string());
    row("late, median", late_by(500));
    row("late, p99", late_by(990));
    row("late, at most", late_by(1_000));
    row("closed per second", short(number(late.count()) / seconds));
    row("API p50 / p99 before the end", of_api(&visit.before));
    row("API p50 / p99 while lots close", of_api(&visit.meanwhile));
    row("server CPU meanwhile", short(used.server_cpus));
    if let Some(cpus) = used.database_cpus {
        row("database CPU meanwhile", short(cpus));
    }
    row("others' CPU meanwhile", short(used.others_cpus));
    row("server MiB", short(used.server_mib));
    table
}

fn of_api(times: &Times) -> String {
    let [median, p99] = [500, 990].map(|share| short(times.milliseconds(share)));
    format!("{median} / {p99} ms ({} requests)", times.count())
}
