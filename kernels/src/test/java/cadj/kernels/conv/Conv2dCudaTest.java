package cadj.kernels.conv;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Precision;
import cadj.kernels.twins.TestGpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// On the device that [TestGpu] opens: the emulated one, all its checks on, if nothing else is
/// said.
class Conv2dCudaTest extends Conv2dContract {
  private static final int GUARD = 64;

  private final Gpu gpu = TestGpu.plain();

  @Override
  Conv2dKernel kernel() {
    return new Conv2dCuda(gpu);
  }

  @Override
  DType dtype() {
    return DType.F32;
  }

  static Stream<Conv2dShape> shapesAroundTiles() {
    return Stream.concat(
        shapes(),
        Stream.of(
            square(2, 8, 8, 128, 3, 1, 1, 1), // one tile of 128×128
            square(1, 64, 8, 64, 1, 1, 0, 1), // one tile of 64×64
            square(1, 129, 12, 132, 3, 1, 1, 1), // a little more than one
            square(1, 68, 8, 65, 3, 1, 1, 1),
            square(2, 24, 9, 136, 3, 2, 1, 2))); // and in groups
  }

  /// Both sizes of tiles, whole and in slices, with runs of channels that are aligned and not.
  @ParameterizedTest
  @MethodSource("shapesAroundTiles")
  void everyTilingIsTheReference(Conv2dShape s) {
    Expected expected = new Expected(s);
    for (int side : new int[] {64, 128}) {
      for (int slices : new int[] {1, 3}) {
        Conv2dKernel kernel =
            new Conv2dCuda(gpu, (m, n, terms, groups) -> ProductTiles.sliced(side, slices, terms));
        int misalignment = (side == 64) == (slices == 1) ? 0 : 1;
        expected.check(kernel, gpu, misalignment, side + " in " + slices);
      }
    }
  }

  /// A library where padding is even; the bias comes after it.
  @ParameterizedTest
  @MethodSource("shapes")
  void byLibrary(Conv2dShape s) {
    CountingDnn dnn = new CountingDnn(requireNonNull(TestGpu.withLibraries().dnn()));
    Gpu withLibrary = new Gpu(gpu.driver(), null, dnn, Precision.FULL);
    Expected expected = new Expected(s);
    expected.check(new Conv2dCuda(withLibrary), withLibrary, 0, "aligned");
    expected.check(new Conv2dCuda(withLibrary), withLibrary, 1, "misaligned");
    boolean even = s.padTop() == s.padBottom() && s.padLeft() == s.padRight() && s.n() > 0;
    assertEquals(even ? 6 : 0, dnn.calls, "calls of the library");
  }

  @Test
  void tilesBySizes() {
    // The first and last levels of SD's UNet, two images: pixels, channels, 9 taps.
    assertEquals(new ProductTiles(128, 1, 2880), ProductTiles.best(8192, 320, 2880, 1));
    assertEquals(64, ProductTiles.best(8192, 4, 2880, 1).side());
    ProductTiles middle = ProductTiles.best(128, 1280, 11_520, 1);
    assertTrue(middle.slices() > 4, "few tiles, long sums: " + middle);
    assertEquals(0, middle.depth() % 16);
    assertEquals(1, ProductTiles.best(1 << 18, 128, 1152, 1).slices());
    assertEquals(1, ProductTiles.best(1, 1, 0, 1).slices());
  }

  private static final class CountingDnn implements Dnn {
    private final Dnn dnn;
    private int calls;

    CountingDnn(Dnn dnn) {
      this.dnn = dnn;
    }

    @Override
    public void forward(Sizes sizes, GpuF32 y, GpuF32 x, GpuF32 weight, boolean tf32) {
      calls++;
      dnn.forward(sizes, y, x, weight, tf32);
    }

    @Override
    public void backwardData(Sizes sizes, GpuF32 dx, GpuF32 dy, GpuF32 weight, boolean tf32) {
      calls++;
      dnn.backwardData(sizes, dx, dy, weight, tf32);
    }

    @Override
    public void backwardWeight(Sizes sizes, GpuF32 dweight, GpuF32 dy, GpuF32 x, boolean tf32) {
      calls++;
      dnn.backwardWeight(sizes, dweight, dy, x, tf32);
    }
  }

  /// Operands, what the reference makes of them, and how large the terms of each sum are together.
  private final class Expected {
    private final Conv2dShape s;
    private final Buffer x;
    private final Buffer weight;
    private final @Nullable Buffer bias;
    private final Buffer dy;
    private final List<GpuF32> uploaded = new ArrayList<>();
    private final Buffer[] values = new Buffer[3];
    private final Buffer[] sizes = new Buffer[3];

    Expected(Conv2dShape s) {
      Random random = new Random(s.hashCode());
      this.s = s;
      this.x = random(sizeX(s), random);
      this.weight = random(sizeWeight(s), random);
      this.bias = random.nextBoolean() ? random(s.co(), random) : null;
      this.dy = random(sizeY(s), random);
      all(values, x, weight, bias, dy);
      all(sizes, absolute(x), absolute(weight), bias == null ? null : absolute(bias), absolute(dy));
    }

    private void all(Buffer[] results, Buffer x, Buffer weight, @Nullable Buffer bias, Buffer dy) {
      Conv2dKernel reference = new Conv2dReference();
      results[0] = Buffer.allocate(DType.F64, dy.length());
      results[1] = Buffer.allocate(DType.F64, x.length());
      results[2] = Buffer.allocate(DType.F64, weight.length());
      reference.forward(s, results[0], x, weight, Conv2dAddends.bias(bias));
      reference.backwardData(s, results[1], dy, weight);
      reference.backwardWeight(s, results[2], dy, x);
    }

    /// @param misalignment of all buffers, in floats
    void check(Conv2dKernel kernel, Gpu gpu, int misalignment, String name) {
      GpuF32 deviceX = upload(gpu, x, misalignment);
      GpuF32 deviceWeight = upload(gpu, weight, misalignment);
      GpuF32 deviceBias = bias == null ? null : upload(gpu, bias, misalignment);
      GpuF32 deviceDy = upload(gpu, dy, misalignment);
      check(
          name + ", y",
          0,
          s.ci() * s.kh() * s.kw() + 1,
          gpu,
          misalignment,
          y -> kernel.forward(s, y, deviceX, deviceWeight, Conv2dAddends.bias(deviceBias)));
      check(
          name + ", dx",
          1,
          s.co() * s.kh() * s.kw(),
          gpu,
          misalignment,
          dx -> kernel.backwardData(s, dx, deviceDy, deviceWeight));
      check(
          name + ", dweight",
          2,
          s.n() * s.ho() * s.wo(),
          gpu,
          misalignment,
          dweight -> kernel.backwardWeight(s, dweight, deviceDy, deviceX));
    }

    private void check(
        String name, int which, int terms, Gpu gpu, int misalignment, Consumer<GpuF32> run) {
      int length = values[which].length();
      F32 all = F32.of(new float[length + 2 * GUARD]);
      for (int i = 0; i < all.length(); i++) {
        all.set(i, i);
      }
      GpuF32 device = gpu.allocate(all.length());
      gpu.upload(device, all);
      run.accept(device.slice(GUARD + misalignment, length));
      gpu.download(all, device);
      gpu.free(device);
      for (int i = 0; i < all.length(); i++) {
        if (i < GUARD + misalignment || i >= GUARD + misalignment + length) {
          assertEquals(i, all.get(i), name + ": written outside of the output");
        }
      }
      F32 got = all.slice(GUARD + misalignment, length);
      assertClose(name, terms, values[which], sizes[which], got);
    }

    private GpuF32 upload(Gpu gpu, Buffer values, int misalignment) {
      GpuF32 whole = gpu.allocate(values.length() + misalignment);
      uploaded.add(whole);
      GpuF32 window = whole.slice(misalignment, values.length());
      gpu.upload(window, F32.of(values));
      return window;
    }
  }
}
