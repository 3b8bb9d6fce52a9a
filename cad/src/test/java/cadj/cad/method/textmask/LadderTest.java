package cadj.cad.method.textmask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.cad.edit.Change;
import cadj.cad.judge.Judge;
import cadj.cad.method.Cost;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LadderTest {
  private static final TextDoses DOSES = new TextDoses(Base.INSTEAD, 0.5, 8, 1.5, 0, 0.1, 0, 2, 1);

  /// Sees the concept in as many pictures of its n-th look as the n-th number says.
  private static final class Scripted implements Judge {
    private final int[] shown;
    private int looks;

    Scripted(int... shown) {
      this.shown = shown;
    }

    @Override
    public List<List<String>> kinds() {
      return List.of(List.of("coat", "bag"));
    }

    @Override
    public int[][] sees(Tensor pictures) {
      assertEquals(4, pictures.dim(0));
      int[] out = new int[4];
      for (int i = 0; i < out.length; i++) {
        out[i] = i < shown[looks] ? 1 : 0;
      }
      looks++;
      return new int[][] {out};
    }
  }

  private static String chosen(Scripted judge, int most, Cost cost) {
    EditTask task = Bags.task(EditTask.Goal.ERASE, Bags.PRESERVE, judge, cost);
    Map<String, ?> patch =
        new Ladder(DOSES, 4, most).edit(task, EditMethod.Progress.NONE).changes();
    assertEquals(judge.shown.length, judge.looks);
    for (EditMethod rung : DOSES.ladder()) {
      if (same(patch, rung.edit(task, EditMethod.Progress.NONE).changes())) {
        return rung.settings().get("eta");
      }
    }
    return "none";
  }

  private static boolean same(Map<String, ?> a, Map<String, ?> b) {
    return a.entrySet().stream()
        .allMatch(
            entry ->
                Arrays.equals(
                    ((Change.Scaled) entry.getValue()).factors(),
                    ((Change.Scaled) b.get(entry.getKey())).factors()));
  }

  @Test
  void theFirstThatIsCleanEnough() {
    Cost cost = new Cost();
    assertEquals("0.5", chosen(new Scripted(1), 1, cost));
    assertEquals(4 * 6 * 2, cost.passes());
    assertEquals("1.5", chosen(new Scripted(4, 2, 1), 1, new Cost()));
    assertEquals("1.0", chosen(new Scripted(1, 0), 0, new Cost()));
  }

  @Test
  void elseTheStrongest() {
    assertEquals("2.0", chosen(new Scripted(4, 4, 4), 1, new Cost()));
  }

  @Test
  void itsSettingsAreTheMethodsButTheStrength() {
    Ladder ladder = Ladder.OF_MASKS;
    assertEquals("text-mask-ladder", ladder.name());
    assertEquals(
        List.of(
            "base",
            "preserve_scale",
            "similarity",
            "steps",
            "lr",
            "trajectory_steps",
            "pictures",
            "most_shown"),
        List.copyOf(ladder.settings().keySet()));
    Ladder other = ladder.with(SettingValues.of(ladder, Map.of("pictures", "8", "steps", "5")));
    assertEquals(
        new Ladder(
            TextMask.RECOMMENDED.with(SettingValues.of(TextMask.RECOMMENDED, Map.of("steps", "5"))),
            8,
            1),
        other);
  }

  @Test
  void itNeedsAJudge() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Ladder.OF_MASKS.edit(Bags.task(), EditMethod.Progress.NONE))
            .getMessage();
    assertEquals("text-mask-ladder: expected a judge of pictures, got none", message);
  }
}
