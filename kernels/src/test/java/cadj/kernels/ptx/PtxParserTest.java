package cadj.kernels.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.PtxSource;
import cadj.kernels.ptx.Instruction.Guard;
import cadj.kernels.ptx.Operand.Address;
import cadj.kernels.ptx.Operand.Group;
import cadj.kernels.ptx.Operand.Pair;
import cadj.kernels.ptx.Operand.Real;
import cadj.kernels.ptx.Operand.Register;
import cadj.kernels.ptx.Operand.Special;
import cadj.kernels.ptx.Operand.Symbol;
import cadj.kernels.ptx.Operand.Whole;
import cadj.kernels.ptx.PtxVariable.Space;
import cadj.kernels.vectormath.PtxMath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Text becomes the tree it says. What is refused is in [PtxErrorsTest].
final class PtxParserTest {
  private static final String HEAD = ".version 6.0\n.target sm_70\n.address_size 64\n";

  private static PtxModule module(String text) {
    return PtxParser.parse(PtxSource.of("x.ptx", HEAD + text));
  }

  /// The only kernel of `text`.
  private static PtxKernel kernel(String text) {
    return module(text).kernels().values().iterator().next();
  }

  /// A kernel of that body, with some registers to use.
  private static PtxKernel body(String text) {
    return kernel(
        """
        .visible .entry k(.param .u64 in, .param .u32 n) {
        .reg .pred %p, %q;
        .reg .b32 %a, %b<4>;
        .reg .b64 %at;
        .reg .f32 %f;
        .shared .align 16 .f32 tile[64];
        """
            + text
            + "}\n");
  }

  private static Instruction only(String text) {
    List<Instruction> all = body(text).body();
    assertEquals(1, all.size(), "instructions of " + text);
    return all.getFirst();
  }

  private static Register register(String name) {
    return new Register(name, false);
  }

  @Test
  void wholeModule() {
    PtxModule module =
        PtxParser.parse(
            PtxSource.of(
                "scale.ptx",
                """
                // y = a·x
                .version 7.8
                .target sm_80 /* two
                lines */ .address_size 64

                .visible .entry scale(
                    .param .u64 y,
                    .param .f32 a,
                    .param .u32 n)
                    .maxntid 256, 2, 1
                    .minnctapersm 4
                {
                  .reg .f32 %v; .reg .pred %done;
                loop:
                  @%done bra end;
                  bra.uni loop;
                end:
                  .reg .pred %done2;
                  ret;
                }
                """));
    assertEquals("scale.ptx", module.source().name());
    assertEquals(78, module.version());
    assertEquals(80, module.target());
    assertEquals(List.of(), module.variables());
    PtxKernel kernel = module.kernels().get("scale");
    assertEquals("scale", kernel.name());
    assertEquals(6, kernel.line());
    assertEquals(512, kernel.maxThreads());
    assertEquals(
        Map.of("%v", PtxType.F32, "%done", PtxType.PRED, "%done2", PtxType.PRED),
        kernel.registers());
    assertEquals(Map.of("loop", 0, "end", 2), kernel.labels());
    assertEquals(
        List.of(
            new Instruction(
                15, new Guard("%done", false), "bra", List.of(), List.of(new Symbol("end"))),
            new Instruction(16, null, "bra", List.of("uni"), List.of(new Symbol("loop"))),
            new Instruction(19, null, "ret", List.of(), List.of())),
        kernel.body());
    assertEquals(3, kernel.parameters().size());
    assertEquals(List.of(0, 8, 12), kernel.parameters().stream().map(PtxVariable::offset).toList());
  }

  @Test
  void parametersAreAlignedToTheirSizeOrAsTheySay() {
    PtxKernel kernel =
        kernel(
            """
            .entry k(.param .b8 a, .param .u16 b, .param .u64 .ptr .global .align 16 c,
              .param .f32 d, .param .align 16 .b8 e[12], .param .s32 f, .param .u64 .ptr .align 4 g)
            { ret; }
            """);
    assertEquals(
        List.of(0, 2, 8, 16, 32, 44, 48),
        kernel.parameters().stream().map(PtxVariable::offset).toList());
    assertEquals(
        List.of(1, 2, 8, 4, 16, 4, 8),
        kernel.parameters().stream().map(PtxVariable::align).toList());
    assertEquals(12, kernel.parameters().get(4).bytes());
    kernel.parameters().forEach(it -> assertEquals(Space.PARAM, it.space()));
  }

  @Test
  void registersSinglyAndInRows() {
    PtxKernel kernel =
        kernel(
            """
            .entry k() { .reg .pred %p<2>; .reg .f32 %x, %y<3>, plain; .reg .b8 %b; .reg .f16x2 %h;
            .reg .u64 %t$1_; ret; }
            """);
    assertEquals(
        List.of("%p0", "%p1", "%x", "%y0", "%y1", "%y2", "plain", "%b", "%h", "%t$1_"),
        List.copyOf(kernel.registers().keySet()));
    assertEquals(PtxType.PRED, kernel.registers().get("%p1"));
    assertEquals(PtxType.F32, kernel.registers().get("%y2"));
    assertEquals(PtxType.F16X2, kernel.registers().get("%h"));
  }

  @Test
  void everyOperand() {
    assertEquals(
        new Instruction(
            10,
            new Guard("%p", true),
            "ld",
            List.of("global", "nc", "L2::128B", "v4", "f32"),
            List.of(
                new Group(
                    List.of(register("%a"), register("%b0"), register("%b1"), register("%b3"))),
                new Address(register("%at"), 16))),
        only("@!%p ld.global.nc.L2::128B.v4.f32 {%a, %b0, %b1, %b3}, [%at + 16];"));
    assertEquals(
        List.of(
            new Pair(register("%p"), register("%q")),
            register("%a"),
            new Whole(-3),
            new Register("%q", true)),
        only("setp.lt.and.s32 %p|%q, %a, -3, !%q;").operands());
    assertEquals(
        List.of(new Pair(null, register("%q")), register("%a"), new Whole(32)),
        only("setp.lt.s32 _|%q, %a, WARP_SZ;").operands());
    assertEquals(
        new Pair(register("%p"), null), only("setp.lt.s32 %p|_, %a, 1;").operands().getFirst());
    assertEquals(
        List.of(register("%a"), new Special("%ctaid.y")), only("mov.u32 %a, %ctaid.y;").operands());
    assertEquals(
        List.of(register("%a"), new Special("%laneid")), only("mov.u32 %a, %laneid;").operands());
    assertEquals(
        List.of(register("%at"), new Symbol("tile")), only("mov.u64 %at, tile;").operands());
    assertEquals(
        new Address(new Symbol("n"), 0), only("ld.param.u32 %a, [n];").operands().getLast());
    assertEquals(
        new Address(new Symbol("tile"), 4),
        only("ld.shared.u32 %a, [tile+8+-4];").operands().getLast());
    assertEquals(new Address(null, 64), only("ld.u32 %a, [0x40];").operands().getLast());
    assertEquals(List.of(), only("ret;").operands());
  }

  @Test
  void whatIsThrownAwayGoesToARegisterOfItsOwn() {
    PtxKernel load = body("ld.shared.v2.u64 {%at, _}, [tile];");
    Group parts = (Group) load.body().getFirst().operands().getFirst();
    assertEquals(register("%at"), parts.parts().getFirst());
    String sink = ((Register) parts.parts().getLast()).name();
    assertEquals(PtxType.B64, load.registers().get(sink));

    PtxKernel split = body("mov.b64 {_, %a}, %at; mov.b64 {%a, _}, %at;");
    String low =
        ((Register) ((Group) split.body().get(0).operands().getFirst()).parts().get(0)).name();
    String high =
        ((Register) ((Group) split.body().get(1).operands().getFirst()).parts().get(1)).name();
    assertEquals(PtxType.B32, split.registers().get(low));
    assertEquals(PtxType.B32, split.registers().get(high));
    assertTrue(!low.equals(high), "each its own");

    PtxKernel atom = body("atom.global.add.u32 _, [%at], 1;");
    String old = ((Register) atom.body().getFirst().operands().getFirst()).name();
    assertEquals(PtxType.B32, atom.registers().get(old));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "42, 42",
    "42U, 42",
    "-7, -7",
    "- 7, -7",
    "0x1F, 31",
    "0XfFU, 255",
    "017, 15",
    "00, 0",
    "0b101, 5",
    "0B11U, 3",
    "18446744073709551615, -1",
    "0x8000000000000000, -9223372036854775808",
  })
  void wholeNumbers(String text, long expected) {
    assertEquals(new Whole(expected), only("mov.u32 %a, " + text + ";").operands().getLast());
  }

  @ParameterizedTest
  @CsvSource({
    "0f3F800000, 1, false",
    "0Fbf800000, -1, false",
    "0f00000001, 1.401298464324817E-45, false",
    "0f7F800000, Infinity, false",
    "0f7FC00000, NaN, false",
    "-0f3F800000, -1, false",
    "0d3FF0000000000000, 1, true",
    "0Dfff0000000000000, -Infinity, true",
    "1.5, 1.5, true",
    "-1.5, -1.5, true",
    ".5, 0.5, true",
    "5., 5, true",
    "1e3, 1000, true",
    "2.5E-1, 0.25, true",
    "1e+2, 100, true",
    "-0.0, -0.0, true",
  })
  void realNumbers(String text, double expected, boolean isDouble) {
    assertEquals(
        new Real(expected, isDouble), only("mov.f32 %f, " + text + ";").operands().getLast());
  }

  @Test
  void variablesOfAModule() {
    PtxModule module =
        module(
            """
            .const .f32 half = 0.5, table[4] = {0f3F800000, -2.0};
            .visible .const .align 16 .b8 bytes[] = {1, 255, -1};
            .global .u64 counters[2][2] = {{1, 2}, {3}};
            .global .f64 pi = 0d400921FB54442D18;
            .weak .global .b32 free[3];
            .shared .f32 before;
            .extern .shared .align 16 .b8 rest[];
            .entry k() { .shared .align 8 .b8 own[3]; .shared .u16 more; .local .b32 mine[2];
              .local .b8 last; ret; }
            .shared .f32 after[2];
            """);
    Map<String, PtxVariable> all = new java.util.HashMap<>();
    module.variables().forEach(it -> all.put(it.name(), it));
    assertEquals(9, all.size());
    assertPlace(all.get("half"), Space.CONST, 1, 4, 0);
    assertArrayEquals(new byte[] {0, 0, 0, 0x3F}, all.get("half").initial());
    assertPlace(all.get("table"), Space.CONST, 4, 4, 4);
    assertArrayEquals(
        new byte[] {0, 0, (byte) 0x80, 0x3F, 0, 0, 0, (byte) 0xC0, 0, 0, 0, 0, 0, 0, 0, 0},
        all.get("table").initial());
    assertPlace(all.get("bytes"), Space.CONST, 3, 16, 32);
    assertArrayEquals(new byte[] {1, -1, -1}, all.get("bytes").initial());
    assertPlace(all.get("counters"), Space.GLOBAL, 4, 8, 0);
    byte[] counters = new byte[32];
    counters[0] = 1;
    counters[8] = 2;
    counters[16] = 3;
    assertArrayEquals(counters, all.get("counters").initial());
    assertPlace(all.get("pi"), Space.GLOBAL, 1, 8, 32);
    assertArrayEquals(
        new byte[] {0x18, 0x2D, 0x44, 0x54, (byte) 0xFB, 0x21, 0x09, 0x40},
        all.get("pi").initial());
    assertPlace(all.get("free"), Space.GLOBAL, 3, 4, 40);
    assertEquals(0, all.get("free").initial().length);
    assertPlace(all.get("before"), Space.SHARED, 1, 4, 0);
    assertPlace(all.get("after"), Space.SHARED, 2, 4, 4);
    assertPlace(all.get("rest"), Space.SHARED, 0, 16, 0);

    List<PtxVariable> own = module.kernels().get("k").variables();
    assertEquals(
        List.of("own", "more", "mine", "last"), own.stream().map(PtxVariable::name).toList());
    assertPlace(own.get(0), Space.SHARED, 3, 8, 16);
    assertPlace(own.get(1), Space.SHARED, 1, 2, 20);
    assertPlace(own.get(2), Space.LOCAL, 2, 4, 0);
    assertPlace(own.get(3), Space.LOCAL, 1, 1, 8);
    assertEquals(11, own.getFirst().line());
  }

  private static void assertPlace(PtxVariable it, Space space, int count, int align, int offset) {
    assertEquals(space, it.space(), it.name());
    assertEquals(count, it.count(), it.name());
    assertEquals(align, it.align(), it.name());
    assertEquals(offset, it.offset(), it.name());
  }

  @Test
  void innerScopesMayUseANameAgain() {
    PtxKernel kernel =
        kernel(
            """
            .entry k() {
              .reg .f32 %x;
              mov.f32 %x, 1.0;
              bra next;
            next:
              {
                .reg .u32 %x;
                .shared .u32 s;
                mov.u32 %x, s;
                bra next;
            next:
                mov.u32 %x, 3;
              }
              { .reg .b64 %x; mov.b64 %x, 4; { mov.b64 %x, 5; } }
              mov.f32 %x, 6.0;
              bra next;
            }
            """);
    assertEquals(
        Map.of("%x", PtxType.F32, "%x@1", PtxType.U32, "%x@2", PtxType.B64), kernel.registers());
    assertEquals(Map.of("next", 2, "next@1", 4), kernel.labels());
    assertEquals(
        List.of(
            "mov.f32 %x 1.0",
            "bra next",
            "mov.u32 %x@1 s@1",
            "bra next@1",
            "mov.u32 %x@1 3",
            "mov.b64 %x@2 4",
            "mov.b64 %x@2 5",
            "mov.f32 %x 6.0",
            "bra next"),
        text(kernel));
    assertEquals("s@1", kernel.variables().getFirst().name());
  }

  @Test
  void remarksAreSkipped() {
    PtxKernel kernel =
        kernel(
            """
            .file 1 "a \\ /* b", 12, 34
            .pragma "nounroll";
            .entry k() .maxnreg 32 .pragma "x", "y"; {
              .loc 1 2 3
              ret; // "open
              .pragma "nounroll";
              /* ret; */ exit;
            }
            """);
    assertEquals(List.of("ret", "exit"), text(kernel));
    assertEquals(0, kernel.maxThreads());
  }

  @Test
  void requiredThreadsAreAlsoTheMost() {
    assertEquals(96, kernel(".entry k() .reqntid 32, 3 { ret; }\n").maxThreads());
  }

  @Test
  void callsAreExpanded() {
    PtxModule module =
        module(
            """
            .func (.reg .f32 %y) twice (.reg .f32 %x);
            .entry k() {
              .reg .f32 %x, %v;
              .reg .pred %p;
              call (%v), twice, (%x);
              @%p call (%x), twice, (0f3F800000);
            }
            .func (.reg .f32 %y) twice (.reg .f32 %a)
            {
              .reg .pred %p;
              setp.eq.f32 %p, %a, 0.0;
              @%p bra zero;
              add.f32 %y, %a, %a;
              @!%p ret;
            zero:
              mov.f32 %y, 0.0;
              ret;
            }
            """);
    PtxKernel kernel = module.kernels().get("k");
    assertEquals(
        List.of(
            "mov.f32 %a@twice#1 %x",
            "setp.eq.f32 %p@twice#1 %a@twice#1 0.0",
            "@%p@twice#1 bra zero@twice#1",
            "add.f32 %y@twice#1 %a@twice#1 %a@twice#1",
            "@!%p@twice#1 bra end@twice#1",
            "mov.f32 %y@twice#1 0.0",
            "mov.f32 %v %y@twice#1",
            "@!%p bra skip@twice#2",
            "mov.f32 %a@twice#2 1.0",
            "setp.eq.f32 %p@twice#2 %a@twice#2 0.0",
            "@%p@twice#2 bra zero@twice#2",
            "add.f32 %y@twice#2 %a@twice#2 %a@twice#2",
            "@!%p@twice#2 bra end@twice#2",
            "mov.f32 %y@twice#2 0.0",
            "mov.f32 %x %y@twice#2"),
        text(kernel));
    assertEquals(
        Map.of(
            "zero@twice#1",
            5,
            "end@twice#1",
            6,
            "zero@twice#2",
            13,
            "end@twice#2",
            14,
            "skip@twice#2",
            15),
        kernel.labels());
    assertEquals(PtxType.F32, kernel.registers().get("%a@twice#2"));
    assertEquals(PtxType.PRED, kernel.registers().get("%p@twice#1"));
    assertEquals(3 + 2 * 3, kernel.registers().size());
    assertEquals(8, kernel.body().get(0).line(), "a move stands where the call does");
    assertEquals(14, kernel.body().get(1).line(), "the body where it is written");
  }

  @Test
  void earlyReturnsStillGiveTheirResults() {
    PtxKernel kernel =
        kernel(
            """
            .func (.reg .u32 %y) f (.reg .u32 %x) { .reg .pred %p; mov.u32 %y, %x;
              setp.eq.u32 %p, %x, 0; @%p ret; mov.u32 %y, 1; ret; }
            .entry k() { .reg .u32 %v; call (%v), f, (%v); ret; }
            """);
    int target = kernel.labels().get("end@f#1");
    assertEquals("mov.u32 %v %y@f#1", text(kernel).get(target));
  }

  @Test
  void functionsCallFunctions() {
    PtxKernel kernel =
        kernel(
            """
            .func (.reg .u32 %y) inner (.reg .u32 %x) { add.u32 %y, %x, 1; ret; }
            .func outer (.reg .b64 %at) { .reg .u32 %v; call.uni (%v), inner, (4);
              call (%v), inner, (%v); st.global.u32 [%at], %v; ret; }
            .func nothing { ret; }
            .entry k() { .reg .b64 %at; call nothing; call outer, (%at); ret; }
            """);
    assertEquals(
        List.of(
            "mov.b64 %at@outer#2 %at",
            "mov.u32 %x@inner#3 4",
            "add.u32 %y@inner#3 %x@inner#3 1",
            "mov.u32 %v@outer#2 %y@inner#3",
            "mov.u32 %x@inner#4 %v@outer#2",
            "add.u32 %y@inner#4 %x@inner#4 1",
            "mov.u32 %v@outer#2 %y@inner#4",
            "st.global.u32 [%at@outer#2] %v@outer#2",
            "ret"),
        text(kernel));
  }

  @ParameterizedTest
  @CsvSource({
    "f32, f32, f32",
    "b32, f32, b32",
    "u32, s32, u32",
    "f16, b16, b16",
    "u16, s16, b16",
    "f16x2, b32, b32",
    "f64, f64, f64",
    "u64, b64, u64",
    "pred, pred, pred",
  })
  void movesHaveTheParametersType(String formal, String actual, String move) {
    PtxKernel kernel =
        kernel(
            """
            .func f (.reg .FORMAL %x) { ret; }
            .entry k() { .reg .ACTUAL %v; call f, (%v); ret; }
            """
                .replace("FORMAL", formal)
                .replace("ACTUAL", actual));
    assertEquals("mov." + move + " %x@f#1 %v", text(kernel).getFirst());
  }

  @Test
  void functionsOfAnotherFileKeepTheirLines() {
    PtxSource source =
        PtxSource.of(
                "room.ptx",
                HEAD
                    + """
                    .func (.reg .f32 %y) exp_f32 (.reg .f32 %x);
                    .entry k() { .reg .f32 %v; call (%v), exp_f32, (%v); ret; }
                    """)
            .with(PtxMath.SOURCE);
    PtxKernel kernel = PtxParser.parse(source).kernels().get("k");
    assertEquals("room.ptx:5", source.place(kernel.body().getFirst().line()));
    assertTrue(source.place(kernel.body().get(1).line()).startsWith("math.ptx:"));
  }

  @Test
  void treesCannotBeChanged() {
    PtxModule module = module(".entry k() { .reg .u32 %v; l: mov.u32 %v, 1; }\n");
    PtxKernel kernel = module.kernels().get("k");
    assertThrows(UnsupportedOperationException.class, () -> module.kernels().clear());
    assertThrows(UnsupportedOperationException.class, () -> kernel.body().clear());
    assertThrows(UnsupportedOperationException.class, () -> kernel.registers().clear());
    assertThrows(UnsupportedOperationException.class, () -> kernel.labels().clear());
  }

  private static List<String> text(PtxKernel kernel) {
    return kernel.body().stream().map(PtxParserTest::text).toList();
  }

  private static String text(Instruction it) {
    StringBuilder text = new StringBuilder();
    if (it.guard() != null) {
      text.append(it.guard().negated() ? "@!" : "@").append(it.guard().register()).append(' ');
    }
    text.append(it.fullName());
    for (Operand operand : it.operands()) {
      text.append(' ').append(text(operand));
    }
    return text.toString();
  }

  private static String text(Operand operand) {
    return switch (operand) {
      case Register it -> it.name();
      case Symbol it -> it.name();
      case Whole it -> Long.toString(it.value());
      case Real it -> Double.toString(it.value());
      case Address(Operand base, long offset) when base != null && offset == 0 ->
          "[" + text(base) + "]";
      default -> operand.toString();
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      value = {
        "2*3+4 => 10",
        "2+3*4 => 14",
        "(2+3)*4 => 20",
        "10 - 2 - 3 => 5",
        "-7 / 2 => -3",
        "-7 % 4 => -3",
        "0xffffffffffffffffU / 2 => 9223372036854775807",
        "1 << 4 | 3 => 19",
        "-16 >> 2 => -4",
        "0xf0 & 0x3c ^ 1 => 49",
        "~5 => -6",
        "!5 + !0 => 1",
        "3 < 5 && 5 <= 5 => 1",
        "3 > 5 || 5 >= 6 => 0",
        "1 == 1 => 1",
        "1 != 1 => 0",
        "2 > 1 ? 7 : 8 => 7",
        "WARP_SZ * 2 => 64",
        "(.u64)-1 > 0 => 1",
        "(.s64)-1 > 0 => 0"
      })
  void constantExpressions(String text, long expected) {
    PtxVariable it = module(".const .u64 x = " + text + ";").variables().getFirst();
    assertEquals(expected, ByteBuffer.wrap(it.initial()).order(ByteOrder.LITTLE_ENDIAN).getLong());
    assertEquals(
        List.of(register("%at"), new Whole(expected)),
        only("mov.u64 %at, " + (text.startsWith("!") ? "0+" : "") + text + ";").operands());
  }

  @Test
  void addressesAmongValues() {
    PtxModule module =
        module(
            """
            .func f() { ret; }
            .global .b32 a[4];
            .global .u64 p[5] = {1, a, generic(a)+8, f, a+4*2};
            .entry k() { .reg .b64 %x; mov.u64 %x, a+12; mov.u64 %x, f; ret; }
            """);
    assertEquals(
        List.of(
            new PtxVariable.Reference(8, "a", 0, false),
            new PtxVariable.Reference(16, "a", 8, true),
            new PtxVariable.Reference(24, "f", 0, false),
            new PtxVariable.Reference(32, "a", 8, false)),
        module.variables().get(1).references());
    assertEquals(List.of("f"), module.functions());
    List<Instruction> body = module.kernels().get("k").body();
    assertEquals(new Operand.Offset(new Symbol("a"), 12), body.get(0).operands().get(1));
    assertEquals(new Symbol("f"), body.get(1).operands().get(1));
  }

  /// Parameters in memory are the caller's variables; those of other calls are others.
  @Test
  void parametersInMemory() {
    PtxKernel k =
        kernel(
            """
            .func (.param .b32 r) twice (.param .f32 x) {
              .reg .f32 %f; .local .b32 own; .shared .b32 all;
              ld.param.f32 %f, [x]; add.f32 %f, %f, %f; st.param.f32 [r+0], %f; ret; }
            .entry k() {
              .reg .f32 %a;
              { .param .b32 p; .param .b32 q; st.param.f32 [p], %a; call (q), twice, (p);
                ld.param.f32 %a, [q]; }
              call (%a), twice, (1.0);
            }
            """);
    List<String> names = k.variables().stream().map(PtxVariable::name).toList();
    assertEquals(
        List.of("p@1", "q@1", "own@twice#1", "all@twice", "own@twice#2", "x@twice#2", "r@twice#2"),
        names);
    List<Instruction> body = k.body();
    assertEquals(new Address(new Symbol("p@1"), 0), body.get(1).operands().get(1));
    assertEquals(new Address(new Symbol("q@1"), 0), body.get(3).operands().get(0));
    // The number is stored, the result loaded.
    assertEquals("st.param.f32", body.get(5).fullName());
    assertEquals(
        List.of(new Address(new Symbol("x@twice#2"), 0), new Real(1, true)),
        body.get(5).operands());
    assertEquals("ld.param.b32", body.getLast().fullName());
    assertEquals(
        List.of(register("%a"), new Address(new Symbol("r@twice#2"), 0)),
        body.getLast().operands());
  }

  /// A header's code counts for the line that called it, a function's own for itself.
  @Test
  void linesOfTheSource() {
    PtxModule module =
        module(
            """
            .entry k() {
            .loc 1 7 3
            exit;
            .loc 2 30 1, function_name $L0, inlined_at 1 8 5
            .loc 3 99 1, function_name $L1+4, inlined_at 2 30 1
            exit;
            .loc 1 20 1, function_name $L2, inlined_at 1 9 5
            exit;
            .loc 4 5 1
            exit;
            }
            .entry other() {
            exit;
            }
            .file 1 "k.cu"
            .file 2 "a.h", 123, 456
            .file 3 "b.h"
            .section .debug_str { $L0: .b8 65, 66 }
            """);
    assertEquals(new PtxModule.SourceLine("k.cu", 7), module.sourceLine(6));
    assertEquals(new PtxModule.SourceLine("k.cu", 8), module.sourceLine(9));
    assertEquals(new PtxModule.SourceLine("k.cu", 20), module.sourceLine(11));
    assertEquals(null, module.sourceLine(13));
    assertEquals(null, module.sourceLine(16));
    assertEquals(null, module.sourceLine(3));
  }

  /// An index of `brx.idx` becomes a chain of branches.
  @Test
  void branchesByIndex() {
    List<Instruction> body =
        body("brx.idx %a, list;\nlist: .branchtargets one, two;\none: exit;\ntwo: exit;\n").body();
    assertEquals(
        List.of("setp.eq.u32", "bra", "setp.eq.u32", "bra", "trap.brx", "exit", "exit"),
        body.stream().map(Instruction::fullName).toList());
    assertEquals(List.of(new Symbol("one")), body.get(1).operands());
    assertEquals(List.of(new Symbol("two")), body.get(3).operands());
    assertEquals(new Whole(1), body.get(2).operands().get(2));
  }
}
