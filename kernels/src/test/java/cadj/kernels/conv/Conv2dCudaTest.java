package cadj.kernels.conv;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Done;
import cadj.kernels.device.Driver;
import cadj.kernels.device.F32;
import cadj.kernels.device.ForwardingDriver;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.Precision;
import cadj.kernels.twins.TestGpu;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// On the device that [TestGpu] opens: the emulated one, all its checks on, if nothing else is
/// said.
@Execution(ExecutionMode.CONCURRENT)
class Conv2dCudaTest extends Conv2dContract {
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
  @DisabledIfSystemProperty(named = "cadj.gpu", matches = "stubs", disabledReason = "own kernels")
  void everyTilingIsTheReference(Conv2dShape s) {
    ExpectedConvolution expected = new ExpectedConvolution(s, DType.F32, 0);
    for (int side : new int[] {64, 128}) {
      for (int slices : new int[] {1, 3}) {
        Conv2dKernel kernel =
            new Conv2dCuda(gpu, (m, n, terms, groups) -> ProductTiles.sliced(side, slices, terms));
        int misalignment = (side == 64) == (slices == 1) ? 0 : 1;
        expected.check(kernel, gpu, misalignment, side + " in " + slices);
      }
    }
  }

  /// A library where padding is even, whatever it does of what it is asked for.
  @ParameterizedTest
  @MethodSource("shapes")
  void byLibrary(Conv2dShape s) {
    Dnn library = requireNonNull(TestGpu.withLibraries().dnn());
    ExpectedConvolution expected = new ExpectedConvolution(s, DType.F32, 0);
    for (Done does : Done.values()) {
      CountingDnn dnn = new CountingDnn(library, does);
      Gpu withLibrary = new Gpu(gpu.driver(), null, dnn, Precision.FULL);
      expected.check(new Conv2dCuda(withLibrary), withLibrary, 0, "aligned, " + does);
      expected.check(new Conv2dCuda(withLibrary), withLibrary, 1, "misaligned, " + does);
      boolean even = s.padTop() == s.padBottom() && s.padLeft() == s.padRight() && s.n() > 0;
      assertEquals(even ? 6 : 0, dnn.calls, "calls of the library");
    }
  }

  /// Weights of half precision on the device give what the same numbers give in single precision.
  @ParameterizedTest
  @MethodSource("shapesOfHalves")
  @DisabledIfSystemProperty(named = "cadj.gpu", matches = "stubs", disabledReason = "own kernels")
  void halvesAreWidened(Conv2dShape s) {
    Gpu tf32 = new Gpu(gpu.driver(), null, null, Precision.DEFAULT);
    Gpu library = TestGpu.withLibraries();
    for (DType stored : new DType[] {DType.F16, DType.BF16}) {
      ExpectedConvolution expected = new ExpectedConvolution(s, stored, 0);
      for (int misalignment : new int[] {0, 1}) {
        expected.check(new Conv2dCuda(gpu), gpu, misalignment, stored + " at " + misalignment);
        expected.check(new Conv2dCuda(library), library, misalignment, stored + " by the library");
      }
      new ExpectedConvolution(s, stored, Conv2dTf32Test.ROUNDING)
          .check(new Conv2dCuda(tf32), tf32, 1, stored + " in TF32");
    }
  }

  static Stream<Conv2dShape> shapesOfHalves() {
    return Stream.of(
        square(1, 70, 6, 70, 1, 1, 0, 1),
        square(2, 12, 7, 8, 3, 2, 1, 4),
        square(1, 3, 15, 10, 7, 2, 3, 1),
        square(1, 40, 5, 36, 3, 1, 1, 1));
  }

  /// All that is added is added by the launch that multiplies, or by the one after the last slice
  /// or after a library.
  @Test
  void launches() {
    Conv2dShape s = square(2, 8, 8, 12, 3, 1, 1, 1);
    LaunchCounter counter = new LaunchCounter(gpu.driver());
    Dnn nothing = new NoDnn();
    for (Precision precision : new Precision[] {Precision.FULL, Precision.DEFAULT}) {
      String image = precision.convTf32() ? "conv2d_image_tf32_64" : "conv2d_image_64";
      Gpu own = new Gpu(counter, null, null, precision);
      Gpu library = new Gpu(counter, null, nothing, precision);
      GpuF32 x = zeros(own, sizeX(s));
      GpuF32 weight = zeros(own, sizeWeight(s));
      GpuF32 y = zeros(own, sizeY(s));
      Conv2dAddends all =
          new Conv2dAddends(zeros(own, 12), zeros(own, 2 * 12), zeros(own, sizeY(s)));
      Conv2dKernel whole = new Conv2dCuda(own, (m, n, k, g) -> ProductTiles.sliced(64, 1, k));
      Conv2dKernel sliced = new Conv2dCuda(own, (m, n, k, g) -> ProductTiles.sliced(64, 3, k));
      for (int i = 0; i < 2; i++) {
        counter.launched.clear();
        whole.forward(s, y, x, weight, all);
        assertEquals(2, counter.launched.size(), "the weight is packed: " + counter.launched);
      }
      counter.launched.clear();
      whole.forward(s, y, x, weight, all);
      assertEquals(List.of(image), counter.launched);
      counter.launched.clear();
      sliced.forward(s, y, x, weight, all);
      assertEquals(List.of(image, "conv2d_add_whole"), counter.launched);
      counter.launched.clear();
      new Conv2dCuda(library).forward(s, y, x, weight, all);
      assertEquals(List.of("conv2d_add_whole"), counter.launched);
      counter.launched.clear();
      new Conv2dCuda(library).forward(s, y, x, weight, Conv2dAddends.NONE);
      assertEquals(List.of(), counter.launched);
      List.of(x, weight, y).forEach(own::free);
    }
  }

  private static GpuF32 zeros(Gpu gpu, int length) {
    GpuF32 zeros = gpu.allocate(length);
    gpu.fill(zeros, 0);
    return zeros;
  }

  /// A kept copy of a weight is of no more use once the weight is another.
  @Test
  void keptWeightsFollowTheWeight() {
    Conv2dShape s = square(1, 1, 1, 1, 1, 1, 0, 1);
    GpuF32 x = gpu.allocate(1);
    GpuF32 y = gpu.allocate(1);
    GpuF32 weight = gpu.allocate(1);
    gpu.fill(x, 1);
    for (int value = 1; value < 4; value++) {
      gpu.upload(weight, F32.of(value));
      for (int i = 0; i < 3; i++) {
        kernel().forward(s, y, x, weight, Conv2dAddends.NONE);
        assertEquals(value, y.get(0));
        kernel().backwardData(s, y, x, weight);
        assertEquals(value, y.get(0));
      }
    }
    List.of(x, y, weight).forEach(gpu::free);
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

  /// Names of the kernels launched.
  private static final class LaunchCounter extends ForwardingDriver {
    private final Map<Long, String> names = new HashMap<>();
    private final List<String> launched = new ArrayList<>();

    LaunchCounter(Driver driver) {
      super(driver);
    }

    @Override
    public long function(long module, String kernel) {
      long function = super.function(module, kernel);
      names.put(function, kernel);
      return function;
    }

    @Override
    public void launch(long function, LaunchShape shape, MemorySegment arguments) {
      launched.add(requireNonNull(names.get(function)));
      super.launch(function, shape, arguments);
    }
  }

  /// A library that does nothing, and says that it has, but for addends.
  private static final class NoDnn implements Dnn {
    @Override
    public Done forward(
        Sizes sizes,
        GpuF32 y,
        GpuF32 x,
        GpuF32 weight,
        @Nullable GpuF32 bias,
        @Nullable GpuF32 residual,
        boolean tf32) {
      return Done.WITHOUT_ADDENDS;
    }

    @Override
    public boolean backwardData(Sizes sizes, GpuF32 dx, GpuF32 dy, GpuF32 weight, boolean tf32) {
      return true;
    }

    @Override
    public boolean backwardWeight(Sizes sizes, GpuF32 dweight, GpuF32 dy, GpuF32 x, boolean tf32) {
      return true;
    }
  }

  private static final class CountingDnn implements Dnn {
    private final Dnn dnn;
    private final Done does;
    private int calls;

    CountingDnn(Dnn dnn, Done does) {
      this.dnn = dnn;
      this.does = does;
    }

    @Override
    public Done forward(
        Sizes sizes,
        GpuF32 y,
        GpuF32 x,
        GpuF32 weight,
        @Nullable GpuF32 bias,
        @Nullable GpuF32 residual,
        boolean tf32) {
      calls++;
      return switch (does) {
        case ALL -> dnn.forward(sizes, y, x, weight, bias, residual, tf32);
        case WITHOUT_ADDENDS -> {
          dnn.forward(sizes, y, x, weight, null, null, tf32);
          yield Done.WITHOUT_ADDENDS;
        }
        case NOTHING -> Done.NOTHING;
      };
    }

    @Override
    public boolean backwardData(Sizes sizes, GpuF32 dx, GpuF32 dy, GpuF32 weight, boolean tf32) {
      calls++;
      return does != Done.NOTHING && dnn.backwardData(sizes, dx, dy, weight, tf32);
    }

    @Override
    public boolean backwardWeight(Sizes sizes, GpuF32 dweight, GpuF32 dy, GpuF32 x, boolean tf32) {
      calls++;
      return does != Done.NOTHING && dnn.backwardWeight(sizes, dweight, dy, x, tf32);
    }
  }
}
