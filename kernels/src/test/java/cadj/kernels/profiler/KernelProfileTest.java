package cadj.kernels.profiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.compiler.Architecture;
import cadj.kernels.compiler.CompiledKernel;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.check.LaunchCounts;
import cadj.kernels.ptx.PtxKernel;
import cadj.kernels.ptx.PtxParser;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Counts made up, and what follows from them by hand.
final class KernelProfileTest {
  private static final PtxSource SOURCE =
      PtxSource.of(
              "x<y.ptx",
              """
              .version 6.0
              .target sm_70
              .address_size 64
              .func (.reg .f32 %y) twice (.reg .f32 %x);
              .visible .entry k(.param .u64 in) .maxntid 64 {
                .reg .pred %p;
                .reg .b64 %at;
                .reg .f32 %a, %b, %c, %d;
                .reg .b32 %s;
                .shared .f32 tile[64];
                ld.param.u64 %at, [in];
                ld.global.nc.v4.f32 {%a, %b, %c, %d}, [%at]; // a & b < c
                fma.rn.f32 %a, %b, %c, %d;
                call (%a), twice, (%a);
                call (%b), twice, (%b);
                mov.u32 %s, tile;
                st.shared.f32 [%s], %a;
                setp.lt.f32 %p, %a, 0f00000000;
                @%p bra end;
                st.global.f32 [%at], %a;
              end:
                ret;
              }
              """)
          .with(
              PtxSource.of(
                  "lib.ptx",
                  """
                  .func (.reg .f32 %y) twice (.reg .f32 %x) { add.f32 %y, %x, %x;
                    ret; }
                  """));

  private static final PtxKernel KERNEL = PtxParser.parse(SOURCE).kernels().get("k");
  private static final LaunchShape SHAPE = new LaunchShape(2, 1, 1, 64, 1, 1, 256);

  /// Two blocks of two warps; half the threads skip the store.
  private static LaunchCounts counts(LaunchShape shape) {
    int n = KERNEL.body().size();
    long[] warps = new long[n];
    long[] threads = new long[n];
    long[] divergent = new long[n];
    long[] globalRequests = new long[n];
    long[] sectors = new long[n];
    long[] sharedRequests = new long[n];
    long[] passes = new long[n];
    long[] conflicts = new long[n];
    for (int i = 0; i < n; i++) {
      warps[i] = 4;
      threads[i] = 128;
      switch (KERNEL.body().get(i).fullName()) {
        case "ld.global.nc.v4.f32" -> {
          globalRequests[i] = 4;
          sectors[i] = 64;
        }
        case "st.shared.f32" -> {
          sharedRequests[i] = 4;
          passes[i] = 12;
          conflicts[i] = 8;
        }
        case "bra" -> divergent[i] = 3;
        case "st.global.f32" -> {
          threads[i] = 64;
          globalRequests[i] = 4;
          sectors[i] = 16;
        }
        default -> {}
      }
    }
    return new LaunchCounts(
        SOURCE,
        KERNEL,
        shape,
        warps,
        threads,
        divergent,
        globalRequests,
        sectors,
        sharedRequests,
        passes,
        conflicts);
  }

  private static KernelProfile profile() {
    return new KernelProfile(List.of(counts(SHAPE)));
  }

  @Test
  void sums() {
    KernelProfile it = profile();
    // param, load, fma, 2 × (move, add, move), move, store, compare, branch, store, return
    assertEquals(15, KERNEL.body().size());
    assertEquals(60, it.warpInstructions());
    assertEquals(14 * 128 + 64, it.threadInstructions());
    assertEquals((14 * 128 + 64) / (60.0 * 32), it.laneUse());
    assertEquals(
        Map.of(
            InstructionClass.CONSTANT, 4L,
            InstructionClass.GLOBAL, 8L,
            InstructionClass.FLOAT, 12L,
            InstructionClass.MOVE, 20L,
            InstructionClass.SHARED, 4L,
            InstructionClass.PREDICATE, 4L,
            InstructionClass.BRANCH, 8L),
        it.mix());
    assertEquals(128 * (2 + 1 + 1), it.flops());
    assertEquals(128 * 16, it.bytesRead());
    assertEquals(64 * 4, it.bytesWritten());
    assertEquals(8, it.globalRequests());
    assertEquals(80, it.sectors());
    assertEquals(10, it.sectorsPerRequest());
    assertEquals((128 * 16 + 64 * 4) / (80 * 32.0), it.sectorUse());
    assertEquals(512 / (80 * 32.0), it.intensity());
    assertEquals(4, it.sharedRequests());
    assertEquals(12, it.sharedPasses());
    assertEquals(8, it.bankConflicts());
    assertEquals(4, it.branches());
    assertEquals(3, it.divergentBranches());
  }

  @Test
  void linesGatherTheCallsTheyWereExpandedFor() {
    Map<Integer, KernelProfile.Line> lines = profile().lines();
    int add =
        SOURCE
                .text()
                .lines()
                .toList()
                .indexOf(".func (.reg .f32 %y) twice (.reg .f32 %x) { add.f32 %y, %x, %x;")
            + 1;
    assertEquals("lib.ptx:1", SOURCE.place(add));
    assertEquals(new KernelProfile.Line(add, 8, 256, 0, 0, 0, 0, 0), lines.get(add));
    assertEquals(new KernelProfile.Line(12, 4, 128, 0, 4, 64, 0, 0), lines.get(12));
    assertEquals(new KernelProfile.Line(17, 4, 128, 0, 0, 0, 12, 8), lines.get(17));
    assertFalse(lines.containsKey(21), "a label");
    // Each call moves there and back: 8 of line 14; then lines as they stand.
    assertEquals(
        List.of(14, 15, add, 11),
        profile().hottest(4).stream().map(KernelProfile.Line::line).toList());
  }

  /// Of a template, lines are those that were written: rounds, expansions and calls add up.
  @Test
  void linesOfATemplate() {
    PtxSource source =
        PtxSource.template(
            "t.ptx",
            """
            .version 6.0
            .target sm_70
            .address_size 64
            // Comments and directives are lines, too.
            .macro square(x)
              mul.f32 $x, $x, $x;
            .end
            .func (.reg .f32 %y) twice (.reg .f32 %x)
            {
              add.f32 %y, %x, %x;
              ret;
            }
            .visible .entry k() {
              .reg .f32 %a<4>;
            .repeat $i = 0, 4
              mov.f32 %a$i, 0f00000000;
              call (%a$i), twice, (%a$i);
            .end
              .expand square(%a0)
              .expand square(%a1)
              ret;
            }
            """);
    PtxKernel kernel = PtxParser.parse(source).kernels().get("k");
    long[] ones = new long[kernel.body().size()];
    Arrays.fill(ones, 1);
    long[] none = new long[ones.length];
    KernelProfile profile =
        new KernelProfile(
            List.of(
                new LaunchCounts(
                    source, kernel, SHAPE, ones, ones, none, none, none, none, none, none)));
    Map<Integer, Long> warps = new TreeMap<>();
    profile.lines().forEach((line, counts) -> warps.put(line, counts.warps()));
    assertEquals(Map.of(6, 2L, 10, 4L, 16, 4L, 17, 8L, 21, 1L), warps);
    assertEquals("t.ptx:17", source.writtenPlace(profile.hottest(1).getFirst().line()));
    assertEquals("t.ptx:13", profile.place());
  }

  @Test
  void launchesAddUp() {
    LaunchShape larger = new LaunchShape(7, 1, 1, 64, 1, 1, 0);
    KernelProfile twice = new KernelProfile(List.of(counts(SHAPE), counts(SHAPE), counts(larger)));
    assertEquals(180, twice.warpInstructions());
    assertEquals(9, twice.divergentBranches());
    assertEquals(List.of(SHAPE, SHAPE, larger), twice.shapes());
    assertEquals(12, twice.lines().get(12).warps());
    assertEquals("k", twice.name());
    assertEquals("x<y.ptx:5", twice.place());
    assertThrows(IllegalArgumentException.class, () -> new KernelProfile(List.of()));
  }

  @Test
  void resourcesAreOfTheCompilerAndTheLaunch() {
    KernelResources it =
        KernelResources.of(
            Architecture.SM_120,
            new CompiledKernel(255, 16, 24, 256),
            new LaunchShape(1, 1, 1, 256, 1, 1, 512));
    assertEquals(
        new KernelResources("sm_120", "RTX 50", 255, 256, 16, 24, 1, 8, 48, "registers"), it);
    assertEquals(8 / 48.0, it.occupancy());
    // 163 KiB per block at most: with these of the launch, two blocks do not fit.
    it =
        KernelResources.of(
            Architecture.SM_80,
            new CompiledKernel(40, 0, 0, 256),
            new LaunchShape(1, 1, 1, 256, 1, 1, 90 << 10));
    assertEquals(1, it.blocks());
    assertEquals("shared memory", it.limitedBy());
    assertEquals(256, it.sharedBytes());
  }
}
