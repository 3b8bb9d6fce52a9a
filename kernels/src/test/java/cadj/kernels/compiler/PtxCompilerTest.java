package cadj.kernels.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cadj.kernels.device.PtxSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the compiler tells of small kernels, and of mistakes. Machines whose compiler is not here
/// are skipped.
@DisabledIfSystemProperty(
    named = "cadj.gpu",
    matches = "none",
    disabledReason = "the same whatever the processor's vectors")
final class PtxCompilerTest {
  private static final String HEAD = ".version 6.0\n.target sm_70\n.address_size 64\n";

  private static PtxCompiler compiler(Architecture machine) {
    Optional<PtxCompiler> compiler = PtxCompiler.of(machine);
    assumeTrue(compiler.isPresent(), "no compiler for " + machine.text() + " (no ptxas on PATH)");
    return compiler.get();
  }

  @ParameterizedTest
  @EnumSource
  void resources(Architecture machine) {
    PtxSource source =
        PtxSource.of(
            "x.ptx",
            HEAD
                + """
                .visible .entry stacked(.param .u64 p) {
                  .reg .b32 %a, %i;
                  .reg .pred %more;
                  .reg .b64 %p, %l;
                  .local .align 4 .b32 local[20];
                  .shared .align 4 .b32 shared[40];
                  ld.param.u64 %p, [p];
                  ld.global.u32 %a, [%p];
                  ld.global.u32 %i, [%p+4];
                  mul.wide.u32 %l, %i, 4;
                  mov.u64 %p, local;
                  add.u64 %p, %p, %l;
                next: // filled at places known only here, it cannot be in registers
                  st.local.u32 [%p], %a;
                  st.local.u32 [%p+4], %i;
                  add.u64 %p, %p, 8;
                  sub.u32 %a, %a, 1;
                  setp.ne.u32 %more, %a, 0;
                  @%more bra next;
                  st.shared.u32 [shared+4], %i;
                  bar.sync 0;
                  ld.shared.u32 %i, [shared];
                  ld.local.u32 %a, [%p];
                  add.u32 %a, %a, %i;
                  ld.param.u64 %p, [p];
                  st.global.u32 [%p], %a;
                  ret;
                }
                .visible .entry empty() { ret; }
                """);
    Map<String, CompiledKernel> kernels = compiler(machine).compile(source, machine);
    assertEquals(2, kernels.size());
    CompiledKernel stacked = kernels.get("stacked");
    assertEquals(160, stacked.sharedBytes());
    assertEquals(80, stacked.stackBytes());
    assertEquals(0, stacked.spilledBytes());
    assertTrue(stacked.registers() >= 4 && stacked.registers() <= 32, stacked.toString());
    CompiledKernel empty = kernels.get("empty");
    assertEquals(0, empty.sharedBytes());
    assertEquals(0, empty.stackBytes());
    assertTrue(empty.registers() <= 8, empty.toString());
  }

  /// 200 values alive at once, and 32 registers to hold them.
  @ParameterizedTest
  @EnumSource(names = {"SM_70", "SM_90", "SM_120"})
  void spills(Architecture machine) {
    StringBuilder text = new StringBuilder(HEAD);
    text.append(".visible .entry k(.param .u64 p) .maxntid 1024 .maxnreg 32 {\n");
    text.append(".reg .b32 %a<200>; .reg .b64 %p; ld.param.u64 %p, [p];\n");
    for (int i = 0; i < 200; i++) {
      text.append("ld.global.u32 %a").append(i).append(", [%p+").append(4 * i).append("];\n");
    }
    text.append("bar.sync 0;\n");
    for (int i = 0; i < 200; i++) {
      text.append("st.global.u32 [%p+").append(4 * i).append("], %a").append(199 - i).append(";\n");
    }
    text.append("ret; }\n");
    CompiledKernel kernel =
        compiler(machine).compile(PtxSource.of("x.ptx", text.toString()), machine).get("k");
    assertTrue(kernel.spilledBytes() > 0, kernel.toString());
    assertTrue(kernel.registers() <= 32, kernel.toString());
  }

  @ParameterizedTest
  @EnumSource(names = {"SM_70", "SM_120"})
  void mistakesAreToldWithFileAndLine(Architecture machine) {
    PtxSource source =
        PtxSource.of("room.ptx", HEAD + ".visible .entry k() {\n  oops;\n}\n")
            .with(PtxSource.of("lib.ptx", "\n.func f { what; }\n"));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> compiler(machine).compile(source, machine));
    assertEquals(
        "room.ptx for %s: room.ptx:5: Not a name of any known instruction: 'oops'; "
                .formatted(machine.text())
            + "lib.ptx:2: Not a name of any known instruction: 'what'",
        e.getMessage());
  }

  @Test
  void mistakesInATemplateAreToldWhereItWasWritten() {
    PtxSource source =
        PtxSource.template(
                "room.ptx",
                HEAD + ".visible .entry k() {\n.repeat $i = 0, 2\n  oops$i;\n.end\n call f;\n}\n")
            .with(PtxSource.template("lib.ptx", "// A comment.\n.func f { what; }\n"));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> compiler(Architecture.SM_75).compile(source, Architecture.SM_75));
    assertEquals(
        "room.ptx for sm_75: room.ptx:6: Not a name of any known instruction: 'oops0'; "
            + "room.ptx:6: Not a name of any known instruction: 'oops1'; "
            + "lib.ptx:2: Not a name of any known instruction: 'what'",
        e.getMessage());
  }

  @Test
  void whatIsAskedOfTheWrongMachine() {
    PtxSource source =
        PtxSource.of("x.ptx", HEAD.replace("sm_70", "sm_80") + ".entry k() { ret; }\n");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> compiler(Architecture.SM_75).compile(source, Architecture.SM_75));
    assertTrue(e.getMessage().startsWith("x.ptx for sm_75: "), e.getMessage());
    assertTrue(e.getMessage().contains("sm_80"), e.getMessage());
  }
}
