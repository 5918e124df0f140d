//! Forgeries of a lot's log: whatever is changed or left out is found, in the line where it was.

use proptest::prelude::*;
use proptest::sample::Index;
use rstest::rstest;
use serde_json::Value;

use super::histories::{Life, acts, house};
use super::lot_log::LotLog;
use super::room::Room;
use super::secrecy::commitment;
use super::verify::verify_log;
use super::verify_tests::{bought, cancelled, eventful, hash_again};

/// Where a log is broken; nothing if it cannot even be read.
pub(super) fn broken_at(log: &Value) -> Option<usize> {
    let log: LotLog = serde_json::from_value(log.clone()).ok()?;
    let broken = verify_log(&log).expect_err("a changed log does not verify");
    Some(broken.line)
}

/// The paths to everything in a value that is not itself made of values.
fn leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                leaves(value, &format!("{path}/{name}"), found);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                leaves(value, &format!("{path}/{index}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            found.push(path.to_owned());
        }
    }
}

/// The value with as little changed as possible: the last digit of a text that has one.
fn changed(value: &Value) -> Value {
    match value {
        Value::Bool(value) => Value::from(!value),
        Value::Number(number) => Value::from(number.as_i64().unwrap() + 1),
        Value::String(text) => {
            let mut characters: Vec<char> = text.chars().collect();
            let digit = characters.iter().rposition(char::is_ascii_digit);
            let place = digit.unwrap_or(characters.len() - 1);
            let other = if characters[place] == '7' { '8' } else { '7' };
            characters[place] = other;
            characters.into_iter().collect::<String>().into()
        }
        Value::Null | Value::Array(_) | Value::Object(_) => panic!("{value} is no leaf"),
    }
}

/// Values that stand elsewhere under the same name: what a forger would write.
fn others(log: &Value, all: &[String], path: &str) -> Vec<Value> {
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let alike = all.iter().filter(|other| name(other) == name(path));
    let mut values: Vec<Value> = Vec::new();
    for value in alike.map(|other| log.pointer(other).unwrap()) {
        if value != log.pointer(path).unwrap() && !values.contains(value) {
            values.push(value.clone());
        }
    }
    values
}

fn line_of(path: &str, log: &Value) -> usize {
    if path == "/head" {
        return log["lines"].as_array().unwrap().len() + 1;
    }
    let mut parts = path.split('/');
    let in_lines = parts.nth(1) == Some("lines");
    let index = parts.next().filter(|_| in_lines);
    index.map_or(1, |index| index.parse::<usize>().unwrap() + 1)
}

#[rstest]
fn whatever_is_changed_is_found_where_it_is(
    #[values(eventful(), bought(), cancelled())] room: Room,
) {
    let log = serde_json::to_value(room.log()).unwrap();
    let mut all = Vec::new();
    leaves(&log, "", &mut all);
    let mut found = 0;
    for path in &all {
        let mut values = others(&log, &all, path);
        values.push(changed(log.pointer(path).unwrap()));
        for value in values {
            let mut forged = log.clone();
            *forged.pointer_mut(path).unwrap() = value.clone();
            if let Some(line) = broken_at(&forged) {
                assert_eq!(line, line_of(path, &log), "{path} became {value}");
                found += 1;
            }
        }
    }
    assert!(
        found > all.len() / 2,
        "most changes leave a log that can be read"
    );
}

#[rstest]
fn whatever_is_left_out_is_found_where_it_was(
    #[values(eventful(), bought(), cancelled())] room: Room,
) {
    let log = serde_json::to_value(room.log()).unwrap();
    let mut all = Vec::new();
    leaves(&log, "", &mut all);
    all.extend((0..room.lines.len()).map(|index| format!("/lines/{index}/opening")));
    for path in &all {
        let (parent, name) = path.rsplit_once('/').unwrap();
        let mut forged = log.clone();
        let Some(fields) = forged.pointer_mut(parent).unwrap().as_object_mut() else {
            continue;
        };
        let left_out = fields.remove(name);
        if let Some(line) = left_out.and_then(|_| broken_at(&forged)) {
            assert_eq!(line, line_of(path, &log), "{path} is left out");
        }
    }
}

/// Numbers, texts and times that a hostile file may hold.
fn hostile() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(-1), Just(0)].prop_map(Value::from),
        prop_oneof![
            Just("+262142-12-31T23:59:59.999999999Z"),
            Just("-262143-01-01T00:00:00Z"),
            Just("9999-12-31T23:59:59Z"),
            Just(""),
            Just("9223372036854775807"),
            Just("1:1 2:9223372036854775807 9223372036854775807"),
            Just("ZZZ"),
            Just("proxy"),
            Just("plain"),
        ]
        .prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ]
}

/// Makes the amounts of a log fit its commitments and hashes, as far as that can be done.
fn commit_again(log: &mut Value) {
    for line in log["lines"].as_array_mut().unwrap() {
        let amount = line["opening"]["amount"].as_i64();
        let salt = line["opening"]["salt"].as_str().map(str::to_owned);
        let Some((amount, salt)) = amount.zip(salt) else {
            continue;
        };
        let committed = Value::from(commitment(&salt, amount));
        for place in ["bid/maximum", "lower_reserve/reserve", "begin/reserve"] {
            if let Some(place) = line.pointer_mut(&format!("/entry/command/{place}")) {
                *place = committed.clone();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn any_change_to_any_history_is_found(
        house in house(),
        acts in acts(),
        which in any::<Index>(),
    ) {
        let log = serde_json::to_value(Life::live(&house, &acts).room.log()).unwrap();
        let mut all = Vec::new();
        leaves(&log, "", &mut all);
        let path: &String = which.get(&all);
        let mut forged = log.clone();
        *forged.pointer_mut(path).unwrap() = changed(log.pointer(path).unwrap());
        if let Some(line) = broken_at(&forged) {
            prop_assert_eq!(line, line_of(path, &log), "{} was changed", path);
        }
    }

    #[test]
    fn a_hostile_log_is_answered_and_never_a_panic(
        changes in prop::collection::vec((any::<Index>(), hostile()), 1..4)
    ) {
        let mut log = serde_json::to_value(eventful().log()).unwrap();
        let mut all = Vec::new();
        leaves(&log, "", &mut all);
        all.retain(|path| !path.ends_with("/hash") && path != "/head");
        for (which, value) in changes {
            let path: &String = which.get(&all);
            *log.pointer_mut(path).unwrap() = value;
        }
        commit_again(&mut log);
        if let Ok(mut log) = serde_json::from_value::<LotLog>(log) {
            hash_again(&mut log);
            let _ = verify_log(&log);
        }
    }
}
