//! Orthogonal decomposition of a design with a handful of columns.
//!
//! Source: L. Giraud, J. Langou, M. Rozložník and J. van den Eshof, "Rounding error analysis of the classical
//! Gram–Schmidt orthogonalization process", *Numerische Mathematik* 101 (2005), 87–100: two passes give columns
//! that are orthogonal to machine precision.
//!
//! A linear-algebra crate would bring sparse and blocked routines, and a dozen dependencies, for designs of two
//! to ten columns. Sixty lines are easier to audit, and their sums are taken in one fixed order.

/// A column of which less than this share of its length is left, when the columns before it are taken out, is
/// taken to be a combination of them. It is the tolerance of `lm` in R.
const TOLERANCE: f64 = 1e-7;

/// X = QR with orthonormal columns in Q and an upper triangle R.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Qr {
    /// Columns of Q, each of length n.
    pub(super) q: Vec<Vec<f64>>,
    /// R⁻¹, upper triangular, by rows.
    pub(super) inverse: Vec<Vec<f64>>,
}

impl Qr {
    /// Decomposes columns of one length; `None` where they are linearly dependent.
    pub(super) fn new(columns: &[Vec<f64>]) -> Option<Self> {
        let k = columns.len();
        let mut q: Vec<Vec<f64>> = Vec::with_capacity(k);
        let mut r = vec![vec![0.0; k]; k];
        for (j, column) in columns.iter().enumerate() {
            // Scaled to a largest entry of 1, so that squares neither overflow nor vanish.
            let scale = column.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
            if scale == 0.0 {
                return None;
            }
            let mut left: Vec<f64> = column.iter().map(|x| x / scale).collect();
            let length = norm(&left);
            for _ in 0..2 {
                for (i, direction) in q.iter().enumerate() {
                    let part = dot(direction, &left);
                    r[i][j] += part * scale;
                    for (x, d) in left.iter_mut().zip(direction) {
                        *x -= part * d;
                    }
                }
            }
            let rest = norm(&left);
            if rest <= TOLERANCE * length {
                return None;
            }
            r[j][j] = rest * scale;
            q.push(left.iter().map(|x| x / rest).collect());
        }
        Some(Self { q, inverse: inverse(&r) })
    }

    /// Qᵀy.
    pub(super) fn project(&self, y: &[f64]) -> Vec<f64> {
        self.q.iter().map(|column| dot(column, y)).collect()
    }

    /// R⁻¹v.
    pub(super) fn solve(&self, v: &[f64]) -> Vec<f64> {
        self.inverse.iter().map(|row| dot(row, v)).collect()
    }

    /// R⁻¹ M R⁻ᵀ for a symmetric M.
    pub(super) fn sandwich(&self, meat: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let k = self.inverse.len();
        let half: Vec<Vec<f64>> = meat.iter().map(|row| self.solve(row)).collect();
        // half = M R⁻ᵀ row by row; its columns are multiplied by R⁻¹.
        let column = |j: usize| half.iter().map(|row| row[j]).collect::<Vec<f64>>();
        let result: Vec<Vec<f64>> = (0..k).map(|j| self.solve(&column(j))).collect();
        // Rounding leaves the two halves apart by a last digit: one of them serves for both.
        (0..k).map(|i| (0..k).map(|j| result[i.max(j)][i.min(j)]).collect()).collect()
    }
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn norm(v: &[f64]) -> f64 {
    dot(v, v).sqrt()
}

/// Inverse of an upper triangle without zeros on its diagonal.
fn inverse(r: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let k = r.len();
    let mut result = vec![vec![0.0; k]; k];
    for j in 0..k {
        result[j][j] = 1.0 / r[j][j];
        for i in (0..j).rev() {
            let sum: f64 = (i + 1..=j).map(|m| r[i][m] * result[m][j]).sum();
            result[i][j] = -sum / r[i][i];
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_orthonormal() {
        // Days since 1970 beside a constant: correlated to within 1e-7 of one another.
        let columns = vec![vec![1.0; 30], (0..30).map(|i| 20_000.0 + f64::from(i)).collect()];
        let qr = Qr::new(&columns).expect("independent");
        for (i, a) in qr.q.iter().enumerate() {
            for (j, b) in qr.q.iter().enumerate() {
                assert!((dot(a, b) - f64::from(u8::from(i == j))).abs() <= 1e-14, "{i} {j}");
            }
        }
        assert_eq!(Qr::new(&[vec![1.0, 1.0, 1.0], vec![2.0, 2.0, 2.0]]), None);
        assert_eq!(Qr::new(&[vec![0.0, 0.0]]), None);
        assert!(Qr::new(&[vec![1e300, 2e300], vec![1e-300, -1e-300]]).is_some());
    }
}
