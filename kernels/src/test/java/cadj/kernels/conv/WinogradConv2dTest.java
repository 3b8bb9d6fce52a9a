package cadj.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.kernels.twins.Samples;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Both sizes of tile, forward and both derivatives, on images and channels that straddle tiles,
/// vectors, panels, chains and slabs, whether or not they would be chosen there.
class WinogradConv2dTest {
  private static final Cpu[] CPUS = {new Cpu(1), new Cpu(2), new Cpu(3)};
  private static final int GUARD = 33;

  static Stream<Conv2dShape> shapes() {
    Random random = new Random(7);
    int[] sides = {1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 18};
    int[] channels = {1, 15, 16, 17, 31, 32, 33, 48, 79, 81, 96};
    Stream<Conv2dShape> drawn =
        IntStream.range(0, 3 * sides.length)
            .mapToObj(
                i ->
                    shape(
                        1 + i / sides.length,
                        channels[random.nextInt(channels.length)],
                        sides[i % sides.length],
                        sides[random.nextInt(sides.length)],
                        channels[random.nextInt(channels.length)],
                        1));
    Stream<Conv2dShape> named =
        Stream.of(
            shape(1, 320, 4, 4, 35, 1),
            shape(1, 336, 6, 9, 32, 1), // more than a row of transformed pixels
            shape(2, 337, 5, 3, 16, 1),
            shape(1, 33, 29, 30, 336, 1), // many tiles, many panels
            shape(1, 16, 67, 66, 16, 1), // more tiles than a slab has
            shape(1, 700, 30, 30, 16, 1), // many tiles and rows: several blocks of weights
            shape(2, 20, 7, 6, 20, 0), // no padding
            shape(1, 20, 7, 6, 20, 2), // more than half a kernel
            shape(1, 20, 5, 6, 20, 4), // more than a kernel
            new Conv2dShape(1, 18, 9, 5, 20, 3, 3, 1, 1, 0, 1, 1, 2, 1), // four sides apart
            shape(0, 20, 5, 6, 20, 1));
    return Stream.concat(drawn, named);
  }

  private static Conv2dShape shape(int n, int ci, int h, int w, int co, int pad) {
    return new Conv2dShape(n, ci, h, w, co, 3, 3, 1, 1, pad, pad, pad, pad, 1);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void forwardIsTheReference(Conv2dShape s) {
    F32 x = Samples.normal(1, Conv2dContract.sizeX(s));
    F32 weight = Samples.normal(2, Conv2dContract.sizeWeight(s));
    F32 bias = s.ci() % 2 == 0 ? Samples.normal(3, s.co()) : null;
    Buffer expected = Buffer.allocate(DType.F64, Conv2dContract.sizeY(s));
    new Conv2dReference().forward(s, expected, x, weight, Conv2dAddends.bias(bias));
    check(
        expected,
        4e-6,
        (winograd, cpu, y) ->
            WinogradConv2d.forward(winograd, s, x, weight).run(cpu, y, Conv2dAddends.bias(bias)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void backwardIsTheReference(Conv2dShape s) {
    F32 dy = Samples.normal(1, Conv2dContract.sizeY(s));
    F32 weight = Samples.normal(2, Conv2dContract.sizeWeight(s));
    Buffer expected = Buffer.allocate(DType.F64, Conv2dContract.sizeX(s));
    new Conv2dReference().backwardData(s, expected, dy, weight);
    check(
        expected,
        4e-6,
        (winograd, cpu, dx) ->
            WinogradConv2d.backwardData(winograd, s, dy, weight).run(cpu, dx, Conv2dAddends.NONE));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void weightGradientIsTheReference(Conv2dShape s) {
    F32 dy = Samples.normal(1, Conv2dContract.sizeY(s));
    F32 x = Samples.normal(2, Conv2dContract.sizeX(s));
    Buffer expected = Buffer.allocate(DType.F64, Conv2dContract.sizeWeight(s));
    new Conv2dReference().backwardWeight(s, expected, dy, x);
    check(
        expected,
        2.5e-6,
        (winograd, cpu, dweight) ->
            WinogradWeightGradient.of(winograd, s, dy, x).run(cpu, dweight));
  }

  @FunctionalInterface
  private interface Convolution {
    void run(Winograd winograd, Cpu cpu, F32 out);
  }

  /// Near the expected values, nothing else written, the same bits on any number of threads.
  ///
  /// @param rounding of large tiles, as part of the largest value; that of small ones is 10⁻⁶
  private static void check(Buffer expected, double rounding, Convolution convolution) {
    int length = expected.length();
    double largest =
        IntStream.range(0, length).mapToDouble(expected::get).map(Math::abs).max().orElse(0);
    WinogradTest.sizes()
        .forEach(
            winograd -> {
              double allowed = (winograd.outputs() == 2 ? 1e-6 : rounding) * largest;
              float[] first = guarded(length, convolution, winograd, CPUS[0]);
              for (int i = 0; i < length; i++) {
                double error = Math.abs(expected.get(i) - first[GUARD + i]);
                int at = i;
                assertTrue(
                    error <= allowed,
                    () ->
                        "%s, element %d: expected %s, got %s"
                            .formatted(winograd, at, expected.get(at), first[GUARD + at]));
              }
              for (Cpu cpu : CPUS) {
                assertArrayEquals(
                    first, guarded(length, convolution, winograd, cpu), cpu.threads() + " threads");
              }
            });
  }

  private static float[] guarded(int length, Convolution convolution, Winograd winograd, Cpu cpu) {
    float[] all = new float[length + 2 * GUARD];
    Arrays.fill(all, Float.NaN);
    convolution.run(winograd, cpu, new F32(all, GUARD, length));
    for (int i = 0; i < GUARD; i++) {
      assertTrue(Float.isNaN(all[i]), "written before the output");
      assertTrue(Float.isNaN(all[GUARD + length + i]), "written after the output");
    }
    return all;
  }
}
