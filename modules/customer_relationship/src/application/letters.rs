//! Letters: what an e-mail says, once in each language, shown as plain text and as HTML.
//!
//! A language says its words in `letters/english.rs` and `letters/korean.rs`; the two templates lay them
//! out. So the plain text and the HTML can never say different things.

mod english;
mod forms;
mod korean;

use askama::Template;
use foundation::Failure;

use self::forms::Forms;
use super::notices::Notice;
use crate::domain::{Content, Customer, Language, PlainLine};

/// What every letter carries of the house.
#[derive(Debug, Clone)]
pub(crate) struct Letterhead {
    public_url: String,
}

impl Letterhead {
    /// A letterhead that leads to the house's pages.
    pub(crate) fn new(public_url: &str) -> Self {
        Self {
            public_url: public_url.trim_end_matches('/').to_owned(),
        }
    }
}

/// What a letter says, before it is laid out. All of it is text on one line; the templates escape it.
#[derive(Debug)]
struct Letter {
    subject: PlainLine,
    paragraphs: Vec<PlainLine>,
    facts: Vec<(PlainLine, PlainLine)>,
    action: Option<(PlainLine, String)>,
    /// Where else to look.
    further: Option<(PlainLine, String)>,
}

impl Letter {
    fn about(subject: &str) -> Self {
        Self {
            subject: PlainLine::new(subject),
            paragraphs: Vec::new(),
            facts: Vec::new(),
            action: None,
            further: None,
        }
    }

    fn saying(mut self, paragraph: &str) -> Self {
        self.paragraphs.push(PlainLine::new(paragraph));
        self
    }

    fn stating(mut self, label: &str, value: &str) -> Self {
        let fact = (PlainLine::new(label), PlainLine::new(value));
        self.facts.push(fact);
        self
    }

    fn pointing(mut self, label: &str, url: String) -> Self {
        self.further = Some((PlainLine::new(label), url));
        self
    }

    fn inviting(mut self, label: &str, url: String) -> Self {
        self.action = Some((PlainLine::new(label), url));
        self
    }
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct TextLetter<'a> {
    language: Language,
    name: &'a str,
    letter: &'a Letter,
    home: &'a str,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct HtmlLetter<'a> {
    language: Language,
    name: &'a str,
    letter: &'a Letter,
    home: &'a str,
}

/// Writes a notice in the customer's language and forms.
pub(super) fn compose(
    notice: &Notice,
    customer: &Customer,
    letterhead: &Letterhead,
) -> Result<Content, Failure> {
    let language = customer.language;
    let forms = Forms::new(language, customer.time_zone, letterhead);
    let letter = match language {
        Language::En => english::say(notice, &forms),
        Language::Ko => korean::say(notice, &forms),
    };
    let name = customer.name.as_str();
    let home = letterhead.public_url.as_str();
    let text = TextLetter {
        language,
        name,
        letter: &letter,
        home,
    };
    let html = HtmlLetter {
        language,
        name,
        letter: &letter,
        home,
    };
    Ok(Content {
        text: text.render().map_err(unrenderable)?,
        html: html.render().map_err(unrenderable)?,
        subject: letter.subject,
    })
}

fn unrenderable(error: askama::Error) -> Failure {
    Failure::Defect(format!("a letter could not be laid out: {error}"))
}
