//! PNG of a figure, drawn from its SVG with the bundled font alone.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::text::{BOLD, FAMILY, REGULAR};
use crate::error::{Error, Result};

/// Pixels of the image for one pixel of the figure: sharp on dense screens and in print.
const ZOOM: f32 = 2.0;

/// Only the two bundled faces: fonts of the system would change the bytes from machine to machine.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(BOLD.to_vec());
    Arc::new(fonts)
});

/// The parsed SVG, with its text set in the bundled font.
///
/// # Errors
/// [`Error::Engine`] where it is no SVG.
pub(crate) fn parse(svg: &str) -> Result<Tree> {
    let options = Options { font_family: FAMILY.to_owned(), fontdb: FONTS.clone(), ..Options::default() };
    Tree::from_str(svg, &options).map_err(|e| Error::engine("cannot read the figure's SVG", e))
}

/// The image, at twice the size.
///
/// # Errors
/// [`Error::Engine`] where the SVG cannot be drawn.
pub(crate) fn png(svg: &str) -> Result<Vec<u8>> {
    let tree = parse(svg)?;
    let size = tree.size().to_int_size().scale_by(ZOOM);
    let mut image = size
        .and_then(|s| Pixmap::new(s.width(), s.height()))
        .ok_or_else(|| Error::engine("cannot draw the figure as PNG", "its size is 0 or far too large"))?;
    resvg::render(&tree, Transform::from_scale(ZOOM, ZOOM), &mut image.as_mut());
    image.encode_png().map_err(|e| Error::engine("cannot write the figure as PNG", e))
}
