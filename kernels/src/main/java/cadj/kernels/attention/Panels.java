package cadj.kernels.attention;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import cadj.kernels.vectormath.Exp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Loops over blocks of scores, [rows][COLUMNS], whose columns are the tokens of a panel.
///
/// Scores are in units of log 2, so that probabilities are powers of two.
final class Panels {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = S.length();
  private static final int COLUMNS = Tile.COLUMNS;

  static final float LOG2_E = (float) (1 / Math.log(2));

  /// Keys or queries that a panel meets at a time: a block of scores fills a third of a first-level
  /// cache.
  static final int BLOCK = 128;

  /// Floats of panels that one task keeps, about: an eighth of a second-level cache.
  private static final int TASK_FLOATS = 1 << 15;

  private Panels() {}

  /// How many panels one task takes, which then share each block they meet: by the floats that each
  /// keeps.
  static int perTask(int floats) {
    return Math.clamp(TASK_FLOATS / Math.max(1, floats), 1, 4);
  }

  /// First half of online softmax, Milakov & Gimelshein 2018 (arXiv:1805.02867): raises `max` by
  /// the scores; factor = 2^(old max − max).
  static void raise(float[] scores, int rows, float[] max, int panelAt, float[] factor) {
    for (int lane = 0; lane < COLUMNS; lane += LANES) {
      FloatVector before = FloatVector.fromArray(S, max, panelAt + lane);
      FloatVector m = before;
      for (int row = 0; row < rows; row++) {
        FloatVector s = FloatVector.fromArray(S, scores, row * COLUMNS + lane);
        m = m.blend(s, s.compare(GT, m));
      }
      m.intoArray(max, panelAt + lane);
      Exp.exp2NonPositive(before.sub(m)).intoArray(factor, lane);
    }
  }

  /// Second half: score := p = 2^(score − max); sum = factor·sum + Σ p.
  static void powers(
      float[] scores, int rows, float[] max, float[] sum, int panelAt, float[] factor) {
    for (int lane = 0; lane < COLUMNS; lane += LANES) {
      FloatVector m = FloatVector.fromArray(S, max, panelAt + lane);
      FloatVector block = FloatVector.zero(S);
      for (int row = 0; row < rows; row++) {
        int at = row * COLUMNS + lane;
        FloatVector p = Exp.exp2NonPositive(FloatVector.fromArray(S, scores, at).sub(m));
        p.intoArray(scores, at);
      }
      for (int row = 0; row < rows; row++) {
        block = block.add(FloatVector.fromArray(S, scores, row * COLUMNS + lane));
      }
      FloatVector.fromArray(S, sum, panelAt + lane)
          .fma(FloatVector.fromArray(S, factor, lane), block)
          .intoArray(sum, panelAt + lane);
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

  /// scores := ds = p·(dp − delta), p = 2^(score − lse), with one lse and delta per column.
  static void slopesByColumn(
      float[] scores, float[] dp, int rows, float[] lse, float[] delta, int panelAt) {
    for (int lane = 0; lane < COLUMNS; lane += LANES) {
      FloatVector l = FloatVector.fromArray(S, lse, panelAt + lane);
      FloatVector d = FloatVector.fromArray(S, delta, panelAt + lane);
      for (int row = 0; row < rows; row++) {
        int at = row * COLUMNS + lane;
        FloatVector p = Exp.exp2NonPositive(FloatVector.fromArray(S, scores, at).sub(l));
        FloatVector.fromArray(S, dp, at).sub(d).mul(p).intoArray(scores, at);
      }
    }
  }

  /// scores := p = 2^(score − lse), dp := p·(dp − delta), with one lse and delta per row.
  static void slopesByRow(
      float[] scores, float[] dp, int rows, float[] lse, float[] delta, int rowAt) {
    for (int row = 0; row < rows; row++) {
      for (int lane = 0; lane < COLUMNS; lane += LANES) {
        int at = row * COLUMNS + lane;
        FloatVector s = FloatVector.fromArray(S, scores, at).sub(lse[rowAt + row]);
        FloatVector p = Exp.exp2NonPositive(s);
        p.intoArray(scores, at);
        FloatVector.fromArray(S, dp, at).sub(delta[rowAt + row]).mul(p).intoArray(dp, at);
      }
    }
  }

  /// sum += tile over 8 rows.
  static void add(float[] sum, int at, float[] tile) {
    for (int i = 0; i < Tile.ROWS * COLUMNS; i += LANES) {
      FloatVector.fromArray(S, sum, at + i)
          .add(FloatVector.fromArray(S, tile, i))
          .intoArray(sum, at + i);
    }
  }

  /// sum = factor·sum + tile over 8 rows, one factor per column.
  static void scaleAndAdd(float[] sum, int at, float[] factor, float[] tile) {
    for (int i = 0; i < Tile.ROWS * COLUMNS; i += COLUMNS) {
      for (int lane = 0; lane < COLUMNS; lane += LANES) {
        FloatVector.fromArray(S, sum, at + i + lane)
            .fma(FloatVector.fromArray(S, factor, lane), FloatVector.fromArray(S, tile, i + lane))
            .intoArray(sum, at + i + lane);
      }
    }
  }

  /// x := x·factor over `rows` rows, one factor per column.
  static void scale(float[] x, int at, int rows, float[] factor) {
    for (int row = 0; row < rows; row++) {
      for (int lane = 0; lane < COLUMNS; lane += LANES) {
        int i = at + row * COLUMNS + lane;
        FloatVector.fromArray(S, x, i).mul(FloatVector.fromArray(S, factor, lane)).intoArray(x, i);
      }
    }
  }
}
