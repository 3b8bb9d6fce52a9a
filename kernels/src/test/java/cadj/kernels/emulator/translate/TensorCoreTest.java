package cadj.kernels.emulator.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.I64;
import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.emulator.run.EmulatorException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `mma` against a plain product, each thread's elements of A, B and C fetched as the manual's
/// tables of fragments say; `ldmatrix` against those same elements.
class TensorCoreTest {
  private static final String HEAD =
      """
      .version 7.0
      .target sm_80
      .address_size 64
      """;

  /// Element (row, column) of A that thread `lane` holds as its `i`th, after the manual.
  private static int[] elementOfA(String type, int lane, int i) {
    int group = lane >> 2;
    int inGroup = lane % 4;
    if (type.equals("tf32")) {
      return new int[] {i == 0 || i == 2 ? group : group + 8, i < 2 ? inGroup : inGroup + 4};
    }
    boolean upper = i == 0 || i == 1 || i == 4 || i == 5;
    return new int[] {upper ? group : group + 8, inGroup * 2 + (i & 1) + (i >= 4 ? 8 : 0)};
  }

  private static int[] elementOfB(String type, int lane, int i) {
    int group = lane >> 2;
    int inGroup = lane % 4;
    if (type.equals("tf32")) {
      return new int[] {i == 0 ? inGroup : inGroup + 4, group};
    }
    return new int[] {inGroup * 2 + (i & 1) + (i >= 2 ? 8 : 0), group};
  }

  private static int[] elementOfC(int lane, int i) {
    return new int[] {i < 2 ? lane >> 2 : (lane >> 2) + 8, lane % 4 * 2 + (i & 1)};
  }

  private static int bits(String type, float value) {
    return switch (type) {
      case "tf32" -> Float.floatToRawIntBits(value);
      case "f16" -> Float.floatToFloat16(value) & 0xffff;
      default -> Float.floatToRawIntBits(value) >>> 16;
    };
  }

  /// Small whole numbers and halves: exact in every format.
  private static float[][] random(int rows, int columns, int seed) {
    Random random = new Random(seed);
    float[][] matrix = new float[rows][columns];
    for (float[] row : matrix) {
      for (int j = 0; j < columns; j++) {
        row[j] = random.nextInt(-16, 17) / 2f;
      }
    }
    return matrix;
  }

  @ParameterizedTest
  @CsvSource({"tf32, 4", "tf32, 8", "f16, 8", "f16, 16", "bf16, 8", "bf16, 16"})
  void multiplies(String type, int k) {
    float[][] a = random(16, k, 1);
    float[][] b = random(k, 8, 2);
    float[][] c = random(16, 8, 3);
    int perRegister = type.equals("tf32") ? 1 : 2;
    int registersOfA = k * 16 / 32 / perRegister;
    int registersOfB = registersOfA / 2;
    long[] packedA = new long[32 * registersOfA];
    long[] packedB = new long[32 * registersOfB];
    float[] packedC = new float[32 * 4];
    for (int lane = 0; lane < 32; lane++) {
      for (int i = 0; i < registersOfA * perRegister; i++) {
        int[] at = elementOfA(type, lane, i);
        packedA[lane * registersOfA + i / perRegister] |=
            (long) bits(type, a[at[0]][at[1]]) << (16 * (i % perRegister));
      }
      for (int i = 0; i < registersOfB * perRegister; i++) {
        int[] at = elementOfB(type, lane, i);
        packedB[lane * registersOfB + i / perRegister] |=
            (long) bits(type, b[at[0]][at[1]]) << (16 * (i % perRegister));
      }
      for (int i = 0; i < 4; i++) {
        int[] at = elementOfC(lane, i);
        packedC[4 * lane + i] = c[at[0]][at[1]];
      }
    }
    float[] d = new float[32 * 4];
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.ALL))) {
      gpu.launch(kernel(type, k, registersOfA, registersOfB), "multiply")
          .block(32)
          .out(F32.of(d))
          .in(I64.of(packedA))
          .in(I64.of(packedB))
          .in(F32.of(packedC))
          .run();
    }
    for (int lane = 0; lane < 32; lane++) {
      for (int i = 0; i < 4; i++) {
        int[] at = elementOfC(lane, i);
        float expected = c[at[0]][at[1]];
        for (int j = 0; j < k; j++) {
          expected += a[at[0]][j] * b[j][at[1]];
        }
        assertEquals(expected, d[4 * lane + i], "lane " + lane + ", element " + i);
      }
    }
  }

  private static PtxSource kernel(String type, int k, int registersOfA, int registersOfB) {
    StringBuilder loads = new StringBuilder();
    for (int i = 0; i < registersOfA; i++) {
      loads.append("  ld.global.b32 %%a%d, [%%a+%d];\n".formatted(i, 8 * i));
    }
    for (int i = 0; i < registersOfB; i++) {
      loads.append("  ld.global.b32 %%b%d, [%%b+%d];\n".formatted(i, 8 * i));
    }
    return PtxSource.of(
        "multiply.ptx",
        HEAD
            + """
            .visible .entry multiply(.param .u64 d, .param .u64 a, .param .u64 b, .param .u64 c)
            {
              .reg .b32 %%a<4>, %%b<2>, %%t;
              .reg .f32 %%c<4>, %%d<4>;
              .reg .b64 %%a, %%b, %%c, %%d;
              mov.u32 %%t, %%tid.x;
              ld.param.u64 %%a, [a];
              ld.param.u64 %%b, [b];
              ld.param.u64 %%c, [c];
              ld.param.u64 %%d, [d];
              mad.wide.u32 %%a, %%t, %d, %%a;
              mad.wide.u32 %%b, %%t, %d, %%b;
              mad.wide.u32 %%c, %%t, 16, %%c;
              mad.wide.u32 %%d, %%t, 16, %%d;
            %s
              ld.global.v4.f32 {%%c0, %%c1, %%c2, %%c3}, [%%c];
              mma.sync.aligned.m16n8k%d.row.col.f32.%s.%s.f32
                {%%d0, %%d1, %%d2, %%d3}, %s, %s, {%%c0, %%c1, %%c2, %%c3};
              st.global.v4.f32 [%%d], {%%d0, %%d1, %%d2, %%d3};
              ret;
            }
            """
                .formatted(
                    8 * registersOfA,
                    8 * registersOfB,
                    loads,
                    k,
                    type,
                    type,
                    group("a", registersOfA),
                    group("b", registersOfB)));
  }

  private static String group(String name, int count) {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "%" : ", %").append(name).append(i);
    }
    return text.append('}').toString();
  }

  /// Fills shared memory with 32 rows of eight halves, numbered 8·row + column, and loads matrices.
  private static PtxSource loadMatrix(String form, String registers) {
    return PtxSource.of(
        "ldmatrix.ptx",
        HEAD
            + """
            .visible .entry load(.param .u64 y)
            {
              .shared .align 16 .b8 rows[512];
              .reg .b32 %%t, %%row, %%n, %%at, %%i;
              .reg .b16 %%h;
              .reg .b32 %%m<4>;
              .reg .pred %%more;
              .reg .b64 %%y;
              mov.u32 %%t, %%tid.x;
              mov.u32 %%row, rows;
              mad.lo.u32 %%row, %%t, 16, %%row;
              mov.u32 %%i, 0;
            FILL:
              mad.lo.u32 %%n, %%t, 8, %%i;
              cvt.u16.u32 %%h, %%n;
              mad.lo.u32 %%at, %%i, 2, %%row;
              st.shared.b16 [%%at], %%h;
              add.u32 %%i, %%i, 1;
              setp.lt.u32 %%more, %%i, 8;
              @%%more bra FILL;
              bar.sync 0;
              mov.u32 %%m0, 0; mov.u32 %%m1, 0; mov.u32 %%m2, 0; mov.u32 %%m3, 0;
              ldmatrix.sync.aligned.m8n8.%s.shared.b16 %s, [%%row];
              ld.param.u64 %%y, [y];
              mad.wide.u32 %%y, %%t, 32, %%y;
              cvt.u64.u32 %%wide0, %%m0; cvt.u64.u32 %%wide1, %%m1;
              cvt.u64.u32 %%wide2, %%m2; cvt.u64.u32 %%wide3, %%m3;
              st.global.v2.u64 [%%y], {%%wide0, %%wide1};
              st.global.v2.u64 [%%y+16], {%%wide2, %%wide3};
              ret;
            }
            """
                .formatted(form, registers)
                .replace(".reg .b64 %y;", ".reg .b64 %y, %wide0, %wide1, %wide2, %wide3;"));
  }

  @ParameterizedTest
  @CsvSource({"x1, 1", "x2, 2", "x4, 4", "x1.trans, 1", "x2.trans, 2", "x4.trans, 4"})
  void loadsMatrices(String form, int count) {
    long[] y = new long[32 * 4];
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.ALL))) {
      gpu.launch(loadMatrix(form, group("m", count)), "load").block(32).out(I64.of(y)).run();
    }
    for (int lane = 0; lane < 32; lane++) {
      for (int m = 0; m < 4; m++) {
        int row = lane / 4;
        int column = lane % 4 * 2;
        int first = form.endsWith("trans") ? 8 * column + row : 8 * row + column;
        int second = form.endsWith("trans") ? first + 8 : first + 1;
        long expected = m < count ? 64L * m + first | (64L * m + second) << 16 : 0;
        assertEquals(expected, y[4 * lane + m], "lane " + lane + ", matrix " + m);
      }
    }
  }

  @Test
  void takesAWholeWarp() {
    PtxSource source = loadMatrix("x4", "{%m0, %m1, %m2, %m3}");
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.BOUNDS))) {
      var launch = gpu.launch(source, "load").block(31).out(I64.of(new long[128]));
      EmulatorException e = assertThrows(EmulatorException.class, launch::run);
      assertEquals(
          """
          ldmatrix.ptx:26, load: ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%m0, %m1, %m2, %m3}, [%row];
            block (0,0,0), thread (0,0,0): all 32 threads of a warp must take part, only 31 do\
          """,
          e.getMessage());
    }
  }
}
