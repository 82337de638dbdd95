//! The process protocol: JSON lines between the suite and an adapter. `spec/PROTOCOL.md` says what
//! they mean; `schema/protocol.schema.json` describes each line.

use super::declared::Declared;
use schemars::JsonSchema;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The version of the protocol.
pub const PROTOCOL: u32 = 1;

/// A line of the protocol.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it is there for its schema")]
enum Line {
    Request(Numbered),
    Hello(Hello),
    Opened(Opened),
    Stepped(Stepped),
    Recorded(Recorded),
    Stacks(Stacks),
    Closed(Closed),
    Refused(Refused),
}

/// A request of the suite. The reply carries the same id.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Numbered {
    /// Counts up from 1.
    pub id: u64,
    /// What is asked.
    #[serde(flatten)]
    pub request: Request,
}

/// What the suite asks.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Request {
    /// Who are you, and which queues do you have?
    Hello {
        /// The version of the protocol that the suite speaks.
        protocol: u32,
    },
    /// Make a fresh queue, and an actor for each client.
    Open {
        /// The number of the session, chosen by the suite.
        session: u64,
        /// The name of the queue, as `hello` has it.
        queue: String,
        /// How many items fit; null is unbounded.
        capacity: Option<usize>,
        /// The names of the clients.
        clients: Vec<String>,
        /// The one client whose calls may be cancelled, where the queue says that it can be only one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cancels: Option<String>,
    },
    /// Do all of this, in this order, then wait until nothing moves any more.
    Step {
        /// The session.
        session: u64,
        /// What to do; of a queue with ticks, in one tick.
        batch: Vec<Action>,
    },
    /// Wait longer: has anything else returned?
    Look {
        /// The session.
        session: u64,
        /// For at least so many milliseconds.
        for_ms: u64,
    },
    /// Run all scripts at the same time, each time on a fresh queue, and write down what happens.
    Record {
        /// The name of the queue.
        queue: String,
        /// How many items fit; null is unbounded.
        capacity: Option<usize>,
        /// What each client calls, one after the other.
        scripts: BTreeMap<String, Vec<String>>,
        /// The seed of whatever is random about it.
        seed: u64,
        /// How many times.
        times: u32,
    },
    /// Where are those who are blocked?
    Stacks {
        /// The session.
        session: u64,
    },
    /// Forget the queue, and whoever is blocked in it.
    Close {
        /// The session.
        session: u64,
    },
}

/// A part of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum Action {
    /// A client that has no call pending calls an operation.
    Call {
        /// The client.
        client: String,
        /// The operation, in the words of a scenario: `put 1`.
        call: String,
        /// Whether the item of the put cannot be compared with others, nor be sent to a process.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        flawed: bool,
    },
    /// The pending call of a client is given up, if it has not returned meanwhile.
    Cancel {
        /// The client.
        client: String,
        /// True.
        cancel: bool,
    },
    /// The actor is killed, wherever it is.
    Kill {
        /// The client.
        client: String,
        /// True.
        kill: bool,
    },
    /// Let so many turns of the event loop pass.
    Ticks {
        /// How many.
        ticks: u32,
    },
}

/// The reply to `hello`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// The id of the request.
    pub id: u64,
    /// The version of the protocol that the adapter speaks: 1.
    pub protocol: u32,
    /// What the adapter is called.
    pub name: String,
    /// What it runs on, with its version.
    pub version: String,
    /// The queues that it has.
    pub queues: Vec<Declared>,
}

/// The reply to `open`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// The id of the request.
    pub id: u64,
    /// True.
    pub opened: bool,
}

/// The reply to `step` and `look`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stepped {
    /// The id of the request.
    pub id: u64,
    /// What has returned since the last reply, in this order.
    pub returned: Vec<Returned>,
    /// The clients whose calls have not returned.
    pub blocked: Vec<String>,
}

/// What became of a call: one of `return`, `raised`, `killed`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Returned {
    /// The client.
    pub client: String,
    /// The answer, in the words of a history: `item 1`.
    #[serde(rename = "return")]
    pub returned: Option<String>,
    /// It failed with something that is no answer of a queue.
    pub raised: Option<String>,
    /// Its actor was killed; it will not call again.
    pub killed: Option<bool>,
}

/// The reply to `record`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The id of the request.
    pub id: u64,
    /// One for each time.
    pub runs: Vec<RecordedRun>,
}

/// A run of all scripts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordedRun {
    /// Calls and returns in the order in which they happened. A call stands before it is made, a
    /// return after it was seen.
    pub events: Vec<RecordedEvent>,
    /// The clients that are blocked now that nothing moves any more.
    pub blocked: Vec<String>,
}

/// A call or a return: one of `call`, `return`, `raised`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordedEvent {
    /// The client.
    pub client: String,
    /// The operation that it calls.
    pub call: Option<String>,
    /// What that has answered.
    #[serde(rename = "return")]
    pub returned: Option<String>,
    /// It failed with something that is no answer of a queue.
    pub raised: Option<String>,
}

/// The reply to `stacks`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stacks {
    /// The id of the request.
    pub id: u64,
    /// For each client that is blocked, where it is: the innermost frame last.
    pub stacks: BTreeMap<String, Vec<String>>,
}

/// The reply to `close`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// The id of the request.
    pub id: u64,
    /// True.
    pub closed: bool,
}

/// The reply to a request that the adapter cannot serve.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// The id of the request.
    pub id: u64,
    /// Why not.
    pub refused: String,
}

/// A reply breaks a rule of the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// Where: `returned[0].client`.
    pub field: String,
    /// The rule.
    pub rule: String,
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "field `{}`: {}", self.field, self.rule)
    }
}

/// What a reply may carry.
pub trait Body: DeserializeOwned {}

impl Body for Hello {}
impl Body for Opened {}
impl Body for Stepped {}
impl Body for Recorded {}
impl Body for Stacks {}
impl Body for Closed {}
impl Body for Refused {}

/// What every reply has.
#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct AnyReply {
    id: u64,
    refused: Option<IgnoredAny>,
}

/// A line, as far as it can be read without knowing what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The request that it answers.
    pub id: u64,
    /// Whether that was refused.
    pub is_refusal: bool,
    line: Vec<u8>,
}

impl Reply {
    /// Reads what every reply has.
    ///
    /// # Errors
    ///
    /// The field that is wrong, and the rule; `None` if the line is no JSON at all.
    pub fn read(line: Vec<u8>) -> Result<Reply, Option<Misread>> {
        if serde_json::from_slice::<IgnoredAny>(&line).is_err() {
            return Err(None);
        }
        // Else serde would also read a list as the fields in their order.
        if line.trim_ascii_start().first() != Some(&b'{') {
            return Err(Some(Misread { field: ".".to_string(), rule: "an object".to_string() }));
        }
        let AnyReply { id, refused } = read(&line)?;
        Ok(Reply { id, is_refusal: refused.is_some(), line })
    }

    /// Reads the rest.
    ///
    /// # Errors
    ///
    /// The field that is wrong, and the rule.
    pub fn body<T: Body>(&self) -> Result<T, Misread> {
        read(&self.line)
    }
}

fn read<T: DeserializeOwned>(line: &[u8]) -> Result<T, Misread> {
    let mut json = serde_json::Deserializer::from_slice(line);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (field, rule) = (error.path().to_string(), error.inner().to_string());
        Misread { field, rule }
    })
}

impl Numbered {
    /// The line, with its end.
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("a request is JSON") + "\n"
    }

    /// Reads a line.
    ///
    /// # Errors
    ///
    /// The field that is wrong, and the rule.
    pub fn read(line: &str) -> Result<Numbered, Misread> {
        read(line.as_bytes())
    }
}

/// The JSON Schema of a line.
pub fn protocol_schema() -> String {
    let schema = schemars::schema_for!(Line);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}
