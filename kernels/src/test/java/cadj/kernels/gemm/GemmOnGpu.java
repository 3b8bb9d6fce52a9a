package cadj.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Blas;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuBlock;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.GpuHalf;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.kernels.twins.TestGpu;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The contract on the tests' GPU, with operands in device memory, half of which begin on a
/// boundary of 16 bytes. What surrounds C lies there too; the others end where memory does.
abstract class GemmOnGpu extends GemmContract {
  private static final Map<MatmulPrecision, Gpu> GPUS = new EnumMap<>(MatmulPrecision.class);

  private final Gpu gpu;
  private final Function<GemmShape, GemmTiling> tiling;
  private final DType stored;

  GemmOnGpu(Gpu gpu, Function<GemmShape, GemmTiling> tiling) {
    this(gpu, tiling, DType.F32);
  }

  /// @param stored how B is kept
  GemmOnGpu(Gpu gpu, Function<GemmShape, GemmTiling> tiling, DType stored) {
    this.gpu = gpu;
    this.tiling = tiling;
    this.stored = stored;
  }

  /// The tests' device without libraries; one for each precision, so that kernels are loaded once.
  static Gpu gpu(MatmulPrecision precision) {
    return GPUS.computeIfAbsent(precision, it -> gpu(null, it));
  }

  static Gpu gpu(@Nullable Blas blas, MatmulPrecision precision) {
    return new Gpu(TestGpu.plain().driver(), blas, null, new Precision(precision, false));
  }

  @Override
  DType dtype() {
    return DType.F32;
  }

  @Override
  double storedB(double value) {
    return switch (stored) {
      case F16 -> Float.float16ToFloat(half(value));
      case BF16 -> Float.intBitsToFloat(half(value) << Short.SIZE);
      default -> value;
    };
  }

  /// The bits of a value in half precision; cut off in BF16, since any value will do.
  private short half(double value) {
    return stored == DType.F16
        ? Float.floatToFloat16((float) value)
        : (short) (Float.floatToRawIntBits((float) value) >>> Short.SIZE);
  }

  /// Factors rounded to p bits are each off by u = 2^−p of themselves, their product by 2u + u². A
  /// tensor core may cut sums off instead of rounding them, which is twice as far off.
  @Override
  double tolerance(int terms, double size) {
    double u =
        switch (gpu.precision().matmul()) {
          case HIGHEST -> 0;
          case HIGH -> 0x1p-11;
          case MEDIUM -> 0x1p-8;
        };
    return u == 0
        ? super.tolerance(terms, size)
        : 2 * super.tolerance(terms, size) + (2 * u + u * u) * size;
  }

  @Override
  void multiply(
      GemmShape shape,
      Buffer c,
      Buffer a,
      Buffer b,
      @Nullable Buffer bias,
      @Nullable Buffer residual) {
    long before = gpu.pool().liveBytes();
    F32 host = F32.of(c);
    int length = host.array().length;
    int shift = shift(host, 4);
    GpuF32 all = gpu.allocate(length + shift);
    GpuF32 product = all.slice(shift, length);
    gpu.upload(product, F32.of(host.array()));
    List<Long> taken = new ArrayList<>();
    new GemmCuda(gpu, tiling)
        .multiply(
            shape,
            product.slice(host.offset(), host.length()),
            alone(a, taken),
            stored == DType.F32 ? alone(b, taken) : halvesAlone(b, taken),
            bias == null ? null : alone(bias, taken),
            residual == null ? null : alone(residual, taken));
    gpu.download(F32.of(host.array()), product);
    gpu.free(all);
    taken.forEach(gpu.driver()::free);
    // Less than before, if the collector came by for what other tests left.
    assertTrue(gpu.pool().liveBytes() <= before, "memory not given back");
  }

  /// Elements before the array, so that the window begins on a boundary of `grain` elements.
  private static int shift(F32 window, int grain) {
    return window.offset() % 2 == 0 ? Math.floorMod(-window.offset(), grain) : 0;
  }

  /// The window without what surrounds it: the device's memory ends with it.
  private GpuF32 alone(Buffer buffer, List<Long> taken) {
    F32 host = F32.of(buffer);
    int before = (shift(host, 4) + host.offset()) % 4;
    long address = gpu.driver().allocate(4L * Math.max(1, before + host.length()));
    taken.add(address);
    GpuF32 copy = new GpuF32(gpu, new GpuBlock(), address + 4L * before, host.length());
    gpu.upload(copy, host);
    return copy;
  }

  private GpuHalf halvesAlone(Buffer buffer, List<Long> taken) {
    F32 host = F32.of(buffer);
    int before = (shift(host, 8) + host.offset()) % 8;
    long address = gpu.driver().allocate(2L * Math.max(1, before + host.length()));
    taken.add(address);
    short[] halves = new short[host.length()];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = half(host.get(i));
    }
    if (halves.length > 0) {
      gpu.driver().copyIn(address + 2L * before, MemorySegment.ofArray(halves));
    }
    return new GpuHalf(gpu, new GpuBlock(), address + 2L * before, halves.length, stored);
  }
}
