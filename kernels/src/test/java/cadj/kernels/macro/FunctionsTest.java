package cadj.kernels.macro;

import static cadj.kernels.macro.Expanded.error;
import static cadj.kernels.macro.Expanded.lines;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.ptx.PtxParser;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Functions, inlined where they are called: the text, and what it computes.
final class FunctionsTest {
  private static final String HEAD = ".version 6.0\n.target sm_70\n.address_size 64\n";

  /// y = what `body` makes of %x (and %t, %n, %p, which is x < 0), element by element.
  private static float[] computed(String functions, String body, float... x) {
    PtxSource source =
        PtxSource.template(
            "x.ptx",
            HEAD
                + functions
                + """
                .visible .entry map(.param .u64 out, .param .u64 in) {
                  .reg .u64 %out, %in;
                  .reg .u32 %n;
                  .reg .f32 %x, %y, %t;
                  .reg .pred %p;
                  ld.param.u64 %out, [out];
                  ld.param.u64 %in, [in];
                  mov.u32 %n, %tid.x;
                  mad.wide.u32 %out, %n, 4, %out;
                  mad.wide.u32 %in, %n, 4, %in;
                  ld.global.f32 %x, [%in];
                  mov.f32 %t, 0f42C80000;
                  mov.f32 %y, 0fBF800000;
                  setp.lt.f32 %p, %x, 0f00000000;
                """
                + body
                + """
                  st.global.f32 [%out], %y;
                  ret;
                }
                """);
    assertTrue(!source.text().contains("call") && !source.text().contains(".func"));
    float[] y = new float[x.length];
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.ALL))) {
      gpu.launch(source, "map").grid(1).block(x.length).out(F32.of(y)).in(F32.of(x)).run();
    }
    return y;
  }

  private static final String TWICE =
      """
      .func (.reg .f32 %y) twice (.reg .f32 %x)
      {
        .reg .f32 %t;
        mov.f32 %t, %x;
        add.f32 %y, %t, %t;
        ret;
      }
      """;

  @Test
  void text() {
    assertEquals(
        List.of(
            ".entry k()",
            "{",
            ".reg .f32 %a;",
            "{",
            ".reg .f32 %twice_1$y;",
            ".reg .f32 %twice_1$x;",
            "mov.f32 %twice_1$x, 0f3F800000;",
            ".reg .f32 %twice_1$t;",
            "mov.f32 %twice_1$t, %twice_1$x;",
            "add.f32 %twice_1$y, %twice_1$t, %twice_1$t;",
            "mov.f32 %a, %twice_1$y;",
            "}",
            "ret;",
            "}"),
        lines(
            TWICE
                + ".entry k()\n"
                + "{\n"
                + "  .reg .f32 %a;\n"
                + "  call (%a), twice, (0f3F800000);\n"
                + "  ret;\n"
                + "}\n"));
  }

  /// `%x`, `%y` and `%t` are names of both; the caller's keep their values.
  @Test
  void registersOfTheSameName() {
    assertArrayEquals(
        new float[] {100 + 6 + 3, 100 - 8 - 4},
        computed(
            TWICE,
            "  call (%y), twice, (%x);\n  add.f32 %y, %y, %t;\n  add.f32 %y, %y, %x;\n",
            3,
            -4));
  }

  @Test
  void functionsThatCallFunctions() {
    assertArrayEquals(
        new float[] {24, -32},
        computed(
            """
            .func (.reg .f32 %y) eight_times (.reg .f32 %x)
            {
              .reg .f32 %v<2>;
              call (%v0), twice, (%x);
              call (%v1), twice, (%v0);
              call (%y),
                   twice,
                   (%v1);
              ret;
            }
            """
                + TWICE,
            "  call (%y), eight_times, (%x);\n",
            3,
            -4));
  }

  /// Labels of two calls, and of the caller, have one name; one call returns in the middle.
  @Test
  void labelsAndReturnsInTheMiddle() {
    assertArrayEquals(
        new float[] {11, 0, 11, 5, 0},
        computed(
            """
            .func (.reg .f32 %y) ramp (.reg .f32 %x, .reg .f32 %most)
            {
              .reg .pred %p;
              mov.f32 %y, 0f00000000;
              setp.lt.f32 %p, %x, %y;
              @%p ret;
              mov.f32 %y, %x;
              setp.lt.f32 %p, %x, %most;
              @%p bra DONE;
              mov.f32 %y, %most;
            DONE:
              ret;
            }
            """,
            """
              call (%y), ramp, (%x, 0f41200000);
              @%p bra DONE;
              call (%t), ramp, (%x, 0f3F800000);
              setp.lt.f32 %p, %y, 0f41200000;
              @%p bra DONE;
              add.f32 %y, %y, %t;
            DONE:
            """,
            10,
            -4,
            30,
            5,
            -1));
  }

  @Test
  void guardedCalls() {
    String body = "  @%p call (%y), twice, (%x);\n  @!%p call.uni (%y), twice, (%t);\n";
    assertArrayEquals(new float[] {200, -8, 200}, computed(TWICE, body, 3, -4, 0));
  }

  @Test
  void withoutResultOrArguments() {
    assertArrayEquals(
        new float[] {7, 7},
        computed(
            """
            .func store (.reg .u64 %to, .reg .f32 %value)
            {
              st.global.f32 [%to], %value;
            }
            .func nothing
            {
              ret;
            }
            .func (.reg .u32 %lane) lane
            {
              mov.u32 %lane, %laneid;
            }
            """,
            """
              call nothing;
              call (_), twice, (%x);
              call (%n), lane;
              call store, (%out, 0f40E00000);
              ld.global.f32 %y, [%out];
            """
                .replace("call (_), twice, (%x)", "call nothing"),
            1,
            2));
  }

  @Test
  void scopesWithin() {
    assertArrayEquals(
        new float[] {4},
        computed(
            """
            .func (.reg .f32 %y) f (.reg .f32 %x)
            {
              { .reg .f32 %t; add.f32 %t, %x, %x; { mov.f32 %y, %t; } }
            }
            """,
            "  call (%y), f, (%x);\n", 2));
  }

  /// Functions made by directives, of a library that the first file does not declare; its variables
  /// stand before what uses them.
  @Test
  void libraries() {
    PtxSource source =
        PtxSource.template(
                "x.ptx",
                HEAD
                    + """
                    .visible .entry k() {
                      .reg .f32 %a;
                      call (%a), add_$count, (%a);
                      ret;
                    }
                    """)
            .with(
                PtxSource.template(
                    "lib.ptx",
                    """
                    .let $count = 2
                    .const .f32 table[2] = {1.0, 2.0};
                    .func (.reg .f32 %y) add_$count (.reg .f32 %x)
                    {
                      mov.f32 %y, %x;
                    .repeat $i = 0, count
                      add.f32 %y, %y, 0f3F800000;
                    .end
                      ld.const.f32 %y, [table+4];
                      ret;
                    }
                    """));
    assertEquals(1, PtxParser.parse(source).kernels().size());
    List<String> lines = source.text().lines().map(String::strip).toList();
    int add = lines.indexOf("add.f32 %add_2_1$y, %add_2_1$y, 0f3F800000;") + 1;
    assertEquals("lib.ptx:7", source.place(add));
    assertEquals("lib.ptx:7", source.place(add + 1));
    assertEquals("lib.ptx:9", source.place(add + 2));
    assertEquals("x.ptx:6", source.place(add + 3), "the result is moved where the call is");
    assertEquals("x.ptx:7", source.place(add + 5));
    assertEquals("x.ptx:4", source.place(5));
    assertEquals("lib.ptx:2", source.place(4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        ".entry k() {|call f;|}~x.ptx:2: unknown function 'f'",
        ".func f;|.entry k() {|call f;|}~x.ptx:3: function 'f' is declared but nowhere defined",
        ".func f {|call g;|}|.func g { call f; }|.entry k() { call f; }"
            + "~x.ptx:4: function 'f' calls itself",
        ".func f { }|.func f { }~x.ptx:2: function 'f' is defined at x.ptx:1, too",
        ".func f (.reg .f32 %x) { }|.entry k() {|call f, (1, 2);|}"
            + "~x.ptx:3: function 'f' has 1 arguments, found 2",
        ".func f { }|.entry k() {|call (%a), f;|}~x.ptx:3: function 'f' has 0 results, found 1",
        ".func f {|mov.f32 %t, 1.0;|}|.entry k() { call f; }"
            + "~x.ptx:2: function 'f' does not declare '%t'",
        ".func f {|.shared .f32 x[3];|}"
            + "~x.ptx:2: functions may declare registers only, found '.shared .f32 x[3];'",
        ".func f (.param .f32 x) { }~x.ptx:1: expected a register, found '.param .f32 x'",
        "a;|.entry k() {|ret;~x.ptx:2: a body begins here and does not end",
      })
  void errors(String template, String message) {
    assertEquals(message, error(template.replace('|', '\n')));
  }

  @Test
  void nothingGrowsWithoutEnd() {
    StringBuilder functions = new StringBuilder(".func f0 { mov.u32 %laneid, 0; }\n");
    for (int i = 1; i < 40; i++) {
      functions.append(".func f%d { call f%d; call f%d; }\n".formatted(i, i - 1, i - 1));
    }
    String message = error(functions + ".entry k() { call f39; }\n");
    assertTrue(message.endsWith("with all calls expanded the kernels are too large"), message);
  }
}
