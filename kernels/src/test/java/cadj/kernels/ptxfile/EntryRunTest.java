package cadj.kernels.ptxfile;

import static cadj.kernels.ptxfile.Compiled.empty;
import static cadj.kernels.ptxfile.Compiled.f32;
import static cadj.kernels.ptxfile.Compiled.floats;
import static cadj.kernels.ptxfile.Compiled.i32;
import static cadj.kernels.ptxfile.Compiled.random;
import static cadj.kernels.ptxfile.Compiled.shape;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Cpu;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.emulator.EmulatedDriver.Checks;
import cadj.kernels.emulator.run.EmulatorException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Arguments are held to what the entry takes, and results to what was asked for.
class EntryRunTest {
  private static final String HEAD = ".version 8.1\n.target sm_75\n.address_size 64\n";

  private static String refused(Argument... arguments) {
    Compiled saxpy = Compiled.of("saxpy", "sm_80");
    return assertThrows(IllegalArgumentException.class, () -> saxpy.run(shape(1, 32), arguments))
        .getMessage();
  }

  @Test
  void argumentsThatDoNotFit() {
    Argument.Array array = floats(1, 2);
    assertEquals(
        "saxpy.ptx: saxpy(.u32 saxpy_param_0, .f32 saxpy_param_1, .u64 saxpy_param_2, .u64"
            + " saxpy_param_3): expected 4 arguments, found 1",
        refused(i32(2)));
    assertEquals(
        "saxpy.ptx: saxpy: argument 1: expected i32 or u32 for .u32 saxpy_param_0, found f32",
        refused(f32(2), f32(2), array, array));
    assertEquals(
        "saxpy.ptx: saxpy: argument 2: expected f32 for .f32 saxpy_param_1, found i32",
        refused(i32(2), i32(2), array, array));
    assertEquals(
        "saxpy.ptx: saxpy: argument 3: expected an array, i64 or u64 for .u64 saxpy_param_2, found"
            + " i32",
        refused(i32(2), f32(2), i32(3), array));
    assertEquals(
        "saxpy.ptx: saxpy: argument 2: expected f32 for .f32 saxpy_param_1, found f32[2]",
        refused(i32(2), array, array, array));
    assertEquals(
        "saxpy.ptx: saxpy: argument 1: expected i32 or u32 for .u32 saxpy_param_0, found 3 bytes",
        refused(new Argument.Bytes(new byte[3]), f32(2), array, array));
  }

  @Test
  void accessesOutOfBounds() {
    Compiled saxpy = Compiled.of("saxpy", "sm_80");
    String message =
        assertThrows(
                EmulatorException.class,
                () ->
                    saxpy.run(
                        shape(1, 32), i32(9), f32(1), floats(new float[8]), floats(new float[9])))
            .getMessage();
    assertTrue(message.contains("thread (8,0,0): reads 4 bytes at"), message);
    assertTrue(message.contains("0 bytes past the end of 32 allocated"), message);
  }

  @Test
  void whatNobodyHasWritten() {
    Compiled saxpy = Compiled.of("saxpy", "sm_80");
    String message =
        assertThrows(
                EmulatorException.class,
                () ->
                    saxpy.run(
                        shape(1, 32),
                        i32(4),
                        f32(1),
                        floats(new float[4]),
                        empty(ElementType.F32, 4)))
            .getMessage();
    assertTrue(message.contains("global memory that nobody has written"), message);
  }

  /// The same bits for one thread and for two, where blocks run side by side and print.
  @Test
  void anyNumberOfThreads() {
    Argument[] arguments = {i32(500), f32(3), floats(random(1, 500)), floats(random(2, 500))};
    Compiled one = Compiled.of("saxpy", "sm_90");
    float[] expected = floats(one.run(new Cpu(1), Checks.BOUNDS, shape(9, 64), arguments).get(3));
    assertArrayEquals(
        expected, floats(one.run(new Cpu(2), Checks.BOUNDS, shape(9, 64), arguments).get(3)));

    Argument x = floats(1, 2, 3, 4);
    Argument word = Argument.Array.of(ElementType.U8, 2, i -> i == 0 ? 'w' : 0);
    Compiled checked = Compiled.of("print", "sm_80");
    checked.run(shape(70, 4), x, word);
    Compiled sideBySide = Compiled.of("print", "sm_80");
    sideBySide.run(new Cpu(2), Checks.BOUNDS, shape(70, 4), x, word);
    assertEquals(checked.printed(), sideBySide.printed());
  }

  @Test
  void manyParameters() {
    String big =
        HEAD
            + """
            .visible .entry big(.param .u64 y, .param .align 4 .b8 table[32756]) {
              .reg .b64 %y; .reg .b32 %r;
              ld.param.u64 %y, [y]; ld.param.u32 %r, [table+32752]; st.global.u32 [%y], %r; ret; }
            """;
    byte[] table = new byte[32_756];
    table[32_753] = 1;
    PtxFile file = PtxFile.of("big.ptx", big);
    try (EmulatedDriver driver = new EmulatedDriver(new Cpu(1), Checks.ALL)) {
      EntryRun run =
          new EntryRun(
              file,
              file.entry("big"),
              shape(1, 1),
              List.of(empty(ElementType.I32, 1), new Argument.Bytes(table)));
      assertEquals(256, run.on(driver).get(0).bits(0));
    }
    assertEquals(
        "big.ptx:4: all up to 'table' takes 32765 bytes of .param memory, more than the 32764 there"
            + " are",
        assertThrows(
                IllegalArgumentException.class,
                () -> PtxFile.of("big.ptx", big.replace("32756", "32757")))
            .getMessage());
  }

  @Test
  void entries() {
    PtxFile two =
        PtxFile.of(
            "two.ptx",
            HEAD
                + """
                .extern .func (.param .b64 p) malloc(.param .b64 n);
                .entry a() { ret; }
                .entry b() { .param .b64 n; .param .b64 p; st.param.b64 [n], 8;
                  call (p), malloc, (n); ret; }
                .entry c() { .reg .f32 %f; .reg .b64 %t; tex.1d.v4.f32.s32 {%f}, [%t, {%f}]; ret; }
                """);
    assertEquals(
        "two.ptx: --entry: expected one of a, b, c, found none",
        assertThrows(IllegalArgumentException.class, () -> two.entry(null)).getMessage());
    assertEquals(
        "two.ptx: --entry: expected one of a, b, c, found d",
        assertThrows(IllegalArgumentException.class, () -> two.entry("d")).getMessage());
    assertEquals(Optional.empty(), two.refusal(two.entry("a")));
    assertEquals(
        Optional.of(
            "two.ptx:7: function 'malloc' is .extern and defined nowhere; of such only vprintf and"
                + " __assertfail are built in"),
        two.refusal(two.entry("b")));
    assertEquals(
        Optional.of("two.ptx:8: textures are not emulated: 'tex.1d.v4.f32.s32'"),
        two.refusal(two.entry("c")));
  }

  @Test
  void differences() {
    assertEquals(Optional.empty(), Difference.between(floats(1, Float.NaN), floats(1, Float.NaN)));
    Difference found = Difference.between(floats(1, 2, 3, 4), floats(1, 2.5f, 3, 1)).orElseThrow();
    assertEquals("2 differ, most at [3]: 4.0 and 1.0, by 3.00", found.words());
    found = Difference.between(floats(1, 2, 3), floats(1, 1, 4)).orElseThrow();
    assertEquals(1, found.index(), "the first of those that differ most");
    found = Difference.between(floats(1, 2), floats(Float.NaN, 9)).orElseThrow();
    assertEquals(0, found.index());
    assertEquals(Double.POSITIVE_INFINITY, found.size());
  }

  @Test
  void theWorkspaceOfAGrid() {
    Compiled kernel = Compiled.of("gridsync", "sm_80");
    String message =
        assertThrows(
                EmulatorException.class,
                () ->
                    kernel.run(
                        shape(129, 256), floats(1), empty(ElementType.F32, 1), i32(1), i32(1)))
            .getMessage();
    assertTrue(
        message.endsWith(
            "blocks that wait for each other must all run at once: there is room for 32768"
                + " threads"),
        message);
  }

  /// A lock that each thread of a block takes in turn: those that spin must let the others pass,
  /// and the fence puts what they do in order.
  @Test
  void locks() {
    PtxFile file =
        PtxFile.of(
            "lock.ptx",
            HEAD
                + """
                .entry lock(.param .u64 x) {
                  .reg .b64 %x; .reg .b32 %v; .reg .pred %p;
                  ld.param.u64 %x, [x];
                AGAIN:
                  atom.global.cas.b32 %v, [%x], 0, 1;
                  setp.ne.u32 %p, %v, 0;
                  @%p bra AGAIN;
                  membar.gl;
                  ld.volatile.global.u32 %v, [%x+4];
                  add.u32 %v, %v, 1;
                  st.volatile.global.u32 [%x+4], %v;
                  membar.gl;
                  atom.global.exch.b32 %v, [%x], 0;
                  ret;
                }
                """);
    try (EmulatedDriver driver = new EmulatedDriver(new Cpu(1), Checks.ALL, 20_000_000)) {
      EntryRun run =
          new EntryRun(file, file.entry(null), shape(2, 40), List.of(Compiled.ints(0, 5)));
      assertArrayEquals(new long[] {0, 85}, Compiled.integers(run.on(driver).get(0)));
    }
  }
}
