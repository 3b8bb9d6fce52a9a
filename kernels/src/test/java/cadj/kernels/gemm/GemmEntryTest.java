package cadj.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.convert.HalfWeights;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.kernels.device.Factors;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuBlock;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.GpuHalf;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.gemm.GemmContract.Product;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.TestGpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every kernel that multiplies, by operands that lie as it wants them. How others are multiplied
/// is in [GemmCudaTest].
class GemmEntryTest {
  /// A multiple of what every kernel wants, in elements.
  private static final int GRAIN = 8;

  private static final int[] DEPTHS = {1, 15, 16, 17, 32, 50, 77, 80, 130};

  /// A kernel by what decides on it.
  record Variant(
      MatmulPrecision precision, int tile, DType stored, boolean transA, boolean transB) {}

  static List<Variant> variants() {
    List<Variant> all = new ArrayList<>();
    for (MatmulPrecision precision : MatmulPrecision.values()) {
      for (int tile : new int[] {64, 128}) {
        for (DType stored : new DType[] {DType.F32, DType.F16, DType.BF16}) {
          for (int layout = 0; layout < 4; layout++) {
            all.add(new Variant(precision, tile, stored, layout / 2 == 1, layout % 2 == 1));
          }
        }
      }
    }
    return all;
  }

  static List<Variant> rounding() {
    return variants().stream()
        .filter(it -> it.tile == 64 && it.precision != MatmulPrecision.HIGHEST)
        .toList();
  }

  /// Sizes around the tile's edges, whole and in pieces, with any of bias, residual and β.
  @ParameterizedTest
  @MethodSource("variants")
  void everyElementIsItsSumOfProducts(Variant variant) {
    Random random = new Random(variant.hashCode() % 100);
    for (int i = 0; i < 3; i++) {
      int m = size(variant.tile, random);
      int n = size(variant.tile, random);
      int k = DEPTHS[random.nextInt(DEPTHS.length)];
      int lda = pitch(variant.transA ? m : k, random);
      int ldb = pitch(variant.transB ? k : n, random);
      int ldc = i % 2 == 0 ? n : pitch(n, random);
      boolean inPieces = i == 2;
      GemmShape shape =
          new GemmShape(
              variant.transA,
              variant.transB,
              m,
              n,
              k,
              lda,
              ldb,
              ldc,
              1 + i % 2,
              (variant.transA ? k : m) * lda,
              i == 2 ? 0 : (variant.transB ? n : k) * ldb,
              m * ldc,
              new float[] {0, 1, 0.5f}[random.nextInt(3)]);
      GemmContract twin =
          new GemmOnGpu(
              GemmOnGpu.gpu(variant.precision),
              s ->
                  inPieces
                      ? GemmTiling.inPieces(s, variant.tile, 3)
                      : GemmTiling.whole(s, variant.tile),
              variant.stored) {};
      new Product(shape, random.nextBoolean(), i != 1, random.nextLong()).check(twin, GRAIN);
    }
  }

  private static int size(int tile, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> 1 + random.nextInt(9);
      case 1 -> tile - random.nextInt(3);
      case 2 -> tile + 1 + random.nextInt(40);
      default -> 1 + random.nextInt(tile);
    };
  }

  private static int pitch(int size, Random random) {
    return Math.ceilDiv(size, GRAIN) * GRAIN + random.nextInt(2) * GRAIN;
  }

  /// Copies that run ahead and halves that are widened in the kernel change nothing.
  @ParameterizedTest
  @MethodSource("rounding")
  void bitsDoNotDependOnTheKernel(Variant variant) {
    int m = 24;
    int n = 72;
    int k = 88;
    Gpu gpu = GemmOnGpu.gpu(variant.precision);
    GemmShape shape = GemmShape.of(variant.transA, variant.transB, m, n, k);
    F32 a = Samples.normal(1, m * k);
    F32 b = Samples.normal(2, k * n);
    for (int i = 0; i < b.length(); i++) {
      short bits = Float.floatToFloat16((float) b.get(i));
      b.set(
          i,
          variant.stored == DType.BF16
              ? Float.intBitsToFloat(Float.floatToRawIntBits((float) b.get(i)) & 0xffff0000)
              : Float.float16ToFloat(bits));
    }
    GpuF32 askew = gpu.allocate(m * k + 1);
    gpu.upload(askew.slice(1, m * k), a);
    Buffer stored = variant.stored == DType.F32 ? b : HalfWeights.upload(gpu, b, variant.stored);
    float[] expected = product(gpu, variant, shape, askew.slice(1, m * k), b);
    assertArrayEquals(expected, product(gpu, variant, shape, a, stored), variant.toString());
    gpu.free(askew);
    if (stored instanceof GpuHalf half) {
      gpu.freeOnceUnreachable(half);
    }
  }

  private static float[] product(Gpu gpu, Variant variant, GemmShape shape, Buffer a, Buffer b) {
    F32 c = F32.of(new float[shape.m() * shape.n()]);
    new GemmCuda(gpu, s -> GemmTiling.whole(s, variant.tile)).multiply(shape, c, a, b, null, null);
    return c.array();
  }

  @Test
  void whichItIs() {
    Gpu gpu = TestGpu.plain();
    GpuF32 f32 = new GpuF32(gpu, new GpuBlock(), 4096, 1000);
    GpuHalf f16 = new GpuHalf(gpu, new GpuBlock(), 4096, 1000, DType.F16);
    GemmShape nt = GemmShape.of(false, true, 8, 16, 24);
    assertEquals("gemm_f32_64", name(nt, Factors.F32, 64, f32, f32));
    assertEquals("gemm_f32_128_f16", name(nt, Factors.F32, 128, f32, f16));
    assertEquals("gemm_async_tf32_128_nt", name(nt, Factors.TF32, 128, f32, f32));
    assertEquals("gemm_async_bf16_64_nt_f16", name(nt, Factors.BF16, 64, f32, f16));
    GemmShape tn = GemmShape.of(true, false, 8, 16, 24);
    assertEquals("gemm_async_tf32_64_tn", name(tn, Factors.TF32, 64, f32, f32));
    assertEquals("none", name(tn, Factors.TF32, 64, f32, f16));
    assertEquals("gemm_f32_64_f16", name(tn, Factors.F32, 64, f32, f16));
    GemmShape nn = GemmShape.of(false, false, 8, 16, 24);
    assertEquals("gemm_async_tf32_64_nn_f16", name(nn, Factors.TF32, 64, f32, f16));
    // A boundary missed, by an address, a pitch or a stride, and both transposed.
    assertEquals("gemm_tf32_64", name(nt, Factors.TF32, 64, f32.slice(1, 900), f32));
    assertEquals("gemm_bf16_64", name(nt, Factors.BF16, 64, f32, f32.slice(2, 900)));
    assertEquals("none", name(nt, Factors.BF16, 64, f32, f16.slice(4, 900)));
    assertEquals(
        "gemm_tf32_64", name(GemmShape.of(false, true, 8, 16, 22), Factors.TF32, 64, f32, f32));
    assertEquals("none", name(GemmShape.of(false, true, 8, 16, 28), Factors.TF32, 64, f32, f16));
    assertEquals(
        "gemm_tf32_64", name(GemmShape.of(true, true, 8, 16, 24), Factors.TF32, 64, f32, f32));
    GemmShape odd = new GemmShape(false, true, 8, 16, 23, 24, 24, 16, 1, 0, 0, 0, 0);
    assertEquals("gemm_async_tf32_64_nt", name(odd, Factors.TF32, 64, f32, f32));
    assertEquals("none", name(odd, Factors.TF32, 64, f32, f16));
  }

  private static String name(GemmShape s, Factors factors, int tile, Buffer a, Buffer b) {
    GemmEntry entry = GemmEntry.of(s, factors, tile, a, b);
    return entry == null ? "none" : entry.kernel();
  }
}
