package cadj.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.GemmShape;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every twin of [GemmKernel] must do.
///
/// Sizes straddle lanes, register tiles and blocks. Operands lie in larger arrays: what surrounds A
/// and B is NaN, so that reading it shows, and what surrounds C must stay as it was.
abstract class GemmContract {
  private static final int[] ROWS = {1, 2, 6, 13, 14, 15, 27, 31, 64, 97, 141, 283};
  private static final int[] COLUMNS = {1, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 64, 85, 131};
  private static final int[] DEPTHS = {0, 1, 2, 5, 16, 64, 77, 319, 320, 321, 655};

  /// Runs the twin on operands in the host's memory.
  abstract void multiply(
      GemmShape shape,
      Buffer c,
      Buffer a,
      Buffer b,
      @Nullable Buffer bias,
      @Nullable Buffer residual);

  abstract DType dtype();

  /// A value of B, in the precision in which the twin keeps it.
  double storedB(double value) {
    return value;
  }

  /// What an element of C may be off by, where the sizes of its `terms` products of factors up to
  /// 1, of bias, residual and β·C add up to `size`: four roundings more than there are terms.
  double tolerance(int terms, double size) {
    return (terms + 4) * (dtype() == DType.F32 ? 0x1p-24 : 0x1p-52) * size;
  }

  static Stream<Product> products() {
    Random random = new Random(17);
    return IntStream.range(0, 150).mapToObj(i -> Product.draw(random));
  }

  @ParameterizedTest
  @MethodSource("products")
  void everyElementIsItsSumOfProducts(Product product) {
    product.check(this);
  }

  /// [1 2; 3 4]·[5 6; 7 8] = [19 22; 43 50], from all four ways of storing the operands.
  @Test
  void byHand() {
    for (boolean transA : new boolean[] {false, true}) {
      for (boolean transB : new boolean[] {false, true}) {
        Buffer a = transA ? buffer(1, 3, 2, 4) : buffer(1, 2, 3, 4);
        Buffer b = transB ? buffer(5, 7, 6, 8) : buffer(5, 6, 7, 8);
        Buffer c = buffer(1, 1, 1, 1);
        multiply(GemmShape.of(transA, transB, 2, 2, 2), c, a, b, buffer(100, 200), null);
        assertValues(c, 119, 222, 143, 250);
        multiply(GemmShape.of(transA, transB, 2, 2, 2).withBeta(2), c, a, b, null, null);
        assertValues(c, 2 * 119 + 19, 2 * 222 + 22, 2 * 143 + 43, 2 * 250 + 50);
        Buffer residual = buffer(1000, 2000, 3000, 4000);
        multiply(GemmShape.of(transA, transB, 2, 2, 2), c, a, b, buffer(100, 200), residual);
        assertValues(c, 1119, 2222, 3143, 4250);
      }
    }
  }

  @Test
  void withoutTermsTheProductIsZero() {
    GemmShape shape = GemmShape.of(false, false, 2, 3, 0);
    Buffer c = buffer(1, 2, 3, 4, 5, 6);
    multiply(shape.withBeta(1), c, buffer(), buffer(), null, null);
    assertValues(c, 1, 2, 3, 4, 5, 6);
    multiply(shape, c, buffer(), buffer(), buffer(7, 8, 9), null);
    assertValues(c, 7, 8, 9, 7, 8, 9);
    multiply(shape.withBeta(2), c, buffer(), buffer(), null, buffer(10, 20, 30, 40, 50, 60));
    assertValues(c, 24, 36, 48, 54, 66, 78);
    multiply(shape, c, buffer(), buffer(), null, null);
    assertValues(c, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void anEmptyResultIsNoError() {
    multiply(GemmShape.of(false, false, 0, 3, 2), buffer(), buffer(), buffer(6), null, null);
    multiply(GemmShape.of(false, false, 3, 0, 2), buffer(), buffer(6), buffer(), null, null);
    GemmShape none = GemmShape.of(false, false, 1, 1, 1).batched(0);
    multiply(none, buffer(), buffer(), buffer(), null, null);
  }

  /// What is not finite reaches its row or column of C, and no other element.
  @Test
  void infinityAndNanStayInTheirRowsAndColumns() {
    int m = 37;
    int n = 45;
    int k = 350;
    Random random = new Random(5);
    Buffer a = random(m * k, random);
    Buffer b = random(k * n, random);
    Buffer c = random(m * n, random);
    a.set(4 * k + 3, Double.POSITIVE_INFINITY);
    a.set(20 * k + 349, Double.NaN);
    b.set(100 * n + 44, Double.NaN);
    multiply(GemmShape.of(false, false, m, n, k), c, a, b, null, null);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double value = c.get(i * n + j);
        boolean nan = i == 20 || j == 44;
        assertEquals(nan, Double.isNaN(value), "NaN at row %d column %d".formatted(i, j));
        assertEquals(!nan && i == 4, Double.isInfinite(value), "row %d column %d".formatted(i, j));
      }
    }
  }

  @Test
  void betaZeroDoesNotReadC() {
    for (int n : new int[] {70, 72}) {
      for (int k : new int[] {0, 3, 700}) {
        Buffer c = Buffer.allocate(dtype(), 5 * n);
        for (int i = 0; i < c.length(); i++) {
          c.set(i, i % 2 == 0 ? Double.NaN : Double.POSITIVE_INFINITY);
        }
        Random random = new Random(k);
        Buffer a = random(5 * k, random);
        Buffer b = random(n * k, random);
        multiply(GemmShape.of(false, true, 5, n, k), c, a, b, null, null);
        for (int i = 0; i < c.length(); i++) {
          if (!Double.isFinite(c.get(i))) {
            fail("k %d, element %d: %s".formatted(k, i, c.get(i)));
          }
        }
      }
    }
  }

  private void assertValues(Buffer got, double... expected) {
    assertEquals(
        Arrays.toString(expected),
        Arrays.toString(IntStream.range(0, got.length()).mapToDouble(got::get).toArray()));
  }

  private Buffer buffer(double... values) {
    Buffer buffer = Buffer.allocate(dtype(), values.length);
    for (int i = 0; i < values.length; i++) {
      buffer.set(i, values[i]);
    }
    return buffer;
  }

  private Buffer random(int length, Random random) {
    Buffer buffer = Buffer.allocate(dtype(), length);
    SplittableRandom numbers = new SplittableRandom(random.nextLong());
    for (int i = 0; i < length; i++) {
      buffer.set(i, numbers.nextDouble(-1, 1));
    }
    return buffer;
  }

  /// A shape, whether there are a bias and a residual, and a seed for the numbers.
  record Product(GemmShape shape, boolean bias, boolean residual, long seed) {
    static Product draw(Random random) {
      boolean transA = random.nextBoolean();
      boolean transB = random.nextBoolean();
      int batch = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 1;
      int m = ROWS[random.nextInt(ROWS.length)];
      int n = COLUMNS[random.nextInt(COLUMNS.length)];
      int k = DEPTHS[random.nextInt(DEPTHS.length)];
      int lda = (transA ? m : k) + random.nextInt(2) * random.nextInt(9);
      int ldb = (transB ? k : n) + random.nextInt(2) * random.nextInt(9);
      int ldc = n + random.nextInt(2) * random.nextInt(9);
      float beta = new float[] {0, 1, 0.5f, -2}[random.nextInt(4)];
      GemmShape shape =
          new GemmShape(
              transA,
              transB,
              m,
              n,
              k,
              lda,
              ldb,
              ldc,
              batch,
              random.nextInt(4) == 0 ? 0 : (transA ? k : m) * lda + random.nextInt(3),
              random.nextInt(4) == 0 ? 0 : (transB ? n : k) * ldb + random.nextInt(3),
              m * ldc + random.nextInt(3),
              beta);
      return new Product(shape, random.nextBoolean(), random.nextInt(3) == 0, random.nextLong());
    }

    void check(GemmContract twin) {
      check(twin, 1);
    }

    /// @param grain what begins A, B, C and residual are multiples of, in elements
    void check(GemmContract twin, int grain) {
      DType dtype = twin.dtype();
      Random random = new Random(seed);
      int spareA = random.nextInt(20) * grain;
      int spareB = random.nextInt(20) * grain;
      int spareC = random.nextInt(20) * grain;
      int spareR = random.nextInt(20) * grain;
      Buffer a = Buffer.allocate(dtype, 2 * spareA + lengthA());
      Buffer b = Buffer.allocate(dtype, 2 * spareB + lengthB());
      Buffer c = Buffer.allocate(dtype, 2 * spareC + lengthC());
      Buffer row = Buffer.allocate(dtype, shape.n());
      Buffer added = Buffer.allocate(dtype, 2 * spareR + lengthC());
      fill(a, () -> Double.NaN);
      fill(b, () -> Double.NaN);
      fill(c, () -> random.nextDouble(-1, 1));
      fill(row, () -> random.nextDouble(-1, 1));
      fill(added, () -> Double.NaN);
      for (int i = 0; i < shape.batch(); i++) {
        for (int p = 0; p < shape.k(); p++) {
          for (int r = 0; r < shape.m(); r++) {
            a.set(spareA + placeA(i, r, p), random.nextDouble(-1, 1));
          }
          for (int j = 0; j < shape.n(); j++) {
            b.set(spareB + placeB(i, p, j), twin.storedB(random.nextDouble(-1, 1)));
          }
        }
        for (int r = 0; r < shape.m(); r++) {
          for (int j = 0; j < shape.n(); j++) {
            added.set(spareR + placeC(i, r, j), random.nextDouble(-1, 1));
          }
        }
      }
      Buffer before = Buffer.allocate(dtype, c.length());
      for (int i = 0; i < c.length(); i++) {
        before.set(i, c.get(i));
      }
      Buffer windowA = a.slice(spareA, lengthA());
      Buffer windowB = b.slice(spareB, lengthB());
      Buffer windowR = added.slice(spareR, lengthC());
      twin.multiply(
          shape,
          c.slice(spareC, lengthC()),
          windowA,
          windowB,
          bias ? row : null,
          residual ? windowR : null);
      boolean[] written = new boolean[c.length()];
      for (int i = 0; i < shape.batch(); i++) {
        for (int r = 0; r < shape.m(); r++) {
          for (int j = 0; j < shape.n(); j++) {
            int at = spareC + placeC(i, r, j);
            written[at] = true;
            double sum = bias ? row.get(j) : 0;
            double size = Math.abs(sum);
            double more = residual ? windowR.get(placeC(i, r, j)) : 0;
            sum += more;
            size += Math.abs(more);
            double old = shape.beta() * before.get(at);
            sum += old;
            size += Math.abs(old);
            for (int p = 0; p < shape.k(); p++) {
              double term = windowA.get(placeA(i, r, p)) * windowB.get(placeB(i, p, j));
              sum += term;
              size += Math.abs(term);
            }
            double got = c.get(at);
            if (!(Math.abs(got - sum) <= twin.tolerance(shape.k(), size))) {
              throw new AssertionError(
                  "batch %d, row %d, column %d: expected %s, got %s".formatted(i, r, j, sum, got));
            }
          }
        }
      }
      for (int i = 0; i < c.length(); i++) {
        if (!written[i]) {
          assertEquals(before.get(i), c.get(i), "written beside C, at " + (i - spareC));
        }
      }
    }

    private int placeA(int batch, int row, int p) {
      return batch * shape.strideA()
          + (shape.transA() ? p * shape.lda() + row : row * shape.lda() + p);
    }

    private int placeB(int batch, int p, int column) {
      return batch * shape.strideB()
          + (shape.transB() ? column * shape.ldb() + p : p * shape.ldb() + column);
    }

    private int placeC(int batch, int row, int column) {
      return batch * shape.strideC() + row * shape.ldc() + column;
    }

    private int lengthA() {
      return shape.k() == 0 ? 0 : 1 + placeA(shape.batch() - 1, shape.m() - 1, shape.k() - 1);
    }

    private int lengthB() {
      return shape.k() == 0 ? 0 : 1 + placeB(shape.batch() - 1, shape.k() - 1, shape.n() - 1);
    }

    private int lengthC() {
      return (shape.batch() - 1) * shape.strideC() + (shape.m() - 1) * shape.ldc() + shape.n();
    }

    private static void fill(Buffer buffer, DoubleSupplier values) {
      for (int i = 0; i < buffer.length(); i++) {
        buffer.set(i, values.getAsDouble());
      }
    }
  }
}
