//! The default engine: rten, pure Rust.
//!
//! Windows go through one at a time, on one thread: no padding, no batch, so the numbers of a window depend
//! on the window alone, and two lanes with a thread each beat one lane with two.

use super::config::{Config, WEIGHTS};
use super::engine::{Engine, Rows, Window};
use crate::error::{Error, Kind, Result};
use rten::{ModelOptions, NodeId, RunOptions, ThreadPool};
use rten_tensor::NdTensorView;
use rten_tensor::prelude::*;
use std::path::Path;
use std::sync::Arc;

/// What the graphs call the file of weights; rten takes only names that end like this.
const WEIGHTS_IN_GRAPH: &str = "weights.data";

/// A loaded ONNX graph.
pub struct Rten {
    model: rten::Model,
    inputs: Inputs,
    chars: usize,
}

struct Inputs {
    ids: NodeId,
    word: NodeId,
    first: NodeId,
    shapes: NodeId,
    chars: NodeId,
    scheme: NodeId,
}

thread_local! {
    /// One thread for each thread that calls: lanes bring the parallelism.
    static POOL: Arc<ThreadPool> = Arc::new(ThreadPool::with_num_threads(1));
}

impl Rten {
    /// Loads a graph; its weights lie beside it.
    ///
    /// # Errors
    /// [`Kind::Model`] when it cannot be loaded or has other inputs.
    pub fn load(graph: &Path, config: &Config) -> Result<Self> {
        let wrong = |what: &str| Error::new(Kind::Model, format!("{what} {}", graph.display()));
        let read = |path: &Path| {
            std::fs::read(path).map_err(|e| Error::new(Kind::Model, format!("cannot read {}", path.display())).with(e))
        };
        let weights = read(&graph.with_file_name(WEIGHTS))?;
        let model = ModelOptions::with_all_ops()
            .prepack_weights(true)
            .external_data(WEIGHTS_IN_GRAPH, weights)
            .load(read(graph)?)
            .map_err(|e| wrong("cannot load").with(e))?;
        let node = |name: &str| model.node_id(name).map_err(|e| wrong(&format!("no input {name:?} in")).with(e));
        let inputs = Inputs {
            ids: node("ids")?,
            word: node("word")?,
            first: node("first")?,
            shapes: node("shapes")?,
            chars: node("chars")?,
            scheme: node("scheme")?,
        };
        Ok(Self { model, inputs, chars: config.words.chars })
    }
}

fn list(values: &[i32]) -> NdTensorView<'_, i32, 1> {
    NdTensorView::from_data([values.len()], values)
}

impl Engine for Rten {
    fn run(&self, window: &Window, outputs: &[&str]) -> Result<Vec<Rows>> {
        let failed = |e: rten::RunError| Error::new(Kind::Model, "the network failed").with(e);
        let words = window.first.len();
        let inputs = vec![
            (self.inputs.ids, NdTensorView::from_data([1, window.ids.len()], window.ids.as_slice()).into()),
            (self.inputs.word, list(&window.word).into()),
            (self.inputs.first, list(&window.first).into()),
            (self.inputs.shapes, list(&window.shapes).into()),
            (self.inputs.chars, NdTensorView::from_data([words + 1, self.chars], window.chars.as_slice()).into()),
            (self.inputs.scheme, NdTensorView::from_data([1, 2], window.scheme.as_slice()).into()),
        ];
        let nodes = outputs
            .iter()
            .map(|name| self.model.node_id(name))
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(failed)?;
        let options = RunOptions::default().with_thread_pool(Some(POOL.with(Arc::clone)));
        let values = self.model.run(inputs, &nodes, Some(options)).map_err(failed)?;
        values
            .into_iter()
            .map(|value| {
                let tensor: rten_tensor::Tensor<f32> = value
                    .try_into()
                    .map_err(|_| Error::new(Kind::Model, "an output of the network is no list of numbers"))?;
                let depth = tensor.shape().last().copied().unwrap_or(1);
                Ok(Rows { values: tensor.to_vec(), depth })
            })
            .collect()
    }
}
