package cadj.kernels.emulator.translate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.I64;
import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.EmulatedDriver;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Loads and stores of every width in every space, atomic updates, asynchronous copies.
class MemoryInstructionsTest {
  static Stream<Case> widths() {
    StringBuilder lines = new StringBuilder();
    for (String space : List.of("shared", "local")) {
      String at = space.equals("local") ? "[own]" : "[%cell]";
      String setUp =
          space.equals("local")
              ? ""
              : ".reg .b64 %cell; mov.u64 %cell, shared; mad.wide.u32 %cell, %t, 16, %cell; ";
      lines.append(
          """
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.u8 %y, AT : b64 -> u16 : 0xfff1 = 0xf1
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.s8 %y, AT : b64 -> s16 : 0x00f1 = -15
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.s8 %y, AT : b64 -> s32 : 0x00f1 = -15
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.u8 %y, AT : b64 -> u64 : 0xfff1 = 0xf1
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.s8 %y, AT : b64 -> s64 : 0x00f1 = -15
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.u16 %y, AT : b64 -> u32 : 0x1f234 = 0xf234
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.s16 %y, AT : b64 -> s32 : 0x1fff0 = -16
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.b16 %y, AT : b64 -> b16 : 0x1fff0 = 0xfff0
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.s16 %y, AT : b64 -> s64 : 0x1fff0 = -16
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.u32 %y, AT : b64 -> u32 : 0x100000005 = 5
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.s32 %y, AT : b64 -> s64 : 0x1fffffffb = -5
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.u32 %y, AT : b64 -> u64 : 0x1fffffffb = 0xfffffffb
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.b64 %y, AT : b64 -> b64 : 0x123456789abcdef0 = 0x123456789abcdef0
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.f32 %y, AT : b64 -> f32 : 0x3f800000 = 1
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.b32 %y, AT : b64 -> f32 : 0x3f800000 = 1
          SETUPst.SPACE.b64 AT, %a; ld.SPACE.f64 %y, AT : b64 -> f64 : 0x3ff0000000000000 = 1.0
          SETUPst.SPACE.f32 AT, %a; ld.SPACE.b32 %y, AT : f32 -> b32 : 1 = 0x3f800000
          SETUPst.SPACE.b32 AT, %a; ld.SPACE.f32 %y, AT : b32 -> f32 : 0x3f800000 = 1
          SETUPst.SPACE.f64 AT, %a; ld.SPACE.b64 %y, AT : f64 -> b64 : 1.0 = 0x3ff0000000000000
          SETUPst.SPACE.b64 AT, 0; st.SPACE.u8 AT, %a; ld.SPACE.b64 %y, AT : u32 -> b64 : 0x1234 = 0x34
          SETUPst.SPACE.b64 AT, 0; st.SPACE.u16 AT, %a; ld.SPACE.b64 %y, AT : u32 -> b64 : 0x51234 = 0x1234
          SETUPst.SPACE.b64 AT, 0; st.SPACE.u32 AT, %a; ld.SPACE.b64 %y, AT : u64 -> b64 : 0x512345678 = 0x12345678
          SETUPst.SPACE.b64 AT, 0; st.SPACE.u32 AT, 7; ld.SPACE.b64 %y, AT : u64 -> b64 : 0 = 7
          SETUPst.SPACE.v2.b32 AT, {%a, %b}; ld.SPACE.b64 %y, AT : b32 b32 -> b64 : 1 2 = 0x200000001
          SETUPst.SPACE.v2.b32 AT, {%a, %b}; ld.SPACE.v2.b32 {_, %y}, AT : b32 b32 -> b32 : 1 2 = 2
          SETUPst.SPACE.v4.b32 AT, {%a, %b, %a, 9}; ld.SPACE.v4.b32 {_, _, _, %y}, AT : b32 b32 -> b32 : 1 2 = 9
          SETUPst.SPACE.v2.f64 AT, {%a, %b}; ld.SPACE.v2.f64 {_, %y}, AT : f64 f64 -> f64 : 1.0 2.0 = 2.0
          SETUPst.SPACE.v4.b16 AT, {%a, %b, %a, %b}; ld.SPACE.b64 %y, AT : b16 b16 -> b64 : 1 2 = 0x0002000100020001
          SETUPst.SPACE.v4.b16 AT, {%a, %b, %a, %b}; ld.SPACE.v4.b16 {_, %y, _, _}, AT : b16 b16 -> b16 : 1 2 = 2
          """
              .replace("SETUP", setUp)
              .replace("SPACE", space)
              .replace("AT", at));
    }
    return Case.table(lines.toString());
  }

  @ParameterizedTest
  @MethodSource("widths")
  void loadsAndStores(Case it) {
    it.check();
  }

  private static final String HEAD =
      """
      .version 7.0
      .target sm_80
      .address_size 64
      """;

  @ParameterizedTest
  @ValueSource(strings = {"ld.global", "ld.global.nc", "ld.global.ca", "ld.volatile.global"})
  void vectorsOfGlobalMemory(String load) {
    PtxSource source =
        PtxSource.of(
            "vectors.ptx",
            HEAD
                + """
                .visible .entry turn(.param .u64 y, .param .u64 x)
                {
                  .reg .b32 %t; .reg .b64 %x, %y; .reg .f32 %a, %b, %c, %d;
                  mov.u32 %t, %tid.x; ld.param.u64 %x, [x]; ld.param.u64 %y, [y];
                  mad.wide.u32 %x, %t, 16, %x; mad.wide.u32 %y, %t, 16, %y;
                  LOAD.v4.f32 {%a, %b, %c, %d}, [%x];
                  st.global.v2.f32 [%y+8], {%b, %a};
                  st.global.v2.f32 [%y], {%d, %c};
                  ret;
                }
                """
                    .replace("LOAD", load));
    float[] x = new float[4 * 40];
    float[] expected = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = i;
      expected[i ^ 3] = i;
    }
    float[] y = new float[x.length];
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.ALL))) {
      gpu.launch(source, "turn").block(40).out(F32.of(y)).in(F32.of(x)).run();
    }
    assertArrayEquals(expected, y);
  }

  /// Constants, module variables, dynamic shared memory after static, local arrays by thread.
  @Test
  void variables() {
    PtxSource source =
        PtxSource.of(
            "variables.ptx",
            HEAD
                + """
                .const .align 4 .b32 table[4] = {10, 20, 30, 40};
                .global .align 4 .b32 counter[2] = {5};
                .extern .shared .align 16 .b8 dynamic[];
                .shared .align 4 .b32 fixed[3];
                .visible .entry variables(.param .u64 y)
                {
                  .reg .b32 %t, %u, %v, %at; .reg .b64 %y, %p, %l; .reg .pred %q;
                  .local .align 4 .b32 own[4];
                  mov.u32 %t, %tid.x; ld.param.u64 %y, [y]; mad.wide.u32 %y, %t, 32, %y;
                  mul.lo.u32 %at, %t, 4;
                  mov.u32 %v, table; add.u32 %v, %v, %at; ld.const.u32 %u, [%v];
                  st.global.u32 [%y], %u;
                  ld.global.u32 %u, [counter]; st.global.u32 [%y+8], %u;
                  mov.u32 %v, dynamic; add.u32 %v, %v, %at;
                  st.shared.u32 [%v], %t; ld.shared.u32 %u, [%v]; st.global.u32 [%y+16], %u;
                  mov.u64 %l, own; mad.wide.u32 %l, %t, 4, %l;
                  st.local.u32 [%l], %t; ld.local.u32 %u, [%l]; add.u32 %u, %u, 100;
                  st.global.u32 [%y+24], %u;
                  setp.eq.u32 %q, %t, 0;
                  @%q st.shared.u32 [fixed+8], %t;
                  mov.u32 %u, dynamic; mov.u32 %v, 0;
                  st.global.u32 [%y+12], %u; st.global.u32 [%y+4], %v; st.global.u32 [%y+20], %v;
                  st.global.u32 [%y+28], %v;
                  ret;
                }
                """);
    long[] y = new long[16];
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.ALL))) {
      gpu.launch(source, "variables").block(4).shared(16).out(I64.of(y)).run();
    }
    for (int t = 0; t < 4; t++) {
      assertEquals(10L * (t + 1), y[4 * t]);
      assertEquals(5 | 16L << 32, y[4 * t + 1], "counter, and where dynamic shared memory begins");
      assertEquals(t, y[4 * t + 2]);
      assertEquals(100 + t, y[4 * t + 3]);
    }
  }

  /// Runs `text` once in each of 64 threads on a word that begins as `from`; gives what it ends as.
  private static long atomically(String space, String type, String text, long from) {
    boolean wide = type.endsWith("64");
    PtxSource source =
        PtxSource.of(
            "atomics.ptx",
            HEAD
                + """
                .visible .entry update(.param .u64 y)
                {
                  .shared .align 8 .b64 word;
                  .reg .b32 %t, %u; .reg .b64 %y, %w, %v; .reg .f32 %f; .reg .f64 %d; .reg .pred %p;
                  mov.u32 %t, %tid.x; cvt.u64.u32 %w, %t; cvt.rn.f32.u32 %f, %t; cvt.f64.f32 %d, %f;
                  ld.param.u64 %y, [y]; setp.eq.u32 %p, %t, 0;
                  @%p ld.global.b64 %v, [%y]; @%p st.shared.b64 [word], %v;
                  bar.sync 0;
                  TEXT
                  bar.sync 0;
                  @%p ld.shared.b64 %v, [word];
                  STORE
                  ret;
                }
                """
                    .replace("TEXT", text.replace("AT", space.equals("shared") ? "[word]" : "[%y]"))
                    .replace("STORE", space.equals("shared") ? "@%p st.global.b64 [%y], %v;" : ""));
    long[] word = {from};
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.ALL))) {
      gpu.launch(source, "update").block(64).inOut(I64.of(word)).run();
    }
    return wide ? word[0] : word[0] & 0xffffffffL;
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared", "global"})
  void atomicUpdates(String space) {
    String red = "red." + space + ".";
    String atom = "atom." + space + ".";
    assertEquals(2016 + 7, atomically(space, "u32", red + "add.u32 AT, %t;", 7));
    assertEquals(
        0xffffffffL & -2016,
        atomically(space, "s32", "neg.s32 %u, %t; " + red + "add.s32 AT, %u;", 0));
    assertEquals(2016 + (1L << 40), atomically(space, "u64", red + "add.u64 AT, %w;", 1L << 40));
    assertEquals(
        Float.floatToRawIntBits(2016.5f),
        atomically(space, "f32", red + "add.f32 AT, %f;", Float.floatToRawIntBits(0.5f)));
    assertEquals(
        Double.doubleToRawLongBits(2016.5),
        atomically(space, "f64", red + "add.f64 AT, %d;", Double.doubleToRawLongBits(0.5)));
    assertEquals(63, atomically(space, "u32", red + "max.u32 AT, %t;", 5));
    assertEquals(0, atomically(space, "u32", red + "min.u32 AT, %t;", 5));
    assertEquals(63, atomically(space, "s32", red + "max.s32 AT, %t;", 0xffffffffL));
    assertEquals(0xffffffffL, atomically(space, "s32", red + "min.s32 AT, %t;", 0xffffffffL));
    assertEquals(0xffffffffL, atomically(space, "u32", red + "max.u32 AT, %t;", 0xffffffffL));
    assertEquals(0, atomically(space, "u64", red + "min.u64 AT, %w;", -1));
    assertEquals(-1, atomically(space, "s64", red + "min.s64 AT, %w;", -1));
    assertEquals(63, atomically(space, "s64", red + "max.s64 AT, %w;", -1));
    assertEquals(-1, atomically(space, "u64", red + "max.u64 AT, %w;", -1));
    assertEquals(0x7f, atomically(space, "b32", red + "or.b32 AT, %t;", 0x40));
    assertEquals(0, atomically(space, "b32", red + "and.b32 AT, %t;", 0xff));
    assertEquals(0x80, atomically(space, "b32", red + "xor.b32 AT, %t;", 0x80));
    assertEquals(0x7f, atomically(space, "b64", red + "or.b64 AT, %w;", 0x40));
    assertEquals(0, atomically(space, "b64", red + "and.b64 AT, %w;", 0xff));
    assertEquals(0x80, atomically(space, "b64", red + "xor.b64 AT, %w;", 0x80));
    // 64 times round a circle of 10: back and 4 on.
    assertEquals(4, atomically(space, "u32", red + "inc.u32 AT, 9;", 0));
    assertEquals(6, atomically(space, "u32", red + "dec.u32 AT, 9;", 0));
    assertEquals(63, atomically(space, "b32", atom + "exch.b32 %u, AT, %t;", 5));
    assertEquals(63, atomically(space, "b64", atom + "exch.b64 %v, AT, %w;", 5));
    // Each thread that finds its own number there puts the next.
    assertEquals(
        64,
        atomically(
            space,
            "b32",
            ".reg .b32 %n; add.u32 %n, %t, 1; " + atom + "cas.b32 %u, AT, %t, %n;",
            0));
    assertEquals(
        64,
        atomically(
            space,
            "b64",
            ".reg .b64 %n; add.u64 %n, %w, 1; " + atom + "cas.b64 %v, AT, %w, %n;",
            0));
  }

  /// Integer updates by many blocks at once lose nothing.
  @Test
  void atomicsOfManyBlocks() {
    PtxSource source =
        PtxSource.of(
            "count.ptx",
            HEAD
                + """
                .visible .entry count(.param .u64 y)
                {
                  .reg .b64 %y;
                  ld.param.u64 %y, [y];
                  red.global.add.u32 [%y], 1;
                  ret;
                }
                """);
    long[] y = {0};
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(4), EmulatedDriver.Checks.BOUNDS))) {
      gpu.launch(source, "count").grid(200).block(96).inOut(I64.of(y)).run();
    }
    assertEquals(200 * 96, y[0]);
  }

  @Test
  void asynchronousCopies() {
    PtxSource source =
        PtxSource.of(
            "copies.ptx",
            HEAD
                + """
                .visible .entry copy(.param .u64 y, .param .u64 x)
                {
                  .shared .align 16 .b8 tile[1024];
                  .reg .b32 %t, %s, %present; .reg .b64 %x, %y; .reg .f32 %a, %b, %c, %d;
                  .reg .pred %p;
                  mov.u32 %t, %tid.x; ld.param.u64 %x, [x]; ld.param.u64 %y, [y];
                  mad.wide.u32 %x, %t, 16, %x; mad.wide.u32 %y, %t, 16, %y;
                  mov.u32 %s, tile; mad.lo.u32 %s, %t, 16, %s;
                  // Odd threads copy 4 bytes of 16: the rest becomes zero.
                  and.b32 %present, %t, 1; setp.ne.u32 %p, %present, 0;
                  selp.b32 %present, 4, 16, %p;
                  cp.async.cg.shared.global [%s], [%x], 16, %present;
                  cp.async.commit_group;
                  cp.async.wait_group 0;
                  ld.shared.v4.f32 {%a, %b, %c, %d}, [%s];
                  st.global.v4.f32 [%y], {%a, %b, %c, %d};
                  ret;
                }
                """);
    float[] x = new float[4 * 40];
    float[] expected = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = i + 1;
      expected[i] = i / 4 % 2 == 1 && i % 4 > 0 ? 0 : i + 1;
    }
    float[] y = new float[x.length];
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.ALL))) {
      gpu.launch(source, "copy").block(40).out(F32.of(y)).in(F32.of(x)).run();
    }
    assertArrayEquals(expected, y);
  }

  @Test
  void copiesWithinAndFillsAreKnown() {
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.ALL))) {
      var a = gpu.allocate(10);
      var b = gpu.allocate(10);
      gpu.driver().fill(a.address(), Float.floatToRawIntBits(3), 10);
      gpu.driver().copy(b.address(), a.address(), 40);
      float[] back = new float[10];
      gpu.download(F32.of(back), b);
      float[] expected = new float[10];
      Arrays.fill(expected, 3);
      assertArrayEquals(expected, back);
    }
  }
}
