package cadj.kernels.emulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.PtxSource;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ordinary kernels, whole: grid and block, branches, shared memory, barriers, shuffles.
class EmulatedKernelsTest {
  private static final PtxSource SAXPY =
      PtxSource.of(
          "saxpy.ptx",
          """
          .version 6.0
          .target sm_70
          .address_size 64
          .visible .entry saxpy(.param .u64 y, .param .u64 x, .param .f32 a, .param .u32 n)
          {
            .reg .pred %outside;
            .reg .b32 %i, %block, %threads, %t, %n;
            .reg .b64 %x, %y, %at;
            .reg .f32 %a, %u, %v;
            mov.u32 %block, %ctaid.x;
            mov.u32 %threads, %ntid.x;
            mov.u32 %t, %tid.x;
            mad.lo.s32 %i, %block, %threads, %t;
            ld.param.u32 %n, [n];
            setp.ge.u32 %outside, %i, %n;
            @%outside bra DONE;
            ld.param.u64 %y, [y];
            ld.param.u64 %x, [x];
            ld.param.f32 %a, [a];
            cvta.to.global.u64 %y, %y;
            cvta.to.global.u64 %x, %x;
            mul.wide.u32 %at, %i, 4;
            add.s64 %x, %x, %at;
            add.s64 %y, %y, %at;
            ld.global.nc.f32 %u, [%x];
            ld.global.f32 %v, [%y];
            fma.rn.f32 %v, %a, %u, %v;
            st.global.f32 [%y], %v;
          DONE:
            ret;
          }
          """);

  /// Each block's sum of 256 values: a tree within warps, then one warp over their sums.
  private static final PtxSource SUM =
      PtxSource.of(
          "sum.ptx",
          """
          .version 6.0
          .target sm_70
          .address_size 64
          .visible .entry sum(.param .u64 y, .param .u64 x, .param .u32 n) .maxntid 256, 1, 1
          {
            .shared .align 4 .f32 partial[8];
            .reg .pred %p, %inside;
            .reg .b32 %i, %t, %lane, %warp, %n, %place, %steps, %b;
            .reg .b64 %x, %y, %at;
            .reg .f32 %sum, %other;
            mov.u32 %t, %tid.x;
            mov.u32 %b, %ctaid.x;
            mad.lo.s32 %i, %b, 256, %t;
            ld.param.u32 %n, [n];
            mov.f32 %sum, 0f00000000;
            setp.lt.u32 %inside, %i, %n;
            ld.param.u64 %x, [x];
            mul.wide.u32 %at, %i, 4;
            add.s64 %x, %x, %at;
            @%inside ld.global.f32 %sum, [%x];
            mov.u32 %steps, 16;
          WITHIN:
            shfl.sync.bfly.b32 %other, %sum, %steps, 31, -1;
            add.f32 %sum, %sum, %other;
            shr.u32 %steps, %steps, 1;
            setp.ne.u32 %p, %steps, 0;
            @%p bra WITHIN;
            and.b32 %lane, %t, 31;
            shr.u32 %warp, %t, 5;
            setp.ne.u32 %p, %lane, 0;
            mov.u32 %place, partial;
            mad.lo.u32 %place, %warp, 4, %place;
            @!%p st.shared.f32 [%place], %sum;
            bar.sync 0;
            setp.ne.u32 %p, %warp, 0;
            @%p bra DONE;
            mov.f32 %sum, 0f00000000;
            setp.lt.u32 %p, %lane, 8;
            mov.u32 %place, partial;
            mad.lo.u32 %place, %lane, 4, %place;
            @%p ld.shared.f32 %sum, [%place];
            shfl.sync.down.b32 %other, %sum, 4, 31, -1;
            add.f32 %sum, %sum, %other;
            shfl.sync.down.b32 %other, %sum, 2, 31, -1;
            add.f32 %sum, %sum, %other;
            shfl.sync.down.b32 %other, %sum, 1, 31, -1;
            add.f32 %sum, %sum, %other;
            setp.ne.u32 %p, %lane, 0;
            @%p bra DONE;
            ld.param.u64 %y, [y];
            mul.wide.u32 %at, %b, 4;
            add.s64 %y, %y, %at;
            st.global.f32 [%y], %sum;
          DONE:
            ret;
          }
          """);

  /// c = a·b of n×n, n a multiple of 16, a tile of 16×16 per block.
  private static final PtxSource GEMM =
      PtxSource.of(
          "gemm.ptx",
          """
          .version 6.0
          .target sm_70
          .address_size 64
          .shared .align 16 .f32 tile_a[256];
          .shared .align 16 .f32 tile_b[256];
          .visible .entry gemm(.param .u64 c, .param .u64 a, .param .u64 b, .param .u32 n)
          {
            .reg .pred %p;
            .reg .b32 %x, %y, %row, %column, %n, %k, %t, %tx, %ty;
            .reg .b64 %a, %b, %c, %at, %own_a, %own_b, %step, %read_a, %read_b;
            .reg .f32 %sum, %u, %v;
            mov.u32 %tx, %tid.x;
            mov.u32 %ty, %tid.y;
            mov.u32 %x, %ctaid.x;
            mov.u32 %y, %ctaid.y;
            mad.lo.u32 %column, %x, 16, %tx;
            mad.lo.u32 %row, %y, 16, %ty;
            ld.param.u32 %n, [n];
            ld.param.u64 %a, [a];
            ld.param.u64 %b, [b];
            mad.lo.u32 %t, %row, %n, %tx;
            mad.wide.u32 %a, %t, 4, %a;
            mad.lo.u32 %t, %ty, %n, %column;
            mad.wide.u32 %b, %t, 4, %b;
            mul.wide.u32 %step, %n, 64;
            mad.lo.u32 %t, %ty, 16, %tx;
            mul.wide.u32 %at, %t, 4;
            mov.u64 %own_a, tile_a;
            mov.u64 %own_b, tile_b;
            add.u64 %own_a, %own_a, %at;
            add.u64 %own_b, %own_b, %at;
            mov.u64 %read_a, tile_a;
            mad.wide.u32 %read_a, %ty, 64, %read_a;
            mov.u64 %read_b, tile_b;
            mad.wide.u32 %read_b, %tx, 4, %read_b;
            mov.f32 %sum, 0f00000000;
            mov.u32 %k, 0;
          LOOP:
            ld.global.f32 %u, [%a];
            ld.global.f32 %v, [%b];
            st.shared.f32 [%own_a], %u;
            st.shared.f32 [%own_b], %v;
            bar.sync 0;
          """
              + products()
              + """
                bar.sync 0;
                add.u64 %a, %a, 64;
                add.u64 %b, %b, %step;
                add.u32 %k, %k, 16;
                setp.lt.u32 %p, %k, %n;
                @%p bra LOOP;
                ld.param.u64 %c, [c];
                mad.lo.u32 %t, %row, %n, %column;
                mad.wide.u32 %c, %t, 4, %c;
                st.global.f32 [%c], %sum;
                ret;
              }
              """);

  private static String products() {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < 16; k++) {
      text.append("  ld.shared.f32 %u, [%read_a+").append(4 * k).append("];\n");
      text.append("  ld.shared.f32 %v, [%read_b+").append(64 * k).append("];\n");
      text.append("  fma.rn.f32 %sum, %u, %v, %sum;\n");
    }
    return text.toString();
  }

  private static float[] random(int length) {
    Random random = new Random(length);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 33, 255, 256, 257, 5000})
  void saxpy(int n) {
    float[] x = random(n);
    float[] y = random(n + 1);
    float[] expected = y.clone();
    for (int i = 0; i < n; i++) {
      expected[i] = Math.fma(0.5f, x[i], y[i]);
    }
    for (EmulatedDriver.Checks checks : EmulatedDriver.Checks.values()) {
      float[] actual = y.clone();
      try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(2), checks))) {
        gpu.launch(SAXPY, "saxpy")
            .grid(Math.ceilDiv(n, 128))
            .block(128)
            .inOut(F32.of(actual))
            .in(F32.of(x))
            .f32(0.5f)
            .i32(n)
            .run();
      }
      assertArrayEquals(expected, actual, 0);
    }
  }

  @ParameterizedTest
  @EnumSource(EmulatedDriver.Checks.class)
  void sumsOfBlocks(EmulatedDriver.Checks checks) {
    int n = 1000;
    float[] x = random(n);
    float[] sums = new float[4];
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(2), checks))) {
      gpu.launch(SUM, "sum").grid(4).block(256).out(F32.of(sums)).in(F32.of(x)).i32(n).run();
    }
    for (int block = 0; block < 4; block++) {
      double expected = 0;
      for (int i = 256 * block; i < Math.min(n, 256 * block + 256); i++) {
        expected += x[i];
      }
      assertEquals(expected, sums[block], 1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(EmulatedDriver.Checks.class)
  void product(EmulatedDriver.Checks checks) {
    int n = 48;
    float[] a = random(n * n);
    float[] b = random(n * n);
    float[] c = new float[n * n];
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(2), checks))) {
      gpu.launch(GEMM, "gemm")
          .grid(n / 16, n / 16)
          .block(16, 16)
          .out(F32.of(c))
          .in(F32.of(a))
          .in(F32.of(b))
          .i32(n)
          .run();
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        float expected = 0;
        for (int k = 0; k < n; k++) {
          expected = Math.fma(a[i * n + k], b[k * n + j], expected);
        }
        assertEquals(expected, c[i * n + j], 0);
      }
    }
  }
}
