//! The soft close: a late bid moves the end, so that nobody wins by being last alone.

use chrono::TimeDelta;

/// How late bids move the end of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoftClose {
    window: TimeDelta,
    cap: Option<TimeDelta>,
}

/// Why a soft close was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSoftClose {
    /// The window is shorter than a second or longer than an hour.
    #[error("the window of a soft close has 1 second to 1 hour")]
    Window,
    /// The cap is shorter than the window or longer than a week.
    #[error("a soft close is capped at no less than its window and no more than a week")]
    Cap,
}

impl Default for SoftClose {
    /// Two minutes, without a cap.
    fn default() -> Self {
        Self {
            window: TimeDelta::minutes(2),
            cap: None,
        }
    }
}

impl SoftClose {
    /// Checks a soft close, in seconds: a bid with less than the window left gives the lot that window
    /// again; all extensions together go no further than the cap beyond the first end.
    pub fn try_new(window: i64, cap: Option<i64>) -> Result<Self, InvalidSoftClose> {
        if !(1..=3_600).contains(&window) {
            return Err(InvalidSoftClose::Window);
        }
        if cap.is_some_and(|cap| cap < window || cap > 7 * 24 * 3_600) {
            return Err(InvalidSoftClose::Cap);
        }
        Ok(Self {
            window: TimeDelta::seconds(window),
            cap: cap.map(TimeDelta::seconds),
        })
    }

    /// What a late bid leaves at least.
    pub fn window(&self) -> TimeDelta {
        self.window
    }

    /// How far all extensions together may go.
    pub fn cap(&self) -> Option<TimeDelta> {
        self.cap
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(1, None, Ok(()))]
    #[case(3_600, Some(3_600), Ok(()))]
    #[case(120, Some(604_800), Ok(()))]
    #[case(0, None, Err(InvalidSoftClose::Window))]
    #[case(3_601, None, Err(InvalidSoftClose::Window))]
    #[case(120, Some(119), Err(InvalidSoftClose::Cap))]
    #[case(120, Some(604_801), Err(InvalidSoftClose::Cap))]
    fn what_a_soft_close_may_be(
        #[case] window: i64,
        #[case] cap: Option<i64>,
        #[case] expected: Result<(), InvalidSoftClose>,
    ) {
        assert_eq!(SoftClose::try_new(window, cap).map(|_| ()), expected);
    }
}
