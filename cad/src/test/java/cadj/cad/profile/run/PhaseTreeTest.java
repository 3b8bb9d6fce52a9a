package cadj.cad.profile.run;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.record.Kind;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Steps that differ in their number only.
class PhaseTreeTest {
  private static PhaseTree steps(int count) {
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int step = 2 * i;
      slices.add(
          new Slice(step, -1, Kind.PHASE, "denoise at %d.5".formatted(i), -1, i, i + 1, null));
      slices.add(new Slice(step + 1, step, Kind.PHASE, "unet", -1, i, i + 1, null));
    }
    return PhaseTree.of(
        new RunProfile(
            "cpu",
            1,
            100,
            slices,
            List.of(),
            List.of(),
            List.of(),
            0,
            List.of(),
            new RunProfile.Dropped(0, 0, 0, 100)));
  }

  @Test
  void fewStayAsTheyAre() {
    assertEquals(
        List.of("denoise at 0.5", "denoise at 1.5"),
        List.copyOf(steps(2).folded(2).children().keySet()));
  }

  @Test
  void manyAreOne() {
    PhaseTree folded = steps(3).folded(2);
    assertEquals(List.of("denoise at …"), List.copyOf(folded.children().keySet()));
    PhaseTree all = requireNonNull(folded.children().get("denoise at …"));
    assertEquals(3, all.calls());
    assertEquals(3, all.nanos());
    assertEquals(3, requireNonNull(all.children().get("unet")).calls());
    assertEquals(100, folded.nanos());
  }
}
