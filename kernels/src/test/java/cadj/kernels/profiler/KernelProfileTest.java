package cadj.kernels.profiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.compiler.Architecture;
import cadj.kernels.compiler.CompiledKernel;
import cadj.kernels.compiler.Occupancy;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.check.LaunchCounts;
import cadj.kernels.ptx.PtxKernel;
import cadj.kernels.ptx.PtxParser;
import java.util.List;
import java.util.Map;
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

  @Test
  void launchesAddUp() {
    LaunchShape larger = new LaunchShape(7, 1, 1, 64, 1, 1, 0);
    KernelProfile twice = new KernelProfile(List.of(counts(SHAPE), counts(SHAPE), counts(larger)));
    assertEquals(180, twice.warpInstructions());
    assertEquals(9, twice.divergentBranches());
    assertEquals(List.of(SHAPE, SHAPE, larger), twice.shapes());
    assertEquals(12, twice.lines().get(12).warps());
    List<String> lines = ProfileText.lines(twice, List.of(), 100);
    assertTrue(
        lines.contains("launch        grid (2,1,1), block (64,1,1), 256 bytes shared, 2 times"),
        String.join("\n", lines));
    assertTrue(lines.contains("              grid (7,1,1), block (64,1,1), 0 bytes shared"));
    assertThrows(IllegalArgumentException.class, () -> new KernelProfile(List.of()));
  }

  private static List<KernelResources> resources() {
    return List.of(
        new KernelResources(
            Architecture.SM_80,
            new CompiledKernel(40, 0, 0, 256),
            Occupancy.of(Architecture.SM_80, 256, 40, 512)),
        new KernelResources(
            Architecture.SM_120,
            new CompiledKernel(255, 16, 24, 256),
            Occupancy.of(Architecture.SM_120, 256, 255, 512)));
  }

  @Test
  void textForPeople() {
    assertEquals(
        """
        k, x<y.ptx:5

        launch        grid (2,1,1), block (64,1,1), 256 bytes shared
        instructions  60 of warps, 1,856 of threads: 96.7 % of the lanes busy
          move, select      33.3 %  ████████████████████████
          f32               20.0 %  ██████████████
          global memory     13.3 %  ██████████
          branch, end       13.3 %  ██████████
          compare            6.7 %  █████
          shared memory      6.7 %  █████
          constants          6.7 %  █████
        work          512 FLOP
        global memory 2.05 kB read, 256 B written; 0.200 FLOP per byte moved
                      8 requests, 10.00 sectors of 32 bytes each; 90.0 % of their bytes used
        shared memory 4 requests in 12 passes, 8 of them bank conflicts
        divergence    3 of 4 branches parted the threads of a warp

        machine              registers  shared  blocks   warps  occupancy  limited by
        sm_80   A100                40     512       6  48 / 64     75.0 %  registers
        sm_120  RTX 50             255     512       1   8 / 48     16.7 %  registers, 24 bytes spilled

        hottest lines
          13.3 %  x<y.ptx:14         call (%a), twice, (%a);
          13.3 %  x<y.ptx:15         call (%b), twice, (%b);
          13.3 %  lib.ptx:1          .func (.reg .f32 %y) twice (.reg .f32 %x) { add.f3…
           6.7 %  x<y.ptx:11         ld.param.u64 %at, [in];
           6.7 %  x<y.ptx:12         ld.global.nc.v4.f32 {%a, %b, %c, %…  (16.0 sectors)
           6.7 %  x<y.ptx:13         fma.rn.f32 %a, %b, %c, %d;
           6.7 %  x<y.ptx:16         mov.u32 %s, tile;
           6.7 %  x<y.ptx:17         st.shared.f32 [%s], %a;  (8 conflicts)
           6.7 %  x<y.ptx:18         setp.lt.f32 %p, %a, 0f00000000;
           6.7 %  x<y.ptx:19         @%p bra end;  (3 times divergent)
           6.7 %  x<y.ptx:20         st.global.f32 [%at], %a;  (4.0 sectors)
           6.7 %  x<y.ptx:22         ret;
        """,
        String.join("\n", ProfileText.lines(profile(), resources(), 80)) + "\n");
  }

  @Test
  void withoutACompilerThatIsSaid() {
    assertTrue(
        ProfileText.lines(profile(), List.of(), 80)
            .contains("Registers and occupancy: not known, for there is no compiler here."));
  }

  @Test
  void mapForMachines() {
    Map<String, Object> json = ProfileText.json(profile(), resources());
    assertEquals(60L, json.get("warp_instructions"));
    assertEquals(512L, json.get("flops"));
    assertEquals(
        Map.of("grid", List.of(2, 1, 1), "block", List.of(64, 1, 1), "shared_bytes", 256),
        ((List<?>) json.get("launches")).getFirst());
    assertEquals(20L, ((Map<?, ?>) json.get("mix")).get("move"));
    Map<?, ?> machine = (Map<?, ?>) ((List<?>) json.get("machines")).getLast();
    assertEquals("sm_120", machine.get("machine"));
    assertEquals(24, machine.get("spilled_bytes"));
    assertEquals("registers", machine.get("limited_by"));
    Map<?, ?> hottest = (Map<?, ?>) ((List<?>) json.get("hottest_lines")).getFirst();
    assertEquals("x<y.ptx:14", hottest.get("place"));
    assertEquals("call (%a), twice, (%a);", hottest.get("text"));
  }

  @Test
  void page() {
    String html = ProfilePage.html(profile(), resources(), "1 & 2");
    assertTrue(html.startsWith("<!doctype html>") && html.endsWith("</html>\n"), html);
    assertTrue(html.contains("x&lt;y.ptx") && !html.contains("x<y"), "escaped names");
    assertTrue(html.contains("<span class=\"comment\">// a &amp; b &lt; c</span>"), "comments");
    assertTrue(html.contains("Made by cadj 1 &amp; 2."), html);
    assertFalse(html.contains("http:") || html.contains("https:"), "needs nothing from elsewhere");
    // The hottest lines have the whole heat, those run half as often half of it, others none.
    assertTrue(
        html.contains(
            "<tr style=\"background:rgba(var(--heat),0.450)\"><td>14</td><td>8</td><td>13.3"
                + " %</td>"),
        html);
    assertTrue(
        html.contains(
            "<tr style=\"background:rgba(var(--heat),0.225)\"><td>17</td><td>4</td><td>6.7 %</td>"
                + "<td>32.0</td><td></td><td class=\"bad\">8</td><td></td>"
                + "<td>  st.shared.f32 [%s], %a;</td></tr>"),
        html);
    assertTrue(html.contains("<tr class=\"never\"><td>21</td>"), html);
    assertEquals(2, html.split("<tr class=\"file\">", -1).length - 1, "two files");
    assertEquals(
        SOURCE.text().lines().count(), html.split("<tr (class=\"never\"|style)", -1).length - 1);
  }
}
