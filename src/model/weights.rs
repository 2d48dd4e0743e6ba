//! The small matrices that the stages use themselves, out of the file with the network's weights.

use super::config::WEIGHTS;
use crate::error::{Error, Kind, Result};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A file of weights in the safetensors format: a length, a header in JSON, numbers in fp16.
pub struct Weights {
    path: PathBuf,
    bytes: Vec<u8>,
    tensors: HashMap<String, Tensor>,
    /// Where the numbers begin, in bytes.
    start: usize,
}

#[derive(Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<usize>,
    /// Bytes behind the header.
    data_offsets: (usize, usize),
}

impl Weights {
    /// Reads the weights of a model folder.
    ///
    /// # Errors
    /// [`Kind::Model`] when the file is missing or damaged.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(WEIGHTS);
        let bytes = std::fs::read(&path)
            .map_err(|e| Error::new(Kind::Model, format!("cannot read {}", path.display())).with(e))?;
        let damaged = || Error::new(Kind::Model, format!("{} is no safetensors file", path.display()));
        let length = bytes.first_chunk().map(|n| u64::from_le_bytes(*n)).and_then(|n| usize::try_from(n).ok());
        let start = length.and_then(|n| n.checked_add(8)).ok_or_else(damaged)?;
        let header = bytes.get(8..start).ok_or_else(damaged)?;
        let mut header: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(header).map_err(|e| damaged().with(e))?;
        header.remove("__metadata__");
        let tensors = serde_json::from_value(serde_json::Value::Object(header)).map_err(|e| damaged().with(e))?;
        Ok(Self { path, bytes, tensors, start })
    }

    /// The numbers of a tensor, which must have that shape.
    ///
    /// # Errors
    /// [`Kind::Model`] when there is none like that.
    pub fn get(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let wrong = |what: &str| Error::new(Kind::Model, format!("{} has {what} {name}", self.path.display()));
        let tensor = self.tensors.get(name).ok_or_else(|| wrong("no tensor"))?;
        if tensor.dtype != "F16" || tensor.shape != shape {
            return Err(wrong(&format!("another type or shape than F16 {shape:?} for")));
        }
        let (from, to) = tensor.data_offsets;
        let data = self.bytes.get(self.start + from..self.start + to).ok_or_else(|| wrong("too few bytes for"))?;
        let numbers: Vec<f32> = data.as_chunks().0.iter().map(|&b| widen(u16::from_le_bytes(b))).collect();
        if numbers.len() != shape.iter().product::<usize>() {
            return Err(wrong("another number of values for"));
        }
        Ok(numbers)
    }

    /// The rows of a matrix with `N` columns.
    ///
    /// # Errors
    /// As [`Weights::get`].
    pub fn rows<const N: usize>(&self, name: &str, rows: usize) -> Result<Vec<[f32; N]>> {
        Ok(self.get(name, &[rows, N])?.as_chunks().0.to_vec())
    }
}

/// A half-precision number (IEEE 754 binary16).
fn widen(half: u16) -> f32 {
    let (sign, exponent, fraction) = (half >> 15, half >> 10 & 31, f32::from(half & 1023));
    let size = match exponent {
        0 => fraction * 2_f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction / 1024.0) * 2_f32.powi(i32::from(exponent) - 15),
    };
    if sign == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::widen;

    #[test]
    fn halves_are_widened() {
        for (half, number) in
            [(0x0000, 0.0), (0x3c00, 1.0), (0xc000, -2.0), (0x3555, 0.333_251_95), (0x0001, 5.960_464_5e-8)]
        {
            assert_eq!(widen(half), number);
        }
        assert_eq!(widen(0x7bff), 65504.0);
        assert!(widen(0x7c00).is_infinite() && widen(0x7e00).is_nan());
    }
}
