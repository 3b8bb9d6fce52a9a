package cadj.kernels.emulator.run;

import cadj.kernels.emulator.arithmetic.Rounding;

/// `mma` and `ldmatrix`: matrices spread over the registers of a warp.
///
/// Which lane holds what is written in the PTX manual under "Matrix Fragments"; with g = lane / 4
/// and t = lane % 4, a thread has of D and C (16×8) the elements (g, 2t), (g, 2t+1), (g+8, 2t),
/// (g+8, 2t+1).
///
/// Products are exact. For a sum, the products and the element of C are shifted to the exponent of
/// the largest, cut off a few bits behind the end of single precision, added, and cut off once
/// more: so NVIDIA's tensor cores were measured to do (Fasi et al. 2021), where the manual promises
/// only single precision in any order. How many bits more they keep is the seed's choice.
public final class TensorCore {
  /// Formats of A and B.
  public static final int TF32 = 0;

  public static final int F16 = 1;
  public static final int BF16 = 2;

  private static final int SINGLE_BITS = 24;
  private static final int MOST_GUARD_BITS = 3;

  private static final int M = 16;
  private static final int N = 8;
  static final int TF32_BITS = 0xffffe000;

  /// A double without its sign, as a number that grows with it; those of infinity and of NaN are
  /// the largest.
  private static final long MAGNITUDE = Long.MAX_VALUE;

  private static final long INFINITY = Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);

  private TensorCore() {}

  /// D = A·B + C with A 16×k and B k×8.
  ///
  /// @param seed how many more bits than single precision has a sum keeps: 0 to 3
  /// @param a registers of A, and so on
  static void multiply(
      Warp warp,
      int mask,
      int at,
      int format,
      int seed,
      int[][] a,
      int[][] b,
      float[][] c,
      float[][] d) {
    requireAll(warp, mask, at);
    int k = (format == TF32 ? 2 : 4) * a.length;
    double[] left = new double[M * k];
    double[] right = new double[N * k];
    if (format == TF32) {
      unpackTf32(a, b, left, right, k);
    } else {
      unpackHalves(format, a, b, left, right, k);
    }
    double[] terms = new double[k + 1];
    int bits = SINGLE_BITS + (seed & MOST_GUARD_BITS);
    for (int lane = 0; lane < Warp.LANES; lane++) {
      for (int r = 0; r < c.length; r++) {
        int row = lane / 4 + r / 2 * 8;
        int column = lane % 4 * 2 + r % 2;
        for (int i = 0; i < k; i++) {
          terms[i] = left[row * k + i] * right[column * k + i];
        }
        terms[k] = c[r][lane];
        d[r][lane] = sum(terms, bits);
      }
    }
  }

  /// Σ terms, each truncated to `bits` bits counted from the leading bit of the largest, and the
  /// sum truncated to single precision.
  static float sum(double[] terms, int bits) {
    long largest = 0;
    for (double term : terms) {
      largest = Math.max(largest, Double.doubleToRawLongBits(term) & MAGNITUDE);
    }
    if (largest == 0) {
      return 0;
    }
    if (largest >= INFINITY) {
      return infinite(terms);
    }
    int exponent = Math.getExponent(Double.longBitsToDouble(largest)) - bits + 1;
    double perUnit = Rounding.power(-exponent);
    long units = 0;
    for (double term : terms) {
      units += (long) (term * perUnit);
    }
    return Rounding.toF32(units * Rounding.power(exponent), Rounding.ZERO);
  }

  /// Σ terms of which some are infinite or NaN.
  private static float infinite(double[] terms) {
    double sum = 0;
    for (double term : terms) {
      sum += term;
    }
    return (float) sum;
  }

  /// A's registers hold (g, t), (g+8, t), then the same four columns on; B's (t, g), then four rows
  /// on.
  private static void unpackTf32(int[][] a, int[][] b, double[] left, double[] right, int k) {
    for (int lane = 0; lane < Warp.LANES; lane++) {
      int g = lane / 4;
      int t = lane % 4;
      for (int r = 0; r < a.length; r++) {
        left[(g + r % 2 * 8) * k + t + r / 2 * 4] = tf32(a[r][lane]);
      }
      for (int r = 0; r < b.length; r++) {
        right[g * k + t + 4 * r] = tf32(b[r][lane]);
      }
    }
  }

  private static float tf32(int bits) {
    return Float.intBitsToFloat(bits & TF32_BITS);
  }

  /// The same with two neighbours along k in each register.
  private static void unpackHalves(
      int format, int[][] a, int[][] b, double[] left, double[] right, int k) {
    for (int lane = 0; lane < Warp.LANES; lane++) {
      int g = lane / 4;
      int t = lane % 4;
      for (int r = 0; r < a.length; r++) {
        unpack(format, a[r][lane], left, (g + r % 2 * 8) * k + 2 * t + r / 2 * 8);
      }
      for (int r = 0; r < b.length; r++) {
        unpack(format, b[r][lane], right, g * k + 2 * t + 8 * r);
      }
    }
  }

  private static void unpack(int format, int pair, double[] into, int at) {
    if (format == BF16) {
      into[at] = Float.intBitsToFloat(pair << 16);
      into[at + 1] = Float.intBitsToFloat(pair & 0xffff0000);
    } else {
      into[at] = Float.float16ToFloat((short) pair);
      into[at + 1] = Float.float16ToFloat((short) (pair >>> 16));
    }
  }

  /// `ldmatrix`: of each 8×8 matrix of 16-bit elements, lanes 8i to 8i+7 name the rows of matrix i;
  /// a thread gets (g, 2t) and (g, 2t+1), or those of the matrix transposed.
  static void load(Warp warp, int mask, int at, boolean transposed, long[] rows, int[][] d) {
    requireAll(warp, mask, at);
    for (int i = 0; i < d.length; i++) {
      for (int lane = 0; lane < Warp.LANES; lane++) {
        int g = lane / 4;
        int t = lane % 4;
        if (transposed) {
          int low = RawMemory.loadU16(rows[8 * i + 2 * t], 2 * g);
          int high = RawMemory.loadU16(rows[8 * i + 2 * t + 1], 2 * g);
          d[i][lane] = low | high << 16;
        } else {
          d[i][lane] = RawMemory.load32(rows[8 * i + g], 4 * t);
        }
      }
    }
  }

  static void requireAll(Warp warp, int mask, int at) {
    if (mask != -1) {
      throw warp.block.fault(
          at,
          Integer.numberOfTrailingZeros(mask),
          "all 32 threads of a warp must take part, only %d do".formatted(Integer.bitCount(mask)));
    }
  }
}
