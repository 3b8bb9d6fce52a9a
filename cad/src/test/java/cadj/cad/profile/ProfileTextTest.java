package cadj.cad.profile;

import static cadj.cad.profile.SampleProfile.RESOURCES;
import static cadj.cad.profile.SampleProfile.SHAPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.LaunchShape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A profile in lines and as JSON; its numbers follow from the kernel by hand.
class ProfileTextTest {
  @Test
  void textForPeople() {
    assertEquals(
        """
        k, x<y.ptx:5

        launch        grid (2,1,1), block (64,1,1), 256 bytes shared
        instructions  72 of warps, 2,240 of threads: 97.2 % of the lanes active
          move, select      27.8 %  ████████████████████████
          f32               16.7 %  ██████████████
          branch, end       16.7 %  ██████████████
          integer           11.1 %  ██████████
          global memory     11.1 %  ██████████
          compare            5.6 %  █████
          shared memory      5.6 %  █████
          constants          5.6 %  █████
        work          512 FLOP
        global memory 2.05 kB read, 384 B written; 0.143 FLOP per byte moved
                      8 requests, 14.00 sectors of 32 bytes each; 67.9 % of their bytes used
        shared memory 4 requests in 8 passes, 4 of them bank conflicts
        divergence    2 of 4 conditional branches diverged

        machine              registers  shared  blocks   warps  occupancy  limited by
        sm_80   A100                40     512       6  48 / 64     75.0 %  registers
        sm_120  RTX 50             255     512       1   8 / 48     16.7 %  shared memory, 24 bytes spilled

        hottest lines
          11.1 %  x<y.ptx:16         call (%a), twice, (%a);
          11.1 %  x<y.ptx:17         call (%b), twice, (%b);
          11.1 %  lib.ptx:1          .func (.reg .f32 %y) twice (.reg .f32 %x) { add.f3…
           5.6 %  x<y.ptx:11         ld.param.u64 %at, [in];
           5.6 %  x<y.ptx:12         mov.u32 %t, %tid.x;
           5.6 %  x<y.ptx:13         mad.wide.u32 %at, %t, 16, %at;
           5.6 %  x<y.ptx:14         ld.global.v4.f32 {%a, %b, %c, %d},…  (16.0 sectors)
           5.6 %  x<y.ptx:15         fma.rn.f32 %a, %b, %c, %d;
           5.6 %  x<y.ptx:18         mad.lo.u32 %s, %t, 8, tile;
           5.6 %  x<y.ptx:19         st.shared.f32 [%s], %a;  (4 conflicts)
           5.6 %  x<y.ptx:20         setp.lt.u32 %p, %t, 16;
           5.6 %  x<y.ptx:21         @%p bra end;  (diverged 2 times)
        """,
        String.join(
                "\n", ProfileText.lines(SampleProfile.of(SHAPE), RESOURCES, SourceListing.NONE, 80))
            + "\n");
  }

  @Test
  void launchesOfOneShapeAreOneLine() {
    LaunchShape larger = new LaunchShape(7, 1, 1, 64, 1, 1, 0);
    List<String> lines =
        ProfileText.lines(
            SampleProfile.of(SHAPE, SHAPE, larger), List.of(), SourceListing.NONE, 80);
    assertTrue(
        lines.contains("launch        grid (2,1,1), block (64,1,1), 256 bytes shared, 2 times"),
        String.join("\n", lines));
    assertTrue(lines.contains("              grid (7,1,1), block (64,1,1), 0 bytes shared"));
  }

  @Test
  void withoutACompilerThatIsSaid() {
    assertTrue(
        ProfileText.lines(SampleProfile.of(SHAPE), List.of(), SourceListing.NONE, 80)
            .contains("Registers and occupancy: not known, for no compiler here takes this PTX."));
  }

  @Test
  void mapForMachines() {
    Map<String, Object> json = ProfileText.json(SampleProfile.of(SHAPE), RESOURCES);
    assertEquals("k", json.get("kernel"));
    assertEquals("x<y.ptx:5", json.get("place"));
    assertEquals(
        Map.of("grid", List.of(2, 1, 1), "block", List.of(64, 1, 1), "shared_bytes", 256),
        ((List<?>) json.get("launches")).getFirst());
    // fma, two calls of a sum
    assertEquals(128 * (2 + 1 + 1L), json.get("flops"));
    assertEquals(128 * 16L, json.get("bytes_read"));
    assertEquals(2 * (16 + 32) * 4L, json.get("bytes_written"));
    assertEquals(4L, json.get("bank_conflicts"));
    assertEquals(4L, json.get("branches"));
    assertEquals(2L, json.get("divergent_branches"));
    // the thread's number, and each call's argument and result
    assertEquals(4 * (1 + 2 * 2L), ((Map<?, ?>) json.get("mix")).get("move"));
    Map<?, ?> machine = (Map<?, ?>) ((List<?>) json.get("machines")).getLast();
    assertEquals("sm_120", machine.get("machine"));
    assertEquals(256, machine.get("shared_bytes"));
    assertEquals(24, machine.get("spilled_bytes"));
    assertEquals(8 / 48.0, machine.get("occupancy"));
    assertEquals("shared memory", machine.get("limited_by"));
    Map<?, ?> hottest = (Map<?, ?>) ((List<?>) json.get("hottest_lines")).getFirst();
    assertEquals("x<y.ptx:16", hottest.get("place"));
    assertEquals("call (%a), twice, (%a);", hottest.get("text"));
  }
}
