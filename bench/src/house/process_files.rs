//! What the kernel says about processes under `/proc`.

use std::fs;
use std::time::Duration;

/// The kernel counts a process's time in hundredths of a second, whatever its own clock does.
const TICK: Duration = Duration::from_millis(10);

/// A process as `/proc/…/stat` describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// Its parent.
    pub parent: u32,
    /// Time on processors.
    pub time: Duration,
    /// The same of its children that have ended.
    pub of_ended_children: Duration,
}

/// Reads a process's line, if it lives.
pub fn stat(process: u32) -> Option<Stat> {
    parse(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
}

/// The processes whose parent this one is.
pub fn children(process: u32) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let numbers = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers
        .filter(|&number| stat(number).is_some_and(|stat| stat.parent == process))
        .collect()
}

/// A line of a file such as `/proc/…/status` in which sizes stand in kilobytes, as bytes.
pub fn size(process: u32, file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/{file}")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line
        .trim_start_matches(':')
        .split_whitespace()
        .next()?
        .parse()
        .ok()?;
    Some(kilobytes * 1024)
}

/// Time that all processors of the machine were at work for any process: user, nice and system.
pub fn machine_time() -> Duration {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let words = text.lines().next().unwrap_or_default().split_whitespace();
    let ticks = words
        .skip(1)
        .take(3)
        .filter_map(|word| word.parse::<u32>().ok());
    TICK * ticks.sum::<u32>()
}

/// The name stands in parentheses and may hold anything, so fields are counted from the last one.
fn parse(line: &str) -> Option<Stat> {
    let (_, rest) = line.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u32>().ok();
    Some(Stat {
        parent: number(1)?,
        time: TICK * (number(11)? + number(12)?),
        of_ended_children: TICK * (number(13)? + number(14)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_whatever_the_name() {
        let line = "42 (a) b (c)) S 7 42 42 0 -1 4194560 1 2 3 4 100 20 30 5 20 0 1 0 99";
        let expected = Stat {
            parent: 7,
            time: Duration::from_millis(1_200),
            of_ended_children: Duration::from_millis(350),
        };
        assert_eq!(parse(line), Some(expected));
        assert_eq!(parse("nonsense"), None);
    }

    #[test]
    fn this_process_is_found() {
        let own = std::process::id();
        let parent = stat(own).unwrap().parent;
        assert!(children(parent).contains(&own));
        assert!(size(own, "status", "VmRSS").unwrap() > 100_000);
        assert!(machine_time() >= stat(own).unwrap().time);
    }
}
