//! A screen as SVG. Rules, rails and blocks are shapes, so that they join whatever font shows the letters, and every
//! run of letters is as wide as its cells.

use caseclinic::text::width;
use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};

/// Pixels of a cell, and of the edge around all.
const CELL: (usize, usize) = (10, 20);
const EDGE: usize = 12;
/// Where letters stand in their cell.
const BASELINE: usize = 15;
/// At this size the letters of most monospaced fonts are as wide as a cell.
const FONT: &str =
    "font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"16.6\"";

/// The colours a terminal has of its own.
#[derive(Clone, Copy)]
pub(crate) struct Own {
    pub(crate) letters: &'static str,
    pub(crate) ground: &'static str,
    /// Around the picture, which may stand on a page of the same ground.
    pub(crate) frame: &'static str,
}

/// A filled rectangle in pixels.
struct Shape {
    left: usize,
    top: usize,
    columns: usize,
    rows: usize,
    fill: String,
}

/// Letters that stand in one row without a gap, in one style.
struct Letters {
    left: usize,
    base: usize,
    cells: usize,
    text: String,
    fill: String,
    is_bold: bool,
}

/// Returns the screen as a document of its own.
pub(crate) fn svg(screen: &Buffer, own: Own) -> String {
    let (mut grounds, mut shapes, mut letters) = (Vec::new(), Vec::new(), Vec::<Letters>::new());
    let mut curves = String::new();
    for y in 0..screen.area.height {
        let mut x = 0;
        // Whether the next letter goes on with the last run.
        let mut goes_on = false;
        while x < screen.area.width {
            let cell = &screen[(x, y)];
            let (left, top) = (usize::from(x) * CELL.0, usize::from(y) * CELL.1);
            let cells = width(cell.symbol()).max(1);
            let (ink, ground) = colours(cell, own);
            if ground != own.ground {
                let (columns, rows) = (cells * CELL.0, CELL.1);
                grounds.push(Shape { left, top, columns, rows, fill: ground });
            }
            if cell.modifier.contains(Modifier::UNDERLINED) {
                let (top, columns, fill) = (top + BASELINE + 2, cells * CELL.0, ink.clone());
                shapes.push(Shape { left, top, columns, rows: 1, fill });
            }
            let is_bold = cell.modifier.contains(Modifier::BOLD);
            let symbol = cell.symbol().chars().next().unwrap_or(' ');
            if let Some((end, side)) = corner(symbol) {
                curves.push_str(&format!(
                    "<path d=\"M{x}.5 {}Q{x}.5 {y}.5 {} {y}.5\" fill=\"none\" stroke=\"{ink}\"/>\n",
                    top + end,
                    left + side,
                    x = left + 5,
                    y = top + 10,
                ));
                goes_on = false;
            } else if let Some(drawn) = drawn(symbol) {
                shapes.extend(drawn.into_iter().map(|(x, y, columns, rows)| Shape {
                    left: left + x,
                    top: top + y,
                    columns,
                    rows,
                    fill: ink.clone(),
                }));
                goes_on = false;
            } else if cell.symbol() == " " {
                // One blank belongs to the run, two end it.
                goes_on = goes_on
                    && letters.last_mut().is_some_and(|run| {
                        let is_first = !run.text.ends_with(' ');
                        run.text.push(' ');
                        run.cells += 1;
                        is_first
                    });
            } else {
                // Signs and wide letters stand by themselves: fonts disagree about their width.
                let is_alone = cells > 1 || symbol >= '\u{2190}';
                let base = top + BASELINE;
                match letters
                    .last_mut()
                    .filter(|run| goes_on && !is_alone && run.is_bold == is_bold && run.fill == ink)
                {
                    Some(run) => {
                        run.text.push_str(cell.symbol());
                        run.cells += cells;
                    }
                    None => letters.push(Letters {
                        left,
                        base,
                        cells,
                        text: cell.symbol().to_owned(),
                        fill: ink,
                        is_bold,
                    }),
                }
                goes_on = !is_alone;
            }
            x += cells as u16;
        }
    }
    let (across, down) = (usize::from(screen.area.width), usize::from(screen.area.height));
    let (across, down) = (across * CELL.0 + 2 * EDGE, down * CELL.1 + 2 * EDGE);
    let Own { letters: ink, ground, frame } = own;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {across} {down}\" width=\"{across}\" \
         height=\"{down}\" {FONT} fill=\"{ink}\">\n\
         <rect x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"6\" fill=\"{ground}\" stroke=\"{frame}\"/>\n\
         <g transform=\"translate({EDGE} {EDGE})\">\n<g shape-rendering=\"crispEdges\">\n",
        across - 1,
        down - 1,
    );
    for Shape { left, top, columns, rows, fill } in
        joined(grounds).into_iter().chain(joined(shapes))
    {
        out.push_str(&format!(
            "<rect x=\"{left}\" y=\"{top}\" width=\"{columns}\" height=\"{rows}\" fill=\"{fill}\"/>\n"
        ));
    }
    out.push_str("</g>\n");
    out.push_str(&curves);
    for Letters { left, base, cells, text, fill, is_bold } in letters {
        let kept = text.trim_end_matches(' ');
        let length = (cells - (text.len() - kept.len())) * CELL.0;
        let weight = if is_bold { " font-weight=\"bold\"" } else { "" };
        let fill = if fill == ink { String::new() } else { format!(" fill=\"{fill}\"") };
        let kept = kept.replace('&', "&amp;").replace('<', "&lt;");
        out.push_str(&format!(
            "<text x=\"{left}\" y=\"{base}\" textLength=\"{length}\" \
             lengthAdjust=\"spacingAndGlyphs\"{weight}{fill}>{kept}</text>\n"
        ));
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// The colours of a cell's letters and of its ground.
fn colours(cell: &Cell, own: Own) -> (String, String) {
    let colour = |colour, own: &str| match colour {
        Color::Reset => own.to_owned(),
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        other => panic!("{other} has no fixed colour"),
    };
    let (ink, ground) = (colour(cell.fg, own.letters), colour(cell.bg, own.ground));
    if cell.modifier.contains(Modifier::REVERSED) { (ground, ink) } else { (ink, ground) }
}

/// The ends of a rounded corner: in the middle of this row and of this column of its cell.
fn corner(symbol: char) -> Option<(usize, usize)> {
    Some(match symbol {
        '╭' => (20, 10),
        '╮' => (20, 0),
        '╰' => (0, 10),
        '╯' => (0, 0),
        _ => return None,
    })
}

/// The rectangles of a sign that is drawn: left, top, width and height in its cell. A rule begins and ends at the
/// edge of the cell, or at the other rule that it meets in the middle.
fn drawn(symbol: char) -> Option<Vec<(usize, usize, usize, usize)>> {
    let upright = |from, to, thick: usize| (5 - thick / 2, from, thick, to - from);
    let level = |from, to, thick: usize| (from, 10 - thick / 2, to - from, thick);
    Some(match symbol {
        '─' => vec![level(0, 10, 1)],
        '━' => vec![level(0, 10, 3)],
        '┄' => vec![level(1, 4, 1), level(6, 9, 1)],
        '│' => vec![upright(0, 20, 1)],
        '┃' => vec![upright(0, 20, 3)],
        '┌' => vec![level(5, 10, 1), upright(10, 20, 1)],
        '┐' => vec![level(0, 6, 1), upright(10, 20, 1)],
        '└' => vec![level(5, 10, 1), upright(0, 11, 1)],
        '┘' => vec![level(0, 6, 1), upright(0, 11, 1)],
        '├' => vec![level(5, 10, 1), upright(0, 20, 1)],
        '┤' => vec![level(0, 6, 1), upright(0, 20, 1)],
        '┬' => vec![level(0, 10, 1), upright(10, 20, 1)],
        '┴' => vec![level(0, 10, 1), upright(0, 11, 1)],
        '┼' => vec![level(0, 10, 1), upright(0, 20, 1)],
        '■' => vec![(1, 6, 8, 8)],
        // From the whole cell down to an eighth of it.
        '█'..='▏' => vec![(0, 0, (10 * ('▐' as usize - symbol as usize)).div_ceil(8), 20)],
        _ => return None,
    })
}

/// Joins shapes that meet in a row, then those that meet in a column: where two meet, a scaled picture shows a gap.
fn joined(shapes: Vec<Shape>) -> Vec<Shape> {
    let mut wide: Vec<Shape> = Vec::new();
    for shape in shapes {
        let meets = |last: &&mut Shape| {
            (last.top, last.rows, &last.fill) == (shape.top, shape.rows, &shape.fill)
                && last.left + last.columns == shape.left
        };
        // An upright rule between may be the last one.
        match wide.iter_mut().rev().take(2).find(meets) {
            Some(last) => last.columns += shape.columns,
            None => wide.push(shape),
        }
    }
    let mut whole: Vec<Shape> = Vec::new();
    for shape in wide {
        let meets = |above: &&mut Shape| {
            (above.left, above.columns, &above.fill) == (shape.left, shape.columns, &shape.fill)
                && above.top + above.rows == shape.top
        };
        match whole.iter_mut().find(meets) {
            Some(above) => above.rows += shape.rows,
            None => whole.push(shape),
        }
    }
    whole
}

#[test]
fn rules_and_rails_join_and_wide_letters_keep_their_columns() {
    let mut screen = Buffer::with_lines(["a <b  日本 c", "│ ──────────", "│ ▌        █"]);
    screen[(11, 2)].modifier = Modifier::UNDERLINED;
    let drawn = svg(&screen, Own { letters: "#000000", ground: "#ffffff", frame: "#888888" });
    let has = |left: usize, top: usize, columns: usize, rows: usize| {
        drawn.contains(&format!(
            "<rect x=\"{left}\" y=\"{top}\" width=\"{columns}\" height=\"{rows}\""
        ))
    };
    assert!(has(5, 20, 1, 40), "one rail over two rows\n{drawn}");
    assert!(has(20, 30, 100, 1), "one rule over ten columns\n{drawn}");
    assert!(has(20, 40, 5, 20) && has(110, 40, 10, 20) && has(110, 57, 10, 1), "{drawn}");
    for (left, cells, text) in [(0, 4, "a &lt;b"), (60, 2, "日"), (80, 2, "本"), (110, 1, "c")] {
        let (start, length) = (format!("<text x=\"{left}\" y=\"15\""), cells * CELL.0);
        let whole = |line: &&str| {
            line.starts_with(&start)
                && line.contains(&format!("textLength=\"{length}\""))
                && line.ends_with(&format!(">{text}</text>"))
        };
        assert!(drawn.lines().any(|line| whole(&line)), "{text}\n{drawn}");
    }
}
