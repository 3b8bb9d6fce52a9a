package cadj.kernels.attention;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import cadj.kernels.device.Cpu;
import cadj.kernels.gemm.GemmTile;
import cadj.kernels.vectormath.Exp;
import cadj.kernels.vectormath.Log;
import java.util.function.IntConsumer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Loops over blocks of scores, [rows][COLUMNS], whose columns are the tokens of a panel.
///
/// Scores are in units of log 2, so that probabilities are powers of two. A row is two vectors: two
/// independent chains.
final class Panels {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = S.length();

  /// A panel of tokens, one per lane, as wide as a register tile.
  static final int COLUMNS = GemmTile.WIDTH;

  static final float LOG2_E = (float) (1 / Math.log(2));

  private static final float LN2 = (float) Math.log(2);

  /// Keys or queries that a panel meets at a time: a block of scores fills a third of a first-level
  /// cache.
  static final int BLOCK = 128;

  /// Floats of panels that one task keeps, about: a quarter of a second-level cache.
  private static final int TASK_FLOATS = 1 << 16;

  /// Most tokens in the panels of one task.
  private static final int TASK_TOKENS = 256;

  /// Products of fewer multiplications run in the calling thread.
  private static final long SMALL = 1 << 17;

  private Panels() {}

  /// How many panels one task takes, which then share each block they meet: by the floats that each
  /// keeps per column.
  static int perTask(int floats) {
    return Math.clamp(TASK_FLOATS / (COLUMNS * Math.max(1, floats)), 1, TASK_TOKENS / COLUMNS);
  }

  /// Runs the tasks of an attention, on all threads if it is worth it.
  static void parallel(Cpu cpu, AttentionShape s, int tasks, IntConsumer task) {
    if ((long) s.batch() * s.heads() * s.queries() * s.keys() * s.dim() < SMALL) {
      for (int i = 0; i < tasks; i++) {
        task.accept(i);
      }
    } else {
      cpu.parallel(tasks, task);
    }
  }

  /// First half of online softmax, Milakov & Gimelshein 2018 (arXiv:1805.02867): raises `max` by
  /// the scores; factor = 2^(old max − max). False if no maximum changed.
  static boolean raise(float[] scores, int rows, float[] max, int panelAt, float[] factor) {
    FloatVector before0 = FloatVector.fromArray(S, max, panelAt);
    FloatVector before1 = FloatVector.fromArray(S, max, panelAt + LANES);
    FloatVector even0 = before0;
    FloatVector even1 = before1;
    FloatVector odd0 = before0;
    FloatVector odd1 = before1;
    for (int row = 0; row < rows; row += 2) {
      int at = row * COLUMNS;
      int next = Math.min(row + 1, rows - 1) * COLUMNS;
      even0 = larger(even0, FloatVector.fromArray(S, scores, at));
      even1 = larger(even1, FloatVector.fromArray(S, scores, at + LANES));
      odd0 = larger(odd0, FloatVector.fromArray(S, scores, next));
      odd1 = larger(odd1, FloatVector.fromArray(S, scores, next + LANES));
    }
    FloatVector m0 = larger(even0, odd0);
    FloatVector m1 = larger(even1, odd1);
    m0.intoArray(max, panelAt);
    m1.intoArray(max, panelAt + LANES);
    Exp.exp2NonPositive(before0.sub(m0)).intoArray(factor, 0);
    Exp.exp2NonPositive(before1.sub(m1)).intoArray(factor, LANES);
    return m0.compare(GT, before0).or(m1.compare(GT, before1)).anyTrue();
  }

  /// NaN is not larger: it shows up in the powers.
  private static FloatVector larger(FloatVector m, FloatVector s) {
    return m.blend(s, s.compare(GT, m));
  }

  /// Second half: score := p = 2^(score − max); sum += Σ p.
  static void powers(float[] scores, int rows, float[] max, float[] sum, int panelAt) {
    FloatVector m0 = FloatVector.fromArray(S, max, panelAt);
    FloatVector m1 = FloatVector.fromArray(S, max, panelAt + LANES);
    FloatVector sum0 = FloatVector.zero(S);
    FloatVector sum1 = sum0;
    for (int row = 0; row < rows; row++) {
      int at = row * COLUMNS;
      FloatVector p0 = Exp.exp2NonPositive(FloatVector.fromArray(S, scores, at).sub(m0));
      FloatVector p1 = Exp.exp2NonPositive(FloatVector.fromArray(S, scores, at + LANES).sub(m1));
      p0.intoArray(scores, at);
      p1.intoArray(scores, at + LANES);
      sum0 = sum0.add(p0);
      sum1 = sum1.add(p1);
    }
    sum0.add(FloatVector.fromArray(S, sum, panelAt)).intoArray(sum, panelAt);
    sum1.add(FloatVector.fromArray(S, sum, panelAt + LANES)).intoArray(sum, panelAt + LANES);
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

  /// score := p = 2^(score − lse), dp := p·(dp − delta), with one lse and delta per row; also to
  /// rows of `slopes`, [GemmTile#PITCH] apart.
  static void slopes(
      float[] scores,
      float[] dp,
      int rows,
      float[] lse,
      float[] delta,
      int rowAt,
      float[] slopes,
      int slopesAt) {
    for (int row = 0; row < rows; row++) {
      FloatVector l = FloatVector.broadcast(S, lse[rowAt + row]);
      FloatVector d = FloatVector.broadcast(S, delta[rowAt + row]);
      int at = row * COLUMNS;
      int to = slopesAt + row * GemmTile.PITCH;
      FloatVector p0 = Exp.exp2NonPositive(FloatVector.fromArray(S, scores, at).sub(l));
      FloatVector p1 = Exp.exp2NonPositive(FloatVector.fromArray(S, scores, at + LANES).sub(l));
      p0.intoArray(scores, at);
      p1.intoArray(scores, at + LANES);
      FloatVector ds0 = FloatVector.fromArray(S, dp, at).sub(d).mul(p0);
      FloatVector ds1 = FloatVector.fromArray(S, dp, at + LANES).sub(d).mul(p1);
      ds0.intoArray(dp, at);
      ds1.intoArray(dp, at + LANES);
      ds0.intoArray(slopes, to);
      ds1.intoArray(slopes, to + LANES);
    }
  }

  /// x := factor·x over `length` floats, whole panels.
  static void scale(float[] x, int at, int length, float factor) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector.fromArray(S, x, at + i).mul(factor).intoArray(x, at + i);
    }
  }

  /// x := factor·x over `rows` rows, one factor per column.
  static void scaleColumns(float[] x, int at, int rows, float[] factor) {
    FloatVector factor0 = FloatVector.fromArray(S, factor, 0);
    FloatVector factor1 = FloatVector.fromArray(S, factor, LANES);
    for (int row = 0; row < rows; row++) {
      int i = at + row * COLUMNS;
      FloatVector.fromArray(S, x, i).mul(factor0).intoArray(x, i);
      FloatVector.fromArray(S, x, i + LANES).mul(factor1).intoArray(x, i + LANES);
    }
  }
}
