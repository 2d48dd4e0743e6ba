//! Tables: in aligned columns for a terminal, or in Markdown.

/// A table; a column's head also says how wide it is at least and to which side it is set.
pub(super) struct Grid {
    /// The heads of the columns; the first is the table's title.
    pub head: Vec<Head>,
    /// The rows, as many cells each as there are heads.
    pub rows: Vec<Vec<String>>,
}

/// The head of a column.
pub(super) struct Head {
    title: String,
    width: usize,
    is_left: bool,
}

impl Head {
    /// A column of words.
    pub(super) fn left(title: impl Into<String>, width: usize) -> Self {
        Self { title: title.into(), width, is_left: true }
    }

    /// A column of numbers.
    pub(super) fn right(title: impl Into<String>, width: usize) -> Self {
        Self { title: title.into(), width, is_left: false }
    }
}

impl Grid {
    /// In aligned columns; the rows are indented below the title.
    pub(super) fn text(&self) -> String {
        let indented = |row: &Vec<String>| {
            let mut row = row.clone();
            row[0].insert_str(0, "  ");
            row
        };
        let titles = self.head.iter().map(|head| head.title.clone()).collect();
        let rows: Vec<Vec<String>> = std::iter::once(titles).chain(self.rows.iter().map(indented)).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = self.head.iter().enumerate().map(|(c, head)| head.width.max(width(c))).collect();
        let mut out = String::new();
        for row in &rows {
            let mut line = String::new();
            for (c, (cell, head)) in row.iter().zip(&self.head).enumerate() {
                let gap = if c == 0 {
                    ""
                } else if head.is_left {
                    "  "
                } else {
                    " "
                };
                let width = widths[c];
                line += gap;
                line += &if head.is_left { format!("{cell:<width$}") } else { format!("{cell:>width$}") };
            }
            out += line.trim_end();
            out.push('\n');
        }
        out
    }

    /// In Markdown.
    pub(super) fn markdown(&self) -> String {
        let line = |cells: &mut dyn Iterator<Item = String>| {
            let cells: Vec<String> = cells.map(|cell| cell.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let sides = self.head.iter().map(|head| if head.is_left { "---" } else { "---:" }.to_owned());
        let rows = self.rows.iter().map(|row| line(&mut row.iter().cloned()));
        line(&mut self.head.iter().map(|head| head.title.clone()))
            + &line(&mut sides.into_iter())
            + &rows.collect::<String>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_character() {
        let grid = Grid {
            head: vec![Head::left("é", 4), Head::right("n", 3), Head::left("of", 1)],
            rows: vec![vec!["a|b".to_owned(), "12".to_owned(), "x".to_owned()]],
        };
        assert_eq!(grid.text(), "é       n  of\n  a|b  12  x\n");
        assert_eq!(grid.markdown(), "| é | n | of |\n| --- | ---: | --- |\n| a\\|b | 12 | x |\n");
    }
}
