package cadj.cad.method.smallest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.edit.Patch;
import cadj.cad.judge.FashionJudge;
import cadj.cad.judge.Judge;
import cadj.cad.method.Cost;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.TargetPrompt;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Denoiser;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The search with a judge that says what it is told to, and the counting against a plain loop.
class SmallestEditTest {
  private static final ModelFiles FILES = ModelFiles.open("fashion");
  private static final TextToImage PIPELINE = TextToImage.load(FILES);
  private static final TextToImage.Settings ONE_STEP =
      new TextToImage.Settings(1, 1, Scheduler.Kind.DDIM);
  private static final String WEIGHT =
      "mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight";

  /// Zeroes as many weights as its strength says.
  private record Zeroing(int strength) implements EditMethod {
    @Override
    public String name() {
      return "zeroing";
    }

    @Override
    public SequencedMap<String, String> settings() {
      return new LinkedHashMap<>(Map.of("strength", Integer.toString(strength)));
    }

    @Override
    public List<EditMethod> ladder() {
      return List.of(new Zeroing(1), new Zeroing(2), new Zeroing(3));
    }

    @Override
    public Patch edit(EditTask task, Progress progress) {
      int[] first = new int[strength];
      for (int i = 0; i < strength; i++) {
        first[i] = i;
      }
      return Patch.zeroing(
          Map.of(WEIGHT, first), task.pipeline().denoiser().parameters(), Map.of());
    }
  }

  /// Of two targets and four preserved pictures (two "coat", "dress" each): how many of each it
  /// finds right.
  private record Told(Deque<int[]> answers) implements Judge {
    @Override
    public List<List<String>> kinds() {
      return List.of(List.of("bag", "coat", "dress"));
    }

    @Override
    public int[][] sees(Tensor pictures) {
      assertEquals(6, pictures.dim(0));
      int[] answer = answers.removeFirst();
      int[] expected = {0, 0, 1, 2, 1, 2};
      int[] out = new int[6];
      for (int i = 0; i < 6; i++) {
        boolean right = i < 2 ? i < answer[0] : i - 2 < answer[1];
        out[i] = right ? expected[i] : (expected[i] + 1) % 3;
      }
      return new int[][] {out};
    }
  }

  private static EditTask task(@Nullable Judge judge) {
    return new EditTask(
        PIPELINE,
        "bag",
        EditTask.Goal.ERASE,
        List.of(new TargetPrompt("bag", "")),
        List.of("coat", "", "dress"),
        judge,
        5,
        new Cost());
  }

  private static SmallestEdit find(Requirement requirement, int[]... answers) {
    Told judge = new Told(new ArrayDeque<>(List.of(answers)));
    SmallestEdit found =
        SmallestEdit.find(
            new Zeroing(9), task(judge), requirement, ONE_STEP, 2, EditMethod.Progress.NONE);
    assertTrue(judge.answers.isEmpty(), judge.answers.size() + " answers left");
    return found;
  }

  private static List<String> told(SmallestEdit found) {
    List<String> out = new ArrayList<>();
    for (Trial trial : found.trials()) {
      out.add(
          "%d %s %d %.2f %.2f %.2f %s"
              .formatted(
                  trial.weights(),
                  trial.isConfirming() ? "confirm" : "validate",
                  trial.noiseSeed(),
                  trial.before(),
                  trial.target(),
                  trial.kept(),
                  trial.holds()));
    }
    return out;
  }

  @Test
  void theWeakestThatSufficesIsConfirmedOnOtherNoise() {
    SmallestEdit found =
        find(
            new Requirement(0, 0.75),
            new int[] {2, 4}, // unedited, validation
            new int[] {1, 4}, // strength 1: still there
            new int[] {0, 3}, // strength 2: just suffices
            new int[] {2, 2}, // unedited, confirming
            new int[] {0, 2}); // strength 2
    assertEquals(
        List.of(
            "1 validate 1000008 1.00 0.50 1.00 false",
            "2 validate 1000008 1.00 0.00 0.75 true",
            "2 confirm 2000008 1.00 0.00 1.00 true"),
        told(found));
    assertEquals(new Zeroing(2), found.chosen().orElseThrow().method());
    assertEquals(2, found.chosen().orElseThrow().patch().size());
  }

  @Test
  void whatIsNotConfirmedMakesWayForStrongerOnesOnFreshNoise() {
    SmallestEdit found =
        find(
            new Requirement(0, 1),
            new int[] {2, 4},
            new int[] {0, 4}, // strength 1 suffices
            new int[] {2, 4},
            new int[] {1, 4}, // but not here
            new int[] {0, 4}, // strength 2 on the validation noise
            new int[] {2, 3},
            new int[] {0, 3});
    assertEquals(
        List.of(
            "1 validate 1000008 1.00 0.00 1.00 true",
            "1 confirm 2000008 1.00 0.50 1.00 false",
            "2 validate 1000008 1.00 0.00 1.00 true",
            "2 confirm 2000009 1.00 0.00 1.00 true"),
        told(found));
    assertEquals(new Zeroing(2), found.chosen().orElseThrow().method());
  }

  @Test
  void whereNoneSufficesTheNearestIsTold() {
    Requirement requirement = new Requirement(0.1, 0.9);
    SmallestEdit found =
        find(
            requirement,
            new int[] {2, 4},
            new int[] {2, 4},
            new int[] {0, 4}, // suffices here
            new int[] {2, 4},
            new int[] {0, 3}, // not there: 0.15 missing
            new int[] {0, 2});
    assertFalse(found.chosen().isPresent());
    Trial nearest = found.nearest(requirement);
    assertEquals(2, nearest.weights());
    assertTrue(nearest.isConfirming());
    assertEquals(0.75, nearest.kept());
  }

  @Test
  void aJudgeThatKnowsWhatIsAskedForIsNeeded() {
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    SmallestEdit.find(
                        new Zeroing(1),
                        task(null),
                        new Requirement(0, 1),
                        ONE_STEP,
                        1,
                        EditMethod.Progress.NONE))
            .getMessage()
            .endsWith("expected a judge of pictures, got none"));
    EditTask nothing =
        new EditTask(
            PIPELINE,
            "bag",
            EditTask.Goal.ERASE,
            List.of(new TargetPrompt("bag", "")),
            List.of("", "house"),
            null,
            5,
            new Cost());
    Judge judge = new FashionJudge(FILES.classifier());
    assertEquals(
        "preserve: expected a prompt that names something the judge knows, such as \"t-shirt\"",
        assertThrows(
                IllegalArgumentException.class,
                () -> new JudgedPictures(nothing, judge, ONE_STEP, 1))
            .getMessage());
  }

  /// The same pictures drawn and counted one by one, objects and styles apart.
  @Test
  void picturesAreCountedByWhatTheirPromptsName() {
    FashionJudge judge = new FashionJudge(FILES.classifier());
    TextToImage.Settings sampling = new TextToImage.Settings(4, 4, Scheduler.Kind.DPMPP_2M);
    EditTask task =
        new EditTask(
            PIPELINE,
            "bag",
            EditTask.Goal.ERASE,
            List.of(
                new TargetPrompt("bag", ""),
                new TargetPrompt("a bag in the style of photo", "photo")),
            List.of("coat", "", "a shirt in the style of blueprint", "neon sign"),
            judge,
            0,
            new Cost());
    List<String> prompts =
        List.of(
            "bag",
            "a bag in the style of photo",
            "bag",
            "coat",
            "a shirt in the style of blueprint",
            "neon sign",
            "coat",
            "a shirt in the style of blueprint",
            "neon sign");
    int[] objects = {-1, -1, -1, 4, 6, -1, 4, 6, -1};
    int[] styles = {-1, -1, -1, -1, 1, 3, -1, 1, 3};
    Tensor noise = TextToImage.noise(PIPELINE.latentShape(9), new TorchGenerator(42));
    Denoiser weak =
        new Zeroing(2000).edit(task, EditMethod.Progress.NONE).apply(PIPELINE.denoiser());
    for (Denoiser denoiser : List.of(PIPELINE.denoiser(), weak)) {
      int shown = 0;
      int[] right = new int[2];
      for (int i = 0; i < 9; i++) {
        Tensor picture =
            PIPELINE
                .withDenoiser(denoiser)
                .draw(
                    List.of(prompts.get(i)),
                    null,
                    noise.slice(0, i, i + 1),
                    sampling,
                    Scheduler.Noise.NONE,
                    TextToImage.Progress.NONE);
        int[][] seen = judge.sees(picture);
        shown += i < 3 && seen[0][0] == 8 ? 1 : 0;
        right[0] += objects[i] == seen[0][0] ? 1 : 0;
        right[1] += styles[i] == seen[1][0] ? 1 : 0;
      }
      long before = task.cost().passes();
      Seen seen = new JudgedPictures(task, judge, sampling, 3).see(denoiser, 42);
      assertEquals(3, seen.targets());
      assertEquals(shown, seen.shown());
      assertEquals(right[0], seen.right()[0]);
      assertEquals(right[1], seen.right()[1]);
      // two passes a step, with and without the prompt
      assertEquals(9 * 4 * 2, task.cost().passes() - before);
    }
  }

  @Test
  void theWorstKindDecidesWhatIsKept() {
    Seen before = new Seen(4, 4, new int[] {10, 8, 0});
    assertEquals(0.5, new Seen(4, 1, new int[] {9, 4, 3}).kept(before));
    assertEquals(0.9, new Seen(4, 1, new int[] {9, 8, 0}).kept(before), 1e-12);
    assertEquals(1, new Seen(4, 1, new int[] {12, 9, 0}).kept(before));
    assertEquals(0.25, new Seen(4, 1, new int[] {}).target());
  }

  /// A style is sought among styles, whatever object is seen.
  @Test
  void aStyleIsSoughtAmongStyles() {
    List<List<String>> kinds =
        List.of(List.of("coat", "bag"), List.of("photo", "blueprint", "neon sign"));
    int[][] numbers = {{1, 0, 0, 0, 1, 1}, {2, 2, 0, 0, 2, 1}};
    Judge judge =
        new Judge() {
          @Override
          public List<List<String>> kinds() {
            return kinds;
          }

          @Override
          public int[][] sees(Tensor pictures) {
            return numbers;
          }
        };
    EditTask task =
        new EditTask(
            PIPELINE,
            "neon sign",
            EditTask.Goal.ERASE,
            List.of(new TargetPrompt("neon sign", "")),
            List.of("a coat in the style of photo", "bag"),
            judge,
            5,
            new Cost());
    Seen seen = new JudgedPictures(task, judge, ONE_STEP, 2).see(PIPELINE.denoiser(), 1);
    assertEquals(2, seen.shown());
    // a coat, a bag, a coat, a bag are asked for, two photos
    assertArrayEquals(new int[] {2, 1}, seen.right());
  }
}
