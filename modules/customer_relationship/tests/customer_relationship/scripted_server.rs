//! A mail server on this machine that answers as a test tells it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// What the server answers; changed by the tests while it runs.
#[derive(Clone, Copy)]
pub struct Answers {
    pub to_mail: &'static str,
    pub to_rcpt: &'static str,
    pub to_message: &'static str,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            to_mail: "250 fine",
            to_rcpt: "250 fine",
            to_message: "250 taken",
        }
    }
}

#[derive(Default)]
struct Shared {
    answers: Mutex<Answers>,
    messages: Mutex<Vec<String>>,
    closing: Mutex<bool>,
}

pub struct ScriptedServer {
    pub port: u16,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl ScriptedServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        let serving = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if *serving.closing.lock().unwrap() {
                    return;
                }
                // A client that hangs up in the middle is part of what the tests do.
                let _ = serving.converse(&stream.unwrap());
            }
        });
        Self {
            port,
            shared,
            thread: Some(thread),
        }
    }

    pub fn answer(&self, answers: Answers) {
        *self.shared.answers.lock().unwrap() = answers;
    }

    /// Every message that was said to the server, also those that it did not take.
    pub fn messages(&self) -> Vec<String> {
        self.shared.messages.lock().unwrap().clone()
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        *self.shared.closing.lock().unwrap() = true;
        let woken = TcpStream::connect(("127.0.0.1", self.port));
        if let (Ok(_), Some(thread)) = (woken, self.thread.take()) {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn converse(&self, stream: &TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream).lines();
        let say = |text: &str| (&*stream).write_all(format!("{text}\r\n").as_bytes());
        say("220 ready")?;
        while let Some(line) = lines.next() {
            let line = line?;
            let answers = *self.answers.lock().unwrap();
            match line.split([' ', ':']).next().unwrap_or_default() {
                "EHLO" => say("250 scripted")?,
                "MAIL" => say(answers.to_mail)?,
                "RCPT" => say(answers.to_rcpt)?,
                "DATA" => {
                    say("354 go on")?;
                    let message: Vec<String> = lines
                        .by_ref()
                        .map_while(Result::ok)
                        .take_while(|line| line != ".")
                        .collect();
                    self.messages.lock().unwrap().push(message.join("\n"));
                    say(answers.to_message)?;
                }
                "QUIT" => return say("221 bye"),
                _ => say("500 what?")?,
            }
        }
        Ok(())
    }
}
