package cadj.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every twin of [Conv2dKernel] must do.
///
/// The forward pass is checked against its definition, element by element; both derivatives by
/// adjointness, ⟨dy, conv(x, w)⟩ = ⟨dx, x⟩ = ⟨dw, w⟩, which the right dx and dw alone satisfy for
/// every x and w. Results are written over NaN, inside larger arrays that must not change.
abstract class Conv2dContract {
  private static final int GUARD = 19;

  abstract Conv2dKernel kernel();

  abstract DType dtype();

  /// How far a product of two factors may be off, as a part of its size, because the factors are
  /// rounded.
  double factorRounding() {
    return 0;
  }

  /// What the models use, made small, and then what they might.
  static Stream<Conv2dShape> shapes() {
    Stream<Conv2dShape> named =
        Stream.of(
            square(2, 40, 9, 33, 3, 1, 1, 1), // ResNet block
            square(1, 320, 5, 35, 3, 1, 1, 1), // several blocks of channels
            square(1, 96, 15, 112, 3, 1, 1, 1), // Winograd, tiles that overhang
            square(2, 176, 10, 50, 3, 1, 0, 1), // and without padding
            square(1, 70, 6, 70, 1, 1, 0, 1), // 1×1
            square(1, 20, 3, 300, 1, 1, 0, 1), // and several blocks of outputs
            square(2, 20, 13, 40, 1, 1, 0, 1), // and of pixels
            square(1, 4, 8, 40, 3, 1, 1, 1), // UNet conv_in
            square(1, 40, 8, 4, 3, 1, 1, 1), // UNet conv_out
            square(2, 3, 8, 20, 3, 1, 1, 1), // VAE conv_in
            square(1, 33, 8, 32, 3, 2, 1, 1), // downsampling
            new Conv2dShape(1, 17, 8, 8, 16, 3, 3, 2, 2, 0, 0, 1, 1, 1), // VAE downsampling
            square(1, 3, 15, 10, 7, 2, 3, 1), // ResNet stem
            square(1, 3, 32, 24, 16, 16, 0, 1), // CLIP patches
            square(2, 12, 5, 8, 1, 2, 0, 1), // 1×1 with a stride: phases without taps
            square(1, 16, 5, 16, 3, 1, 1, 16), // depthwise
            square(2, 12, 7, 8, 3, 2, 1, 4), // groups and stride
            square(1, 6, 7, 9, 3, 1, 2, 3), // padding beyond the kernel's half
            square(3, 5, 1, 6, 3, 1, 1, 1), // one pixel
            square(1, 2, 4, 2, 2, 3, 0, 1), // pixels that no tap meets
            square(1, 40, 4, 1, 5, 1, 2, 1),
            square(0, 3, 4, 5, 3, 1, 1, 1), // no images
            square(0, 4, 4, 6, 1, 1, 0, 2));
    Random random = new Random(23);
    return Stream.concat(named, IntStream.range(0, 40).mapToObj(i -> draw(random)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void forwardIsItsDefinition(Conv2dShape s) {
    Random random = new Random(s.hashCode());
    Buffer x = random(sizeX(s), random);
    Buffer weight = random(sizeWeight(s), random);
    Conv2dAddends addends = addends(s, random);
    Guarded y = new Guarded(sizeY(s));
    kernel().forward(s, y.window(), x, weight, addends);
    y.checkGuards();
    int at = 0;
    for (int n = 0; n < s.n(); n++) {
      for (int i = 0; i < s.ho(); i++) {
        for (int j = 0; j < s.wo(); j++) {
          for (int co = 0; co < s.co(); co++, at++) {
            Sum expected = definition(s, x, weight, n, i, j, co);
            expected.add(addends.bias(), co);
            expected.add(addends.perImage(), n * s.co() + co);
            expected.add(addends.residual(), at);
            double got = y.window().get(at);
            if (!expected.admits(got)) {
              fail(
                  "y[%d,%d,%d,%d]: expected %s, got %s"
                      .formatted(n, co, i, j, expected.value, got));
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void derivativesAreTheAdjoints(Conv2dShape s) {
    Random random = new Random(s.hashCode());
    Buffer x = random(sizeX(s), random);
    Buffer weight = random(sizeWeight(s), random);
    Buffer dy = random(sizeY(s), random);
    Buffer y = Buffer.allocate(dtype(), sizeY(s));
    Guarded dx = new Guarded(sizeX(s));
    Guarded dweight = new Guarded(sizeWeight(s));
    kernel().forward(s, y, x, weight, Conv2dAddends.NONE);
    kernel().backwardData(s, dx.window(), dy, weight);
    kernel().backwardWeight(s, dweight.window(), dy, x);
    dx.checkGuards();
    dweight.checkGuards();
    Sum forward = dot(dy, y);
    Sum data = dot(dx.window(), x);
    Sum weights = dot(dweight.window(), weight);
    double allowed =
        64 * rounding() * (forward.size + data.size + weights.size)
            + 2 * factorRounding() * sizeOfTerms(s, x, weight, dy);
    assertEquals(forward.value, data.value, allowed, "⟨dx, x⟩");
    assertEquals(forward.value, weights.value, allowed, "⟨dw, w⟩");
  }

  /// A 3×3 image, a 2×2 kernel, by hand.
  @Test
  void byHand() {
    Conv2dShape s = new Conv2dShape(1, 1, 3, 3, 1, 2, 2, 1, 1, 0, 0, 0, 0, 1);
    Buffer x = buffer(1, 2, 3, 4, 5, 6, 7, 8, 9);
    Buffer weight = buffer(1, 10, 100, 1000);
    Buffer y = buffer(0, 0, 0, 0);
    kernel().forward(s, y, x, weight, Conv2dAddends.bias(buffer(0.5)));
    assertValues(y, 5421.5, 6532.5, 8754.5, 9865.5);
    Buffer dx = buffer(9, 9, 9, 9, 9, 9, 9, 9, 9);
    kernel().backwardData(s, dx, buffer(1, 0, 0, 2), weight);
    assertValues(dx, 1, 10, 0, 100, 1002, 20, 0, 200, 2000);
    Buffer dweight = buffer(9, 9, 9, 9);
    kernel().backwardWeight(s, dweight, buffer(1, 0, 0, 2), x);
    assertValues(dweight, 1 + 2 * 5, 2 + 2 * 6, 4 + 2 * 8, 5 + 2 * 9);
  }

  /// Channels are innermost in images, taps in weights; groups are consecutive channels.
  @Test
  void layoutByHand() {
    Conv2dShape s = new Conv2dShape(1, 4, 1, 2, 2, 1, 2, 1, 1, 0, 0, 0, 0, 2);
    Buffer x = buffer(1, 2, 3, 4, 5, 6, 7, 8);
    Buffer weight = buffer(1, 10, 100, 1000, 2, 20, 200, 2000);
    Buffer y = buffer(0, 0);
    kernel().forward(s, y, x, weight, Conv2dAddends.NONE);
    assertValues(y, 1 + 50 + 200 + 6000, 6 + 140 + 800 + 16000);
  }

  @Test
  void whatIsNotFiniteStaysWhereItsTapsReach() {
    Conv2dShape s = square(1, 5, 12, 20, 3, 1, 1, 1);
    Random random = new Random(2);
    Buffer x = random(sizeX(s), random);
    x.set((7 * 12 + 3) * 5 + 2, Double.NaN);
    Buffer y = Buffer.allocate(dtype(), sizeY(s));
    kernel().forward(s, y, x, random(sizeWeight(s), random), Conv2dAddends.NONE);
    for (int pixel = 0; pixel < 144; pixel++) {
      boolean near = Math.abs(pixel / 12 - 7) <= 1 && Math.abs(pixel % 12 - 3) <= 1;
      for (int co = 0; co < 20; co++) {
        assertEquals(near, Double.isNaN(y.get(pixel * 20 + co)), "pixel " + pixel);
      }
    }
  }

  static Conv2dShape square(
      int n, int ci, int size, int co, int kernel, int stride, int pad, int groups) {
    return new Conv2dShape(
        n, ci, size, size, co, kernel, kernel, stride, stride, pad, pad, pad, pad, groups);
  }

  private static Conv2dShape draw(Random random) {
    while (true) {
      int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 1;
      Conv2dShape s =
          new Conv2dShape(
              1 + random.nextInt(2),
              groups * (1 + random.nextInt(40)),
              1 + random.nextInt(11),
              1 + random.nextInt(11),
              groups * (1 + random.nextInt(40)),
              1 + random.nextInt(4),
              1 + random.nextInt(4),
              1 + random.nextInt(3),
              1 + random.nextInt(3),
              random.nextInt(3),
              random.nextInt(3),
              random.nextInt(3),
              random.nextInt(3),
              groups);
      if (s.h() + s.padTop() + s.padBottom() >= s.kh()
          && s.w() + s.padLeft() + s.padRight() >= s.kw()) {
        return s;
      }
    }
  }

  static int sizeX(Conv2dShape s) {
    return s.n() * s.h() * s.w() * s.ci();
  }

  static int sizeY(Conv2dShape s) {
    return s.n() * s.ho() * s.wo() * s.co();
  }

  static int sizeWeight(Conv2dShape s) {
    return s.co() * (s.ci() / s.groups()) * s.kh() * s.kw();
  }

  /// Each there or not.
  private Conv2dAddends addends(Conv2dShape s, Random random) {
    return new Conv2dAddends(
        random.nextBoolean() ? random(s.co(), random) : null,
        random.nextBoolean() ? random(s.n() * s.co(), random) : null,
        random.nextBoolean() ? random(sizeY(s), random) : null);
  }

  /// Of ⟨dy, conv(x, w)⟩, were all numbers positive.
  private double sizeOfTerms(Conv2dShape s, Buffer x, Buffer weight, Buffer dy) {
    Buffer y = Buffer.allocate(DType.F64, sizeY(s));
    new Conv2dReference().forward(s, y, absolute(x), absolute(weight), Conv2dAddends.NONE);
    return dot(y, absolute(dy)).value;
  }

  private Sum definition(Conv2dShape s, Buffer x, Buffer weight, int n, int i, int j, int co) {
    Sum sum = new Sum();
    int ci = s.ci() / s.groups();
    int first = co / (s.co() / s.groups()) * ci;
    for (int c = 0; c < ci; c++) {
      for (int a = 0; a < s.kh(); a++) {
        for (int b = 0; b < s.kw(); b++) {
          int h = i * s.strideH() + a - s.padTop();
          int w = j * s.strideW() + b - s.padLeft();
          if (h >= 0 && h < s.h() && w >= 0 && w < s.w()) {
            sum.add(
                x.get(((n * s.h() + h) * s.w() + w) * s.ci() + first + c)
                    * weight.get(((co * ci + c) * s.kh() + a) * s.kw() + b));
          }
        }
      }
    }
    return sum;
  }

  /// Each within rounding of a sum of `terms` terms: (terms + 1)·2⁻²⁴ of the sum of their sizes,
  /// and what rounding of factors adds.
  static void assertClose(
      String what, int terms, double factorRounding, Buffer expected, Buffer sizes, Buffer got) {
    for (int i = 0; i < got.length(); i++) {
      double allowed = ((terms + 1) * 0x1p-24 + factorRounding) * sizes.get(i);
      if (!(Math.abs(expected.get(i) - got.get(i)) <= allowed)) {
        fail("%s[%d]: expected %s, got %s".formatted(what, i, expected.get(i), got.get(i)));
      }
    }
  }

  static Buffer absolute(Buffer values) {
    Buffer absolute = Buffer.allocate(values.dtype(), values.length());
    for (int i = 0; i < values.length(); i++) {
      absolute.set(i, Math.abs(values.get(i)));
    }
    return absolute;
  }

  private Sum dot(Buffer a, Buffer b) {
    Sum sum = new Sum();
    for (int i = 0; i < a.length(); i++) {
      sum.add(a.get(i) * b.get(i));
    }
    return sum;
  }

  private double rounding() {
    return dtype() == DType.F32 ? 0x1p-24 : 0x1p-52;
  }

  private void assertValues(Buffer got, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], got.get(i), "element " + i);
    }
  }

  Buffer buffer(double... values) {
    Buffer buffer = Buffer.allocate(dtype(), values.length);
    for (int i = 0; i < values.length; i++) {
      buffer.set(i, values[i]);
    }
    return buffer;
  }

  Buffer random(int length, Random random) {
    Buffer buffer = Buffer.allocate(dtype(), length);
    SplittableRandom numbers = new SplittableRandom(random.nextLong());
    for (int i = 0; i < length; i++) {
      buffer.set(i, numbers.nextDouble(-1, 1));
    }
    return buffer;
  }

  /// A sum, its terms' sizes, and how far rounding may carry it.
  private final class Sum {
    private double value;
    private double size;
    private int terms = 1;

    void add(@Nullable Buffer addend, int i) {
      if (addend != null) {
        add(addend.get(i));
      }
    }

    void add(double term) {
      value += term;
      size += Math.abs(term);
      terms++;
    }

    boolean admits(double got) {
      return Math.abs(got - value) <= ((terms + 1) * rounding() + factorRounding()) * size;
    }
  }

  /// A window full of NaN in an array of other numbers.
  final class Guarded {
    private final Buffer all;
    private final Buffer window;

    Guarded(int length) {
      all = Buffer.allocate(dtype(), length + 2 * GUARD);
      for (int i = 0; i < all.length(); i++) {
        all.set(i, i);
      }
      window = all.slice(GUARD, length);
      for (int i = 0; i < length; i++) {
        window.set(i, Double.NaN);
      }
    }

    Buffer window() {
      return window;
    }

    void checkGuards() {
      for (int i = 0; i < GUARD; i++) {
        assertEquals(i, all.get(i), "written before the output");
        int after = all.length() - 1 - i;
        assertEquals(after, all.get(after), "written after the output");
      }
    }
  }
}
