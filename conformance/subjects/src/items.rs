//! Items that can be followed: each is dropped exactly once, on one side or the other.
//!
//! A ledger counts, without ordering anything: its counters are relaxed, and items are made before
//! the clients start.

use spec::Item;
use std::cmp::Ordering as Order;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

/// An item as the queues under test hold it. It is compared by its number.
#[derive(Debug, Default)]
pub struct Tracked {
    item: Item,
    /// `None`: nobody follows it, or a queue has made it up.
    ledger: Option<Arc<Ledger>>,
}

impl Tracked {
    /// An item that nobody follows.
    pub fn unfollowed(item: Item) -> Tracked {
        Tracked { item, ledger: None }
    }

    /// Its number.
    pub fn item(&self) -> Item {
        self.item
    }
}

impl Clone for Tracked {
    fn clone(&self) -> Self {
        if let Some(entry) = self.ledger.as_ref().and_then(|ledger| ledger.entry(self.item)) {
            entry.made.fetch_add(1, Ordering::Relaxed);
        }
        Tracked { item: self.item, ledger: self.ledger.clone() }
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        if let Some(entry) = self.ledger.as_ref().and_then(|ledger| ledger.entry(self.item)) {
            entry.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl PartialEq for Tracked {
    fn eq(&self, other: &Self) -> bool {
        self.item == other.item
    }
}

impl Eq for Tracked {}

impl PartialOrd for Tracked {
    fn partial_cmp(&self, other: &Self) -> Option<Order> {
        Some(self.cmp(other))
    }
}

impl Ord for Tracked {
    fn cmp(&self, other: &Self) -> Order {
        self.item.cmp(&other.item)
    }
}

/// What became of the items of one execution.
#[derive(Debug)]
pub struct Ledger {
    entries: Vec<Entry>,
    /// The first item that an error did not hand back.
    swapped: OnceLock<String>,
}

#[derive(Debug)]
struct Entry {
    item: Item,
    made: AtomicU32,
    dropped: AtomicU32,
}

impl Ledger {
    /// A ledger of these items, none of which exists yet.
    pub fn new(items: impl IntoIterator<Item = Item>) -> Arc<Ledger> {
        let entry = |item| Entry { item, made: AtomicU32::new(0), dropped: AtomicU32::new(0) };
        let mut entries: Vec<Entry> = items.into_iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.item);
        Arc::new(Ledger { entries, swapped: OnceLock::new() })
    }

    fn entry(&self, item: Item) -> Option<&Entry> {
        let at = self.entries.binary_search_by_key(&item, |entry| entry.item).ok()?;
        Some(&self.entries[at])
    }

    /// Makes an item.
    pub fn make(self: &Arc<Self>, item: Item) -> Tracked {
        if let Some(entry) = self.entry(item) {
            entry.made.fetch_add(1, Ordering::Relaxed);
        }
        Tracked { item, ledger: Some(Arc::clone(self)) }
    }

    /// An error has handed back `back` to whoever had handed in `item`.
    pub fn handed_back(&self, item: Item, back: &Tracked) {
        if back.item != item {
            let swapped = format!("the error of `put {item}` handed item {} back", back.item);
            // The first is the one to report.
            let _ = self.swapped.set(swapped);
        }
    }

    /// What is wrong when everything has been dropped: clients, answers and the queue.
    pub fn complaint(&self) -> Option<String> {
        let wrong = |entry: &Entry| {
            let item = entry.item;
            let made = entry.made.load(Ordering::Relaxed);
            let dropped = entry.dropped.load(Ordering::Relaxed);
            match dropped.cmp(&made) {
                Order::Equal => None,
                Order::Less => Some(format!("item {item} was not dropped with the queue")),
                Order::Greater => Some(format!("item {item} was dropped twice")),
            }
        };
        self.swapped.get().cloned().or_else(|| self.entries.iter().find_map(wrong))
    }
}
