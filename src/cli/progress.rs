//! What a run shows on stderr while it works.

use super::say;
use copydesk::run::manifest::Counts;
use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Between two lines where no bar can be drawn.
const LINE: Duration = Duration::from_secs(10);

/// A bar on a terminal, now and then a line elsewhere, or nothing.
pub(crate) struct Progress {
    shape: Shape,
    /// Bytes taken from the input, of `total` (0: not known).
    position: Arc<AtomicU64>,
    total: u64,
    began: Instant,
    /// What was there before this session.
    before: Counts,
    /// Bytes that belong to it.
    skipped: u64,
}

enum Shape {
    Quiet,
    Lines(Instant),
    Bar(ProgressBar),
}

impl Progress {
    /// Begins to count; `total` bytes of input, 0 when not known.
    pub(crate) fn new(quiet: bool, total: u64, position: Arc<AtomicU64>, before: Counts) -> Self {
        let shape = if quiet {
            Shape::Quiet
        } else if std::io::stderr().is_terminal() {
            let template = if total > 0 { "{bar:30} {percent:>3}% {msg}" } else { "{spinner} {msg}" };
            let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar =
                ProgressBar::with_draw_target((total > 0).then_some(total), ProgressDrawTarget::stderr_with_hz(4));
            bar.set_style(style.progress_chars("=> "));
            bar.enable_steady_tick(Duration::from_millis(250));
            Shape::Bar(bar)
        } else {
            Shape::Lines(Instant::now())
        };
        let skipped = position.load(Ordering::Relaxed);
        Self { shape, position, total, began: Instant::now(), before, skipped }
    }

    /// After each article.
    pub(crate) fn update(&mut self, counts: &Counts) {
        match &self.shape {
            Shape::Quiet => {}
            Shape::Bar(bar) => {
                bar.set_position(self.position.load(Ordering::Relaxed));
                bar.set_message(self.message(counts));
            }
            Shape::Lines(last) if last.elapsed() >= LINE => {
                say(&self.message(counts));
                self.shape = Shape::Lines(Instant::now());
            }
            Shape::Lines(_) => {}
        }
    }

    /// At the end: the bar goes, a line stays.
    pub(crate) fn finish(&self, line: &str) {
        match &self.shape {
            Shape::Quiet => {}
            Shape::Lines(_) => say(line),
            Shape::Bar(bar) => {
                bar.finish_and_clear();
                say(line);
            }
        }
    }

    fn message(&self, counts: &Counts) -> String {
        let seconds = self.began.elapsed().as_secs_f64().max(1e-3);
        let rate = |now: u64, before: u64| (now - before) as f64 / seconds;
        let articles = rate(counts.articles + counts.errors, self.before.articles + self.before.errors);
        let words = rate(counts.words, self.before.words);
        let at = self.position.load(Ordering::Relaxed);
        let left = match (at - self.skipped) as f64 / seconds {
            speed if self.total > at && speed > 0.0 => {
                let left = Duration::from_secs_f64((self.total - at) as f64 / speed);
                format!(", {} left", HumanDuration(left))
            }
            _ => String::new(),
        };
        format!(
            "{} articles, {articles:.1} articles/s, {} words/s{left}, {} errors",
            HumanCount(counts.articles),
            HumanCount(words as u64),
            HumanCount(counts.errors)
        )
    }
}
