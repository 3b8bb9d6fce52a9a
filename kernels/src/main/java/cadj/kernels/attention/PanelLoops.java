package cadj.kernels.attention;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import cadj.kernels.gemm.GemmTile;
import cadj.kernels.vectormath.Carried;
import cadj.kernels.vectormath.Exp;
import cadj.kernels.vectormath.Log;
import cadj.kernels.vectormath.Maximum;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Loops over blocks of scores, [rows][COLUMNS], whose columns are the tokens of a panel; and over
/// what is multiplied with them.
///
/// Scores are in units of log 2, so that probabilities are powers of two. A loop computes one power
/// at a time, and leaves it to the processor to overlap them: the compiler stops inlining where a
/// method has grown too large, and then boxes vectors.
final class PanelLoops {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = S.length();
  private static final int COLUMNS = Panels.COLUMNS;
  private static final float LN2 = (float) Math.log(2);

  /// Rows that a block of scores needs beside its own.
  static final int SPARE_ROWS = 4;

  private PanelLoops() {}

  /// Online softmax, Milakov & Gimelshein 2018 (arXiv:1805.02867), per column:
  ///
  /// ```
  /// old    = max                 max = max(old, scores)
  /// score := p = 2^(score − max)
  /// factor = 2^(old − max)       sum = factor·sum + Σ p
  /// ```
  ///
  /// The factors are left in the row after the scores ([#SPARE_ROWS] are overwritten). False if no
  /// maximum changed.
  static boolean softmax(float[] scores, int rows, float[] max, float[] sum, int panelAt) {
    boolean raised = false;
    for (int lane = 0; lane < COLUMNS; lane += LANES) {
      FloatVector before = FloatVector.fromArray(S, max, panelAt + lane);
      for (int row = rows; row < rows + SPARE_ROWS; row++) {
        before.intoArray(scores, row * COLUMNS + lane);
      }
      FloatVector m = before;
      FloatVector m1 = before;
      FloatVector m2 = before;
      FloatVector m3 = before;
      for (int row = 0; row < rows; row += 4) {
        int at = row * COLUMNS + lane;
        m = Maximum.of(Carried.of(m), FloatVector.fromArray(S, scores, at));
        m1 = Maximum.of(Carried.of(m1), FloatVector.fromArray(S, scores, at + COLUMNS));
        m2 = Maximum.of(Carried.of(m2), FloatVector.fromArray(S, scores, at + 2 * COLUMNS));
        m3 = Maximum.of(Carried.of(m3), FloatVector.fromArray(S, scores, at + 3 * COLUMNS));
      }
      m =
          Maximum.of(
              Maximum.of(Carried.of(m), Carried.of(m1)),
              Maximum.of(Carried.of(m2), Carried.of(m3)));
      m.intoArray(max, panelAt + lane);
      raised |= m.compare(GT, before).anyTrue();
      FloatVector total = FloatVector.zero(S);
      FloatVector p = total;
      for (int row = 0; row <= rows; row++) {
        int at = row * COLUMNS + lane;
        total = Carried.of(total).add(Carried.of(p));
        p = Exp.exp2NonPositive(FloatVector.fromArray(S, scores, at).sub(m));
        p.intoArray(scores, at);
      }
      FloatVector.fromArray(S, sum, panelAt + lane)
          .fma(Carried.of(p), Carried.of(total))
          .intoArray(sum, panelAt + lane);
    }
    return raised;
  }

  /// factor = 1 / sum; max := max·ln 2 + ln sum, the natural logarithm of the softmax denominator.
  static void logSum(float[] max, float[] sum, int panelAt, float[] factor) {
    for (int lane = 0; lane < COLUMNS; lane += LANES) {
      FloatVector s = FloatVector.fromArray(S, sum, panelAt + lane);
      FloatVector.broadcast(S, 1).div(s).intoArray(factor, lane);
      FloatVector.fromArray(S, max, panelAt + lane)
          .fma(FloatVector.broadcast(S, LN2), Log.log(s))
          .intoArray(max, panelAt + lane);
    }
  }

  /// Hides keys after the query: rows are keys from `key`, columns queries from `query`.
  static void hideLaterKeys(float[] scores, int rows, int key, int query) {
    for (int lane = 0; lane < COLUMNS; lane += LANES) {
      FloatVector queries = FloatVector.broadcast(S, query + lane).addIndex(1);
      for (int row = 0; row < rows; row++) {
        int at = row * COLUMNS + lane;
        FloatVector.fromArray(S, scores, at)
            .blend(Float.NEGATIVE_INFINITY, queries.compare(LT, key + row))
            .intoArray(scores, at);
      }
    }
  }

  /// Hides keys after the query: rows are queries from `query`, columns keys from `key`.
  static void hideFromEarlierQueries(float[] scores, int rows, int query, int key) {
    for (int lane = 0; lane < COLUMNS; lane += LANES) {
      FloatVector keys = FloatVector.broadcast(S, key + lane).addIndex(1);
      for (int row = 0; row < rows; row++) {
        int at = row * COLUMNS + lane;
        FloatVector.fromArray(S, scores, at)
            .blend(Float.NEGATIVE_INFINITY, keys.compare(GT, query + row))
            .intoArray(scores, at);
      }
    }
  }

  /// With one lse and delta per row:
  ///
  /// ```
  /// score := p  = 2^(score − lse)
  /// dp    := ds = p·(dp − delta)
  /// ```
  ///
  /// ds goes also to rows of `slopes`, [GemmTile#PITCH] apart.
  static void slopes(
      float[] scores,
      float[] dp,
      int rows,
      float[] lse,
      float[] delta,
      int rowAt,
      float[] slopes,
      int slopesAt) {
    for (int lane = 0; lane < COLUMNS; lane += LANES) {
      for (int row = 0; row < rows; row++) {
        int at = row * COLUMNS + lane;
        FloatVector p =
            Exp.exp2NonPositive(FloatVector.fromArray(S, scores, at).sub(lse[rowAt + row]));
        p.intoArray(scores, at);
        FloatVector ds = FloatVector.fromArray(S, dp, at).sub(delta[rowAt + row]).mul(p);
        ds.intoArray(dp, at);
        ds.intoArray(slopes, slopesAt + row * GemmTile.PITCH + lane);
      }
    }
  }

  /// x := factor·x over `length` floats, whole panels.
  static void scale(float[] x, int at, int length, float factor) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(S, x, at + i).mul(factor).intoArray(x, at + i);
    }
  }

  /// x := factor·x over `rows` rows, one factor per column.
  static void scaleColumns(float[] x, int at, int rows, float[] factor, int factorAt) {
    FloatVector factor0 = FloatVector.fromArray(S, factor, factorAt);
    FloatVector factor1 = FloatVector.fromArray(S, factor, factorAt + LANES);
    for (int row = 0; row < rows; row++) {
      int i = at + row * COLUMNS;
      FloatVector.fromArray(S, x, i).mul(factor0).intoArray(x, i);
      FloatVector.fromArray(S, x, i + LANES).mul(factor1).intoArray(x, i + LANES);
    }
  }

  /// y[yAt+i] = factor·Σ parts[at + j·apart + i] for i < n, over j < count, first to last; there is
  /// at least one.
  static void sum(
      float[] y, int yAt, int n, float[] parts, int at, int apart, int count, float factor) {
    int whole = S.loopBound(n);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector sum = FloatVector.fromArray(S, parts, at + i);
      for (int j = 1; j < count; j++) {
        sum = FloatVector.fromArray(S, parts, at + j * apart + i).add(Carried.of(sum));
      }
      Carried.of(sum).mul(factor).intoArray(y, yAt + i);
    }
    for (int i = whole; i < n; i++) {
      float sum = parts[at + i];
      for (int j = 1; j < count; j++) {
        sum += parts[at + j * apart + i];
      }
      y[yAt + i] = factor * sum;
    }
  }
}
