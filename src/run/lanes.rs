//! Work on many items side by side, results in the order of the items: the only place with threads.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};

/// How much may be under way at once: read, worked on, or waiting for an earlier one to be written.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Items.
    pub items: usize,
    /// Their weight (bytes); one heavier item is let through alone.
    pub weight: usize,
}

/// Under way now.
#[derive(Default)]
struct Load {
    items: usize,
    weight: usize,
}

struct Gate {
    load: Mutex<Load>,
    free: Condvar,
    limit: Limit,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while holding one of these locks leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Gate {
    /// Waits until another item may be taken from the source.
    fn wait(&self) {
        drop(self.wait_while(|load| load.items >= self.limit.items));
    }

    /// Waits until an item of this weight may be worked on.
    fn enter(&self, weight: usize) {
        let mut load = self.wait_while(|load| load.items > 0 && load.weight + weight > self.limit.weight);
        load.items += 1;
        load.weight += weight;
    }

    fn wait_while(&self, full: impl Fn(&Load) -> bool) -> MutexGuard<'_, Load> {
        self.free.wait_while(lock(&self.load), |load| full(load)).unwrap_or_else(PoisonError::into_inner)
    }

    fn leave(&self, weight: usize) {
        let mut load = lock(&self.load);
        load.items -= 1;
        load.weight -= weight;
        self.free.notify_all();
    }
}

/// Applies `work` to every item on `pool`, and gives the results to `sink` in the order of the items.
///
/// Each thread of the pool is a lane that takes the next item when it is done with one. `sink` runs on the
/// calling thread; it returns whether to go on. When `stop` is set, no new item is taken, and what is
/// under way is still finished and handed over.
pub fn ordered<I: Send, O: Send>(
    pool: &rayon::ThreadPool,
    limit: Limit,
    items: impl Iterator<Item = (I, usize)> + Send,
    work: impl Fn(I) -> O + Sync,
    stop: &AtomicBool,
    mut sink: impl FnMut(O) -> bool,
) {
    let gate = Gate { load: Mutex::default(), free: Condvar::new(), limit };
    let source = Mutex::new(items.enumerate());
    let (sender, receiver) = mpsc::channel();
    // Lanes never wait for each other but in `next`, which holds only the source and the item after all that
    // are under way: the one that the sink waits for is in a lane or in the channel, so the gate opens again.
    let next = || {
        let mut source = lock(&source);
        gate.wait();
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let (number, (item, weight)) = source.next()?;
        gate.enter(weight);
        Some((number, item, weight))
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let sender = sender;
            pool.broadcast(|_| {
                while let Some((number, item, weight)) = next() {
                    if sender.send((number, work(item), weight)).is_err() {
                        break;
                    }
                }
            });
        });
        let (mut waiting, mut turn, mut go_on) = (BTreeMap::new(), 0, true);
        for (number, result, weight) in receiver {
            waiting.insert(number, (result, weight));
            while let Some((result, weight)) = waiting.remove(&turn) {
                turn += 1;
                if go_on && !sink(result) {
                    go_on = false;
                    stop.store(true, Ordering::Relaxed);
                }
                gate.leave(weight);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn pool(threads: usize) -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool")
    }

    #[test]
    fn results_come_in_the_order_of_the_items() {
        for threads in [1, 2, 3, 8] {
            let mut out = Vec::new();
            let items = (0..200).map(|i| (i, 1));
            let work = |i: u64| {
                std::thread::sleep(Duration::from_micros((i * 7919) % 300));
                i * i
            };
            ordered(&pool(threads), Limit { items: 5, weight: 100 }, items, work, &AtomicBool::new(false), |o| {
                out.push(o);
                true
            });
            assert_eq!(out, (0..200).map(|i| i * i).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_endless_source_stops_with_the_sink_and_never_runs_ahead() {
        let (taken, mut seen) = (std::sync::atomic::AtomicUsize::new(0), 0);
        let items = (0..).map(|i: usize| {
            taken.fetch_add(1, Ordering::SeqCst);
            (i, 1)
        });
        ordered(
            &pool(2),
            Limit { items: 4, weight: 9 },
            items,
            |i| i,
            &AtomicBool::new(false),
            |_| {
                seen += 1;
                assert!(taken.load(Ordering::SeqCst) <= seen + 4);
                seen < 50
            },
        );
        assert_eq!(seen, 50);
    }

    #[test]
    fn an_item_heavier_than_the_limit_passes_alone() {
        let (mut out, under_way) = (Vec::new(), std::sync::atomic::AtomicUsize::new(0));
        let items = (0..30).map(|i| (i, if i % 3 == 1 { 500 } else { 5 }));
        let work = |i: usize| {
            let others = under_way.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(2));
            let heavy_alone = i % 3 != 1 || others == 0 && under_way.load(Ordering::SeqCst) == 1;
            under_way.fetch_sub(1, Ordering::SeqCst);
            (i, heavy_alone)
        };
        ordered(&pool(3), Limit { items: 9, weight: 10 }, items, work, &AtomicBool::new(false), |o| {
            out.push(o);
            true
        });
        assert_eq!(out, (0..30).map(|i| (i, true)).collect::<Vec<_>>());
    }
}
