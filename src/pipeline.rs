//! The stages in their order.

use crate::error::{Error, Kind, Result};
use crate::model::Model;
use crate::model::config::Precision;
use crate::record::{Annotation, Extra, Sentence};
use crate::stage::{chains, entities, quotes, sentences, speakers, tokens};
use std::path::Path;

/// The layers of an annotation that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stages {
    /// Sentences.
    pub sentences: bool,
    /// Names.
    pub entities: bool,
    /// Quotes and their speakers.
    pub quotes: bool,
    /// Chains; quotes name the speaker's chain when both are there.
    pub chains: bool,
}

impl Stages {
    /// All of them.
    pub const ALL: Self = Self { sentences: true, entities: true, quotes: true, chains: true };

    /// Stages by their names.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a name that is none of them, or for no name at all.
    pub fn from_names<S: AsRef<str>>(names: &[S]) -> Result<Self> {
        let mut stages = Self { sentences: false, entities: false, quotes: false, chains: false };
        for name in names {
            *match name.as_ref().trim().to_lowercase().as_str() {
                "sentences" => &mut stages.sentences,
                "entities" => &mut stages.entities,
                "quotes" => &mut stages.quotes,
                "chains" => &mut stages.chains,
                other => {
                    let message = format!("there is no stage {other:?}; there are sentences, entities, quotes, chains");
                    return Err(Error::new(Kind::Usage, message));
                }
            } = true;
        }
        if stages.names().is_empty() {
            return Err(Error::new(Kind::Usage, "no stage is named; there are sentences, entities, quotes, chains"));
        }
        Ok(stages)
    }

    /// The names of those that are on.
    pub fn names(self) -> Vec<String> {
        [("sentences", self.sentences), ("entities", self.entities), ("quotes", self.quotes), ("chains", self.chains)]
            .iter()
            .filter(|(_, on)| *on)
            .map(|(name, _)| (*name).to_owned())
            .collect()
    }

    /// Whether any of them reads the network: chains are made of names, and names help to find who speaks.
    pub const fn need_model(self) -> bool {
        self.entities || self.chains || self.quotes
    }
}

/// The product's own annotation scheme.
pub const SCHEME: &str = "copydesk";

/// How a pipeline annotates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The layers that are written.
    pub stages: Stages,
    /// The annotation scheme; [`SCHEME`] is the product's own.
    pub scheme: String,
    /// The number format of the network; `None` for the one that the model recommends.
    pub precision: Option<Precision>,
}

impl Default for Options {
    fn default() -> Self {
        Self { stages: Stages::ALL, scheme: SCHEME.into(), precision: None }
    }
}

/// Annotates articles. One call uses one thread; share it between threads to use more.
pub struct Pipeline {
    model: Option<Model>,
    stages: Stages,
    scheme: String,
}

impl Pipeline {
    /// A pipeline with all stages, from a model folder.
    ///
    /// # Errors
    /// [`Kind::Model`] naming the file that is missing or wrong.
    ///
    /// ```
    /// # fn main() -> copydesk::Result<()> {
    /// let pipeline = copydesk::Pipeline::load("models/copydesk".as_ref())?;
    /// let text = "Mayor Ann Lee met reporters in Oslo. “It is over,” she said.";
    /// let annotation = pipeline.annotate(text)?;
    /// assert_eq!(annotation.entities[0].text, "Ann Lee");
    /// assert_eq!(annotation.quotes[0].spans[0].text, "“It is over,”");
    /// # Ok(())
    /// # }
    /// ```
    pub fn load(folder: &Path) -> Result<Self> {
        Self::new(Some(folder), &Options::default())
    }

    /// A pipeline with options; without a folder when no stage needs a model.
    ///
    /// # Errors
    /// As [`Pipeline::load`]; [`Kind::Usage`] for a scheme that the model does not have.
    pub fn new(folder: Option<&Path>, options: &Options) -> Result<Self> {
        let model = match folder {
            Some(folder) => Some(Model::load(folder, options.precision)?),
            None if options.stages.need_model() => {
                return Err(Error::new(Kind::Usage, "all stages but sentences need a model"));
            }
            None => None,
        };
        if let Some(model) = &model {
            model.config.scheme(&options.scheme)?;
        }
        Ok(Self { model, stages: options.stages, scheme: options.scheme.clone() })
    }

    /// The model, if there is one.
    pub fn model(&self) -> Option<&Model> {
        self.model.as_ref()
    }

    /// Annotates one text; spans in bytes.
    ///
    /// # Errors
    /// [`Kind::Model`] when the network fails.
    pub fn annotate(&self, text: &str) -> Result<Annotation> {
        let sentences = sentences::split(text);
        let mut annotation = Annotation::default();
        if let Some(model) = self.model.as_ref().filter(|_| self.stages.need_model()) {
            let (stages, tokens) = (self.stages, tokens::split(text, &sentences));
            let scheme = model.config.scheme(&self.scheme)?;
            let is_mark: Option<&dyn Fn(&str) -> bool> =
                if stages.quotes { Some(&quotes::begins_with_mark) } else { None };
            let mut reading = model.read(text, &tokens, scheme.numbers(), is_mark)?;
            let (words, quoted, own) = (reading.words.clone(), reading.quotes.take(), self.scheme == SCHEME);
            let entities = entities::find(text, &sentences, reading, &model.config.heads.entities, &scheme.labels, own);
            if stages.quotes || stages.chains {
                let chains = chains::link(text, &sentences, &tokens, &entities);
                if let Some(reading) = &quoted {
                    let head = &model.config.heads.quotes;
                    let how = speakers::How { own, calibration: head.speakers };
                    let evidence = quotes::Evidence { text, words: &words, reading, pairing: &model.pairing, head };
                    annotation.quotes = quotes::find(text, &sentences, &tokens, Some(&evidence), scheme.reports);
                    speakers::attribute(text, &sentences, &tokens, &entities, &mut annotation.quotes, &chains, how);
                }
                annotation.chains = chains;
            }
            annotation.entities = entities;
        }
        annotation.sentences = sentences.into_iter().map(|span| Sentence { span, extra: Extra::new() }).collect();
        Ok(self.only_asked(annotation))
    }

    /// Leaves out the layers that were only a step to others, and what would point to them.
    fn only_asked(&self, mut annotation: Annotation) -> Annotation {
        let stages = self.stages;
        if !stages.sentences {
            annotation.sentences.clear();
        }
        if !stages.entities {
            annotation.entities.clear();
        }
        if !stages.chains {
            annotation.chains.clear();
            for speaker in annotation.quotes.iter_mut().filter_map(|q| q.speaker.as_mut()) {
                speaker.chain = None;
                speaker.name = None;
            }
        }
        annotation
    }
}
