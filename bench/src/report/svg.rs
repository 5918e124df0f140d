//! Bars as SVG, readable on light and dark ground.

use std::fmt::Write as _;

use super::{Section, short};

const WIDTH: f64 = 760.0;
const LABELS: f64 = 280.0;
const NUMBERS: f64 = 70.0;
const ROW: f64 = 26.0;
const TOP: f64 = 56.0;

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1f2328}\
    .title{font-weight:600;font-size:15px}.unit{fill:#59636e}\
    .bar{fill:#9aa4b1}.out{fill:#0969da}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.unit{fill:#9198a1}\
    .bar{fill:#59636e}.out{fill:#4493f8}}";

/// The section's bars, if it has any.
pub fn chart(section: &Section) -> Option<String> {
    let most = section.bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let mut rows = String::new();
    let mut top = TOP;
    for bar in &section.bars {
        let length = (bar.value / most * (WIDTH - LABELS - NUMBERS)).max(1.0);
        let class = if bar.stands_out { "out" } else { "bar" };
        let _ = writeln!(
            rows,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{}</text>\
             <rect class=\"{class}\" x=\"{LABELS}\" y=\"{top}\" width=\"{length:.1}\" height=\"18\" rx=\"2\"/>\
             <text x=\"{:.1}\" y=\"{:.0}\">{}</text>",
            LABELS - 10.0,
            top + 14.0,
            escaped(&bar.label),
            LABELS + length + 8.0,
            top + 14.0,
            short(bar.value),
        );
        top += ROW;
    }
    let title = escaped(&section.title);
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" \
         aria-label=\"{title}\">\n<style>{STYLE}</style>\n\
         <text class=\"title\" x=\"10\" y=\"22\">{title}</text>\n\
         <text class=\"unit\" x=\"10\" y=\"42\">{}</text>\n{rows}</svg>\n",
        top + 10.0,
        escaped(&section.bars_show),
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Bar;

    #[test]
    fn the_longest_bar_fills_the_width_and_text_is_escaped() {
        let bar = |label: &str, value| Bar {
            label: label.to_owned(),
            value,
            stands_out: false,
        };
        let section = Section {
            title: "a < b".to_owned(),
            bars: vec![bar("desk", 200.0), bar("row_lock", 50.0)],
            ..Section::default()
        };
        let svg = chart(&section).unwrap();
        assert!(svg.contains("a &lt; b"), "{svg}");
        assert!(
            svg.contains("width=\"410.0\"") && svg.contains("width=\"102.5\""),
            "{svg}"
        );
        assert_eq!(chart(&Section::default()), None);
    }
}
